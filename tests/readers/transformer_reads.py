"""A program as users write them, against the same network written for JAX by hand: what `pullback code` emits for NumPy and for JAX must
give the values and the gradients that jax.grad finds in float64, to 1e-9 of the largest entry.

    transformer_reads.py PULLBACK
"""

import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "transformer.pb")
TOLERANCE = 1e-9
B, N, H, K, M = 2, 5, 3, 4, 7
D = H * K
SHAPES = {
    "X": (B, N, D),
    "T": (B, N, D),
    **{f"{letter}{k}": (D,) for letter in "gc" for k in range(1, 5)},
    **{f"b{letter}": (D,) for letter in "qvo"},
    **{f"{block}{letter}": (D, D) for block in "WV" for letter in "qkvo"},
    **{f"{block}{letter}": (D, M) for block in "WV" for letter in "gu"},
    **{f"{block}d": (M, D) for block in "WV"},
}


def normalised(x, gain, shift):
    centred = x - x.mean(-1, keepdims=True)
    return gain * centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) + shift


def attention(x, q, k, v):
    """Token by token and head by head, without a batch of matrices."""
    seen = jnp.arange(N)[:, None] >= jnp.arange(N)[None, :]
    heads = lambda a: jnp.stack(jnp.split(a, H, axis=-1))
    scores = jnp.einsum("hbik,hbjk->hbij", heads(q), heads(k)) * K**-0.5
    mixed = jnp.einsum("hbij,hbjk->hbik", jax.nn.softmax(scores, where=seen, axis=-1), heads(v))
    return jnp.concatenate(list(mixed), axis=-1)


def gated(x, gate, up, down):
    return (jax.nn.swish(x @ gate) * (x @ up)) @ down


def loss(p):
    u = normalised(p["X"], p["g1"], p["c1"])
    x = p["X"] + attention(u, u @ p["Wq"] + p["bq"], u @ p["Wk"], u @ p["Wv"] + p["bv"]) @ p["Wo"] + p["bo"]
    x = x + gated(normalised(x, p["g2"], p["c2"]), p["Wg"], p["Wu"], p["Wd"])
    u = normalised(x, p["g3"], p["c3"])
    x = x + attention(u, u @ p["Vq"], u @ p["Vk"], u @ p["Vv"]) @ p["Vo"]
    x = x + gated(normalised(x, p["g4"], p["c4"]), p["Vg"], p["Vu"], p["Vd"])
    return ((x - p["T"]) ** 2).mean()


def emitted(pullback, *options):
    command = [pullback, "code", *options, "-f", PROGRAM]
    text = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    module = {"__name__": "emitted"}
    exec(compile(text, "emitted", "exec"), module)
    return module


def error(found, wanted):
    """The largest difference, relative to the largest entry."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape and found.dtype == wanted.dtype == np.float64, (found.shape, found.dtype, wanted.shape)
    return float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))


def main():
    pullback = sys.argv[1]
    jax.config.update("jax_enable_x64", True)
    rng = np.random.default_rng(0)
    point = {name: rng.normal(size=shape) / (1 if len(shape) != 2 else shape[0] ** 0.5) for name, shape in SHAPES.items()}
    value, gradients = jax.jit(jax.value_and_grad(loss))({name: jnp.asarray(x) for name, x in point.items()})
    del gradients["T"]  # it is `const`
    faults = 0
    for target, options in [("numpy", []), ("jax", []), ("jax", ["--autograd"])]:
        module = emitted(pullback, "--target", target, *options)
        order = module["forward"].__code__.co_varnames[: len(point)]
        assert sorted(order) == sorted(point), order
        inputs = [point[name] for name in order]
        if options:
            call = lambda named: module["Pullback"](*(named[name] for name in order), H, K)
            forward, found = jax.value_and_grad(call)({name: jnp.asarray(x) for name, x in point.items()})
            assert not np.any(found.pop("T"))
        elif target == "jax":
            inputs = [jnp.asarray(x) for x in inputs]
            forward, found = (jax.jit(module[f], static_argnames=("h", "k"))(*inputs, h=H, k=K) for f in ("forward", "backward"))
        else:
            forward, found = (module[f](*inputs, h=H, k=K) for f in ("forward", "backward"))
        assert sorted(found) == sorted(gradients), sorted(found)
        errors = {name: error(found[name], gradients[name]) for name in gradients}
        worst = max(errors, key=errors.get)
        largest = max(errors[worst], error(forward, value))
        faults += not largest < TOLERANCE
        told = f"value {error(forward, value):.1e}, {len(errors)} gradients, the worst d/d{worst} {errors[worst]:.1e}"
        print(f"transformer, {' '.join([target, *options])}: {told}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
