//! Values of options: what they may be, and what is said where they are not.

use crate::page::Figures;
use crate::render::code::{Of, TARGETS, Target};
use crate::syntax::{self, Dialect, Line, Node};
use clap::ValueEnum;
use clap::builder::PossibleValue;

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        &Dialect::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("the name of an input is missing: write `--wrt X,W`".into()),
        name => Ok(name.into()),
    }
}

pub(super) fn of(text: &str) -> Result<Of, String> {
    let names = || Of::ALL.into_iter().map(Of::name);
    Of::ALL.into_iter().find(|of| of.name() == text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such derivative; {near}there are {}", names().collect::<Vec<_>>().join(", "))
    })
}

/// The name of a direction: a name of the language.
pub(super) fn direction(text: &str) -> Result<String, String> {
    let text = text.trim();
    let read = syntax::parse_expression(text).ok();
    let name = read.and_then(|program| match program.lines.as_slice() {
        [Line::Statement(statement)] => match program.node(statement.value) {
            Node::Name(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    });
    // as it is typed: an index written small would be another name
    match name {
        Some(name) if *name == *text => Ok(text.into()),
        _ => Err("the name of a direction belongs here, such as `v`".into()),
    }
}

pub(super) fn target(text: &str) -> Result<&'static Target, String> {
    let names = || TARGETS.into_iter().map(|target| target.name);
    Target::find(text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such target; {near}the targets are {}", names().collect::<Vec<_>>().join(", "))
    })
}

pub(super) fn figure(text: &str) -> Result<Figures, String> {
    let text = text.trim();
    Figures::find(text).ok_or_else(|| {
        let near =
            crate::ops::nearest_of(text, Figures::NAMES.into_iter()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such figure; {near}the figures are {}", Figures::NAMES.join(", "))
    })
}
