# --dims n=2,m=1,p=1,q=2
A: (n, m); B: (p, q); Y = kron(A, B)
