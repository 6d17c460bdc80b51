f = sum(where(x > 0, x, 0.1 * x))
