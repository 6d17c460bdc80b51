A: (n, n); b: (m,)
x = solve(A, b)
