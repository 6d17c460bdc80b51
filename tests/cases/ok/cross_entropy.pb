X: (n, d); W: (d, k); b: (k,); T: (n, k) const onehot
L = cross_entropy(X @ W + b, T)
