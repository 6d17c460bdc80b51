Y = where(X > 0, X**2, -X)
