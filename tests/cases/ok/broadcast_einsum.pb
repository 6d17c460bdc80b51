T: (b, n, d)
U: (1, d, m)
Y = einsum("...ij,...jk->...ik", T, U)
