Y = A * exp(B)
