"""Figures, read by a browser: well-formed, nothing written over anything else, nothing outside the picture, no complaint.

    python tests/readers/figures_read.py target/release/pullback

Every file in tests/cases/ok, some chains of factors and some names that would break a careless writer are drawn, and laid out by
Chromium, once with the faces that this machine has and once with DejaVu Serif, the widest that systems put in their place. Texts are
measured there by getBBox: the program only estimates them.
"""

import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update
--disable-sync --disable-extensions --enable-logging=stderr --dump-dom --virtual-time-budget=20000 --window-size=1400,1000""".split()

# What is asked of every figure, in the page itself.
SCRIPT = """
const faults = [];
window.onerror = (message) => faults.push(`script: ${message}`);
let texts = 0, widest = 0;
for (const holder of document.querySelectorAll('div.case')) {
  const say = (what) => faults.push(`${holder.dataset.name}: ${what}`);
  const svg = holder.querySelector('svg');
  if (!svg) { say('no picture'); continue; }
  const view = svg.viewBox.baseVal;
  const label = (svg.getAttribute('aria-labelledby') || '').split(' ').map((id) => svg.querySelector('#' + CSS.escape(id)));
  if (svg.getAttribute('role') !== 'img' || label.length !== 2 || label.some((l) => !l || !l.textContent.trim())) say('not named for a screen reader');
  const boxes = [...svg.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBBox() }));
  texts += boxes.length;
  if (!boxes.length) say('nothing written');
  // what a face leaves blank above and below its letters may be shared
  const inner = boxes.map(({ text, box }) => ({ text, left: box.x, right: box.x + box.width, top: box.y + box.height * 0.12, bottom: box.y + box.height * 0.9 }));
  inner.forEach((a, i) => inner.slice(i + 1).forEach((b) => {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) say(`"${a.text}" lies upon "${b.text}"`);
  }));
  for (const element of svg.querySelectorAll('text, path, rect, circle')) {
    const box = element.getBBox();
    if (![box.x, box.y, box.width, box.height].every(Number.isFinite)) say('a shape without a size');
    if (box.x < -0.5 || box.y < -0.5 || box.x + box.width > view.width + 0.5 || box.y + box.height > view.height + 0.5) {
      say(`outside: ${element.tagName} ${element.textContent} at ${box.x.toFixed(1)} ${box.y.toFixed(1)} ${box.width.toFixed(1)} x ${box.height.toFixed(1)} of ${view.width} x ${view.height}`);
    }
  }
  widest = Math.max(widest, view.width);
}
document.getElementById('verdict').textContent = JSON.stringify({ faults, texts, widest });
"""

MORE = {
    "five": ["Y = A @ B @ C @ D @ E"],
    "twelve": ["Y = " + " @ ".join(f"A{k}" for k in range(1, 13))],
    "wide names": [
        "hidden_activations: (batch_size, number_of_features); output_weights: (number_of_features, number_of_classes)",
        "logits = hidden_activations @ output_weights",
    ],
    "twelve wide names": ["Y = " + " @ ".join(f"Weights_of_layer_{k}" for k in range(1, 13))],
    "other scripts": ["вход: (строки, d); 重み: (d, 出力); Y = вход @ 重み"],
    "broadcast both ways": ["a: (n, 1); b: (1, m); c: (); X: (n, m); Y = X * a + b - c"],
    "sums": ["X: (n, m); f = sum(sum(X, axis=1) * sum(X, axis=1))"],
    "lengths far apart": ["X: (3, 4000); W: (4000, 2); Y = X @ W"],
    "diamonds": [f"A{k + 1} = tanh(A{k}) * A{max(k - 2, 0)}" for k in range(12)],
    "signs": ["m: (n,); Y = where((x > 0) & (m <= 1), x, -x)"],
}


def drawn(binary: str, name: str, arguments: list[str]) -> str:
    found = subprocess.run([binary, "figure", *arguments], capture_output=True, text=True)
    assert found.returncode == 0, f"{name}: {found.stderr}"
    ET.fromstring(found.stdout)
    assert "NaN" not in found.stdout and "inf" not in re.sub(r">[^<]*<", "><", found.stdout), name
    return found.stdout


def browse(browser: str, pictures: dict[str, str], folder: str) -> dict:
    cases = "".join(f'<div class="case" data-name="{html.escape(name)}">{text}</div>' for name, text in pictures.items())
    page = pathlib.Path(folder) / "page.html"
    page.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body>{cases}<pre id="verdict"></pre><script>{SCRIPT}</script>', encoding="utf-8"
    )
    command = [browser, *FLAGS, f"--user-data-dir={folder}/profile", page.as_uri()]
    seen = subprocess.run(command, capture_output=True, text=True, timeout=100)
    complaints = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    assert not complaints, complaints
    verdict = re.search(r'<pre id="verdict">(.*?)</pre>', seen.stdout, re.S)
    assert verdict and verdict[1], f"the page gave no verdict: {seen.stderr[-2000:]}"
    return json.loads(html.unescape(verdict[1]))


def main(binary: str) -> int:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        print("left out: there is no Chromium here, so the figures were laid out by no browser")
        return 0
    pictures = {}
    for file in sorted((ROOT / "tests/cases/ok").glob("*.pb")):
        pictures[file.stem] = drawn(binary, file.stem, ["-f", str(file)])
        pictures[f"{file.stem}, graph"] = drawn(binary, file.stem, ["-f", str(file), "--show", "graph"])
    for name, lines in MORE.items():
        pictures[name] = drawn(binary, name, lines)
        pictures[f"{name}, ASCII"] = drawn(binary, name, [*lines, "--ascii"])
    faults = []
    for face in (None, "DejaVu Serif"):
        shown = pictures if face is None else {k: re.sub(r'font-family="[^"]*"', f'font-family="{face}"', v) for k, v in pictures.items()}
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            verdict = browse(browser, shown, folder)
        assert verdict["texts"] > 10 * len(pictures), "texts were found"
        print(f"{len(pictures)} pictures, {verdict['texts']} texts in {face or 'their own faces'}: {len(verdict['faults'])} faults")
        faults += [f"{face or 'own faces'}: {fault}" for fault in verdict["faults"]]
    print("\n".join(faults[:40]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
