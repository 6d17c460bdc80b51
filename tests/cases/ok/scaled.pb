Y = λ * X @ W
