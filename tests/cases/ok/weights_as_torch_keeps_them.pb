X: (n, d); W: (m, d); b: (m,)
Y = F.linear(X, W, b)
