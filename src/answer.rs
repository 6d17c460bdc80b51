//! All that the tool knows of one program: from its text to gradients that are derived, explained and checked.
//!
//! Commands and renderers start here; nothing below knows of them.

mod second;

pub use second::{Action, Derivatives, Higher, Known, hessian, jacobian};

use crate::derive::{Derivation, UseExplanation, derive, derive_open, explain};
use crate::diagnostic::{Diagnostic, Fix};
use crate::error::ShapeError;
use crate::expr::{Arena, Id, Op, SymbolKind};
use crate::formula::{Charset, Token, formula, quotient, text};
use crate::limits::MAX_FIXES;
use crate::numeric::{Agreement, CheckError, Entries, Missing, What, check, missing};
use crate::shape::{Dim, Lengths, Model, infer};
use crate::syntax::{self, Dialect};
use rustc_hash::FxHashMap;

/// What is asked about a program.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these inputs; all that are not `const` where nothing is named.
    pub wrt: Option<Vec<String>>,
    /// Lengths for the numeric check.
    pub dims: Vec<(String, usize)>,
    /// Leave the numeric check out.
    pub unchecked: bool,
    /// Leave the explanations out; together with `unchecked`, closed gradients too.
    pub unexplained: bool,
    /// How the program is read.
    pub dialect: Dialect,
}

/// Why a gradient is what it is.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// None was asked for, or there is nothing to explain: the gradient arrives from above, or is zero.
    Nothing,
    /// One for each statement that uses the variable.
    Uses(Vec<UseExplanation>),
    /// In all but the names that of an earlier gradient, counted from 0.
    Like(usize),
}

/// A program, its gradients, and what stands behind them.
#[derive(Debug)]
pub struct Answer {
    /// The program as typed.
    pub program: String,
    /// Shapes and gradients.
    pub derivation: Derivation,
    /// One for each gradient of the derivation.
    pub explanations: Vec<Explanation>,
    /// Lengths that were asked for.
    pub dims: Vec<(String, usize)>,
    /// What the numbers say; nothing where the check was left out.
    pub agreement: Option<Agreement>,
}

impl Answer {
    /// What the reader should know beside the result.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.derivation.model.warnings
    }
}

/// Finds every shape of a program.
///
/// # Errors
/// What is wrong with it; every fix that is offered has been applied and passed.
///
/// ```
/// let mut model = pullback::answer::shapes("Y = X @ W").unwrap();
/// let output = model.output;
/// assert_eq!(model.show_shape(output), "(n, m)");
/// ```
pub fn shapes(source: &str) -> Result<Model, Vec<Diagnostic>> {
    shapes_in(source, Dialect::default())
}

/// Finds every shape of a program of a dialect.
///
/// # Errors
/// As [`shapes`].
///
/// ```
/// use pullback::{answer::shapes_in, syntax::Dialect};
/// let model = shapes_in("f = 0.5*x'*A*x", Dialect::Matlab).unwrap();
/// assert!(model.scalar);
/// ```
pub fn shapes_in(source: &str, dialect: Dialect) -> Result<Model, Vec<Diagnostic>> {
    let program = syntax::parse_in(source, dialect)?;
    infer(&program, source, Lengths::Declared).map_err(|error| vec![report(&error, source, dialect)])
}

/// Derives, explains and checks the gradients of a program.
///
/// # Errors
/// What is wrong with the program, or what the numbers do not confirm.
///
/// ```
/// use pullback::{answer, formula};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let gradient = answer.derivation.wanted().next().unwrap();
/// let text = formula::text(answer.derivation.arena(), gradient.value, formula::Charset::Unicode);
/// assert_eq!(text, "dL/dY @ Wᵀ");
/// assert!(answer.agreement.unwrap().max_error < 1e-6);
/// ```
pub fn answer(source: &str, options: &Options) -> Result<Answer, Vec<Diagnostic>> {
    let program = syntax::parse_in(source, options.dialect)?;
    let fault = |error: Box<ShapeError>| vec![report(&error, source, options.dialect)];
    let model = infer(&program, source, Lengths::Declared).map_err(fault)?;
    unknown_dimension(&model, options)?;
    let mut derivation = derive_open(model, options.wrt.as_deref()).map_err(fault)?;
    // one gradient in terms of the inputs alone is something to check, and to say in an explanation
    if !(options.unchecked && options.unexplained) {
        derivation.close();
    }
    derivation.abridge();
    let agreement = match options.unchecked {
        true => None,
        false => Some(check(&derivation, &options.dims).map_err(|error| vec![refusal(&error, &derivation, &options.dims)])?),
    };
    let explanations = match options.unexplained {
        true => derivation.gradients.iter().map(|_| Explanation::Nothing).collect(),
        false => explanations(&mut derivation, &program, source, options).map_err(fault)?,
    };
    Ok(Answer { program: source.into(), derivation, explanations, dims: options.dims.clone(), agreement })
}

