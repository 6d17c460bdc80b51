f = x @ A @ x
d2f/dxdx = A + A.T
