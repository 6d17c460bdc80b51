y = cumsum(x)
