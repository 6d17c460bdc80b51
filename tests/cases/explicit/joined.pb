z = concat([x, y])
