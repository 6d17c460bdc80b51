f = x @ A @ x
