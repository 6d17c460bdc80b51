# Ng's layout: one row of W for each node
X: (n, d); W: (m, d)
Y = X @ W.T
