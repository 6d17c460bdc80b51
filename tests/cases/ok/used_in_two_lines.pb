Y = X @ W + X
Z = X * Y
