//! Jacobians and Hessians: derived, confirmed by numbers, and as far as that goes also as actions on a direction.

use super::{Options, refusal, report, unknown_dimension};
use crate::derive::{Derivation, Derivative, Kronecker, NoDerivative, derive, operands, with_diagonals};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Args, Id, Op, Symbol, SymbolId, SymbolKind};
use crate::limits::{MAX_BLOCKS, MAX_DERIVATIVE_TOKENS, MAX_HESSIAN_STEPS, MAX_JACOBIAN_STEPS, MAX_JACOBIANS, MAX_ORDER, MAX_THIRD_STEPS};
use crate::numeric::{Agreement, asymmetry, check, check_actions, check_derivatives, is_block, is_full, is_turned, stacked};
use crate::shape::{Lengths, Shape, infer, leave_free};
use crate::syntax;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is asked beside the derivatives.
#[derive(Clone, Debug, Default)]
pub struct Higher {
    /// The name of a direction, for the action of the derivative on it.
    pub along: Option<String>,
    /// 2, or 3: the derivatives of the Hessian's blocks too.
    pub order: usize,
    /// Nothing is written for a reader: formulas may be as long as they come out.
    pub unread: bool,
    /// The actions on directions alone; arrays with the axes of two variables are not made.
    pub actions_alone: bool,
}

/// A derivative and what is known of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The derivative.
    pub derivative: Derivative,
    /// The same with its axes of length 1 left out, where it has any beside others: what stands between columns is read as a matrix.
    pub bare: Option<Id>,
    /// A direction for a matrix, and what the block makes of it: `H[V]`.
    pub along: Option<(SymbolId, Id)>,
    /// The same with the axes of the variable in front, where both have axes.
    pub turned: Option<Id>,
    /// One of the equal blocks that it consists of.
    pub block: Option<Id>,
    /// Whether every entry was seen to differ from 0: zeros may stand in an array as well as in deltas.
    pub full: bool,
    /// The same between stacked columns, where it is made of Kronecker products.
    pub stacked: Option<Vec<Kronecker>>,
}

/// What a derivative does to directions.
#[derive(Clone, Debug)]
pub struct Action {
    /// What changes: the output, or the gradient by an input.
    pub above: SymbolId,
    /// How, to first order, as an expression in the directions.
    pub value: Id,
}

/// Derivatives of a program's output, or of its gradients.
#[derive(Debug)]
pub struct Derivatives {
    /// The program as typed.
    pub program: String,
    /// Shapes and gradients.
    pub derivation: Derivation,
    /// Whether these are second derivatives, of a scalar.
    pub second: bool,
    /// The gradients as a reader knows them, by input; none for Jacobians.
    pub gradients: Vec<(SymbolId, Id)>,
    /// For Jacobians one for each input; for Hessians one for each pair of them, in order, the first one's axes first.
    pub found: Vec<Known>,
    /// The third derivatives: of a block by one more input, in the same order of inputs.
    pub third: Vec<(Known, SymbolId)>,
    /// The directions, by input, where they were asked for.
    pub directions: Vec<(SymbolId, SymbolId)>,
    /// What the derivatives do to them.
    pub actions: Vec<Action>,
    /// Lengths that were asked for.
    pub dims: Vec<(String, usize)>,
    /// What the numbers say; nothing where the check was left out.
    pub agreement: Option<Agreement>,
    /// The largest difference between a Hessian and its transpose.
    pub asymmetry: Option<f64>,
}

impl Derivatives {
    /// What the reader should know beside the result.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.derivation.model.warnings
    }

    /// The program's answer, and each array with a name and the inputs that it belongs to: `dy/dx` with `x`; the blocks of a Hessian with two;
    /// an action on directions, where there is nothing else, with the input whose gradient it is.
    pub fn named(mut self) -> (super::Answer, Vec<(SymbolId, Id, Vec<SymbolId>)>) {
        let objective = self.derivation.model.objective.to_string();
        let arena = self.derivation.arena();
        let below = |gradient: SymbolId| match arena.info(gradient).kind {
            SymbolKind::Gradient(of) => of,
            _ => gradient,
        };
        let mut all: Vec<(String, Id, Vec<SymbolId>)> = Vec::new();
        let name = |symbol: SymbolId| arena.info(symbol).name.to_string();
        for known in &self.found {
            let d = &known.derivative;
            all.push(match self.second {
                true => (format!("d2{objective}_d{}_d{}", name(below(d.above)), name(d.below)), d.value, vec![below(d.above), d.below]),
                false => (format!("d{}_d{}", name(d.above), name(d.below)), d.value, vec![d.below]),
            });
        }
        for action in self.actions.iter().filter(|_| self.found.is_empty()) {
            let of = below(action.above);
            all.push((format!("Hv_{}", name(of)), action.value, vec![of]));
        }
        let arena = &mut self.derivation.algebra.arena;
        let named = all.into_iter().map(|(name, value, keys)| {
            let shape = Shape::from(arena.shape(value));
            let kind = SymbolKind::Change(None);
            (arena.symbol(Symbol { name: name.into(), kind, shape, properties: vec![], span: Span::default() }), value, keys)
        });
        let named = named.collect();
        let answer = super::Answer {
            program: self.program,
            derivation: self.derivation,
            explanations: vec![],
            dims: self.dims,
            agreement: self.agreement,
        };
        (answer, named)
    }
}

