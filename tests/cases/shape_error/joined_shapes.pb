A: (n, d); B: (m, k); Y = concat([A, B], axis=1)
