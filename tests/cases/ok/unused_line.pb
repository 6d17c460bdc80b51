Y = X @ W
Z = Y * Y
L = sum(Y)
