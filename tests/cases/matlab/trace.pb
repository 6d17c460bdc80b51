f = tr(A*X'*B*X*C)
