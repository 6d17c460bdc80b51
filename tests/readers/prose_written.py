"""Writes the derivation of every case, some verdicts and some odd names in every format for readers.

    python prose_written.py PULLBACK FOLDER

FOLDER gets one file a case and format, and batch.tex, which is all fragments of LaTeX in one document.
"""

import pathlib
import subprocess
import sys

PULLBACK, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
CASES = pathlib.Path(__file__).resolve().parent.parent / "cases"
ENDINGS = {"markdown": "md", "latex": "tex", "typst": "typ", "html": "html"}
# names, and what a comment may hold, that would be read as something else
ODD = """a_b, x__y: (lambda_2, n); größe: (n,)  # <script>alert(1)</script> & % $x$ `code` \\end{document} #let *a* _b_ [c] ]] @d
loss_1 = sum((a_b * x__y) @ größe, axis=0)"""
SCRIPTS = "وزن: (n, d); משקל: (d, m); Y = وزن @ משקל"
CLAIMS = {
    "clash": ["Y = X @ W", "dL/dX = W.T @ dL/dY"],
    "condition": ["f = x @ A @ x", "df/dx = 2 * A @ x"],
    "right": ["Y = X @ W", "dL/dW = (dL/dY.T @ X).T"],
    "mistake": ["Z = X @ W + b", "dL/db = dL/dZ"],
    "layout": ["y = A @ x", "dy/dx = A.T"],
}


def jobs():
    for folder in ("ok", "matlab"):
        for path in sorted((CASES / folder).glob("*.pb")):
            dialect = ["--dialect", "matlab"] if folder == "matlab" else []
            yield f"{folder}_{path.stem}", ["explain", "-f", str(path), "--full", "--no-check", *dialect], 0
    commands = {"jacobian": ["jacobian"], "hessian": ["hessian"], "explicit": ["explain", "--show", "explicit,result"]}
    for folder, command in commands.items():
        for path in sorted((CASES / folder).glob("*.pb")):
            first = path.read_text(encoding="utf-8").splitlines()[0]
            asked = first.removeprefix("# ").split() if first.startswith("# ") else []
            yield f"{folder}_{path.stem}", [*command, "-f", str(path), "--no-check", *asked], 0
    for name, program in (("odd", ODD), ("scripts", SCRIPTS)):
        yield name, ["explain", program, "--full"], 0
        yield f"{name}_shapes", ["shapes", program], 0
    yield "johnson", ["explain", "Y = X @ W", "--show", "explicit,result", "--dims", "n=2,d=2,m=3"], 0
    for name, arguments in CLAIMS.items():
        yield f"check_{name}", ["check", *arguments], 0 if name == "right" else 1


def written(arguments, code, *options):
    ran = subprocess.run([PULLBACK, *arguments, *options], capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == code, (arguments, ran.returncode, ran.stderr)
    assert ran.stdout, arguments
    return ran.stdout


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    fragments, count = [], 0
    for name, arguments, code in jobs():
        for format_, ending in ENDINGS.items():
            text = written(arguments, code, "--format", format_)
            if format_ == "latex":
                # the letters of other scripts want another engine, or the preamble of a whole document
                if "XeLaTeX" not in text.splitlines()[0]:
                    fragments.append(f"\\typeout{{CASE {name}}}\n{text}\\clearpage\n")
                    if name not in ("odd", "johnson"):
                        continue
            text = written(arguments, code, "--format", format_, "--standalone")
            assert "<script>alert" not in text or format_ != "html", name
            (FOLDER / f"{name}.{ending}").write_text(text, encoding="utf-8")
            count += 1
    preamble = "\\documentclass[a4paper]{article}\n\\usepackage{amsmath, amssymb}\n\\begin{document}\n"
    (FOLDER / "batch.tex").write_text(preamble + "".join(fragments) + "\\end{document}\n", encoding="utf-8")
    print(f"{count} documents and {len(fragments)} fragments of LaTeX are written")


main()
