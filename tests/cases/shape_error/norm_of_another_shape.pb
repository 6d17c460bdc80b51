X: (n, d)
Y = F.layer_norm(X, (n,))
