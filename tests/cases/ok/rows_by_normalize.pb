X: (n, d)
Y = F.normalize(X)
