X: n, d
Y = X.T @ X
