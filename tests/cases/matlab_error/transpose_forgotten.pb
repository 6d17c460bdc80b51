f = x*y
