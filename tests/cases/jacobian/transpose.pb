Y = X.T
