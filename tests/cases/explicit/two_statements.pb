h = tanh(W @ x); f = h @ h