/// A dimension and its length, as they are typed.
///
/// # Errors
/// What belongs there.
///
/// ```
/// use pullback::answer::length;
/// assert_eq!(length("n=2"), Ok(("n".to_string(), 2)));
/// assert!(length("n=0").is_err());
/// ```
pub fn length(text: &str) -> Result<(String, usize), String> {
    let wrong = || "a dimension and a positive length belong here, such as `n=2`".to_string();
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let name = name.trim();
    let value: usize = value.trim().parse().map_err(|_| wrong())?;
    if name.is_empty() || value == 0 {
        return Err(wrong());
    }
    Ok((name.into(), value))
}

/// `--dims q=3` where no dimension is called `q`.
fn unknown_dimension(model: &Model, options: &Options) -> Result<(), Vec<Diagnostic>> {
    for (name, _) in &options.dims {
        if model.arena.dims.find(name).is_none() {
            let title = format!("no dimension of this program is called `{name}`");
            return Err(vec![Diagnostic::error("E0502", title).note("`pullback shapes PROGRAM` shows its dimensions")]);
        }
    }
    Ok(())
}

/// The error as data to draw, with those of its fixes that make the program pass.
fn report(error: &ShapeError, source: &str, dialect: Dialect) -> Diagnostic {
    let mut diagnostic = error.diagnostic(source, dialect.transpose());
    let passes = |fix: &Fix| {
        let patched = fix.apply(source);
        syntax::parse_in(&patched, dialect).is_ok_and(|program| infer(&program, &patched, Lengths::Declared).is_ok())
    };
    diagnostic.fixes.retain(passes);
    diagnostic.fixes.truncate(MAX_FIXES);
    diagnostic
}

/// A check that did not confirm what was derived.
fn refusal(error: &CheckError, d: &Derivation, dims: &[(String, usize)]) -> Diagnostic {
    match error {
        CheckError::Disagrees { .. } => Diagnostic::error("E0902", error.to_string())
            .note("no result is printed: this is a fault of pullback itself, not of your program; please report the program"),
        CheckError::Unreadable { .. } => Diagnostic::error("E0903", error.to_string())
            .note("no result is printed: this is a fault of pullback itself, not of your program; please report the program"),
        CheckError::NotFinite => {
            let found =
                missing(d, dims).map_or_else(|| Diagnostic::error("E0503", error.to_string()), |missing| without_number(&missing, d));
            found.note("so nothing confirms the gradients; `--no-check` prints them unconfirmed")
        }
        CheckError::TooDeep { .. } => Diagnostic::error("E0504", error.to_string())
            .note("so nothing confirms the gradients; with parts of the program as statements of their own they are shorter"),
        CheckError::TooLong { .. } | CheckError::Coarse => {
            Diagnostic::error("E0504", error.to_string()).note("so nothing confirms the gradients; `--no-check` prints them unconfirmed")
        }
        CheckError::NoLengths => Diagnostic::error("E0501", error.to_string()).note("give others with `--dims n=4,d=3`"),
    }
}

/// How long an expression may be that a sentence names.
const MAX_NAMED: usize = 48;

/// What has no finite value, and where in the program.
fn without_number(missing: &Missing, d: &Derivation) -> Diagnostic {
    let arena = d.arena();
    let statement = &d.model.statements[missing.statement];
    let name = || format!("`{}`", arena.info(statement.symbol).name);
    let part = missing.node.map(|node| text(arena, node, Charset::Ascii)).filter(|text| text.len() <= MAX_NAMED);
    let part = part.map_or_else(name, |text| format!("`{text}`"));
    let at = statement.value_span;
    let (of, says) = match &missing.what {
        What::Value => {
            return Diagnostic::error("E0503", format!("{part} has no finite value at any of the inputs tried"))
                .at(at, "no finite number here")
                .note("where the inputs are restricted, a property such as `positive` says so");
        }
        What::Gradient { of, says } => (arena.info(*of).name.clone(), says),
    };
    let title = format!("the program has finite values, but its gradient by `{of}` has none at any of the inputs tried");
    let found = Diagnostic::error("E0503", title);
    let Some((says, entries)) = says else {
        return found.at(at, "the formula for the gradient of this line is not finite");
    };
    let found = found.at(at, *says);
    let kept = missing
        .node
        .is_some_and(|node| matches!(arena.op(node), Op::Power(e) if !e.is_negative()) || is_called(arena, node, &["norm", "std"]));
    let there = match entries {
        Entries::All => "every entry",
        Entries::Diagonal => "the entries on the diagonal, with two equal indices,",
        Entries::Some => "some entries",
    };
    match kept {
        true => found
            .note(format!("{there} of {part} are 0, at each of the inputs tried").replacen("every entry of", "all entries of", 1))
            .note("with a condition the gradient is taken as 0 there: `where(D > 0, D, 0)`, where `D` is this value"),
        false => found.note(format!("so it is for {there} of {part}")),
    }
}

