"""The Typst compiler reads every document.

    python typst_reads.py FOLDER
"""

import pathlib
import sys

import typst

paths = sorted(pathlib.Path(sys.argv[1]).glob("*.typ"))
assert paths, "no document was found"
for path in paths:
    try:
        assert typst.compile(str(path))[:5] == b"%PDF-"
    except Exception as error:
        sys.exit(f"{path.name}: {error}")
print(f"Typst reads {len(paths)} documents")
