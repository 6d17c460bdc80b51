X: (n, d); W: (d, 2*k)
Y = F.glu(X @ W)
