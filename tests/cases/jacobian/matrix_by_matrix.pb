Y = X @ W
