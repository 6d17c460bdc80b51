X: (d,); W: (d, m)
Y = X @ W
