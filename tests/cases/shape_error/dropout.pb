X: (n, d)
Y = F.dropout(X, 0.5)
