# --wrt w
X: (n, d); y: (n,); w: (d,); f = sum(log(1 + exp(-y * (X @ w))))
