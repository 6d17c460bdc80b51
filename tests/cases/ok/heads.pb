X: (s, t, d)
Wq: (d, h*k)
Q = permute(reshape(X @ Wq, (s, t, h, k)), (0, 2, 1, 3))
