X: (n, d); Y = X - mean(X, axis=0)
