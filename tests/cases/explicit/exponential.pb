A: (n, n); Y = expm(A)
