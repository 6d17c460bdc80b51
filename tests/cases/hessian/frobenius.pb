X: (n, d); f = norm(X)**2 / 2
