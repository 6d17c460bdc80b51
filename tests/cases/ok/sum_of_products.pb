x, t: (n,)
f = sum(x * t)
