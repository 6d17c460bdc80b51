A: (n, n); b: (n,); x = solve(A, b)
