x: (n,); p = softmax(x); f = p @ log(p)
