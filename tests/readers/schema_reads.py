"""A validator that is not ours reads `--format json` of programs that pass and programs that fail.

    schema_reads.py PULLBACK SCHEMA
"""

import json
import subprocess
import sys

import jsonschema

PROGRAMS = [
    ("Y = X @ W", 0),
    ("f = x @ A @ x", 0),
    ("Z = X @ W + b; A = relu(Z); L = mean((A - T)**2)", 0),
    ("X: (n, d) const; λ: (); Y = λ * X @ W", 0),
    ("X: (n, d); W: (m, d); Y = X @ W", 1),
    ("Y = X @", 1),
    ("Y = softmux(X)", 1),
    ("", 1),
]

DERIVATIVES = [
    ["jacobian", "Y = X @ W", "--jvp", "v"],
    ["jacobian", "A*exp(x)", "--dialect", "matlab"],
    ["hessian", "f = x @ A @ x", "--order", "3", "--hvp", "v"],
    ["hessian", "A: (n, n); f = logdet(A)"],
    ["hessian", "norm2(A*x-y)^2", "--dialect", "matlab"],
]


def main():
    binary, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for program, status in PROGRAMS:
        found = subprocess.run([binary, "--format", "json", program], capture_output=True, text=True)
        assert found.returncode == status, f"{program!r}: exit {found.returncode}, {found.stderr}"
        validator.validate(json.loads(found.stdout))
    for options in DERIVATIVES:
        found = subprocess.run([binary, *options, "--format", "json"], capture_output=True, text=True, check=True)
        record = json.loads(found.stdout)
        validator.validate(record)
        assert record["derivatives"], options
    print(f"the schema holds for {len(PROGRAMS)} programs and {len(DERIVATIVES)} Jacobians and Hessians")


main()
