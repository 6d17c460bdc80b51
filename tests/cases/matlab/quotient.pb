f = (x'*A*x)/(x'*x)
