Y = X - mean(X, axis=0)
