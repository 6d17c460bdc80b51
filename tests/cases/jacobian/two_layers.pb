# --wrt x
x: (d,); W: (h, d); V: (m, h); y = V @ tanh(W @ x)
