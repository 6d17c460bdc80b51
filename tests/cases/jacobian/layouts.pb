# --layout --wrt X
X: (n, d); W: (d, m); Y = X @ W
