# powers and transposes one after the other, as they stand
sum(x.^3'*A) + sum(2.^x.^2)
