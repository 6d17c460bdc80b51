X: (n, d)
f = trace(X)
