//! Contractions: the one description from which everything about a multilinear operation follows.

use super::{Arena, Id, Number, Op};
use crate::shape::Dim;
use smallvec::SmallVec;

/// The label of an axis within one contraction, or [`UNIT`].
pub type Axis = u8;
/// An axis of length 1 that carries no index: it broadcasts.
pub const UNIT: Axis = u8::MAX;
/// The labels of an array's axes.
pub type Axes = SmallVec<[Axis; 8]>;

/// `ik,kj->ij` with the length of every index. Labels that the output lacks are summed; labels that only the output has are broadcast;
/// a label twice in one array is its diagonal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The labels of each operand.
    pub inputs: SmallVec<[Axes; 4]>,
    /// The labels of the result.
    pub output: Axes,
    /// The length of each label.
    pub lengths: SmallVec<[Dim; 8]>,
}

/// A product of factors summed over the indices that the output lacks, times a number.
#[derive(Clone, Debug)]
pub struct Contraction {
    /// The number in front.
    pub coefficient: Number,
    /// The factors with the labels of their axes.
    pub factors: SmallVec<[(Id, Axes); 4]>,
    /// The labels of the result.
    pub output: Axes,
    /// The length of each label.
    pub lengths: SmallVec<[Dim; 8]>,
}

impl Arena {
    /// The signature of a multilinear node, or of an [`Op::Add`] (which is linear in each operand by itself); `None` for every other node.
    pub fn signature(&self, id: Id) -> Option<Signature> {
        let args = self.args(id);
        let out = self.shape(id);
        let all = |rank: usize| (0..rank as u8).collect::<Axes>();
        let lengths = SmallVec::<[Dim; 8]>::from_slice;
        Some(match self.op(id) {
            Op::Add(_) | Op::Multiply | Op::Broadcast(_) => {
                let inputs = args.iter().map(|&arg| aligned(self.shape(arg), out, 0)).collect();
                Signature { inputs, output: all(out.len()), lengths: lengths(out) }
            }
            Op::MatMul => self.matmul_signature(args, out),
            Op::Permute(order) => {
                let shape = self.shape(args[0]);
                Signature {
                    inputs: [all(shape.len())].into_iter().collect(),
                    output: order.iter().copied().collect(),
                    lengths: lengths(shape),
                }
            }
            Op::Sum { axes, keep } => {
                let shape = self.shape(args[0]);
                let labels = all(shape.len());
                let output = labels
                    .iter()
                    .filter_map(|&axis| match (axes >> axis & 1 == 1, keep) {
                        (false, _) => Some(axis),
                        (true, true) => Some(UNIT),
                        (true, false) => None,
                    })
                    .collect();
                Signature { inputs: [labels].into_iter().collect(), output, lengths: lengths(shape) }
            }
            Op::Unsqueeze(mask) => {
                let shape = self.shape(args[0]);
                let mut next = 0..;
                let output = (0..out.len()).map(|axis| if mask >> axis & 1 == 1 { UNIT } else { next.next().unwrap_or(0) }).collect();
                Signature { inputs: [all(shape.len())].into_iter().collect(), output, lengths: lengths(shape) }
            }
            Op::Squeeze(mask) => {
                let shape = self.shape(args[0]);
                let mut next = 0..;
                let input = (0..shape.len()).map(|axis| if mask >> axis & 1 == 1 { UNIT } else { next.next().unwrap_or(0) }).collect();
                Signature { inputs: [input].into_iter().collect(), output: all(out.len()), lengths: lengths(out) }
            }
            Op::Diag => Signature {
                inputs: [all(1)].into_iter().collect(),
                output: [0, 0].into_iter().collect(),
                lengths: lengths(self.shape(args[0])),
            },
            Op::Diagonal | Op::Trace => {
                let shape = self.shape(args[0]);
                let batch = shape.len() - 2;
                let mut input = all(batch + 1);
                input.push(batch as u8);
                let kept = if matches!(self.op(id), Op::Trace) { batch } else { batch + 1 };
                Signature { inputs: [input].into_iter().collect(), output: all(kept), lengths: lengths(&shape[..batch + 1]) }
            }
            Op::Outer => Signature {
                inputs: [[0].into_iter().collect(), [1].into_iter().collect()].into_iter().collect(),
                output: all(2),
                lengths: lengths(out),
            },
            Op::Einsum { inputs, output } => {
                let count = inputs.iter().flatten().filter(|&&a| a != UNIT).max().map_or(0, |&a| a as usize + 1);
                let mut found: SmallVec<[Dim; 8]> = SmallVec::from_elem(Dim::ONE, count);
                for (labels, &arg) in inputs.iter().zip(args) {
                    for (&label, &dim) in labels.iter().zip(self.shape(arg)) {
                        if label != UNIT {
                            found[label as usize] = dim;
                        }
                    }
                }
                Signature { inputs: inputs.iter().cloned().collect(), output: output.clone(), lengths: found }
            }
            _ => return None,
        })
    }

