# --dims n=9
Y = X @ W
