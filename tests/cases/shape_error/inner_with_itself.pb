X: (n, d)
Y = X @ X
