X: (n, d); m, v: (d,)
Y = F.batch_norm(X, m, v)
