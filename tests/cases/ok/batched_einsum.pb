A: (b, i, j); B: (b, j, k)
Y = einsum('bij,bjk->bik', A, B)
