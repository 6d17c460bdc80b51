Y = X @ 2
