//! How much arithmetic a formula is, as a length.

use crate::expr::{Arena, Id, Number, Op};
use crate::shape::{Dim, Dims};

/// Multiplications, additions and function values that it takes to compute an expression, each subexpression once: `2*n*d*m` for
/// `(n, d) @ (d, m)`.
///
/// As is usual, a sum of k terms counts as k additions, and a transposed or repeated array costs nothing.
///
/// `dims` are the arena's lengths: the count is a new one among them.
pub(super) fn flops(arena: &Arena, dims: &mut Dims, root: Id) -> String {
    let mut total = dims.integer(0);
    for id in arena.reachable(&[root]) {
        let cost = cost(arena, dims, id);
        total = dims.plus(total, cost);
    }
    dims.show(total)
}

fn cost(arena: &Arena, dims: &mut Dims, id: Id) -> Dim {
    let args = arena.args(id);
    let entries = dims.product(arena.shape(id).iter().copied());
    let times = |dims: &mut Dims, count: usize, size: Dim| {
        let count = dims.integer(count as i64);
        dims.times(count, size)
    };
    match arena.op(id) {
        Op::Add(coefficients) => {
            let mut total = times(dims, coefficients.len() - 1, entries);
            for (coefficient, &arg) in coefficients.iter().zip(args) {
                if coefficient.absolute() != Number::ONE && !arena.shape(arg).is_empty() {
                    let size = dims.product(arena.shape(arg).iter().copied());
                    total = dims.plus(total, size);
                }
            }
            total
        }
        Op::Multiply => times(dims, args.len() - 1, entries),
        Op::MatMul => chain(arena, dims, id),
        Op::Sum { .. } | Op::Trace => {
            let shape = arena.shape(args[0]);
            // of a matrix the trace adds up the diagonal alone
            let added = if matches!(arena.op(id), Op::Trace) { &shape[..shape.len() - 1] } else { shape };
            dims.product(added.iter().copied())
        }
        Op::Outer | Op::Power(_) | Op::Apply(_) | Op::Call(..) => entries,
        Op::Einsum { output, .. } => match arena.signature(id) {
            Some(signature) => {
                let summed = (0..signature.lengths.len()).any(|label| !output.contains(&(label as u8)));
                let loops = dims.product(signature.lengths.iter().copied());
                times(dims, args.len() - 1 + usize::from(summed), loops)
            }
            None => dims.integer(0),
        },
        _ => dims.integer(0),
    }
}

/// A chain of matrix products, from the left as Python takes it: two operations for each entry of the result and of the joint.
fn chain(arena: &Arena, dims: &mut Dims, id: Id) -> Dim {
    let mut total = dims.integer(0);
    let Some(signature) = arena.signature(id) else { return total };
    let out = &signature.output;
    let joints = signature.inputs.len() - 1;
    for joint in 1..=joints {
        // what the product of the first factors and the next one runs over
        let (done, next) = (&signature.inputs[..joint], &signature.inputs[joint]);
        let used = |label: u8| done.iter().flatten().chain(next).any(|&l| l == label);
        let left = done.len() > 1;
        let open = |label: u8| {
            let inside = done.iter().filter(|labels| labels.contains(&label)).count() == 2 && !out.contains(&label);
            !(left && inside)
        };
        let loops: Vec<Dim> =
            (0..signature.lengths.len()).filter(|&l| used(l as u8) && open(l as u8)).map(|l| signature.lengths[l]).collect();
        let two = dims.integer(2);
        let size = dims.product(loops);
        let cost = dims.times(two, size);
        total = dims.plus(total, cost);
    }
    total
}

#[cfg(test)]
mod tests {
    use crate::answer::{Options, answer};
    use crate::record::record;

    fn of(program: &str, input: &str) -> String {
        let mut answer = answer(program, &Options::default()).unwrap();
        record(&mut answer).gradients.get(input).unwrap().flops.clone()
    }

    #[test]
    fn counts() {
        assert_eq!(of("X: (n, d); W: (d, m); Y = X @ W", "W"), "2*n*d*m");
        assert_eq!(of("X: (n, d); b: (d,); Y = X + b", "X"), "0");
        assert_eq!(of("X: (n, d); b: (d,); Y = X + b", "b"), "n*d");
        assert_eq!(of("A: (n, d); B: (d, m); C: (m, k); Y = A @ B @ C", "A"), "2*n*d*m + 2*n*m*k");
        assert_eq!(of("X: (n, d); Y = X * X", "X"), "2*n*d");
    }
}
