# --wrt X --dims n=2,d=2,m=3
Y = X @ W
