A: (n, n); x: (n,)
Y = expm(t * A) @ x
t: ()
