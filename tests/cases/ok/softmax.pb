x: (n,)
y = softmax(x)
