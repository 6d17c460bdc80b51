A: (n, d)
B: (n, m)
W: (d + m, k)
Y = concat([A, B], axis=1) @ W
