X: (n, d)
f = sqrt(tr(X.T @ X))
