X: (n, d)
z: (m,)
Y = np.add(X, z)
