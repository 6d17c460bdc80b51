//! Every length in its final form.

use crate::expr::{Arena, Id, Op};

/// Copies what `roots` are made of into an arena in which every length is resolved.
pub(super) fn settle(mut old: Arena, roots: &[Id]) -> (Arena, Vec<Id>) {
    let mut map = vec![Id(0); old.len()];
    let order = old.reachable(roots);
    // the gradients take about three times as many
    let mut new = Arena::with_room(4 * order.len());
    new.dims = std::mem::take(&mut old.dims);
    new.symbols = std::mem::take(&mut old.symbols);
    // each has a gradient
    new.symbols.reserve_exact(new.symbols.len());
    new.variables = std::mem::take(&mut old.variables);
    for symbol in &mut new.symbols {
        for dim in &mut symbol.shape {
            *dim = new.dims.resolve(*dim);
        }
    }
    for id in order {
        let op = match old.op(id).clone() {
            Op::Length(dim) => Op::Length(new.dims.resolve(dim)),
            Op::Eye(dim) => Op::Eye(new.dims.resolve(dim)),
            Op::Broadcast(shape) => Op::Broadcast(shape.into_iter().map(|dim| new.dims.resolve(dim)).collect()),
            Op::Call(function, attributes) => {
                Op::Call(function, attributes.iter().map(|attribute| attribute.with_lengths(|dim| new.dims.resolve(dim))).collect())
            }
            op => op,
        };
        let args = old.args(id).iter().map(|a| map[a.0 as usize]).collect();
        map[id.0 as usize] = new.intern(op, args);
    }
    (new, map)
}
