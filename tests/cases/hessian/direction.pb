# --hvp v --wrt w
X: (n, d); w: (d,); f = logsumexp(X @ w)
