# --wrt Q --dims t=1,k=1,s=2,m=1
Q: (t, k); K: (s, k); V: (s, m); Y = softmax(Q @ K.T) @ V
