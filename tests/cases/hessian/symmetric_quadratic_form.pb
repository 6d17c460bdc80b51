# --wrt x
A: (n, n) symmetric; x: (n,); f = x @ A @ x / 2
