Y = einsum('bhqd,bhkd->bhqk', Q, K)
