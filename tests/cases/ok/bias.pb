Z: (n, m); b: (m,)
Y = Z + b
