X: (n, 2*c, t); g: (2*c,)
Y = group_norm(X, 2, g)
