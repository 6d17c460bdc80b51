S: (n, n) posdef; z: (n,) const; mu: (n,)
Y = mu + cholesky(S) @ z
