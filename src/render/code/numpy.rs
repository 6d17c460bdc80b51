//! NumPy, with `scipy.special` for what it lacks.

use super::target::{Second, Target};

pub(super) static NUMPY: Target = Target {
    name: "numpy",
    imports: &[("import numpy as np", ""), ("import scipy.linalg", "scipy.linalg."), ("from scipy import special", "special.")],
    prefix: "np.",
    spelling: |python| python.numpy,
    whole: |python| python.numpy,
    arrays_only: false,
    axis: ("axis", "keepdims"),
    number: "np.float64({0})",
    mask: "np.float64({0})",
    places: "{0}",
    root: "np.sqrt({0})",
    filled: ["np.zeros({shape})", "np.ones({shape})", "np.full({shape}, {0})"],
    broadcast: "np.broadcast_to({0}, {shape})",
    eye: "np.eye({n})",
    swap: "np.swapaxes({0}, -1, -2)",
    permute: "np.transpose({0}, {order})",
    diagonal: "np.diagonal({0}, axis1=-2, axis2=-1)",
    trace: "np.trace({0}, axis1=-2, axis2=-1)",
    normal: "$rng.normal(size={shape})",
    integers: "$rng.integers({high}, size={shape})",
    uniform: "$rng.uniform({low}, {high}, size={shape})",
    properties: &[
        ("symmetric", "({x} + np.swapaxes({x}, -1, -2)) / 2"),
        ("posdef", "{x} @ np.swapaxes({x}, -1, -2) / {n!} + np.eye({n}) / 2"),
        ("diagonal", "{x} * np.eye({n})"),
        ("lower", "np.tril({x})"),
        ("upper", "np.triu({x})"),
        ("orthogonal", "(lambda u, s, v: u @ v)(*np.linalg.svd({x}, full_matrices=False))"),
        ("orthonormal", "(lambda u, s, v: u @ v)(*np.linalg.svd({x}, full_matrices=False))"),
        ("onehot", "np.eye({n})[$rng.integers({n}, size={rows})]"),
        ("stochastic", "(np.abs({x}) + 0.1) / np.sum(np.abs({x}) + 0.1, axis=-1, keepdims=True)"),
        ("unit", "{x} / np.sqrt(np.sum({x}**2, axis=-1, keepdims=True))"),
        ("binary", "np.float64({x} > 0.3)"),
        ("sign", "np.sign({x})"),
    ],
    check: r#"
def check():
    """The largest error of backward against central differences, relative to the gradient where that is larger than 1."""
{untaken}    $rng = np.random.default_rng(0)
{draws}
    $point = {point}
    $grads = backward(*$point.values(){upstream}{lengths})
    $errors = [0.0]
    for $group in {groups}:
        for _ in range(5):
            $step = {{$name: $rng.normal(size=np.shape($point[$name])) for $name in $group}}
            $ahead, $behind = (
                np.sum({weight}forward(*($x + $h * $step[$name] if $name in $step else $x for $name, $x in $point.items()){lengths}))
                for $h in (1e-6, -1e-6)
            )
            $terms = np.concatenate([np.ravel($grads[$name] * $step[$name]) for $name in $group])
            $errors.append(np.abs(($ahead - $behind) / 2e-6 - np.sum($terms)) / max(1, np.linalg.norm($terms)))
    for $name in $grads:
        assert np.shape($grads[$name]) == np.shape($point[$name]), $name
    return np.max($errors)
"#,
    second: Second {
        text: r#"
def check():
    """The largest error of {of} against central differences, relative to the largest entry where that is larger than 1."""
{untaken}    $rng = np.random.default_rng(0)
{draws}
    $point = {point}
    $errors = [0.0]
{body}
    return np.max($errors)
"#,
        bodies: [
            r#"
    for $name, $array in jacobian(*$point.values(){lengths}).items():
        for $place in np.ndindex(np.shape($point[$name])):
            $step = np.zeros(np.shape($point[$name]))
            $step[$place] = 1e-6
            $ahead, $behind = (
                forward(*{{**$point, $name: $point[$name] + $sign * $step}}.values(){lengths}) for $sign in (1, -1)
            )
            $slope = (np.asarray($ahead) - np.asarray($behind)) / 2e-6
            $errors.append(np.max(np.abs($slope - $array[(..., *$place)])) / max(1, np.max(np.abs($slope))))
"#,
            r#"
    for ($name, $other), $array in hessian(*$point.values(){lengths}).items():
        for $place in np.ndindex(np.shape($point[$other])):
            $step = np.zeros(np.shape($point[$other]))
            $step[$place] = 1e-6
            $ahead, $behind = (
                backward(*{{**$point, $other: $point[$other] + $sign * $step}}.values(){lengths})[$name] for $sign in (1, -1)
            )
            $slope = (np.asarray($ahead) - np.asarray($behind)) / 2e-6
            $errors.append(np.max(np.abs($slope - $array[(..., *$place)])) / max(1, np.max(np.abs($slope))))
"#,
            r#"
    $vector = {{$name: $rng.normal(size=np.shape($point[$name])) for $name in {wanted}}}
    $ahead, $behind = (
        backward(*{{**$point, **{{$name: $point[$name] + $h * $vector[$name] for $name in $vector}}}}.values(){lengths})
        for $h in (1e-6, -1e-6)
    )
    for $name, $array in hvp(*$point.values(), $vector{lengths}).items():
        $slope = (np.asarray($ahead[$name]) - np.asarray($behind[$name])) / 2e-6
        $errors.append(np.max(np.abs($slope - $array)) / max(1, np.max(np.abs($slope))))
"#,
        ],
    },
    untaken: ["    np.seterr(divide=\"ignore\", invalid=\"ignore\")  # a branch that is not taken may have no value\n"; 2],
    tolerance: "1e-6",
    autograd: None,
};
