x: (n - 2*n,)
f = x @ x
