x: (n,); Y = diag(x)
