X: (b, c, n); W: (o, d, 3); Y = conv1d(X, W)
