x: (n,); y = where(x > 0, sqrt(x), log(-x))
