X: (b, c, 2*m, w); W: (o, c, 3, q); B: (o,)
Y = conv2d(X, W, B, stride=(2, 1), padding=(1, 0))
