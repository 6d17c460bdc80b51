# --dialect matlab --wrt x
norm2(A*x-y)^2
