Y = X•W
