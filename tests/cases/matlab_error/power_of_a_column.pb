x: (n, 1)
z = x^2