/// The derivative of the output by each input, with the axes of both.
///
/// # Errors
/// What is wrong with the program, a derivative that cannot be written entry by entry, or what the numbers do not confirm.
///
/// ```
/// use pullback::{answer, formula::{text, Charset}};
/// let found = answer::jacobian("y = softmax(x)", &Default::default(), &Default::default()).unwrap();
/// let value = found.found[0].derivative.value;
/// assert_eq!(text(found.derivation.arena(), value, Charset::Unicode), "diag(y) - outer(y, y)");
/// ```
pub fn jacobian(source: &str, options: &Options, higher: &Higher) -> Result<Derivatives, Vec<Diagnostic>> {
    let d = derivation(source, options, false)?;
    let output = d.model.output;
    if !higher.actions_alone {
        let each = d.wanted().count().max(1);
        bounded(&d, MAX_JACOBIAN_STEPS / each, "`--jvp v` shows its action on a direction, and `--wrt X,W` names the inputs that matter")?;
    }
    let mut all = Derivatives::new(source, options, d, false);
    let wrt: Vec<SymbolId> = all.derivation.wanted().map(|g| g.of).collect();
    for &below in wrt.iter().filter(|_| !higher.actions_alone) {
        let found = all.derivation.derivatives(&[output], below).map_err(|error| vec![no_derivative(&error, &all.derivation)])?;
        all.found.extend(found.into_iter().map(Known::new));
    }
    if let Some(name) = &higher.along {
        all.act(name, &wrt, &[output]).map_err(|error| vec![no_derivative(&error, &all.derivation)])?;
    }
    all.finish(options, higher.unread)
}

