s = x'*y
Y = s*A + (s + e)*B
