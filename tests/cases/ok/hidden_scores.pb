S: (t, t)
V: (t, d)
A = where(triu(ones(t, t), 1) > 0, -inf, S)
P = softmax(A)
Y = P @ V
