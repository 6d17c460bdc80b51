//! What the module does as a script, and its function for a library's own differentiation.

use super::autograd::Autograd;
use super::inert::Inert;
use super::names::Names;
use super::target::fill;
use super::{Module, Of};
use crate::expr::{Op, Symbol};
use crate::limits::MAX_CHECK_DIRECTIONS_INPUTS;
use crate::numeric::{Domain, suitable};
use crate::rewrite::Ranges;
use crate::shape::Dim;

/// With more lengths than this, the line about the largest error does not name them.
const MAX_NAMED: usize = 12;

/// Everything behind `backward`.
pub(super) fn script(module: &Module, missing: &[String], autograd: bool) -> String {
    let mut names = module.names.clone();
    let script = Script::new(module, missing, autograd, &mut names);
    let check = local(&fill(module.target.check, &mut |slot| script.slot(slot)), &mut names);
    format!("{}\n{check}{}", script.autograd.as_ref().map_or_else(String::new, Autograd::definition), run(module))
}

/// The same for a module that computes other derivatives.
pub(super) fn second_script(module: &Module, missing: &[String], of: Of) -> String {
    let mut names = module.names.clone();
    let script = Script::new(module, missing, false, &mut names);
    let body = module.target.second.bodies[of as usize];
    let text = fill(module.target.second.text, &mut |slot| match slot {
        "untaken" => script.untaken(1),
        "body" => fill(body, &mut |slot| script.slot(slot)).trim_matches('\n').into(),
        "of" => of.name().into(),
        slot => script.slot(slot),
    });
    format!("\n{}{}", local(&text, &mut names), run(module))
}

/// What is done where the module is run as a script.
fn run(module: &Module) -> String {
    let agreement = module.answer.agreement.as_ref();
    let lengths: Vec<String> = agreement.into_iter().flat_map(|a| &a.lengths).map(|(name, n)| format!("{name}={n}")).collect();
    let named = !lengths.is_empty() && lengths.len() <= MAX_NAMED;
    let at = if named { format!(" at {}", Inert::quoted(&lengths.join(", "))) } else { String::new() };
    let tolerance = module.target.tolerance;
    format!(
        "\n\nif __name__ == \"__main__\":\n    error = check()\n    print(f\"largest error {{error:.1e}}{at}\")\n    raise SystemExit(0 if error < {tolerance} else 1)\n"
    )
}

struct Script<'a> {
    module: &'a Module<'a>,
    /// Lengths that no shape reveals, as Python calls them.
    missing: Vec<&'a str>,
    /// The function for the library.
    autograd: Option<Autograd<'a>>,
}

impl<'a> Script<'a> {
    fn new(module: &'a Module, missing: &'a [String], autograd: bool, names: &mut Names) -> Self {
        let missing = missing.iter().map(|name| module.lengths[name].as_str()).collect();
        let missing: Vec<&str> = missing;
        let form = module.target.autograd.as_ref().filter(|_| autograd);
        let autograd = form.map(|form| Autograd::new(module, form, &missing, names));
        Script { module, missing, autograd }
    }

    fn slot(&self, slot: &str) -> String {
        let module = self.module;
        let upstream = module.upstream();
        let separated = |text: &str| if text.is_empty() { String::new() } else { format!(", {text}") };
        match slot {
            "draws" => self.draws().iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"),
            "point" => {
                let typed = module.derivation().model.inputs.iter().map(|s| module.key(*s));
                let entries: Vec<String> = typed.zip(module.inputs()).map(|(key, name)| format!("{key}: {name}")).collect();
                format!("{{{}}}", entries.join(", "))
            }
            "wanted" => {
                let keys: Vec<String> = module.derivation().wanted().map(|g| module.key(g.of)).collect();
                format!("[{}]", keys.join(", "))
            }
            "groups" if module.shapes.len() <= MAX_CHECK_DIRECTIONS_INPUTS => "[[$name] for $name in $grads]".into(),
            "groups" => "[list($grads)]".into(),
            "count" => (2 * module.shapes.len() + 1).to_string(),
            "untaken" => self.untaken(0),
            "upstream" => separated(upstream.unwrap_or("")),
            "weight" => upstream.map_or_else(String::new, |name| format!("{name} * ")),
            "lengths" => separated(&self.missing.iter().map(|name| format!("{name}={name}")).collect::<Vec<_>>().join(", ")),
            "positional" => separated(&self.missing.join(", ")),
            "checked" => self.autograd.as_ref().map_or("backward".into(), |f| f.name.clone()),
            "derived" => match &self.autograd {
                Some(f) => fill(f.form.check, &mut |slot| self.slot(slot)),
                None => fill("backward(*$point.values(){upstream}{lengths})", &mut |slot| self.slot(slot)),
            },
            "call" => self.autograd.as_ref().map_or_else(String::new, |f| fill(f.form.call, &mut |_| f.name.clone())),
            _ => String::new(),
        }
    }

    /// What is done where a branch that is not taken may have no value: nothing where there is none such.
    fn untaken(&self, which: usize) -> String {
        let (module, mut ranges) = (self.module, Ranges::default());
        let (arena, model) = (module.arena(), &module.derivation().model);
        for statement in &model.statements {
            ranges.define(statement.symbol, statement.value);
        }
        let values: Vec<_> = model.statements.iter().map(|s| s.value).collect();
        let untaken = arena.reachable(&values).into_iter().any(|id| match arena.op(id) {
            Op::Apply(function) | Op::Call(function, _) if function.real().absorbs => {
                arena.args(id).iter().any(|&arg| !ranges.of(arena, arg).total)
            }
            _ => false,
        });
        if untaken { module.target.untaken[which].into() } else { String::new() }
    }

