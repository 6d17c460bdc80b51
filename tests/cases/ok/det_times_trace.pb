X: (n, n)
f = det(X) * tr(X)
