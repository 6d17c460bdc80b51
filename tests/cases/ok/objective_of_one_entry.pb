X: (1, d); W: (d, 1)
Y = X @ W
