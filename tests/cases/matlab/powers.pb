f = tr(A^2) + (x'*x)^2 + sum(x.^2)
