A1 = tanh(X @ W1)
A2 = tanh(A1 @ W2)
A3 = tanh(A2 @ W3)
