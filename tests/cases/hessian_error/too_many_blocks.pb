a, b, c, g, h, p, q, r, s: ()
f = a * b * c * g * h * p * q * r * s
