Y = X @ W)
