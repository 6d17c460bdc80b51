# --wrt b
X: (n, d); W: (d, m); b: (m,); Y = X @ W + b
