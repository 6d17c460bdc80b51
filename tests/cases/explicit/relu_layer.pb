# --wrt W,b
Y = relu(X @ W + b)
