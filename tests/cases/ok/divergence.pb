T: (n, k) stochastic const
L = F.kl_div(log_softmax(Z), T, reduction="batchmean")
