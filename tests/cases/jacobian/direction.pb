# --jvp v
x: (n,); y = softmax(x)
