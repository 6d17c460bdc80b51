# --wrt x
W: (m, d); x: (d,); y = softmax(W @ x)
