"""pandoc reads pages of Markdown and writes their formulas as MathML: a formula that it cannot read is a fault.

    python pandoc_reads.py PANDOC PAGE...
"""

import subprocess
import sys

pandoc, *pages = sys.argv[1:]
faults, formulas = [], 0
for page in pages:
    command = [pandoc, "--from", "gfm+tex_math_dollars", "--to", "html", "--mathml", page]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0 or "Could not convert" in done.stderr:
        faults.append(f"{page}: {done.stderr[:600]}")
    formulas += done.stdout.count("<math")
print("\n".join(faults))
print(f"pandoc reads {formulas} formulas of {len(pages)} pages")
sys.exit(1 if faults or formulas == 0 else 0)
