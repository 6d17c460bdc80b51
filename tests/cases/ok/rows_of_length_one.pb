Y = X / norm(X, axis=1, keepdims=True)
