X: (n, d)
Y = F.pad(X, (1, 2))
