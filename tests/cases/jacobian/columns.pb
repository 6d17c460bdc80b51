# --dialect matlab
A*exp(x)
