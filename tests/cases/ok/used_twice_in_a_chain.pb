Y = A @ X @ B @ X @ C
