# --wrt w
X: (n, d); y: (n,); w: (d,); p = sigmoid(X @ w); f = -sum(y * log(p) + (1 - y) * log(1 - p))
