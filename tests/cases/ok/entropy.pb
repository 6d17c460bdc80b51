q: (n,) positive
f = sum(q * log(q))
