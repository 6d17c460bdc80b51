z: (c,); t: (c,) const; f = -sum(t * log(softmax(z)))
