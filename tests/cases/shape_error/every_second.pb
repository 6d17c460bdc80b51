X: (n, d)
Y = X[::2]
