A: (n, p, q); B: (q, m, p)
Y = np.tensordot(A, B, axes=([1, 2], [2, 0]))
