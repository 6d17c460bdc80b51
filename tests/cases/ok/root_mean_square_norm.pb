X: (n, d); g: (d,)
Y = rms_norm(X, g)
