f = c*sin(y)'*x
