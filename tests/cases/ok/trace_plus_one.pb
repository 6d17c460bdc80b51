X: (n, n)
f = tr(X) + 1
