x: (n,); y: (m,); z = concat([x, y])
