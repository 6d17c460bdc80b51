Y = X
