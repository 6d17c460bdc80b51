X: (n, d); g, b: (d,)
Y = layer_norm(X, g, b)
