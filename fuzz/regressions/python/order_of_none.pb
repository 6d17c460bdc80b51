W: (m,) distinct
X: (n,)
f0 = (X @ X)
f1 = permute_dims(f0)
