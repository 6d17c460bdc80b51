# --wrt A
A: (n, n); x: (n,); z = A @ x; y = x * x
