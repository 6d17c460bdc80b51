normalize(x)
