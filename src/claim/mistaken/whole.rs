//! Mistakes in which the rule does not matter: a step passed over, what arrives forgotten, the way there taken again.

use super::changes::{Changes, Variant};
use super::make::{entrywise, replaced, spreads};
use super::words::{Word, Words};
use crate::claim::mistakes as known;
use crate::claim::mistakes::Mistake;
use crate::expr::{Args, Id, Number, Op};
use crate::shape::{Builder, Shape};

impl Changes<'_> {
    /// Mistakes in which the rule does not matter.
    pub fn whole(&mut self) {
        let (g, rule, edge) = (self.g, self.rule, self.edge);
        let c = edge.contribution;
        let shape = Shape::from_slice(self.arena().shape(g));
        let to = Shape::from_slice(self.arena().shape(edge.to));
        let one = self.arena().number(Number::ONE);
        let ones = if shape.is_empty() { one } else { self.arena().intern(Op::Broadcast(shape.clone()), Args::from_slice(&[one])) };
        let scalar_end = self.a.arena.as_number(c.upstream).is_some_and(Number::is_one);
        if !scalar_end {
            let without = replaced(self.arena(), rule, &[(g, ones)]);
            self.push(&known::UPSTREAM, without, say![g, " arrives here and is not in it"]);
        }
        if let Op::Call(..) | Op::Apply(..) | Op::Power(_) = self.a.arena.op(c.user) {
            let chosen = match self.a.arena.op(c.user) {
                Op::Call(function, _) => matches!(function.entry().names[0], "max" | "min"),
                _ => false,
            };
            let mistake = if chosen { &known::ARGMAX } else { &known::DERIVATIVE };
            let entrywise = matches!(self.a.arena.op(c.user), Op::Apply(..) | Op::Power(_)) && shape == to;
            let factor = replaced(self.arena(), rule, &[(g, ones)]).filter(|_| entrywise);
            for spread in spreads(self.arena(), g, &to) {
                let words = match factor {
                    Some(factor) => say![factor, ", the derivative of ", c.user, ", is missing"],
                    None => say!["what goes back through ", c.user, " is ", rule],
                };
                self.push(mistake, Some(spread), words);
            }
        }
        if let (Op::Call(..), [_]) = (self.a.arena.op(c.user), self.a.arena.args(c.user)) {
            if self.a.arena.shape(c.user) == &*to {
                let op = self.a.arena.op(c.user).clone();
                let again = self.arena().intern(op, Args::from_slice(&[g]));
                self.push(&known::FORWARD, Some(again), say!["what goes back is ", rule]);
            }
        }
        for axes in 1..1u32 << to.len().min(3) {
            for keep in [false, true] {
                let summed = self.arena().intern(Op::Sum { axes, keep }, Args::from_slice(&[rule]));
                self.push(&known::SUMMED, Some(summed), say!["it is ", rule]);
            }
        }
        if shape == to {
            let twice = replaced(self.arena(), rule, &[(g, rule)]);
            self.push(&known::DERIVATIVE_TWICE, twice, say!["it is ", rule, ", and that of ", c.user, " has been taken once more"]);
        }
        let own = self.a.named(c.user).unwrap_or(c.user);
        if !matches!(self.a.arena.op(c.user), Op::Add(_) | Op::Multiply | Op::MatMul) {
            let doubled = Builder::new(self.arena(), "").scaled(Number::integer(2), own);
            let arrived = entrywise(self.arena(), doubled, g);
            let squared = arrived.and_then(|arrived| replaced(self.arena(), rule, &[(g, arrived)]));
            self.push(&known::SQUARED, squared, say![own, " is not squared"]);
        }
    }

    fn push(&mut self, mistake: &'static Mistake, wrong: Option<Id>, words: Words) {
        if let Some(rule) = wrong.filter(|wrong| *wrong != self.rule && self.found.iter().all(|known| known.rule != *wrong)) {
            self.found.push(Variant { mistake, rule, words });
        }
    }
}
