"""NumPy reads what pullback prints: each program is run by NumPy itself, and each gradient's text, evaluated by NumPy, must agree with
central differences of that run. Nothing of pullback's own arithmetic takes part.

    numpy_reads.py PULLBACK
"""

import json
import re
import subprocess
import sys

import numpy as np

PROGRAMS = [
    "Y = X @ W",
    "X: (d,); W: (d, m); Y = X @ W",
    "X: (1, d); W: (d, m); Y = X @ W",
    "X: (n, d); W: (m, d); Y = X @ W.T",
    "X: (n, n); W: (n, n); Y = X @ W",
    "Z = X @ W + b; A = maximum(Z, 0); L = mean((A - T)**2)",
    "f = x @ A @ x",
    "L = sum((A @ x - y)**2)",
    "Y = A @ X @ B @ X @ C",
    "L = sum((X - X @ W @ W.T)**2)",
    "Q: (b, h, t, k); K: (b, h, t, k); V: (b, h, t, k); S = Q @ swapaxes(K, -1, -2) / sqrt(k)"
    "; P = exp(S) / sum(exp(S), axis=-1, keepdims=True); O = P @ V",
    "Y = tanh(X @ W)",
    "Y = X - mean(X, axis=0)",
    "y = sum(X * X, axis=1)",
    "X: (n, d); c: (n,); Y = X * c[:, None]",
    "Y = outer(x, y)",
    "f = trace(A @ X @ B)",
    "Y = einsum('ij,jk->ik', A, B)",
    "A: (b, i, j); B: (b, j, k); Y = einsum('bij,bjk->bik', A, B)",
    "Y = where(X > 0, X**3, X / 2)",
]
STEP = 1e-6


def numpy_text(text):
    """The language's text as Python: gradient symbols become names."""
    text = re.sub(r"\bd(\w+)/d(\w+)", r"d\1_d\2", text)
    return text.replace(".mT", ".swapaxes(-1, -2)")


def names():
    """What the language calls by name."""
    known = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
    known["permute"] = np.transpose
    return known


def run(statements, values):
    """The program's variables after NumPy has run it."""
    scope = dict(values)
    for statement in statements:
        target, value = statement.split("=", 1)
        scope[target.strip()] = np.asarray(eval(numpy_text(value), names(), scope), dtype=float)
    return scope


def check(binary, program, random):
    found = subprocess.run([binary, "--format", "json", program], capture_output=True, text=True, check=True)
    record = json.loads(found.stdout)
    sizes = record["check"]["dims"]

    def length(side):
        return int(eval(str(side), {}, dict(sizes)))

    inputs = [s for s in record["symbols"] if s["kind"] == "input"]
    values = {s["name"]: random.normal(size=[length(side) for side in s["shape"]]) for s in inputs}
    statements = [line.strip() for line in program.split(";") if re.match(r"\s*\w+\s*=[^=]", line)]
    lengths = {name: n for name, n in sizes.items() if name not in values}
    output = record["output"]["name"]

    def objective(values, upstream):
        return float(np.sum(upstream * run(statements, {**lengths, **values})[output]))

    scope = run(statements, {**lengths, **values})
    upstream = np.ones_like(scope[output]) if record["output"]["scalar"] else random.normal(size=scope[output].shape)
    top = next((s["name"] for s in record["symbols"] if s["kind"] == "upstream"), None)
    if top:
        scope[numpy_text(top)] = upstream
    prefix = top.split("/")[0] if top else "d" + output
    for name, gradient in record["intermediates"].items():
        scope[f"{prefix}_d{name}"] = eval(numpy_text(gradient["expr"]), names(), scope)
    worst = 0.0
    for name, gradient in record["gradients"].items():
        value = np.asarray(eval(numpy_text(gradient["expr"]), names(), scope))
        assert value.shape == values[name].shape, f"{program}: {gradient['expr']} is {value.shape}, {name} is {values[name].shape}"
        for place in np.ndindex(value.shape):
            moved = {k: v.copy() for k, v in values.items()}
            moved[name][place] += STEP
            above = objective(moved, upstream)
            moved[name][place] -= 2 * STEP
            slope = (above - objective(moved, upstream)) / (2 * STEP)
            error = abs(slope - value[place]) / max(1.0, np.abs(value).max())
            assert error < 1e-6, f"{program}: d/d{name} = {gradient['expr']} is off by {error:.1e} at {place}"
            worst = max(worst, error)
    return worst


def main():
    binary = sys.argv[1]
    random = np.random.default_rng(7)
    worst = max(check(binary, program, random) for program in PROGRAMS)
    print(f"NumPy agrees with {len(PROGRAMS)} programs (largest error {worst:.0e})")


main()
