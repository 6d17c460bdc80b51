X: (n, n); f = det(X)
