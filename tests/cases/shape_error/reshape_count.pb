X: (n, d)
Y = reshape(X, (n, 2))
