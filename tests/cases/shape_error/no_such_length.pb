X: (n, d)
Y = reshape(X, (n, h, k))
