X: (n, d); y = sum(X, axis=1)
