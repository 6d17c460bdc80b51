y = x / norm(x)
