# --dialect matlab --wrt X,h
h'*inv(X)*k
