L = sum((X - X @ W @ W.T)**2)
