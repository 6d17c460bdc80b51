Y = X × W
