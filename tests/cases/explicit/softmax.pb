p = softmax(z)