    /// The lines that draw the inputs and what arrives from above.
    fn draws(&self) -> Vec<String> {
        let module = self.module;
        let d = module.derivation();
        let lengths = module.answer.agreement.as_ref().map_or(&[][..], |a| a.lengths.as_slice());
        let mut lines = Vec::new();
        if !lengths.is_empty() {
            let names: Vec<String> =
                lengths.iter().map(|(name, _)| module.lengths.get(name).cloned().unwrap_or_else(|| name.clone())).collect();
            let values: Vec<String> = lengths.iter().map(|(_, n)| n.to_string()).collect();
            lines.push(format!("{} = {}", names.join(", "), values.join(", ")));
        }
        let domain = suitable(d, lengths);
        let values: Vec<_> = d.model.statements.iter().map(|s| s.value).collect();
        let places = module.arena().places(module.arena().reachable(&values).into_iter());
        for (&symbol, name) in d.model.inputs.iter().zip(module.inputs()) {
            let info = module.arena().info(symbol);
            if let Some(counts) = places.get(&symbol) {
                let counts: Vec<String> = counts.iter().map(|&count| self.length(count)).collect();
                let high = if let [one] = counts.as_slice() { one.clone() } else { format!("min({})", counts.join(", ")) };
                let drawn = fill(module.target.integers, &mut |slot| if slot == "high" { high.clone() } else { self.tuple(&info.shape) });
                lines.push(format!("{name} = {drawn}"));
                continue;
            }
            let domain = if info.has("positive") && domain == Domain::Normal { Domain::Positive } else { domain };
            let properties = self.properties(info, name);
            // what has only certain entries is drawn among them, and not first as anything else
            if properties.first().is_none_or(|line| line.matches(name).count() > 1) {
                lines.push(format!("{name} = {}", self.draw(&info.shape, domain)));
            }
            lines.extend(properties);
        }
        if let Some(upstream) = module.upstream() {
            lines.push(format!("{upstream} = {}", self.draw(&module.arena().info(d.model.output).shape, Domain::Normal)));
        }
        lines
    }

    fn draw(&self, shape: &[Dim], domain: Domain) -> String {
        let target = self.module.target;
        let square = matches!(shape, [.., rows, columns] if rows == columns);
        if let (Domain::Oriented | Domain::Definite, true, Some(last)) = (domain, square, shape.last()) {
            let normal = self.draw(shape, Domain::Normal);
            let posdef = target.properties.iter().find(|(property, _)| *property == "posdef").map_or("{x}", |(_, template)| template);
            let skew =
                if domain == Domain::Oriented { format!(" + $drawn - {}swapaxes($drawn, -1, -2)", target.prefix) } else { String::new() };
            return format!("(lambda $drawn: {}{skew})({normal})", self.with_property(posdef, "$drawn", *last, &[]));
        }
        let (low, high) = match domain {
            Domain::Normal => return fill(target.normal, &mut |_| self.tuple(shape)),
            Domain::Positive | Domain::Level | Domain::Oriented | Domain::Definite => ("0.5", "2.0"),
            Domain::Unit => ("0.1", "0.9"),
            Domain::AboveOne => ("1.5", "3.0"),
        };
        let drawn = fill(target.uniform, &mut |slot| match slot {
            "low" => low.into(),
            "high" => high.into(),
            _ => self.tuple(shape),
        });
        match (domain, shape) {
            // rows of matrices that sum to little more than 1: long chains of products stay within the range of floats
            (Domain::Level, [.., _, last]) => format!("{drawn} * 0.84 / {}", self.factor(*last)),
            _ => drawn,
        }
    }

    fn properties(&self, info: &Symbol, name: &str) -> Vec<String> {
        let Some((last, rows)) = info.shape.split_last() else { return Vec::new() };
        let known =
            |property: &str| self.module.target.properties.iter().find(|(known, _)| *known == property).map(|(_, template)| *template);
        let templates = info.properties.iter().filter_map(|property| known(property));
        templates.map(|template| format!("{name} = {}", self.with_property(template, name, *last, rows))).collect()
    }

    fn with_property(&self, template: &str, name: &str, last: Dim, rows: &[Dim]) -> String {
        fill(template, &mut |slot| match slot {
            "n" => self.length(last),
            "n!" => self.factor(last),
            "rows" => self.tuple(rows),
            _ => name.into(),
        })
    }

    fn length(&self, dim: Dim) -> String {
        let lengths = &self.module.lengths;
        self.module.arena().dims.show_as(dim, &|name| lengths.get(name).cloned().unwrap_or_else(|| name.into()))
    }

    fn factor(&self, dim: Dim) -> String {
        let text = self.length(dim);
        if text.contains([' ', '*']) { format!("({text})") } else { text }
    }

    fn tuple(&self, shape: &[Dim]) -> String {
        let sides: Vec<String> = shape.iter().map(|&dim| self.length(dim)).collect();
        if sides.len() == 1 { format!("({},)", sides[0]) } else { format!("({})", sides.join(", ")) }
    }
}

/// `$word` as a name that the program does not use.
fn local(text: &str, names: &mut Names) -> String {
    let mut known: Vec<(String, String)> = Vec::new();
    let mut parts = text.split('$');
    let mut out: String = parts.next().unwrap_or_default().into();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(part.len());
        let (word, rest) = part.split_at(end);
        let name = match known.iter().find(|(old, _)| old == word) {
            Some((_, name)) => name.clone(),
            None => {
                let name = names.take(word);
                known.push((word.into(), name.clone()));
                name
            }
        };
        out.push_str(&name);
        out.push_str(rest);
    }
    out
}
