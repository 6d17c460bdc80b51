X, W: (n, n)
Y = X @ W
