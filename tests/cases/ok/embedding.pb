E: (v, d)
i: (n,)
H = E[i]
Y = H @ W
