# --wrt mu,S
X: (n, d); mu: (d,); S: (d, d); R = X - mu; f = -n / 2 * logdet(S) - 1/2 * tr(R @ inv(S) @ R.T)
