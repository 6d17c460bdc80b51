# --layout
A: (m, n) const; x: (n,); y = A @ x
