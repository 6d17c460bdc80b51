//! Functions of whole arrays as Python, by the template that their entry states for the library.

use super::call::binding;
use super::inert::Inert;
use super::target::fill;
use super::text::{Kind, Text, Writer, level};
use crate::expr::{Arena, Id, Op};
use crate::ops::{Attribute, Cut, Function};
use crate::shape::Dim;

impl Writer<'_> {
    /// A slice whose axes of length 1 are dropped right away, which indexing does at once.
    pub(super) fn entry(&self, id: Id, dropped: u32) -> Option<Text> {
        let Op::Call(function, attributes) = self.arena.op(id) else { return None };
        let Some(Attribute::Cuts(cuts)) = attributes.first() else { return None };
        let single = |(axis, cut): (usize, &Cut)| dropped >> axis & 1 == 0 || cut.count == Dim::ONE;
        (!self.named.contains_key(&id) && cuts.iter().enumerate().all(single))
            .then(|| self.called(*function, self.arena.args(id), attributes, dropped))
    }

    pub(super) fn whole(&self, function: Function, args: &[Id], attributes: &[Attribute]) -> Text {
        self.called(function, args, attributes, 0)
    }

    fn called(&self, function: Function, args: &[Id], attributes: &[Attribute], dropped: u32) -> Text {
        let whole = function.whole();
        let spelled = (self.target.whole)(&whole.python);
        let over = attributes.iter().find(|a| matches!(a, Attribute::Axes(axes) if axes.len() > 1) || **a == Attribute::None);
        let template = if over.is_some() && !spelled.several.is_empty() { spelled.several } else { spelled.call };
        let names = function.entry().parameters.split(", ").map(|p| p.split('=').next().unwrap_or(p).trim_start_matches('*'));
        let names: Vec<&str> = names.collect();
        let operands = if whole.takes_list() { 1 } else { args.len() };
        let spelled = |attribute: &Attribute| match attribute {
            Attribute::Cuts(cuts) => self.cuts(cuts, self.arena.shape(args[0]), dropped),
            other => self.attribute(other),
        };
        let text = fill(template, &mut |slot| match (slot, names.iter().position(|name| *name == slot)) {
            ("np", _) => self.target.prefix.trim_end_matches('.').into(),
            ("ref", _) => self.reference.into(),
            // axes before the one that is looked up
            ("before", _) => attributes.first().map_or_else(String::new, |axis| match axis {
                Attribute::Axes(axes) => ":, ".repeat(axes[0].into()),
                _ => String::new(),
            }),
            ("axes", _) => match over {
                Some(Attribute::None) => {
                    let all: Vec<u8> = (0..self.arena.shape(args[0]).len()).map(|axis| axis as u8).collect();
                    self.attribute(&Attribute::Axes(all.into()))
                }
                _ => over.map_or_else(String::new, |axes| self.attribute(axes)),
            },
            (_, Some(_)) if whole.takes_list() && slot == names[0] => {
                let list: Vec<String> = args.iter().map(|&arg| self.array(arg, level::ANY)).collect();
                format!("[{}]", list.join(", "))
            }
            (_, Some(at)) if at < operands => {
                self.operand(args[at], whole.is_index(at), if stands_alone(template, slot) { level::ANY } else { level::ATOM })
            }
            (_, Some(at)) => attributes.get(at - operands).map_or_else(String::new, spelled),
            // a slice has no parameters beside what is taken
            _ => attributes.first().map_or_else(String::new, spelled),
        });
        (text, binding(template))
    }

    /// An operand; places of another array stay as they are.
    fn operand(&self, id: Id, index: bool, outer: u8) -> String {
        if index && self.of(id) == Kind::Places { self.bound(self.any(id), outer) } else { self.array(id, outer) }
    }

    fn attribute(&self, attribute: &Attribute) -> String {
        let listed = |list: Vec<String>| if let [one] = list.as_slice() { format!("({one},)") } else { format!("({})", list.join(", ")) };
        match attribute {
            Attribute::None => "None".into(),
            Attribute::Flag(truth) => if *truth { "True" } else { "False" }.into(),
            Attribute::Number(number) => self.literal(*number).0,
            Attribute::Length(dim) => self.length(*dim).0,
            Attribute::Axes(axes) if axes.len() == 1 => axes[0].to_string(),
            Attribute::Axes(axes) => listed(axes.iter().map(u8::to_string).collect()),
            Attribute::Lengths(lengths) => self.shape(lengths),
            Attribute::Cuts(_) => String::new(),
            Attribute::Pairs(pairs) => {
                listed(pairs.iter().map(|(before, behind)| format!("({}, {})", self.length(*before).0, self.length(*behind).0)).collect())
            }
            Attribute::Text(text) => format!("'{}'", Inert::quoted(text)),
        }
    }

    /// What is taken of each axis; of the `dropped` ones a single entry.
    fn cuts(&self, cuts: &[Cut], shape: &[Dim], dropped: u32) -> String {
        let part = |(axis, (cut, &length)): (usize, (&Cut, &Dim))| {
            if dropped >> axis & 1 == 1 {
                return self.length(cut.start).0;
            }
            let start = if self.arena.dims.as_integer(cut.start) == Some(0) { String::new() } else { self.length(cut.start).0 };
            let stop = if cut.stop == length { String::new() } else { self.length(cut.stop).0 };
            let step = if cut.step == 1 { String::new() } else { format!(":{}", cut.step) };
            format!("{start}:{stop}{step}")
        };
        cuts.iter().zip(shape).enumerate().map(part).collect::<Vec<_>>().join(", ")
    }
}

/// Whether the slot is an argument by itself, so that its text needs no brackets.
fn stands_alone(template: &str, slot: &str) -> bool {
    let slot = format!("{{{slot}}}");
    let sides = |(at, _): (usize, &str)| {
        let (before, after) = (&template[..at], &template[at + slot.len()..]);
        (before.ends_with('(') || before.ends_with(", ") || before.ends_with("{before}")) && after.starts_with([',', ')', ']'])
    };
    template.match_indices(&slot).all(sides)
}

/// The functions of our own that these nodes call.
pub(super) fn defined(arena: &Arena, roots: &[Id], target: &super::Target) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for id in arena.reachable(roots) {
        if let Op::Call(function, _) = arena.op(id) {
            let define = (target.whole)(&function.whole().python).define;
            if !define.is_empty() && !found.contains(&define) {
                found.push(define);
            }
        }
    }
    found
}
