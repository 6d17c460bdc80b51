y = standardize(x)
