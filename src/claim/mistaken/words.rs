//! What was changed in a rule, in words: of many changes that are tried few are written out.

use crate::derive::Derivation;
use crate::expr::{Args, Id};
use crate::formula::Charset;
use crate::rewrite::Algebra;
use crate::shape::Shape;
use rustc_hash::FxHashMap;

/// A part of a sentence.
pub(super) enum Word {
    Say(&'static str),
    Formula(Id),
    Name(String),
}

pub(super) type Words = Vec<Word>;

/// A sentence of words and formulas; only the few that are needed are written out.
macro_rules! say {
    ($($part:expr),*) => { vec![$(Word::from($part)),*] };
}

impl From<&'static str> for Word {
    fn from(text: &'static str) -> Word {
        Word::Say(text)
    }
}
impl From<Id> for Word {
    fn from(id: Id) -> Word {
        Word::Formula(id)
    }
}
impl From<&String> for Word {
    fn from(name: &String) -> Word {
        Word::Name(name.clone())
    }
}

/// The sentence, with what arrives put in for the leaf.
pub(super) fn written(d: &mut Derivation, words: &Words, g: Id, upstream: Id) -> String {
    let mut text = String::new();
    for word in words {
        match word {
            Word::Say(words) => text += words,
            Word::Name(name) => text += name,
            Word::Formula(id) => {
                let shown = simplest(&mut d.algebra, *id, g, upstream);
                text += &crate::formula::text(d.arena(), shown, Charset::Ascii);
            }
        }
    }
    text
}

/// An expression in simplest form, with what arrives put in for the leaf.
pub(super) fn simplest(a: &mut Algebra, root: Id, g: Id, upstream: Id) -> Id {
    let mut made: FxHashMap<Id, Id> = FxHashMap::default();
    let shape = Shape::from_slice(a.arena.shape(g));
    let upstream = a.broadcast_to(upstream, &shape);
    for node in a.arena.reachable(&[root]) {
        let args: Args = a.arena.args(node).iter().map(|arg| made[arg]).collect();
        let op = a.arena.op(node).clone();
        let id = if node == g {
            upstream
        } else if args.is_empty() {
            node
        } else {
            a.make(op, args)
        };
        made.insert(node, id);
    }
    made[&root]
}
