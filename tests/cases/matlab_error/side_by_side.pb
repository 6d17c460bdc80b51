f = A x
