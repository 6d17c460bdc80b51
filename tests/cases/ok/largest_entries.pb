y = max(X, axis=1)
