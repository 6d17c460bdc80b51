X, Z: (n, d)
c = F.cosine_similarity(X, Z)
