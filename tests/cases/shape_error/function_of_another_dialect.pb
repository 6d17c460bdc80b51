y = x + vector(1)
