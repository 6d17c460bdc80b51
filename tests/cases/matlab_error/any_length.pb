f = sum(vector(1))
