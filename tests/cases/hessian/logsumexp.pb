f = logsumexp(x)
