# --wrt x
W: (m, n); x: (n,); y = relu(W @ x)
