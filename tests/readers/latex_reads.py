"""pdfLaTeX reads every fragment in one document, and some whole documents; no line sticks out far, and nothing is below its page.

    python latex_reads.py FOLDER
"""

import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
# what a line may stick out into the margin, in points: half an inch
MOST = 36.0
# what may be below the text of a page, in points
TALLEST = 20.0


def read(name):
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
    ran = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, errors="replace")
    log = (FOLDER / name).with_suffix(".log").read_text(errors="replace")
    if ran.returncode != 0:
        sys.exit(f"{name}: pdfLaTeX stops\n" + log[-2500:])
    case, found = name, []
    for line in log.splitlines():
        if line.startswith("CASE "):
            case = line[5:]
        height = re.match(r"Overfull \\vbox \((\d+\.\d+)pt too high", line)
        if height and float(height[1]) > TALLEST:
            sys.exit(f"{name}, {case}: {height[1]} pt are below the page")
        width = re.match(r"Overfull \\hbox \((\d+\.\d+)pt too wide", line)
        # letters that pdfLaTeX has no font for are set by their numbers, which are longer
        if width and case not in ("scripts.tex", "scripts_shapes.tex", "ok_any_script.tex"):
            found.append((float(width[1]), case))
    pages = re.search(r"\((\d+) pages?", log)
    return int(pages[1]) if pages else 0, found


total, widest = 0, (0.0, "")
names = ["batch.tex", *sorted(p.name for p in FOLDER.glob("*.tex") if p.name != "batch.tex")]
for name in names:
    pages, found = read(name)
    total += pages
    widest = max([widest, *found])
if widest[0] > MOST:
    sys.exit(f"a line of {widest[1]} sticks out by {widest[0]} pt")
print(f"pdfLaTeX reads {total} pages of {len(names)} documents; the widest line sticks out by {widest[0]:.0f} pt ({widest[1]})")
