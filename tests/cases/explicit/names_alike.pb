# --wrt x,G
x, X: (n,); G: (n,); g = x * X * G
