Y = E[t]
