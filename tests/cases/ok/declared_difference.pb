# a length may be a difference: one entry fewer than there are columns
X: (n, m)
w: (m - 1,)
y = X[:, 1:] @ w + X[:, 0]
