x: (n,)
y = x @ x.T
