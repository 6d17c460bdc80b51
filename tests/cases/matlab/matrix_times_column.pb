Y = A*exp(x)
