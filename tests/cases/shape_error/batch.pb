A: (b, n, d); B: (c, d, m)
Y = A @ B
