X: (n, n); x: (k,)
f = tr(matpow(X, k)) * sum(x)
