X: (n, d); g: (m,); Y = layer_norm(X, g)
