Q, K, V: (t, d)
P = softmax(Q @ K.T / sqrt(d), axis=-1)
Y = P @ V
