X: (n, n)
f = log(det(X))
