y = var(X, ddof=x)
