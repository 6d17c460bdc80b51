Y = X @ W
dL/dX = dL/dY @ W.T
dL/dW = X.T @ dL/dY
