A: (n, n) symetric
f = trace(A)
