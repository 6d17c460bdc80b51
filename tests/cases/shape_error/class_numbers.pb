Z: (n, k); y: (k,)
L = nll_loss(Z, y)
