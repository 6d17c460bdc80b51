f = norm(x)
