y = softmax(x)