    /// Batch axes first (labels as in the result), then one label per joint of the chain.
    fn matmul_signature(&self, args: &[Id], out: &[Dim]) -> Signature {
        let first_is_row = self.shape(args[0]).len() == 1;
        let last_is_column = self.shape(args[args.len() - 1]).len() == 1;
        let batch = out.len() - (2 - first_is_row as usize - last_is_column as usize);
        let mut lengths: SmallVec<[Dim; 8]> = SmallVec::from_slice(&out[..batch]);
        let mut inputs = SmallVec::new();
        let mut left = batch as u8;
        for (place, &arg) in args.iter().enumerate() {
            let shape = self.shape(arg);
            let core = shape.len().min(2);
            let mut labels = aligned(&shape[..shape.len() - core], &out[..batch], 0);
            if core == 2 {
                if place == 0 {
                    lengths.push(shape[shape.len() - 2]);
                }
                labels.extend([left, left + 1]);
                lengths.push(shape[shape.len() - 1]);
                left += 1;
            } else {
                if place == 0 {
                    lengths.push(shape[0]);
                }
                labels.push(left);
            }
            inputs.push(labels);
        }
        let mut output: Axes = (0..batch as u8).collect();
        if !first_is_row {
            output.push(batch as u8);
        }
        if !last_is_column {
            output.push(left);
        }
        Signature { inputs, output, lengths }
    }

    /// The cut: what remains of `⟨upstream, d(node)⟩` when operand `place` is taken out of the loop. It has that operand's axes.
    ///
    /// `None` where the node is not linear in its operands. The pairing with the upstream gradient and the removal of one factor are the
    /// whole of reverse mode: Radul et al., "You Only Linearize Once", POPL 2023, section 5.
    pub fn cut(&self, id: Id, place: usize, upstream: Id) -> Option<Contraction> {
        if let Op::Add(coefficients) = self.op(id) {
            // the other terms of a sum are not in this loop
            let shape = self.shape(id);
            return Some(Contraction {
                coefficient: coefficients[place],
                factors: [(upstream, (0..shape.len() as Axis).collect())].into_iter().collect(),
                output: aligned(self.shape(self.args(id)[place]), shape, 0),
                lengths: SmallVec::from_slice(shape),
            });
        }
        let Signature { mut inputs, output, lengths } = self.signature(id)?;
        let wanted = std::mem::replace(&mut inputs[place], output);
        // the upstream gradient stands where the operand stood: the order of a walk round the loop
        let ids = self.args(id).iter().enumerate().map(|(other, &arg)| if other == place { upstream } else { arg });
        let factors = ids.zip(inputs).collect();
        Some(Contraction { coefficient: Number::ONE, factors, output: wanted, lengths })
    }
}

/// The labels of an operand under broadcasting: aligned at the right, an axis of length 1 without index unless the result has length 1 there too.
pub(crate) fn aligned(shape: &[Dim], out: &[Dim], first: u8) -> Axes {
    let offset = out.len() - shape.len();
    shape
        .iter()
        .enumerate()
        .map(|(axis, &dim)| if dim == Dim::ONE && out[offset + axis] != Dim::ONE { UNIT } else { first + (offset + axis) as u8 })
        .collect()
}
