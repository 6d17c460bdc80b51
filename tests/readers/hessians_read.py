"""Derivatives that are paired with nothing, against JAX's own: what `pullback code --of jacobian`, `--of hessian` and `--of hvp` emit for
NumPy and for JAX must be what jax.jacobian and jax.hessian find in float64 for the same function written for JAX by hand, to 1e-8 of the
largest entry.

    hessians_read.py PULLBACK [torch]

The modules for NumPy also check themselves, and with `torch` those for PyTorch do.
"""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax.numpy.linalg import inv, norm, slogdet

TOLERANCE = 1e-8
LENGTHS = {"n": 5, "d": 4, "h": 3, "m": 2, "c": 3}


def hot(rng, shape):
    """Rows with one 1 each."""
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


def covariance(rng, shape):
    root = rng.normal(size=shape)
    return root @ root.T + np.eye(shape[0])


def signs(rng, shape):
    return rng.choice([-1.0, 1.0], size=shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2, size=shape)


# name, program, the inputs it is differentiated by, the function, and how to draw what is no normal array
HESSIANS = [
    ("quadratic form", "x: (n,); A: (n, n); f = x @ A @ x", "x,A", lambda x, A: x @ A @ x, {}),
    ("least squares", "A: (n, d); x: (d,); y: (n,); f = sum((A @ x - y)**2)", "A,x,y", lambda A, x, y: jnp.sum((A @ x - y) ** 2), {}),
    (
        "logistic regression",
        "X: (n, d); y: (n,); w: (d,); f = sum(log(1 + exp(-y * (X @ w))))",
        "w",
        lambda X, y, w: jnp.sum(jnp.logaddexp(0, -y * (X @ w))),
        {"y": signs},
    ),
    (
        "logistic regression with probabilities",
        "X: (n, d); t: (n,); w: (d,); b: (); p = sigmoid(X @ w + b); f = -sum(t * log(p) + (1 - t) * log(1 - p))",
        "w,b",
        lambda X, t, w, b: -jnp.sum(t * jax.nn.log_sigmoid(X @ w + b) + (1 - t) * jax.nn.log_sigmoid(-(X @ w + b))),
        {},
    ),
    (
        "softmax with cross-entropy",
        "z: (c,); t: (c,); f = -sum(t * log(softmax(z)))",
        "z",
        lambda z, t: -jnp.sum(t * jax.nn.log_softmax(z)),
        {},
    ),
    (
        "softmax regression",
        "X: (n, d); W: (d, c); T: (n, c) const; f = cross_entropy(X @ W, T)",
        "X,W",
        lambda X, W, T: -jnp.sum(T * jax.nn.log_softmax(X @ W, axis=-1)) / X.shape[0],
        {"T": hot},
    ),
    ("logdet", "X: (n, n); f = logdet(X)", "X", lambda X: slogdet(X)[1], {"X": covariance}),
    ("logdet of a Gram matrix", "X: (n, d); f = logdet(X.T @ X)", "X", lambda X: slogdet(X.T @ X)[1], {}),
    ("norm", "x: (n,); f = norm(x)", "x", lambda x: norm(x), {}),
    ("norm of a residual", "A: (n, d); x: (d,); y: (n,); f = norm(A @ x - y)", "x,A", lambda A, x, y: norm(A @ x - y), {}),
    (
        "Gaussian log-likelihood",
        "X: (n, d); mu: (d,); S: (d, d); R = X - mu; f = -n / 2 * logdet(S) - 1/2 * tr(R @ inv(S) @ R.T)",
        "mu,S",
        lambda X, mu, S: -X.shape[0] / 2 * slogdet(S)[1] - 0.5 * jnp.trace((X - mu) @ inv(S) @ (X - mu).T),
        {"S": covariance},
    ),
    (
        "Gaussian log-likelihood of one variable",
        "x: (n,); mu: (); s: (); f = -n * log(s) - sum((x - mu)**2) / (2 * s**2)",
        "mu,s",
        lambda x, mu, s: -x.shape[0] * jnp.log(s) - jnp.sum((x - mu) ** 2) / (2 * s**2),
        {"s": positive},
    ),
    (
        "two-layer network",
        "X: (n, d); W: (d, h); b: (h,); V: (h, m); c: (m,); T: (n, m); L = sum((tanh(X @ W + b) @ V + c - T)**2) / 2",
        "W,b,V,c",
        lambda X, W, b, V, c, T: jnp.sum((jnp.tanh(X @ W + b) @ V + c - T) ** 2) / 2,
        {},
    ),
    ("entropy", "p: (n,); f = -sum(p * log(p))", "p", lambda p: -jnp.sum(p * jnp.log(p)), {"p": positive}),
    ("determinant", "X: (d, d); f = det(X)", "X", lambda X: jnp.linalg.det(X), {}),
    ("trace of an inverse", "X: (d, d); f = tr(inv(X))", "X", lambda X: jnp.trace(inv(X)), {"X": covariance}),
]

