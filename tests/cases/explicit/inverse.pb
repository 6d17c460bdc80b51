Y = inv(A)
