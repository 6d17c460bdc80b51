# --wrt W,v
X: (n, d); W: (d, h); v: (h,); t: (n,); L = sum((tanh(X @ W) @ v - t)**2) / 2
