W₁: ()
Y0 = (A).T
Y1 = where(y >= 0, y, (y)[-1])
