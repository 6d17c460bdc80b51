X: (n, d); W: (d, m); V: (k, m)
L = sum(tanh(X @ W @ V)**2)
