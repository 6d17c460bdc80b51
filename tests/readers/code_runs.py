"""Emitted modules run: each program's module, as a script, must compare its `backward` with what the library says and exit with 0; one
that has been made wrong must exit with 1. What goes in as float32 must come out so (PyTorch, JAX), and where it is (PyTorch).

    code_runs.py PULLBACK TARGET [--autograd | --both]

`--both` writes each program's module without and with `--autograd`.
"""

import glob
import io
import multiprocessing
import os
import re
import runpy
import subprocess
import sys
import tempfile
import warnings
from contextlib import redirect_stdout

HERE = os.path.dirname(os.path.abspath(__file__))
MORE = [
    "lambda: (n,); np: (n,); sum: (n, n); f = lambda @ sum @ np",
    "φ = α * x; ϕ = β * φ; x₁ = ϕ @ ϕ; f = x₁ * x1; x1: ()",
    "b: (b,); X: (n, b); Y = (X + b) / b.shape[0]",
    "X: (n, h*k); T: (n, h*k) const; c: (); Y = X * (h + c) + T",
    "X: (n + 1, h*k); w: (h,); Y = sum(X) * k * n * w",
    "m = (X > 0) & ~(X > b); Y = where(m, 2 * X, 1/3) * sum(m) + gelu(maximum(X, 0))",
    "Y = where(X > 0, 1, 0.01) * clip(X, -1, b) + leaky_relu(X) * elu(X) - softplus(X) * silu(X) / sigmoid(X)",
    "L = sum(X > 0) * sum(sqrt(2) * X * pi + exp(1))",
    "Y = asin(X) + acos(X) + atan(X) + erf(X) + log1p(X) * expm1(X) + tan(X) + sinh(X) * cosh(X)",
    "Y = X**3 + X**-2 + X**0.5 + X**(1/3) + 1/X + X**P",
    "Y = -(X > 0) * X - (X > 1) * W + 1 - (X < 2)",
    "X: (b, n, n); Y = trace(X) * sum(diag(X), axis=1)",
    "X: (b, n, m); Y = permute(X, (2, 0, 1))",
    "x: (n,); A: (b, n, m); B: (b, m, k); Y = x @ A @ B",
    "x: (n,); A: (b, n, m); y: (m,); Y = x @ A @ y",
    "Y = diag(d) @ A @ diag(c) @ x",
    "Y = outer(x, y) @ z + diag(outer(x, y)) * trace(outer(x, y))",
    "Y = einsum('ij,jk,kl,l->i', A, B, C, x)",
    "A: (n, n) posdef; t: (n, k) onehot; s: (n,) sign; f = s @ A @ s + sum(log(t + 1))",
    "S: (n, n) symmetric; D: (n, n) diagonal; L: (n, n) lower; U: (n, n) upper; x: (n,) unit; f = x @ S @ D @ L @ U @ x",
    "Q: (n, k) orthonormal; P: (n, m) stochastic; M: (n, m) binary; X: (n, m) positive; Y = Q.T @ (P * M * log(X))",
    "x: (n,); z = sqrt(x); y = where(x > 0, z, log(-x))",
    "X: (n, d); Y = X / maximum(norm(X, axis=1, keepdims=True), 1e-3)",
    "f = x",
    "Y = X",
    "X: (1, n, 1); Y = squeeze(X)",
    "X: (n, d); Y = sum(X, keepdims=True)",
    "f = sum(x) / 1e20 + 100000000000000000000 * x @ x",
]
# Of this one's gradient a wrong version is run as well.
WRONG = "Y = tanh(X @ W)"


def run(path):
    """What the script prints, and its exit status; a warning is an error."""
    printed = io.StringIO()
    try:
        with warnings.catch_warnings(), redirect_stdout(printed):
            warnings.simplefilter("error")
            runpy.run_path(path, run_name="__main__")
    except SystemExit as end:
        return printed.getvalue().strip(), end.code
    except Exception as error:
        return f"{type(error).__name__}: {error}", None
    return printed.getvalue().strip(), None


class Seen(Exception):
    """The inputs have been seen: there is nothing more to do."""


