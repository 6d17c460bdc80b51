x, t: (n,)
y = diag(x) @ t
