x: (n,); Y = outer(x, x)
