# Two pre-norm transformer blocks with a causal mask, as in GPT-2 but for the gated MLP (SwiGLU).
# b sequences of n tokens, h heads of length k, m hidden units.
X: (b, n, h*k)            # embedded tokens
T: (b, n, h*k) const      # what the last block should say

# first block
g1, c1, g2, c2: (h*k,)
Wq, Wk, Wv, Wo: (h*k, h*k)
bq, bv, bo: (h*k,)
Wg, Wu: (h*k, m)
Wd: (m, h*k)

# second block
g3, c3, g4, c4: (h*k,)
Vq, Vk, Vv, Vo: (h*k, h*k)
Vg, Vu: (h*k, m)
Vd: (m, h*k)

future = triu(ones(n, n), 1) > 0

# attention, first block
N1 = layer_norm(X, g1, c1)
Q1 = (N1 @ Wq + bq).reshape(b, n, h, k).permute(0, 2, 1, 3)
K1 = (N1 @ Wk).reshape(b, n, h, k).permute(0, 2, 1, 3)
V1 = (N1 @ Wv + bv).reshape(b, n, h, k).permute(0, 2, 1, 3)
S1 = where(future, -inf, Q1 @ K1.mT / sqrt(k))
P1 = softmax(S1, axis=-1)
H1 = (P1 @ V1).permute(0, 2, 1, 3).reshape(b, n, h*k)
X1 = X + H1 @ Wo + bo

# gated MLP, first block
N2 = layer_norm(X1, g2, c2)
X2 = X1 + (silu(N2 @ Wg) * (N2 @ Wu)) @ Wd

# attention, second block
N3 = layer_norm(X2, g3, c3)
Q2 = (N3 @ Vq).reshape(b, n, h, k).permute(0, 2, 1, 3)
K2 = (N3 @ Vk).reshape(b, n, h, k).permute(0, 2, 1, 3)
V2 = (N3 @ Vv).reshape(b, n, h, k).permute(0, 2, 1, 3)
P2 = softmax(where(future, -inf, Q2 @ K2.mT / sqrt(k)), axis=-1)
H2 = (P2 @ V2).permute(0, 2, 1, 3).reshape(b, n, h*k)
X3 = X2 + H2 @ Vo

# gated MLP, second block
N4 = layer_norm(X3, g4, c4)
Y = X3 + (silu(N4 @ Vg) * (N4 @ Vu)) @ Vd

L = mse(Y, T)
