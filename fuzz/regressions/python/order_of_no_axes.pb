x; f = sum(abs(x)**3) + t(relu(x))
