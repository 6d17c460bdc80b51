X: (n, d); b: (n,)
Y = X + b
