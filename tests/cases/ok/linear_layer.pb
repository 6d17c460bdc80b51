Z = X @ W + b
A = relu(Z)
L = mean((A - T)**2)
