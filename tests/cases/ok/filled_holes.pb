X: (n, _); W: (d, ?k); V: (?k, 2)
Y = X @ W @ V
