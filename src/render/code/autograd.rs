//! A function for a library's own differentiation: what its forward has computed, its backward takes up again.

use super::lines::Line;
use super::names::{Names, identifiers};
use super::target::{Form, fill};
use super::{Module, block, lengths};
use std::collections::BTreeSet;

/// The function, line by line.
pub(super) struct Autograd<'a> {
    module: &'a Module<'a>,
    pub form: &'static Form,
    pub name: String,
    /// What PyTorch calls the context, and JAX is a tuple.
    context: String,
    /// What arrives from above.
    above: String,
    /// Lengths that no shape reveals.
    missing: Vec<&'a str>,
    ahead: Vec<Line>,
    behind: Vec<Line>,
}

impl<'a> Autograd<'a> {
    pub fn new(module: &'a Module<'a>, form: &'static Form, missing: &[&'a str], names: &mut Names) -> Self {
        let above = module.upstream().map_or_else(|| names.take("above"), String::from);
        let name = names.take("Pullback");
        let context = names.take(if form.save.is_empty() { "saved" } else { "ctx" });
        let (ahead, behind) = parted(module.both().lines);
        Autograd { module, form, name, context, above, missing: missing.to_vec(), ahead, behind }
    }

    /// Its definition.
    pub fn definition(&self) -> String {
        let module = self.module;
        let inputs = module.inputs().join(", ");
        let lengths = self.missing.join(", ");
        let indent = self.form.indent;
        let line = |text: String| format!("{:indent$}{text}\n", "");
        let counted = |text: &str| if text.is_empty() { String::new() } else { format!(", {text}") };
        let values = self.values();
        let tuple = if values.len() == 1 { format!("{},", values[0]) } else { values.join(", ") };
        let kept = |template: &str| match values.is_empty() || template.is_empty() {
            true => String::new(),
            false => line(fill(template, &mut |slot| if slot == "ctx" { self.context.clone() } else { tuple.clone() })),
        };
        let text = fill(self.form.text, &mut |slot| match slot {
            "name" => self.name.clone(),
            "ctx" => self.context.clone(),
            "arguments" => [inputs.as_str(), &lengths].iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join(", "),
            "inputs" => inputs.clone(),
            "lengths" => counted(&self.missing.iter().map(|name| format!("{name}={name}")).collect::<Vec<_>>().join(", ")),
            "values" => tuple.clone(),
            "save" => kept(self.form.save),
            "saved" => kept(self.form.saved),
            "above" => self.above.clone(),
            "output" => module.variables[&module.derivation().model.output].clone(),
            "static" if !lengths.is_empty() => format!("{lengths}, "),
            "keep" if !lengths.is_empty() => line(format!("{}.lengths = {lengths},", self.context)),
            "given" if !lengths.is_empty() => line(format!("{lengths}, = {}.lengths", self.context)),
            "nondiff" if !lengths.is_empty() => {
                let places = (0..self.missing.len()).map(|k| (module.shapes.len() + k).to_string()).collect::<Vec<_>>();
                format!(", nondiff_argnums=({},)", places.join(", "))
            }
            "ahead" => self.read(&self.ahead).into_iter().map(line).collect::<String>() + &block(&self.ahead, indent),
            "behind" => self.read(&self.behind).into_iter().map(line).collect::<String>() + &block(&self.behind, indent),
            "returned" => self.returned(),
            _ => String::new(),
        });
        format!("\n{text}")
    }

    /// The lines that read the lengths of these lines from shapes.
    fn read(&self, lines: &[Line]) -> Vec<String> {
        let module = self.module;
        let used = words(lines);
        let lengths = module.lengths.iter().filter(|(_, name)| used.contains(name.as_str())).map(|(name, _)| name.clone()).collect();
        lengths::reveal(module.arena(), &module.shapes, &lengths, &module.lengths).0
    }

    /// What forward keeps: inputs and values that backward mentions.
    fn values(&self) -> Vec<String> {
        let (read, returned) = (self.read(&self.behind), self.returned());
        let mut used: BTreeSet<&str> = words(&self.behind);
        used.extend(read.iter().flat_map(|line| identifiers(line)));
        used.extend(identifiers(&returned));
        let again: BTreeSet<&str> = self.behind.iter().map(|line| line.name.as_str()).collect();
        let inputs = self.module.inputs().into_iter();
        let made = self.ahead.iter().map(|line| line.name.as_str()).filter(|name| !again.contains(name));
        inputs.chain(made).filter(|name| used.contains(name)).map(String::from).collect()
    }

    /// One gradient for each argument.
    fn returned(&self) -> String {
        let module = self.module;
        let d = module.derivation();
        let above = &self.above;
        let factor = match (module.upstream(), module.arena().info(d.model.output).shape.len()) {
            (Some(_), _) => String::new(),
            (None, 0) => format!("{above} * "),
            (None, _) => format!("{above}.sum() * "),
        };
        let nothing = self.form.nothing;
        let entry = |(symbol, name): (&crate::expr::SymbolId, &str)| match d.gradient(*symbol).filter(|g| g.wanted) {
            Some(gradient) => format!("{factor}{}", module.variables[&gradient.symbol]),
            None => fill(nothing, &mut |_| name.into()),
        };
        let mut all: Vec<String> = d.model.inputs.iter().zip(module.inputs()).map(entry).collect();
        if nothing == "None" {
            all.extend(self.missing.iter().map(|_| nothing.to_string()));
        }
        if all.len() == 1 { format!("{},", all[0]) } else { all.join(", ") }
    }
}

/// The lines for the statements, and those for the gradients. Each stands on one side alone, but for plain numbers, which cost nothing.
fn parted(lines: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    let mut before = vec![false; lines.len()];
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (place, line) in lines.iter().enumerate().rev() {
        if line.statement || used.contains(line.name.as_str()) {
            before[place] = true;
            used.extend(identifiers(&line.code));
        }
    }
    let mut later: BTreeSet<&str> = BTreeSet::new();
    let mut behind = vec![false; lines.len()];
    for (place, line) in lines.iter().enumerate().rev() {
        if !before[place] || line.plain && later.contains(line.name.as_str()) {
            behind[place] = true;
            later.extend(identifiers(&line.code));
        }
    }
    let kept = |marks: Vec<bool>| lines.iter().zip(marks).filter(|(_, mark)| *mark).map(|(line, _)| line.clone()).collect();
    (kept(before), kept(behind))
}

fn words(lines: &[Line]) -> BTreeSet<&str> {
    lines.iter().flat_map(|line| identifiers(&line.code)).collect()
}
