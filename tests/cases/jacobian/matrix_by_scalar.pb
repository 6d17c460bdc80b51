# --wrt t
t: (); A, B: (n, n); Y = inv(A + t * B)
