T: (n, m) const
L = F.l1_loss(X @ W, T)
