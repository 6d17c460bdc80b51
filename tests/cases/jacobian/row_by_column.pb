# --dialect matlab
x'
