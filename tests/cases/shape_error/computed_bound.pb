X: (n, d); y = X[0, 1:sum(X)]
