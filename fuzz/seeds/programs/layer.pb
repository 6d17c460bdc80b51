X: (n, d)
W: (d, m)
b: (m,)
Z = X @ W + b
A = relu(Z)
f = sum(A)
