X @ W = Y
