A = tanh(Z)
