f = trace(A @ X @ B)
