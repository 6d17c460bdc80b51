X: (1, d); W: (d, m)
Y = X @ W
