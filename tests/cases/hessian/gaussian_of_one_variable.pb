# --wrt mu,s
x: (n,); mu, s: (); f = -n * log(s) - sum((x - mu)**2) / (2 * s**2)
