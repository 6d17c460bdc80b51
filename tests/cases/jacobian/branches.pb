A: (n, n); x: (n,); y = where(x > 0, A @ x, x)
