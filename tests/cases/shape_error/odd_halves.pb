X: (n, d)
A, B = split(X, 2, axis=1)
Y = A * B
