A, B: (n, n)
f = tr(inv(A) @ B)
