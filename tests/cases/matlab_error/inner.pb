X: (n, d); W: (m, d)
Y = X*W
