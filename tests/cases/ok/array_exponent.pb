x: (n,) positive; a: (n,)
y = x ** (1 - a)
