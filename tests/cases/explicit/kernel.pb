# --dims n=4,k=2
x: (n,); w: (k,); y = windows(x, k) @ w
