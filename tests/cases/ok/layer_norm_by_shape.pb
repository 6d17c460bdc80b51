X: (b, t, d); G, B: (t, d)
Y = F.layer_norm(X, (t, d), G, B)
