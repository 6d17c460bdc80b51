T: (n,) binary const
L = F.binary_cross_entropy_with_logits(X @ w + b, T); b: ()
