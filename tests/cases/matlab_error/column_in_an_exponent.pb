z = 2^x
