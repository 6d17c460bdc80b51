x: (n,)
y = pinv(x)
