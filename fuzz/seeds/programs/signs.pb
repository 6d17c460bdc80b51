S: (n, n) symmetric; f = ‖Sᵀ·x‖² + √(x @ x) − det(S⁻¹)
