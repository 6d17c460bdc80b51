Y = inv(X)
