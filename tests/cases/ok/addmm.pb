X: (n, d); W: (d, m); b: (m,)
Y = torch.addmm(b, X, W)