/// Whether it is a call of one of these.
fn is_called(arena: &Arena, node: Id, names: &[&str]) -> bool {
    matches!(arena.op(node), Op::Call(function, _) if names.contains(&function.entry().names[0]))
}

fn explanations(
    derivation: &mut Derivation,
    program: &syntax::Program,
    source: &str,
    options: &Options,
) -> Result<Vec<Explanation>, Box<ShapeError>> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut general: Option<Option<Derivation>> = None;
    let mut explanations = Vec::with_capacity(derivation.gradients.len());
    for place in 0..derivation.gradients.len() {
        let gradient = derivation.gradients[place].clone();
        if gradient.uses.is_empty() {
            explanations.push(Explanation::Nothing);
            continue;
        }
        let earlier = *seen.entry(pattern(derivation, place)).or_insert(place);
        if earlier != place {
            explanations.push(Explanation::Like(earlier));
            continue;
        }
        let mut uses = explain(derivation, &gradient, None)?;
        if uses.iter().flat_map(|u| &u.arrangements).any(|a| a.fitting() > 1) {
            let general = general.get_or_insert_with(|| {
                let model = infer(program, source, Lengths::General).ok()?;
                derive(model, options.wrt.as_deref()).ok()
            });
            uses = explain(derivation, &gradient, general.as_mut())?;
        }
        explanations.push(Explanation::Uses(uses));
    }
    Ok(explanations)
}

/// A gradient and the statements it comes from with every name and dimension replaced by a number: gradients that share it share their
/// explanation.
fn pattern(derivation: &Derivation, place: usize) -> String {
    let arena = derivation.arena();
    let gradient = &derivation.gradients[place];
    let mut names: FxHashMap<String, usize> = FxHashMap::default();
    let mut text = String::new();
    let mut write = |tokens: &[Token]| {
        for token in tokens {
            let name = match token {
                Token::Name(name) | Token::Length(name) => name,
                Token::Gradient(name, of) => {
                    text.push('d');
                    quotient(name, *of).1
                }
                other => {
                    text.push_str(&crate::formula::spell(std::slice::from_ref(other), crate::formula::Charset::Ascii));
                    continue;
                }
            };
            let next = names.len();
            let number = *names.entry(name.to_string()).or_insert(next);
            text.push_str(&format!("#{number}"));
        }
        text.push(';');
    };
    let mut leaves = vec![gradient.of];
    for used in &gradient.uses {
        let statement = &derivation.model.statements[used.statement];
        used.contributions.iter().for_each(|c| write(&formula(arena, c.value)));
        let mut roots: Vec<_> = used.contributions.iter().map(|c| c.value).collect();
        if statement.long {
            write(&[Token::Verbatim("long".into())]);
        } else {
            write(&formula(arena, statement.value));
            leaves.push(statement.symbol);
            roots.push(statement.value);
        }
        leaves.extend(arena.reachable(&roots).into_iter().filter_map(|id| arena.as_symbol(id)));
    }
    let mut dims: Vec<Dim> = Vec::new();
    for leaf in leaves {
        let info = arena.info(leaf);
        text.push(match info.kind {
            SymbolKind::Input => 'i',
            SymbolKind::Intermediate => 'm',
            SymbolKind::Gradient(..) => 'g',
            SymbolKind::Change(_) => 'c',
        });
        for &dim in &info.shape {
            let number = dims.iter().position(|d| *d == dim).unwrap_or_else(|| {
                dims.push(dim);
                dims.len() - 1
            });
            let fixed = arena.dims.as_integer(dim).map_or(String::new(), |n| format!("={n}"));
            text.push_str(&format!(",{number}{fixed}"));
        }
    }
    text
}
