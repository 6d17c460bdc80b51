# --wrt X
A: (n, k); X: (k, d); B: (d, m); Y = A @ X @ B
