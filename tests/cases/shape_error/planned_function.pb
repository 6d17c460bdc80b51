Y = softmax(X)
