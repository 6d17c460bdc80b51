Y = einsum('ij,jk->iq', A, B)
