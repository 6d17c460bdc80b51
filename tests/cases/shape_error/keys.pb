Q: (t, k); K: (s, d); V: (s, m); Y = attention(Q, K, V)
