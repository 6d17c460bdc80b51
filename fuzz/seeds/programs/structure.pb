x: (n,); A: (n, 3)
y = concat([x[1:], x[::-1]], axis=0)
Z = einsum('ij,i->j', A, x) * where(x[:3] > 0, 1, 0)
f = sum(Z) + max(y)
