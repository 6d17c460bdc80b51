x: (n,)
r = norm(x)
y = relu(r - 1) / 2
