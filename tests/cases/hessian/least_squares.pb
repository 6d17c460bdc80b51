# --wrt x
A: (n, d); x: (d,); y: (n,); f = sum((A @ x - y)**2)
