X: (n, d)
y: (n,)
W: (d, k)
Z = X @ W
L = mean(logsumexp(Z, axis=1) - Z[arange(n), y])
