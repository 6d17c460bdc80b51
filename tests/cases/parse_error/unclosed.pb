Y = tanh(X @ W
