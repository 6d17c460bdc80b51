"""Builds a book with mdBook itself, and looks at what became of its programs.

    python mdbook_reads.py PULLBACK MDBOOK
"""

import pathlib
import subprocess
import sys
import tempfile

pullback, mdbook = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:])

PAGE = """# A layer

```pullback wrt=X,b
Y = X @ W + b
```

- in a list

  ```pullback brief
  f = x @ A @ x
  ```

> ```pullback shapes
> Y = softmax(X)
> ```

```pullback brief
Z: (n, k)
P = softmax(Z)
L = sum(broadcast_to(mean(P, axis=0), (n, k)) * P)
```

The last words.
"""


def build(folder, page):
    book = pathlib.Path(folder)
    (book / "src").mkdir()
    (book / "book.toml").write_text(f'[book]\ntitle = "Notes"\n\n[preprocessor.pullback]\ncommand = "{pullback} mdbook"\n')
    (book / "src/SUMMARY.md").write_text("# Summary\n\n- [A layer](layer.md)\n")
    (book / "src/layer.md").write_text(page)
    return subprocess.run([mdbook, "build", folder], capture_output=True, text=True), book / "book/layer.html"


with tempfile.TemporaryDirectory() as folder:
    done, html = build(folder, PAGE)
    assert done.returncode == 0, done.stderr
    text = html.read_text()
    main = text[text.index("<main>") : text.index("</main>")]
    assert main.count("<math") > 20 and main.count("<math") == main.count("</math>"), main
    assert "<merror" not in main and "$" not in main and "\\" not in main, main
    assert main.index("<blockquote") < main.rindex("<table") < main.index("</blockquote>"), "the shapes stand in the quote"
    assert main.index("<li>") < main.index("central differences", main.index("<li>")) < main.index("</li>"), "and a result in the list"
    assert "The last words." in main
    formulas = main.count("<math")

with tempfile.TemporaryDirectory() as folder:
    done, html = build(folder, PAGE.replace("X @ W", "X @ 2"))
    assert done.returncode != 0 and not html.exists(), "a book with an error is not built"
    assert "src/layer.md:4:9" in done.stderr, done.stderr

print(f"mdBook builds a book: {formulas} formulas as MathML, none left over; a program that is wrong ends the build")
