f = norm(A @ x - b)
