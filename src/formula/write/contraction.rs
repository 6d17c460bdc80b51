//! Contractions that no sign stands for, and orders of axes.

use super::{Writer, level};
use crate::expr::{Axes, Axis, Id, UNIT};
use crate::formula::Token;

impl Writer<'_> {
    pub(super) fn permute(&mut self, order: &[u8], x: Id) {
        let rank = order.len();
        let kept = |others: &[u8]| others.iter().enumerate().all(|(at, &axis)| at == axis as usize);
        // what has no two axes to change places has none that stay before them either
        let last = order.split_last_chunk::<2>();
        if last.is_some_and(|(others, &[one, _])| kept(others) && one as usize == rank - 1) {
            self.expression(x, level::ATOM);
            self.out.push(Token::Transpose { batch: rank > 2 });
        } else if order.iter().enumerate().all(|(at, &axis)| at + axis as usize == rank - 1) {
            self.expression(x, level::ATOM);
            self.verbatim(".T");
        } else {
            let list: Vec<String> = order.iter().map(u8::to_string).collect();
            self.call("permute", &[x], Some(Token::Verbatim(format!("({})", list.join(", ")).into())));
        }
    }

    pub(super) fn einsum(&mut self, id: Id, inputs: &[Axes], output: &Axes, args: &[Id]) {
        // the dimensions' own letters where they tell the indices apart
        let lengths: Vec<String> =
            self.arena.signature(id).map_or(vec![], |s| s.lengths.iter().map(|&dim| self.arena.dims.show(dim)).collect());
        let own = lengths
            .iter()
            .enumerate()
            .all(|(k, name)| name.len() == 1 && name.as_bytes()[0].is_ascii_alphabetic() && !lengths[..k].contains(name));
        // an axis of length 1 that broadcasts has a letter to itself: the sum over it has one term
        let taken = |c: &char| own && lengths.iter().any(|name| name.starts_with(*c));
        let mut spare = (if own { 0 } else { lengths.len() }..).map(letter).filter(|c| !taken(c));
        let mut spelled = |axes: &Axes| -> String {
            let name = |&a: &Axis| match a {
                UNIT => spare.next().map_or(String::new(), String::from),
                a if own => lengths[a as usize].clone(),
                a => letter(a as usize).to_string(),
            };
            axes.iter().map(name).collect()
        };
        let left: Vec<String> = inputs.iter().map(&mut spelled).collect();
        self.out.push(Token::Function("einsum"));
        self.mark("(");
        self.verbatim(format!("\"{}->{}\"", left.join(","), spelled(output)));
        for &arg in args {
            self.mark(",");
            self.expression(arg, level::ANY);
        }
        self.mark(")");
    }
}

/// The letter of an index: `i, j, k, ...`, as people number indices; past the Latin ones Greek ones, and then any others.
pub fn letter(index: usize) -> char {
    const LETTERS: &[u8; 52] = b"ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH";
    const MORE: [(char, usize); 2] = [('α', 17), ('一', 20_000)];
    let mut rest = index;
    if let Some(&letter) = LETTERS.get(rest) {
        return char::from(letter);
    }
    rest -= LETTERS.len();
    for (first, count) in MORE {
        if rest < count {
            return char::from_u32(first as u32 + rest as u32).unwrap_or(first);
        }
        rest -= count;
    }
    // no contraction has so many indices (MAX_LABELS)
    char::REPLACEMENT_CHARACTER
}
