X: (b, c, n); W: (o, c, 3); Y = conv1d(X, W, stride=2)
