f = sum(log(exp(-y.*(X*w)) + vector(1)))
