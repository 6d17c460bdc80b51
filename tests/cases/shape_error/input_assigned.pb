Y = X @ W
X = Y
