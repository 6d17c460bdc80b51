x: (n,); A: (n, m); y: (m,); f = x @ A @ y
