# --order 3
x: (n,); f = sum(x**4)
