X: (n, d)
m = mean(X, axis=1, keepdims=True)
v = mean((X - m)**2, axis=1, keepdims=True)
Y = (X - m) / sqrt(v + 1e-5)
