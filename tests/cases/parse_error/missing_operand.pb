Y = X @
