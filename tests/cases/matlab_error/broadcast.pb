x: (n, 1); y: (m, 1)
z = x .* y