def keeping(path, target):
    """What does not come out of `forward` and `backward` in the type, and on the device, of what went in."""
    module = {"__name__": "module"}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), module)
    forward, backward = module["forward"], module["backward"]
    faults = []

    def look(inputs, lengths, upstream, where):
        for function, given in [(forward, inputs), (backward, inputs + upstream)]:
            try:
                found = where(function, given, lengths)
            except Exception as error:
                faults.append(f"{function.__name__}: {type(error).__name__}: {error}")
                continue
            for key, (kind, place) in found.items():
                if kind != "float32" or place not in ("", "meta"):
                    faults.append(f"{function.__name__} gives {key} as {kind} {place}")

    def probe(*given, **lengths):
        count = forward.__code__.co_argcount
        look(list(given[:count]), lengths, list(given[count:]), WHERE[target])
        raise Seen

    module["backward"] = probe
    try:
        module["check"]()
    except Seen:
        pass
    return faults


def in_torch(function, given, lengths):
    """On a device that holds shapes and types alone, where nothing from another one may be mixed in."""
    import torch

    def moved(x):
        # a single place has no value there to look up
        device = "meta" if all(x.numel() > 1 or x.is_floating_point() for x in given) else "cpu"
        return x.detach().to(device, torch.float32 if x.is_floating_point() else x.dtype)

    found = function(*map(moved, given), **lengths)
    named = found if isinstance(found, dict) else {"the output": found}
    return {key: (str(x.dtype).removeprefix("torch."), x.device.type.replace("cpu", "")) for key, x in named.items()}


def in_jax(function, given, lengths):
    """By tracing: nothing is computed."""
    import jax
    import jax.numpy as jnp

    typed = [jax.ShapeDtypeStruct(x.shape, "float32" if jnp.issubdtype(x.dtype, jnp.floating) else x.dtype) for x in given]
    found = jax.eval_shape(lambda *inputs: function(*inputs, **lengths), *typed)
    named = found if isinstance(found, dict) else {"the output": found}
    return {key: (str(x.dtype), "") for key, x in named.items()}


WHERE = {"torch": in_torch, "jax": in_jax}


def programs():
    """What is run: the programs above, the cases of every operation, and those whose explanations are kept."""
    found = list(MORE)
    with open(os.path.join(HERE, "..", "gradients", "operations.txt"), encoding="utf-8") as file:
        found.extend(line.strip() for line in file if line.strip() and line[0] not in "#[")
    for case in sorted(glob.glob(os.path.join(HERE, "..", "cases", "ok", "*.pb"))):
        with open(case, encoding="utf-8") as file:
            found.append(file.read())
    return found


def judged(work):
    """The faults of one program, in each way of writing its module. What a library has compiled for the one serves the other."""
    pullback, target, ways, program = work
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "module.py")

        def judge(name, text, wanted):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            printed, status = run(path)
            if status != wanted:
                faults.append(f"{name}: exit {status}, not {wanted}: {printed}")

        for options in ways:
            name = " ".join([repr(program), *options])
            command = [pullback, "code", "--target", target, *options, "-"]
            module = subprocess.run(command, input=program, capture_output=True, text=True, encoding="utf-8")
            if module.returncode:
                faults.append(f"{name} is refused: {module.stderr}")
                continue
            judge(name, module.stdout, 0)
            if target in WHERE and not options:
                faults.extend(f"{name}: {fault}" for fault in keeping(path, target))
            if program == WRONG:
                judge("a wrong gradient", re.sub(r"dL_dW = ", "dL_dW = 1.001 * ", module.stdout), 1)
    return faults


def main():
    pullback, target, *options = sys.argv[1:]
    ways = [[], ["--autograd"]] if options == ["--both"] else [options]
    work = [(pullback, target, ways, program) for program in [*programs(), WRONG]]
    # a fresh interpreter each: a library that has started threads does not survive a fork
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        faults = [fault for found in pool.imap_unordered(judged, work, chunksize=4) for fault in found]
    print("\n".join(faults))
    print(f"{target} {' '.join(options)}: {len(work)} programs, {len(ways)} module{'s' * (len(ways) > 1)} each, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
