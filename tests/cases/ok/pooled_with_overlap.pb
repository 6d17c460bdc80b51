x: (n,)
y = avg_pool1d(x, 3, stride=1)