/// The second derivatives of a scalar output by each pair of inputs.
///
/// # Errors
/// As [`jacobian`]; an output that is no scalar; more inputs than blocks can be shown for.
///
/// ```
/// use pullback::{answer, formula::{text, Charset}};
/// let found = answer::hessian("f = x @ A @ x", &Default::default(), &Default::default()).unwrap();
/// let value = found.found[0].derivative.value;
/// assert_eq!(text(found.derivation.arena(), value, Charset::Unicode), "A + Aᵀ");
/// ```
pub fn hessian(source: &str, options: &Options, higher: &Higher) -> Result<Derivatives, Vec<Diagnostic>> {
    let mut d = derivation(source, options, true)?;
    if !d.model.scalar {
        let arena = d.arena();
        let output = arena.info(d.model.output);
        let title = format!("a Hessian belongs to a scalar, and `{}` is {}", output.name, show(arena, &output.shape));
        let span = d.model.statements.last().map_or(Span::default(), |s| s.span);
        return Err(vec![
            Diagnostic::error("E0505", title)
                .at(span, "the output")
                .note(format!("`L = sum({})` is a scalar; `pullback jacobian` shows the first derivative of what is none", output.name)),
        ]);
    }
    let restored = std::mem::take(&mut d.stripped);
    let mut all = Derivatives::new(source, options, d.derivation, true);
    let pairs: Vec<(SymbolId, SymbolId)> = all.derivation.wanted().map(|g| (g.of, g.symbol)).collect();
    if pairs.len() * pairs.len() > MAX_BLOCKS && !higher.actions_alone {
        let title = format!("{} inputs have {} pairs, and at most {MAX_BLOCKS} blocks are shown", pairs.len(), pairs.len() * pairs.len());
        return Err(vec![Diagnostic::error("E0506", title).note("`--wrt X,W` names the inputs that matter")]);
    }
    if !higher.actions_alone {
        let most = if higher.order >= MAX_ORDER { MAX_THIRD_STEPS } else { MAX_HESSIAN_STEPS };
        bounded(&all.derivation, most, "`pullback code --of hvp` computes its action on a direction without writing it out")?;
    }
    let above: Vec<SymbolId> = pairs.iter().map(|pair| pair.1).collect();
    let blocks = if higher.actions_alone { &[][..] } else { pairs.as_slice() };
    let mut columns: Vec<Vec<Derivative>> = Vec::with_capacity(pairs.len());
    for &(below, _) in blocks {
        columns.push(all.derivation.derivatives(&above, below).map_err(|error| vec![no_derivative(&error, &all.derivation)])?);
    }
    // row by row: the first input's blocks first
    for row in 0..blocks.len() {
        all.found.extend(columns.iter().map(|column| Known::new(column[row].clone())));
    }
    if higher.order >= MAX_ORDER {
        all.third(&pairs).map_err(|error| vec![no_derivative(&error, &all.derivation)])?;
    }
    for (place, &(input, gradient)) in blocks.iter().enumerate().filter(|_| !higher.unread) {
        if all.derivation.arena().info(input).shape.iter().filter(|dim| **dim != crate::shape::Dim::ONE).count() >= 2 {
            let direction = all.direction("V", input);
            let leaf = all.derivation.algebra.arena.variable(direction);
            let changes = [(input, leaf)].into_iter().collect();
            let value = all.derivation.pushed(&changes, &[gradient]).map_err(|error| vec![no_derivative(&error, &all.derivation)])?[0];
            all.found[place * pairs.len() + place].along = Some((direction, value));
        }
    }
    if let Some(name) = &higher.along {
        let wrt: Vec<SymbolId> = pairs.iter().map(|pair| pair.0).collect();
        all.act(name, &wrt, &above).map_err(|error| vec![no_derivative(&error, &all.derivation)])?;
    }
    all.gradients = pairs.iter().map(|&(of, _)| (of, all.derivation.gradient(of).map_or(Id(0), |g| g.closed.unwrap_or(g.value)))).collect();
    all.restore(restored);
    all.finish(options, higher.unread)
}

/// Refuses what would be longer than anyone reads, or any memory, before it is made.
fn bounded(d: &Derivation, most: usize, instead: &str) -> Result<(), Vec<Diagnostic>> {
    let wanted = d.wanted().count();
    if wanted > MAX_JACOBIANS {
        let title = format!("there are {wanted} inputs, and derivatives by at most {MAX_JACOBIANS} are shown");
        return Err(vec![Diagnostic::error("E0506", title).note("`--wrt X,W` names the inputs that matter")]);
    }
    let steps = d.steps();
    if steps <= most {
        return Ok(());
    }
    let from = if wanted == 1 { "one input".to_string() } else { format!("{wanted} inputs") };
    let title =
        format!("on the way from {from} to the output there are {steps} operations, too many for this derivative to be written out");
    Err(vec![Diagnostic::error("E0507", title).note(instead)])
}

/// A derivation, and the properties that were left out of it.
struct Stripped {
    derivation: Derivation,
    stripped: Vec<(SymbolId, Vec<Arc<str>>)>,
}

impl std::ops::Deref for Stripped {
    type Target = Derivation;
    fn deref(&self) -> &Derivation {
        &self.derivation
    }
}

impl std::ops::DerefMut for Stripped {
    fn deref_mut(&mut self) -> &mut Derivation {
        &mut self.derivation
    }
}

/// Reads and derives. For second derivatives the properties that bind entries are left out, and put back when all is derived.
fn derivation(source: &str, options: &Options, strip: bool) -> Result<Stripped, Vec<Diagnostic>> {
    let program = syntax::parse_in(source, options.dialect)?;
    let fault = |error: Box<crate::error::ShapeError>| vec![report(&error, source, options.dialect)];
    let mut model = infer(&program, source, Lengths::Declared).map_err(fault)?;
    unknown_dimension(&model, options)?;
    let stripped = if strip { leave_free(&mut model) } else { vec![] };
    let derivation = derive(model, options.wrt.as_deref()).map_err(fault)?;
    Ok(Stripped { derivation, stripped })
}

impl From<Stripped> for Derivation {
    fn from(stripped: Stripped) -> Derivation {
        stripped.derivation
    }
}

impl Known {
    fn new(derivative: Derivative) -> Known {
        Known { derivative, bare: None, along: None, turned: None, block: None, full: false, stacked: None }
    }
}

