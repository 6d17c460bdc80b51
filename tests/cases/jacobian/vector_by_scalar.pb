t: (); x, v: (n,); y = x + t * v + t**2 / 2
