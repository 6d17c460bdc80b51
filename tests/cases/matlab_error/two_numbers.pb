f = sum(x + vector(1, 2))
