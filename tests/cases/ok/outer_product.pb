Y = outer(x, y)
