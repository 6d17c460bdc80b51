X: (n, d); W1: (d, h); W2: (h, m)
Y = gelu(X @ W1) @ W2
