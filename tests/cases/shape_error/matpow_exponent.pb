A: (n, n); t: ()
f = tr(matpow(A, t))
