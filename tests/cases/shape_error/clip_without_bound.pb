Y = clip(X)