JACOBIANS = [
    ("matrix product", "X: (n, d); W: (d, m); Y = X @ W", "X,W", lambda X, W: X @ W, {}),
    ("layer", "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b", "X,W,b", lambda X, W, b: X @ W + b, {}),
    ("linear map", "A: (m, n); x: (n,); y = A @ x", "A,x", lambda A, x: A @ x, {}),
    ("Gram matrix", "X: (n, d); Y = X @ X.T", "X", lambda X: X @ X.T, {}),
    ("softmax", "x: (n,); y = softmax(x)", "x", lambda x: jax.nn.softmax(x), {}),
    ("softmax by rows", "X: (n, d); Y = softmax(X, axis=1)", "X", lambda X: jax.nn.softmax(X, axis=1), {}),
    ("unit vector", "x: (n,); y = x / norm(x)", "x", lambda x: x / norm(x), {}),
    ("inverse", "X: (n, n); Y = inv(X)", "X", lambda X: inv(X), {"X": covariance}),
    ("solution", "A: (n, n); b: (n,); x = solve(A, b)", "A,b", lambda A, b: jnp.linalg.solve(A, b), {"A": covariance}),
    ("outer product", "x: (n,); y: (m,); Y = outer(x, y)", "x,y", lambda x, y: jnp.outer(x, y), {}),
    ("element-wise", "X: (n, d); Y = tanh(X) * X", "X", lambda X: jnp.tanh(X) * X, {}),
    ("sums of rows", "X: (n, d); y = sum(X**2, axis=1)", "X", lambda X: jnp.sum(X**2, axis=1), {}),
    ("transpose", "X: (n, d); Y = X.T", "X", lambda X: X.T, {}),
    ("scalar times matrix", "a: (); X: (n, d); Y = a**2 * X", "a,X", lambda a, X: a**2 * X, {}),
    ("curve of matrices", "t: (); A: (n, n); Y = inv(A + t * A @ A)", "t", lambda t, A: inv(A + t * A @ A), {"A": covariance}),
    ("matrix power", "X: (n, n); Y = X @ X @ X", "X", lambda X: X @ X @ X, {}),
    ("centred", "X: (n, d); Y = X - mean(X, axis=0)", "X", lambda X: X - jnp.mean(X, axis=0), {}),
    ("Kronecker product", "A: (m, d); B: (h, m); Y = kron(A, B)", "A,B", lambda A, B: jnp.kron(A, B), {}),
    ("two layers", "x: (d,); W: (h, d); V: (m, h); y = V @ tanh(W @ x)", "x,W,V", lambda x, W, V: V @ jnp.tanh(W @ x), {}),
    ("slice", "x: (n,); y = x[1:] - x[:-1]", "x", lambda x: x[1:] - x[:-1], {}),
]


def drawn(program, how, rng):
    """An array for each declared input, in the order in which they are declared."""
    point = {}
    for declared in program.split("; ")[:-1]:
        if ":" in declared and "=" not in declared:
            name, sides = declared.split(": ")
            sides = sides.removesuffix(" const").strip("()").replace(",", " ").split()
            shape = tuple(LENGTHS[side] for side in sides)
            point[name] = how.get(name, lambda rng, shape: np.array(rng.normal(size=shape)))(rng, shape)
    return point


def emitted(pullback, of, target, program, wrt):
    command = [pullback, "code", "--of", of, "--target", target, "--wrt", wrt, program]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{program}\n{done.stderr}"
    module = {"__name__": "emitted"}
    exec(compile(done.stdout, "emitted", "exec"), module)
    return module


def error(found, wanted):
    """The largest difference, relative to the largest entry where that is larger than 1."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape and found.dtype == wanted.dtype == np.float64, (found.shape, found.dtype, wanted.shape)
    return float(np.max(np.abs(found - wanted), initial=0) / max(1, np.max(np.abs(wanted), initial=0)))


def compared(pullback, of, case, rng):
    """The largest error of each target."""
    name, program, wrt, function, how = case
    point, leaves = drawn(program, how, rng), wrt.split(",")
    arrays = {key: jnp.asarray(value) for key, value in point.items()}
    partly = lambda some: function(**{**arrays, **some})
    some = {leaf: arrays[leaf] for leaf in leaves}
    if of == "jacobian":
        wanted = jax.jacobian(partly)(some)
    elif of == "hessian":
        nested = jax.hessian(partly)(some)
        wanted = {(one, two): nested[one][two] for one in leaves for two in leaves}
    else:
        vector = {leaf: jnp.asarray(rng.normal(size=np.shape(point[leaf]))) for leaf in leaves}
        _, wanted = jax.jvp(jax.grad(partly), (some,), (vector,))
    worst = {}
    for target in ["numpy", "jax"]:
        module = emitted(pullback, of, target, program, wrt)
        given = arrays if target == "jax" else point
        order = module["forward"].__code__.co_varnames[: module["forward"].__code__.co_argcount]
        inputs = [given[key] for key in order]
        if of == "hvp":
            inputs.append({leaf: jnp.asarray(vector[leaf]) if target == "jax" else np.asarray(vector[leaf]) for leaf in leaves})
        found = module[of](*inputs)
        assert sorted(found) == sorted(wanted), (name, sorted(found), sorted(wanted))
        worst[target] = float(np.max([error(found[key], wanted[key]) for key in wanted]))
    return worst


def checks_itself(pullback, of, case, target, most):
    error = emitted(pullback, of, target, case[1], case[2])["check"]()
    if not error < most:
        print(f"{of} of {case[0]} for {target}, by its own check: {error:.1e}")
    return error < most


def main():
    pullback, *more = sys.argv[1:]
    jax.config.update("jax_enable_x64", True)
    faults = 0
    for of, cases in [("hessian", HESSIANS), ("hvp", HESSIANS), ("jacobian", JACOBIANS)]:
        largest = 0.0
        for case in cases:
            worst = compared(pullback, of, case, np.random.default_rng(0))
            largest = float(np.max([largest, *worst.values()]))
            for target, value in worst.items():
                if not value < TOLERANCE:
                    faults += 1
                    print(f"{of} of {case[0]} for {target}: {value:.1e}")
        print(f"{of}: {len(cases)} functions for NumPy and JAX, largest error {largest:.1e}")
        targets = {"numpy": 1e-6, **{target: TOLERANCE for target in more}}
        faults += sum(not checks_itself(pullback, of, case, *target) for target in targets.items() for case in cases)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
