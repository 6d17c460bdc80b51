x: (n,)
y = x / norm(x)
