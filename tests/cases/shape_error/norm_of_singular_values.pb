f = norm(X, 2)
