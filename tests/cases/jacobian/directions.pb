# --jvp V
X: (n, d); W: (d, m); Y = X @ W
