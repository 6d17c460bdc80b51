Y = X @ X.T
