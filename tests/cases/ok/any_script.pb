# names in any script, and a line that goes on
вход: (n, d); 重み: (d, m)
Y = (вход
  @ 重み)
