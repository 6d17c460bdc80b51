f = prod(x)
