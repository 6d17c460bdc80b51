X: (n, d) const; W: (d, m)
Y = X @ W
