# --hvp V
A: (n, n); f = logdet(A)
