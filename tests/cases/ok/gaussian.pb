S: (d, d) posdef; x, mu: (d,)
f = (x - mu) @ inv(S) @ (x - mu) / 2 + logdet(S) / 2
