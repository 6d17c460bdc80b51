x = solve(A, b)
