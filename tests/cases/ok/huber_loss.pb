T: (n, m) const; X: (n, m)
L = F.huber_loss(X, T, delta=2)
