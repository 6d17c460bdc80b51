# --wrt A
A: (m, n); x: (n,); y = A @ x
