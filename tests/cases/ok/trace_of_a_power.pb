X: (n, n)
f = tr(matpow(X, 3))
