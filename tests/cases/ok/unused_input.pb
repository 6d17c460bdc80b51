X: (n, d); W: (d, m); V: (m,)
Y = X @ W
