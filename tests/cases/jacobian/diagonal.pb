X: (n, n); y = diag(X)
