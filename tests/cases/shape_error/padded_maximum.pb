X: (n, d)
Y = max_pool1d(X, 3, stride=1, padding=1)
