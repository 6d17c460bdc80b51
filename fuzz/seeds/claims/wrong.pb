X: (n, d); f = mean(X**2)
df/dX = 2 * X
