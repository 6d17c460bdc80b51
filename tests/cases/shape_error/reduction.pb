Z, T: (n, k); L = cross_entropy(Z, T, reduction='avg')
