Y = einsum('ij,jk->ik', A)
