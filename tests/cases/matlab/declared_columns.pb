b, c: (d, 1)
f = b'*X'*X*c
