f = A × x
