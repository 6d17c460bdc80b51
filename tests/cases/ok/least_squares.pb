L = sum((A @ x - y)**2)
