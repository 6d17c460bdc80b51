# the seed's shapes
X: (3,); W: (3, 4)
Y = X @ W
