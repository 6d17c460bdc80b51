# --order 3
x: (n,); A: (n, n); f = x @ A @ x
