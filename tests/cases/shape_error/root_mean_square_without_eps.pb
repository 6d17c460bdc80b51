X: (n, d)
Y = F.rms_norm(X, (d,))
