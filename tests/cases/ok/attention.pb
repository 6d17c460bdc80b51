Q, K, V: (b, h, t, k)
S = Q @ K.mT / sqrt(k)
P = exp(S) / sum(exp(S), axis=-1, keepdims=True)
O = P @ V
