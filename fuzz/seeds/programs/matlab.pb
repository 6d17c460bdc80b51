f = 0.5*x'*A*x + b'*x
