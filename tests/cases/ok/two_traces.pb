G: (n, m); X: (n, d); W: (d, m)
f = tr(G.T @ X @ W) + tr(W.T @ W)
