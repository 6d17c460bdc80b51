X: (n, d); y = reshape(X, (n * d,))
