"""A terminal (a pseudo-terminal of a given width) reads the output: coloured, no wider than the screen, and plain where that is asked for.

    terminal_reads.py PULLBACK
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata


def screen(binary, arguments, columns, **environment):
    """What the program writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "COLUMNS", "TERM"}}
    kept.update({"TERM": "xterm-256color"}, **environment)
    process = subprocess.Popen([binary, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=kept)
    os.close(theirs)
    text = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(ours)
    assert process.wait() == 0, text.decode()
    return text.decode().replace("\r\n", "\n")


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def width(line):
    wide = sum(1 for c in line if unicodedata.east_asian_width(c) in "WF")
    return len(line) + wide - sum(1 for c in line if unicodedata.combining(c))


def main():
    binary = sys.argv[1]
    for columns in (40, 60, 80, 120):
        text = screen(binary, ["Z = X @ W + b; A = relu(Z); L = mean((A - T)**2)"], columns)
        assert "\x1b[" in text, "a terminal is coloured"
        too_wide = [line for line in plain(text).split("\n") if width(line) > columns]
        assert not too_wide, f"wider than {columns}: {too_wide[:3]}"
    assert "\x1b[" not in screen(binary, ["Y = X @ W"], 80, NO_COLOR="1"), "NO_COLOR"
    assert "\x1b[" not in screen(binary, ["Y = X @ W"], 80, TERM="dumb"), "TERM=dumb"
    assert screen(binary, ["--ascii", "--color", "never", "Y = X @ W"], 80).isascii(), "--ascii"
    first = subprocess.run(f"'{binary}' 'Y = X @ W' | head -1", shell=True, capture_output=True, text=True)
    assert (first.returncode, first.stderr) == (0, ""), first.stderr
    print("a terminal of 40, 60, 80 and 120 columns shows it whole")


main()
