import numpy as np
Y = X @ W
