X: (b, c, 2*n, 2*m)
Y = F.max_pool2d(X, 2)
