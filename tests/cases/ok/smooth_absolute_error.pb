T: (n, m) const
L = F.smooth_l1_loss(X @ W, T, beta=1/2)
