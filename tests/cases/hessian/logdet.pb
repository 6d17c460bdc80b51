X: (n, n); f = logdet(X)
