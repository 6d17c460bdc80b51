X: (b, c, n); W: (o, c, k)
Y = conv1d(X, W)
