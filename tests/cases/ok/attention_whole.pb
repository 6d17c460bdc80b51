Q, K: (b, h, t, k); V: (b, h, t, m); M: (t, t) const
Y = attention(Q, K, V, mask=M > 0)
