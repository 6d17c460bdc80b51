Y = diag(X[0])
