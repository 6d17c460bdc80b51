X: (n, d)
Y = X[X > 0]
