//! JAX.

use super::target::{Form, Second, Target};

pub(super) static JAX: Target = Target {
    name: "jax",
    imports: &[("import jax", ""), ("import jax.numpy as jnp", "")],
    prefix: "jnp.",
    spelling: |python| python.jax,
    whole: |python| python.jax,
    arrays_only: false,
    axis: ("axis", "keepdims"),
    number: "jnp.asarray({0}, {ref}.dtype)",
    mask: "{0!}.astype({ref}.dtype)",
    places: "{0!}.astype({ref}.dtype)",
    root: "jnp.sqrt({0})",
    filled: ["jnp.zeros({shape}, {ref}.dtype)", "jnp.ones({shape}, {ref}.dtype)", "jnp.full({shape}, {0}, {ref}.dtype)"],
    broadcast: "jnp.broadcast_to({0}, {shape})",
    eye: "jnp.eye({n}, dtype={ref}.dtype)",
    swap: "jnp.swapaxes({0}, -1, -2)",
    permute: "jnp.transpose({0}, {order})",
    diagonal: "jnp.diagonal({0}, axis1=-2, axis2=-1)",
    trace: "jnp.trace({0}, axis1=-2, axis2=-1)",
    normal: "jax.random.normal(next($keys), {shape})",
    integers: "jax.random.randint(next($keys), {shape}, 0, {high})",
    uniform: "jax.random.uniform(next($keys), {shape}, minval={low}, maxval={high})",
    properties: &[
        ("symmetric", "({x} + jnp.swapaxes({x}, -1, -2)) / 2"),
        ("posdef", "{x} @ jnp.swapaxes({x}, -1, -2) / {n!} + jnp.eye({n}) / 2"),
        ("diagonal", "{x} * jnp.eye({n})"),
        ("lower", "jnp.tril({x})"),
        ("upper", "jnp.triu({x})"),
        ("orthogonal", "(lambda u, s, v: u @ v)(*jnp.linalg.svd({x}, full_matrices=False))"),
        ("orthonormal", "(lambda u, s, v: u @ v)(*jnp.linalg.svd({x}, full_matrices=False))"),
        ("onehot", "jnp.eye({n})[jax.random.randint(next($keys), {rows}, 0, {n})]"),
        ("stochastic", "(jnp.abs({x}) + 0.1) / jnp.sum(jnp.abs({x}) + 0.1, axis=-1, keepdims=True)"),
        ("unit", "{x} / jnp.sqrt(jnp.sum({x}**2, axis=-1, keepdims=True))"),
        ("binary", "jnp.asarray({x} > 0.3, float)"),
        ("sign", "jnp.sign({x})"),
    ],
    check: r#"
def check():
    """The largest error of {checked} against jax.grad, relative to the gradient where that is larger than 1."""
    jax.config.update("jax_enable_x64", True)
    $keys = iter(jax.random.split(jax.random.key(0), {count}))
{draws}
    $point = {point}
    $leaves = {{$name: $point[$name] for $name in {wanted}}}
    $grads = {derived}
    $wanted = jax.grad(lambda $leaves: jnp.sum({weight}forward(*{{**$point, **$leaves}}.values(){lengths})))($leaves)
    $errors = [0.0]
    for $name, $grad in $wanted.items():
        assert $grads[$name].shape == $grad.shape, $name
{untaken}        $errors.append(jnp.max(jnp.abs($grads[$name] - $grad)) / jnp.maximum(1, jnp.max(jnp.abs($grad))))
    return float(jnp.max(jnp.asarray($errors)))
"#,
    second: Second {
        text: r#"
def check():
    """The largest error of {of} against JAX's own, relative to the largest entry where that is larger than 1."""
    jax.config.update("jax_enable_x64", True)
    $keys = iter(jax.random.split(jax.random.key(0), {count}))
{draws}
    $point = {point}
    $leaves = {{$name: $point[$name] for $name in {wanted}}}
    $pairs = []
{body}
    $errors = [0.0]
    for $array, $right in $pairs:
        assert $array.shape == $right.shape
{untaken}        $errors.append(jnp.max(jnp.abs($array - $right)) / jnp.maximum(1, jnp.max(jnp.abs($right))))
    return float(jnp.max(jnp.asarray($errors)))
"#,
        bodies: [
            r#"
    $right = jax.jacobian(lambda $leaves: forward(*{{**$point, **$leaves}}.values(){lengths}))($leaves)
    for $name, $array in jacobian(*$point.values(){lengths}).items():
        $pairs.append(($array, $right[$name]))
"#,
            r#"
    $right = jax.hessian(lambda $leaves: jnp.sum(forward(*{{**$point, **$leaves}}.values(){lengths})))($leaves)
    for ($name, $other), $array in hessian(*$point.values(){lengths}).items():
        $pairs.append(($array, $right[$name][$other]))
"#,
            r#"
    $vector = {{$name: jnp.cos(1 + $x + jnp.arange($x.size).reshape($x.shape)) for $name, $x in $leaves.items()}}
    $gradient = jax.grad(lambda $leaves: jnp.sum(forward(*{{**$point, **$leaves}}.values(){lengths})))
    _, $right = jax.jvp($gradient, ($leaves,), ($vector,))
    for $name, $array in hvp(*$point.values(), $vector{lengths}).items():
        $pairs.append(($array, $right[$name]))
"#,
        ],
    },
    untaken: [
        "        $grad = jnp.where(jnp.isnan($grad), $grads[$name], $grad)  # where JAX has 0 times an untaken infinity\n",
        "        $right = jnp.where(jnp.isnan($right), $array, $right)  # where JAX has 0 times an untaken infinity\n",
    ],
    tolerance: "1e-8",
    autograd: Some(Form {
        text: r#"
def {name}_forward({arguments}):
{ahead}    return {output}, ({values})


def {name}_backward({static}{ctx}, {above}):
{saved}{behind}    return {returned}


{name} = jax.custom_vjp(lambda {arguments}: forward({inputs}{lengths}){nondiff})
{name}.defvjp({name}_forward, {name}_backward)
"#,
        save: "",
        saved: "{values} = {ctx}",
        indent: 4,
        call: "{name}(",
        check: "jax.grad(lambda $leaves: jnp.sum({weight}{call}*{{**$point, **$leaves}}.values(){positional})))($leaves)",
        nothing: "jnp.zeros_like({0})",
    }),
};
