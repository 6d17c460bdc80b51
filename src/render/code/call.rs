//! Functions and structure as Python, by the target's templates.

use super::target::fill;
use super::text::{Kind, Text, Writer, level};
use crate::expr::{Id, Number, Op};
use crate::formula::axis_list;
use crate::ops::{Function, Spelling};
use crate::shape::Dim;

impl Writer<'_> {
    /// A template with one operand.
    pub(super) fn filled(&self, template: &str, operand: Text) -> Text {
        let text = fill(template, &mut |slot| match slot {
            "0" => operand.0.clone(),
            "0!" => self.bound(operand.clone(), level::ATOM),
            _ => self.reference.into(),
        });
        (text, binding(template))
    }

    pub(super) fn structure(&self, template: &str, x: Id, more: &[(&str, String)]) -> Text {
        let text = fill(template, &mut |slot| match slot {
            "0" => self.array(x, level::ANY),
            "0!" => self.array(x, level::ATOM),
            "ref" => self.reference.into(),
            _ => more.iter().find(|(name, _)| *name == slot).map_or_else(String::new, |(_, text)| text.clone()),
        });
        (text, binding(template))
    }

    /// A function that every library calls the same.
    pub(super) fn plain_call(&self, name: &str, args: &[Id]) -> Text {
        let args: Vec<String> = args.iter().map(|&arg| self.array(arg, level::ANY)).collect();
        (format!("{}{name}({})", self.target.prefix, args.join(", ")), level::ATOM)
    }

    /// A function of the table of operations, with its keyword arguments as Python texts.
    pub(super) fn call_text(&self, function: Function, args: &[Id], keywords: &[(&str, String)]) -> Text {
        let entry = function.entry();
        let spelling = entry.python.as_ref().map_or(entry.names[0], |python| (self.target.spelling)(python));
        if !spelling.contains('{') {
            let positional = args.iter().map(|&arg| self.argument(arg, level::ANY));
            let named = keywords.iter().map(|(name, value)| format!("{name}={value}"));
            let all: Vec<String> = positional.chain(named).collect();
            return (format!("{}{spelling}({})", self.target.prefix, all.join(", ")), level::ATOM);
        }
        let text = fill(spelling, &mut |slot| {
            let place = slot.trim_end_matches(['!', '&', '?']);
            match (place.parse::<usize>(), &slot[place.len()..]) {
                (Ok(place), "!") => self.argument(args[place], level::ATOM),
                (Ok(place), "&") => self.truth(args[place], level::ANY),
                (Ok(place), "?") => self.number(args[place], level::ANY),
                (Ok(place), _) => self.argument(args[place], level::ANY),
                (Err(_), _) if slot == "ref" => self.reference.into(),
                (Err(_), _) => keywords.iter().find(|(name, _)| *name == slot).map_or_else(String::new, |(_, value)| value.clone()),
            }
        });
        (text, binding(spelling))
    }

    /// How often a spelling writes down its operand at a place.
    pub(super) fn repeats(&self, id: Id, place: usize) -> usize {
        let Op::Apply(function) = self.arena.op(id) else { return 1 };
        let spelling = function.entry().python.as_ref().map_or("", |python| (self.target.spelling)(python));
        spelling.matches(&format!("{{{place}")).count().max(1)
    }

    pub(super) fn apply(&self, function: Function, args: &[Id]) -> Text {
        // something of two plain numbers would be plain itself
        let operand = |place: usize, outer: u8| match place == 0 && args.iter().all(|&arg| self.of(arg) == Kind::Plain) {
            true => self.argument(args[place], outer),
            false => self.number(args[place], outer),
        };
        match function.primitive().spelling {
            Spelling::Call => self.call_text(function, args, &[]),
            Spelling::Prefix(sign) => (format!("{sign}{}", self.truth(args[0], level::UNARY)), level::UNARY),
            Spelling::Infix("**") => {
                (format!("{}**{}", self.number(args[0], level::ATOM), self.number(args[1], level::POWER)), level::POWER)
            }
            Spelling::Infix(sign @ ("&" | "|")) => {
                let own = if sign == "&" { level::AND } else { level::OR };
                (format!("{} {sign} {}", self.truth(args[0], own + 1), self.truth(args[1], own + 1)), own)
            }
            // a mask compared with 0 is itself, or its opposite
            Spelling::Infix(sign @ ("==" | "!="))
                if self.of(args[0]) == Kind::Mask && self.arena.as_number(args[1]).is_some_and(Number::is_zero) =>
            {
                match sign {
                    "==" => (format!("~{}", self.truth(args[0], level::UNARY)), level::UNARY),
                    _ => self.any(args[0]),
                }
            }
            Spelling::Infix(sign) => {
                (format!("{} {sign} {}", operand(0, level::COMPARE + 1), operand(1, level::COMPARE + 1)), level::COMPARE)
            }
        }
    }

    pub(super) fn shape(&self, shape: &[Dim]) -> String {
        if let Some((_, name)) = self.shapes.iter().find(|(known, _)| **known == *shape) {
            return format!("{name}.shape");
        }
        let sides: Vec<String> = shape.iter().map(|&dim| self.length(dim).0).collect();
        match sides.as_slice() {
            [one] => format!("({one},)"),
            many => format!("({})", many.join(", ")),
        }
    }

    pub(super) fn permute(&self, order: &[u8], x: Id) -> Text {
        let rank = order.len();
        let last_two = rank >= 2
            && order[..rank - 2].iter().enumerate().all(|(at, &axis)| at == axis as usize)
            && order[rank - 1] as usize + 2 == rank;
        let listed: Vec<String> = order.iter().map(u8::to_string).collect();
        let template = match (rank, last_two) {
            (0 | 1, _) => return self.any(x),
            (2, true) => "{0!}.T",
            (_, true) => self.target.swap,
            _ => self.target.permute,
        };
        // masks stay masks
        let text = fill(template, &mut |slot| match slot {
            "order" => format!("({})", listed.join(", ")),
            "0!" => self.bound(self.any(x), level::ATOM),
            _ => self.bound(self.any(x), level::ANY),
        });
        (text, level::ATOM)
    }

    pub(super) fn reduction(&self, name: &str, mask: u32, keep: bool, x: Id) -> Text {
        let rank = self.arena.shape(x).len();
        if mask == 0 && rank > 0 || self.of(x) == Kind::Plain {
            return (self.array(x, level::ANY), level::ANY);
        }
        let axes = axis_list(mask, rank);
        let (axis, kept) = self.target.axis;
        let mut text = format!("{}{name}({}", self.target.prefix, self.array(x, level::ANY));
        if !axes.is_empty() || keep && self.target.arrays_only {
            let all: Vec<String> = (0..rank).map(|k| k.to_string()).collect();
            text.push_str(&format!(", {axis}={}", if axes.is_empty() { format!("({},)", all.join(", ")) } else { axes }));
        }
        text.push_str(if keep { ", " } else { "" });
        text.push_str(&if keep { format!("{kept}=True)") } else { ")".into() });
        (text, level::ATOM)
    }

    pub(super) fn broadcast(&self, x: Id, shape: &[Dim]) -> Text {
        let target = self.target;
        let sides = [("shape", self.shape(shape))];
        let value = (self.of(x) == Kind::Plain).then(|| self.arena.as_number(x).and_then(Number::to_integer));
        match value {
            Some(Some(value @ (0 | 1))) => self.structure(target.filled[value as usize], x, &sides),
            Some(_) => {
                let text = fill(target.filled[2], &mut |slot| match slot {
                    "0" => self.number(x, level::ANY),
                    "shape" => sides[0].1.clone(),
                    _ => self.reference.into(),
                });
                (text, level::ATOM)
            }
            None => self.structure(target.broadcast, x, &sides),
        }
    }
}

/// How tightly a filled template binds: as a call, unless an operator stands outside its brackets.
pub(super) fn binding(template: &str) -> u8 {
    let mut depth = 0;
    for (at, c) in template.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' if depth == 0 => return level::ANY,
            '*' if depth == 0 && at > 0 => return level::POWER,
            _ => {}
        }
    }
    level::ATOM
}
