//! PyTorch.

use super::target::{Form, Second, Target};

pub(super) static TORCH: Target = Target {
    name: "torch",
    imports: &[("import torch", "")],
    prefix: "torch.",
    spelling: |python| python.torch,
    whole: |python| python.torch,
    arrays_only: true,
    axis: ("dim", "keepdim"),
    number: "{ref}.new_tensor({0})",
    mask: "{0!}.to({ref}.dtype)",
    places: "{0!}.to({ref}.dtype)",
    root: "{0!}**0.5",
    filled: ["{ref}.new_zeros({shape})", "{ref}.new_ones({shape})", "{ref}.new_full({shape}, {0})"],
    broadcast: "torch.broadcast_to({0}, {shape})",
    eye: "torch.eye({n}, dtype={ref}.dtype, device={ref}.device)",
    swap: "{0!}.mT",
    permute: "torch.permute({0}, {order})",
    diagonal: "torch.diagonal({0}, dim1=-2, dim2=-1)",
    trace: "torch.diagonal({0}, dim1=-2, dim2=-1).sum(-1)",
    normal: "torch.randn({shape}, dtype=torch.float64)",
    integers: "torch.randint({high}, {shape})",
    uniform: "torch.empty({shape}, dtype=torch.float64).uniform_({low}, {high})",
    properties: &[
        ("symmetric", "({x} + {x}.mT) / 2"),
        ("posdef", "{x} @ {x}.mT / {n!} + torch.eye({n}, dtype=torch.float64) / 2"),
        ("diagonal", "{x} * torch.eye({n}, dtype=torch.float64)"),
        ("lower", "torch.tril({x})"),
        ("upper", "torch.triu({x})"),
        ("orthogonal", "(lambda u, s, v: u @ v)(*torch.linalg.svd({x}, full_matrices=False))"),
        ("orthonormal", "(lambda u, s, v: u @ v)(*torch.linalg.svd({x}, full_matrices=False))"),
        ("onehot", "torch.eye({n}, dtype=torch.float64)[torch.randint({n}, {rows})]"),
        ("stochastic", "(torch.abs({x}) + 0.1) / torch.sum(torch.abs({x}) + 0.1, dim=-1, keepdim=True)"),
        ("unit", "{x} / torch.sqrt(torch.sum({x}**2, dim=-1, keepdim=True))"),
        ("binary", "({x} > 0.3).to(torch.float64)"),
        ("sign", "torch.sign({x})"),
    ],
    check: r#"
def check():
    """The largest error of {checked} against autograd, relative to the gradient where that is larger than 1."""
    torch.manual_seed(0)
{draws}
    $point = {point}
    $leaves = {{$name: $point[$name].requires_grad_() for $name in {wanted}}}
    $grads = {derived}
    $loss = torch.sum({weight}forward(*$point.values(){lengths}))
    $wanted = [None] * len($leaves)
    if $loss.requires_grad:
        $wanted = torch.autograd.grad($loss, list($leaves.values()), allow_unused=True)
    $errors = [0.0]
    for ($name, $leaf), $grad in zip($leaves.items(), $wanted):
        assert $grads[$name].shape == $leaf.shape, $name
        $grad = torch.zeros_like($leaf) if $grad is None else $grad
{untaken}        $errors.append((($grads[$name] - $grad).abs().max() / $grad.abs().max().clamp(min=1)).item())
    return torch.tensor($errors).max().item()
"#,
    second: Second {
        text: r#"
def check():
    """The largest error of {of} against torch.autograd, relative to the largest entry where that is larger than 1."""
    torch.manual_seed(0)
{draws}
    $point = {point}
    $leaves = {wanted}
    $inputs = tuple($point[$name] for $name in $leaves)
    $function = lambda *$given: forward(*{{**$point, **dict(zip($leaves, $given))}}.values(){lengths})
    $pairs = []
{body}
    $errors = [0.0]
    for $array, $right in $pairs:
        assert $array.shape == $right.shape
{untaken}        $errors.append((($array - $right).abs().max() / $right.abs().max().clamp(min=1)).item())
    return torch.tensor($errors).max().item()
"#,
        bodies: [
            r#"
    $found = jacobian(*$point.values(){lengths})
    for $name, $right in zip($leaves, torch.autograd.functional.jacobian($function, $inputs)):
        $pairs.append(($found[$name], $right))
"#,
            r#"
    $found = hessian(*$point.values(){lengths})
    $row = torch.autograd.functional.hessian(lambda *$given: $function(*$given).sum(), $inputs)
    for $name, $blocks in zip($leaves, $row):
        for $other, $right in zip($leaves, $blocks):
            $pairs.append(($found[$name, $other], $right))
"#,
            r#"
    $vector = {{$name: torch.randn_like($x) for $name, $x in zip($leaves, $inputs)}}
    $found = hvp(*$point.values(), $vector{lengths})
    _, $right = torch.autograd.functional.vhp(lambda *$given: $function(*$given).sum(), $inputs, tuple($vector.values()))
    $pairs.extend(($found[$name], $one) for $name, $one in zip($leaves, $right))
"#,
        ],
    },
    untaken: [
        "        $grad = torch.where($grad.isnan(), $grads[$name], $grad)  # where autograd has 0 times an untaken infinity\n",
        "        $right = torch.where($right.isnan(), $array, $right)  # where autograd has 0 times an untaken infinity\n",
    ],
    tolerance: "1e-8",
    autograd: Some(Form {
        text: r#"
class {name}(torch.autograd.Function):
    """`{name}.apply({arguments})`: the same, with its gradient."""

    @staticmethod
    def forward({ctx}, {arguments}):
{ahead}{save}{keep}        return {output}

    @staticmethod
    def backward({ctx}, {above}):
{saved}{given}{behind}        return {returned}
"#,
        save: "{ctx}.save_for_backward({values})",
        saved: "{values} = {ctx}.saved_tensors",
        indent: 8,
        call: "{name}.apply(",
        check: "dict(zip($leaves, torch.autograd.grad(torch.sum({weight}{call}*$point.values(){positional})), list($leaves.values()))))",
        nothing: "None",
    }),
};
