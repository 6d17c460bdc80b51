Y = tahn(X)
