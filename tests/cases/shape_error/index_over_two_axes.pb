X: (n, d)
Y = X * argmax(X, axis=(0, 1))
