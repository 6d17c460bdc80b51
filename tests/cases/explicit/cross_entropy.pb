# --wrt z
t: (k,) onehot const; L = -sum(t * log_softmax(z))
