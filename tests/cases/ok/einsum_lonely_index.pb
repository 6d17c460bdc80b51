A: (n, k); B: (m, p)
Y = einsum('ij,kl->il', A, B)
