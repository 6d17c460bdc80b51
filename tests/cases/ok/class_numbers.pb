Z: (n, k); y: (n,)
L = F.nll_loss(log_softmax(Z), y)
