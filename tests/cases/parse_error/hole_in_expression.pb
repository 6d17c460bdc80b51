Y = X @ _
