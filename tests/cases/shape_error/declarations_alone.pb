X: (n, d)
