T: (n, k) binary const
P = sigmoid(Z)
L = F.binary_cross_entropy(P, T)
