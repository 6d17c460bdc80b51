X: (n, d); Y = softmax(X, axis=1)
