x: (n,); f = sum(abs(x)**3) + sum(relu(x))
