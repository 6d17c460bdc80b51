X: (n, 2*k)
A, B = split(X, 2, axis=1)
Y = A * sigmoid(B)
