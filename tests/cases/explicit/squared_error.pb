# --wrt w
L = mean((X @ w - y)**2)
