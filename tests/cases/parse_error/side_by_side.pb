Y = Xᵀ X
