x, y: (n, 1)
z = x/y
