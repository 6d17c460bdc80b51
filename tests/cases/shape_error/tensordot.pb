A: (n, p); B: (q, m)
Y = tensordot(A, B, axes=1)
