Y = X @ W
Y = tanh(Y)
