X: (t, d); Wq, Wk, Wv: (d, k); Wo: (k, d)
W1: (d, m); W2: (m, d); g, c: (d,)
H = layer_norm(X, g)
A = X + attention(H @ Wq, H @ Wk, H @ Wv) @ Wo
Y = A + gelu(layer_norm(A, c) @ W1) @ W2
