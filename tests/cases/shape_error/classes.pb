Z: (n, k); t: (n,); L = cross_entropy(Z, t)
