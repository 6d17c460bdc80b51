A: (m, n); x: (n,); y = tanh(A @ x)
