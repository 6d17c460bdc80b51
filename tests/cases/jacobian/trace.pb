f = tr(X)