impl Derivatives {
    fn new(source: &str, options: &Options, derivation: impl Into<Derivation>, second: bool) -> Self {
        Derivatives {
            program: source.into(),
            derivation: derivation.into(),
            second,
            gradients: vec![],
            found: vec![],
            third: vec![],
            directions: vec![],
            actions: vec![],
            dims: options.dims.clone(),
            agreement: None,
            asymmetry: None,
        }
    }

    /// How values change along directions with this name: with a suffix for each input, where there are several.
    fn act(&mut self, name: &str, wrt: &[SymbolId], above: &[SymbolId]) -> Result<(), NoDerivative> {
        let mut changes: FxHashMap<SymbolId, Id> = FxHashMap::default();
        for &input in wrt {
            let name = if wrt.len() == 1 { name.to_string() } else { format!("{name}_{}", self.derivation.arena().info(input).name) };
            let symbol = self.direction(&name, input);
            self.directions.push((input, symbol));
            let leaf = self.derivation.algebra.arena.variable(symbol);
            changes.insert(input, leaf);
        }
        let found = self.derivation.pushed(&changes, above)?;
        self.actions = above.iter().zip(found).map(|(&above, value)| Action { above, value }).collect();
        Ok(())
    }

    /// A symbol that stands for a direction of an input.
    fn direction(&mut self, name: &str, input: SymbolId) -> SymbolId {
        let arena = &mut self.derivation.algebra.arena;
        let info = arena.info(input).clone();
        let known = |name: &str| arena.variables.contains(name) || arena.dims.find(name).is_some();
        let mut name = name.to_string();
        while known(&name) {
            name.push('_');
        }
        // known by its own name only: an input of the program it is not
        let kind = SymbolKind::Change(None);
        arena.symbol(Symbol { name: name.into(), kind, properties: vec![], ..info })
    }

    /// The derivative of each block of the upper triangle by the inputs from its second one on.
    fn third(&mut self, pairs: &[(SymbolId, SymbolId)]) -> Result<(), NoDerivative> {
        let count = pairs.len();
        for (row, column) in (0..count).flat_map(|row| (row..count).map(move |column| (row, column))) {
            let block = self.found[row * count + column].derivative.clone();
            for &(input, _) in &pairs[column..] {
                let third = self.derivation.derivative_of(&block, input)?;
                self.third.push((Known::new(third), block.below));
            }
        }
        Ok(())
    }

    /// Puts properties back, and what they simplify into simplest form.
    fn restore(&mut self, properties: Vec<(SymbolId, Vec<Arc<str>>)>) {
        if properties.is_empty() {
            return;
        }
        for (symbol, properties) in properties {
            self.derivation.algebra.arena.symbols[symbol.0 as usize].properties = properties;
        }
        let d = &mut self.derivation;
        let values = self.found.iter_mut().chain(self.third.iter_mut().map(|t| &mut t.0)).map(|known| &mut known.derivative.value);
        let values = values.chain(self.actions.iter_mut().map(|action| &mut action.value));
        for value in values.chain(self.gradients.iter_mut().map(|g| &mut g.1)) {
            *value = d.made_again(*value);
        }
        for (_, value) in self.found.iter_mut().filter_map(|known| known.along.as_mut()) {
            *value = d.made_again(*value);
        }
    }

