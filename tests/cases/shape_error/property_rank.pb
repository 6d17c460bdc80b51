Q: (2, 3) orthonormal
f = sum(Q)
