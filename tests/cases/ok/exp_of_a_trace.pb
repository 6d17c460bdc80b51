X: (n, n)
f = exp(tr(X))