    /// Finds what else there is to say, and lets the numbers confirm all of it.
    fn finish(mut self, options: &Options, unread: bool) -> Result<Self, Vec<Diagnostic>> {
        for known in self.found.iter_mut().chain(self.third.iter_mut().map(|t| &mut t.0)) {
            if unread {
                break;
            }
            known.bare = self.derivation.without_ones(&known.derivative);
            known.block = known.derivative.map.block(&mut self.derivation.algebra);
            if !self.second {
                known.turned = known.derivative.map.turned().map(|map| map.array(&mut self.derivation.algebra));
                known.stacked = known.derivative.map.kronecker(&mut self.derivation.algebra);
            }
            let read = [Some(&mut known.derivative.value), known.bare.as_mut(), known.turned.as_mut(), known.block.as_mut()];
            for value in read.into_iter().flatten() {
                *value = with_diagonals(&mut self.derivation.algebra, *value);
            }
        }
        let arena = self.derivation.arena();
        let written = self.found.iter().chain(self.third.iter().map(|t| &t.0)).map(|known| known.derivative.value);
        for value in written.chain(self.actions.iter().map(|action| action.value)).chain(self.found.iter().filter_map(|k| Some(k.along?.1)))
        {
            let size = if unread { 0 } else { operands(arena, value) };
            if size > MAX_DERIVATIVE_TOKENS {
                return Err(vec![
                    Diagnostic::error(
                        "E0507",
                        format!("a formula of {size} operands is longer than what is written out ({MAX_DERIVATIVE_TOKENS})"),
                    )
                    .note("`pullback code --of hvp` computes its action on a direction without writing it out"),
                ]);
            }
        }
        if options.unchecked {
            return Ok(self);
        }
        let refused = |error| vec![refusal(&error, &self.derivation, &options.dims)];
        check(&self.derivation, &options.dims).map_err(refused)?;
        let mut derivatives: Vec<Derivative> = self.found.iter().map(|known| known.derivative.clone()).collect();
        // the shorter form says the same, and is confirmed by itself
        let short = self.found.iter().filter_map(|known| Some(Derivative { value: known.bare?, ..known.derivative.clone() }));
        derivatives.extend(short.collect::<Vec<_>>());
        let mut agreement = check_derivatives(&self.derivation, &derivatives, &options.dims).map_err(refused)?;
        for (third, _) in &self.third {
            let found = check_derivatives(&self.derivation, std::slice::from_ref(&third.derivative), &options.dims).map_err(refused)?;
            agreement.max_error = agreement.max_error.max(found.max_error);
        }
        let actions: Vec<(SymbolId, Id)> = self.actions.iter().map(|action| (action.above, action.value)).collect();
        let error = check_actions(&self.derivation, &actions, &self.directions, &agreement).map_err(refused)?;
        agreement.max_error = agreement.max_error.max(error);
        for known in &self.found {
            if let Some((direction, value)) = known.along {
                let (action, along) = ([(known.derivative.above, value)], [(known.derivative.below, direction)]);
                let error = check_actions(&self.derivation, &action, &along, &agreement).map_err(refused)?;
                agreement.max_error = agreement.max_error.max(error);
            }
        }
        for known in &mut self.found {
            known.turned = known.turned.filter(|&id| is_turned(&self.derivation, &known.derivative, id, &agreement));
            known.full = is_full(&self.derivation, &known.derivative, &agreement);
            let pairs = known.derivative.map.structure().pairs;
            known.block = known.block.filter(|&id| is_block(&self.derivation, &known.derivative, &pairs, id, &agreement));
            if known.stacked.as_ref().is_some_and(|stack| !stacked(&self.derivation, &known.derivative, stack, &agreement)) {
                known.stacked = None;
            }
        }
        if self.second && !self.found.is_empty() {
            let blocks: Vec<&Derivative> = self.found.iter().map(|known| &known.derivative).collect();
            self.asymmetry = asymmetry(&self.derivation, &blocks, &agreement);
        }
        self.agreement = Some(agreement);
        Ok(self)
    }
}

fn show(arena: &Arena, shape: &Shape) -> String {
    let sides: Vec<String> = shape.iter().map(|&dim| arena.dims.show(dim)).collect();
    if let [one] = sides.as_slice() { format!("({one},)") } else { format!("({})", sides.join(", ")) }
}

fn no_derivative(error: &NoDerivative, d: &Derivation) -> Diagnostic {
    match error {
        NoDerivative::Fault(fault) => fault.diagnostic("", d.model.dialect.transpose()),
        NoDerivative::Long => Diagnostic::error("E0507", error.to_string())
            .note("`jacobian --jvp v` or `code --of hvp` computes its action on a direction without writing it out"),
        NoDerivative::NoMap(why) => Diagnostic::error("E0404", why.to_string())
            .note("its gradient has a form: `pullback PROGRAM` shows it, and `--jvp v` or `--hvp v` the action on a direction"),
    }
}

impl Derivation {
    /// The node with all that it is made of in simplest form.
    fn made_again(&mut self, root: Id) -> Id {
        let mut found: FxHashMap<Id, Id> = FxHashMap::default();
        for id in self.arena().reachable(&[root]) {
            let args: Args = self.arena().args(id).iter().map(|arg| found[arg]).collect();
            let op = self.arena().op(id).clone();
            let made = match op {
                Op::Einsum { .. } => self.algebra.arena.intern(op, args),
                _ if args.is_empty() => id,
                _ => self.algebra.make(op, args),
            };
            found.insert(id, made);
        }
        found[&root]
    }
}
