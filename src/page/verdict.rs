//! What became of each claim, in words.

use super::pen::{Pen, lengths, piece, quoted};
use crate::claim::{Case, Cause, Condition, Exception, Grounds, Instead, Judged, Judgement, Layout, Place, Proof, Subject, Verdict};
use crate::derive::Gradient;
use crate::diagnostic::Diagnostic;
use crate::expr::{Id, Op, SymbolId};
use crate::formula::{self, Charset, Token};
use crate::render::document::{Block, Document, Equation, Piece, Text, words};
use crate::rewrite::Application;

/// How many lengths and numbers of a witness are shown: more, nobody would follow.
const MAX_WITNESS_LENGTHS: usize = 8;
/// What is said beside a mistake: that the claim is right for the same program with a matrix stored transposed, and a second mistake.
const BESIDES: [&str; 2] = ["the other layout", "a factor besides"];
/// See [`MAX_WITNESS_LENGTHS`].
const MAX_WITNESS_ENTRIES: usize = 40;

/// All claims about one program.
///
/// ```
/// use pullback::{claim, formula::Charset, page, render::terminal};
/// let judged = claim::judge("Y = X @ W; dL/dX = W @ dL/dY", &claim::Options::default()).unwrap();
/// let text = terminal::render(&page::check(&judged), &terminal::Style { width: 80, charset: Charset::Ascii, color: false });
/// assert!(text.contains("dL/dX = dL/dY @ W.T"), "{text}");
/// ```
pub fn check(judged: &Judged) -> Document {
    let blocks = judged.judgements.iter().flat_map(|judgement| about(judged, judgement)).collect();
    let ranks = judged.cases.iter().flat_map(|case| Pen::new(case.derivation.arena()).document(vec![]).ranks).collect();
    let title = vec![words(if judged.judgements.len() == 1 { "Is this gradient right?" } else { "Are these gradients right?" })];
    Document { title, blocks, ranks }
}

fn about(judged: &Judged, judgement: &Judgement) -> Vec<Block> {
    let case = &judged.cases[judgement.case];
    let pen = Pen::new(case.derivation.arena());
    let page = Page { judged, judgement, case, pen };
    let mut blocks = vec![Block::Heading(1, page.title())];
    let mut inner = page.findings();
    inner.extend(page.causes());
    inner.extend(page.ours());
    inner.extend(page.columns());
    inner.extend(page.left_at());
    inner.extend(page.witness());
    blocks.push(Block::Inner(inner));
    blocks
}

struct Page<'a> {
    judged: &'a Judged,
    judgement: &'a Judgement,
    case: &'a Case,
    pen: Pen<'a>,
}

impl Page<'_> {
    /// The claim as it was typed, with what became of it.
    fn title(&self) -> Text {
        let typed = self.judgement.span.slice(&self.judged.source);
        let mark = if self.judgement.holds(self.judged.numerator) { Piece::Good(String::new()) } else { Piece::Bad(String::new()) };
        let verdict = match &self.judgement.verdict {
            Verdict::Right(_) => "is right",
            Verdict::OtherLayout(_) => "is right in the other layout",
            Verdict::Except(_) => "is right except at some points",
            Verdict::OnlyIf(_) => "is right only on a condition",
            Verdict::If(_) => "is right on a condition",
            Verdict::Undecided(_) => "is undecided",
            Verdict::Clash(_) => "does not fit",
            Verdict::WrongShape => "has the wrong shape",
            Verdict::WrongValue => "fits, but its value is wrong",
        };
        vec![mark, words(" "), Piece::Code(typed.into()), words("  "), words(verdict)]
    }

    fn findings(&self) -> Vec<Block> {
        match &self.judgement.verdict {
            Verdict::Right(proof) => self.right(proof),
            Verdict::OtherLayout(layout) => vec![paragraph(self.other_layout(*layout))],
            Verdict::Except(exception) => self.except(exception),
            Verdict::OnlyIf(conditions) => self.only_if(conditions, "it is right only if "),
            Verdict::If(conditions) => self.only_if(conditions, "it is right if "),
            Verdict::Undecided(why) => vec![paragraph(vec![words(*why)])],
            Verdict::Clash(diagnostic) => self.clash(diagnostic),
            Verdict::WrongShape => vec![paragraph(self.wrong_shape())],
            Verdict::WrongValue => vec![paragraph(vec![words("the shapes fit: both are "), self.pen.shape(&self.judgement.shape)])],
        }
    }

    /// `(k,) * (d, k) → (d, k)`
    fn shapes(&self, id: Id) -> Option<Text> {
        let arena = self.pen.arena;
        let (sign, list) = match (arena.op(id), arena.args(id)) {
            (Op::Sum { .. }, [one]) => ("", vec![*one]),
            _ => super::pen::operands(arena, id).filter(|(sign, _)| *sign != "+")?,
        };
        if list.len() > 4 || list.len() < 2 && !sign.is_empty() {
            return None;
        }
        let mut text = Text::new();
        for (place, &operand) in list.iter().enumerate() {
            text.extend((place > 0).then_some(Piece::Sign(sign)));
            text.push(self.pen.shape_of(operand));
        }
        text.extend([Piece::Sign("→"), self.pen.shape_of(id)]);
        Some(text)
    }

    fn wrong_shape(&self) -> Text {
        let wanted = self.pen.shape(&self.judgement.shape);
        let mut text = vec![words("it is ")];
        text.extend(self.judgement.claimed.and_then(|id| self.shapes(id)).unwrap_or_else(|| vec![self.found()]));
        text.push(words(", but "));
        match self.judgement.subject {
            Subject::Gradient(_) => {
                text.extend([self.variable(), words(" is "), wanted, words(": a gradient has the shape of its variable")]);
            }
            Subject::Jacobian(of) => text.extend([
                words("this derivative has the axes of "),
                self.pen.name(self.case.derivation.model.output),
                words(" and of "),
                self.pen.name(of),
                words(format!(", {} in all: ", self.judgement.shape.len())),
                wanted,
            ]),
        }
        text
    }

    /// `dY/dX`, `d2f/dx2`: the derivative of the case's output.
    fn derivative(&self, of: SymbolId) -> Token {
        let name = |symbol| &*self.pen.arena.info(symbol).name;
        let output = self.case.derivation.model.output;
        match self.case.gradient_of {
            Some(first) => super::hessian::higher(self.case.objective(), &[name(first), name(of)]),
            None => Token::gradient(name(output), name(of)),
        }
    }

    fn variable(&self) -> Piece {
        self.pen.name(self.judgement.subject.of())
    }

    fn found(&self) -> Piece {
        self.judgement.claimed.map_or(words(""), |id| self.pen.shape_of(id))
    }

    fn right(&self, proof: &Proof) -> Vec<Block> {
        let said = |said: &str, rules: &[Application]| [paragraph(vec![words(said)])].into_iter().chain(self.pen.rules(rules));
        match proof {
            Proof::Same if self.is_written_alike() => vec![paragraph(vec![words("it is what pullback writes itself")])],
            Proof::Same => vec![paragraph(vec![words("it is what pullback writes, but for the way in which it is written")])],
            Proof::Rewritten(rules) => said("these rules lead from it to what pullback writes", rules).collect(),
            Proof::Joined(chain) if chain.claim.is_empty() => {
                said("these rules lead to it from what pullback writes", &chain.ours).collect()
            }
            Proof::Joined(chain) => {
                let ours = said("and from what pullback writes to the same", &chain.ours);
                said("these rules lead from it", &chain.claim).chain(ours).collect()
            }
            Proof::Numbers(grounds) => vec![paragraph(vec![words(self.settled(*grounds))])],
        }
    }

    /// What was settled without rules, and where.
    fn settled(&self, grounds: Grounds) -> String {
        let points = if grounds.points == 1 { "1 point".into() } else { format!("{} points", grounds.points) };
        let lengths = if grounds.lengths < 2 { String::new() } else { format!(" and {} choices of lengths", grounds.lengths) };
        if grounds.loose {
            return format!(
                "its formula and pullback's are the same whatever stands for the variables in them: at {points} with random values for each"
            );
        }
        if grounds.alike {
            let of = self.pen.arena.info(self.judgement.subject.of());
            let properties: Vec<&str> = of.properties.iter().map(|p| &**p).filter(|p| *p != "const").collect();
            return format!(
                "{} is declared {}: on every change that keeps it so the claim acts as the gradient does, at {points}{lengths}",
                of.name,
                properties.join(", ")
            );
        }
        let borders = match grounds.borders {
            0 => String::new(),
            n => format!(", {n} of them where something changes its branch or is zero"),
        };
        format!("it has the value of what pullback writes, to more digits than a float has, at {points}{lengths}{borders}")
    }

    /// Where alone it is not right, with a point.
    fn except(&self, exception: &Exception) -> Vec<Block> {
        let mut text = vec![words("it is the gradient at every other point that was tried, but not where ")];
        for (place, what) in exception.places.iter().enumerate() {
            text.push(words(if place > 0 { ", or where " } else { "" }));
            text.extend(self.place(what));
        }
        if exception.places.is_empty() {
            text.push(words("several things meet at a border"));
        }
        let mut blocks = vec![paragraph(text)];
        let convention = self.kinks();
        blocks.extend((!convention.is_empty()).then(|| paragraph(vec![words(convention)])));
        blocks
    }

    /// What is taken where the program's functions have no derivative, as their entries say.
    fn kinks(&self) -> String {
        let arena = self.pen.arena;
        let values: Vec<Id> = self.case.derivation.model.statements.iter().map(|s| s.value).collect();
        let mut said: Vec<&str> = Vec::new();
        for id in arena.reachable(&values) {
            if let Op::Apply(function) | Op::Call(function, _) = arena.op(id) {
                let kink = function.kink();
                if !kink.is_empty() && !said.contains(&kink) {
                    said.push(kink);
                }
            }
        }
        said.join("; ")
    }

    /// `x = 0`, `a = b`
    fn place(&self, place: &Place) -> Text {
        let arena = self.pen.arena;
        let scalar = |id: Id| arena.shape(id).is_empty();
        match place {
            Place::Zero(id) if scalar(*id) => vec![self.pen.formula(*id), words(" is 0")],
            Place::Zero(id) => vec![words("an entry of "), self.pen.formula(*id), words(" is 0")],
            Place::Equal(a, b) if scalar(*a) && scalar(*b) => vec![self.pen.formula(*a), Piece::Sign("="), self.pen.formula(*b)],
            Place::Equal(a, b) => vec![words("an entry of "), self.pen.formula(*a), words(" is equal to "), self.pen.formula(*b)],
            Place::Tie(of, extreme) => {
                vec![words("several entries of "), self.pen.formula(*of), words(" are equal to "), self.pen.formula(*extreme)]
            }
            Place::NoValue(id) => vec![self.pen.formula(*id), words(" has no value")],
            Place::One(name) => vec![words(format!("{name} = 1"))],
        }
    }

    fn other_layout(&self, layout: Layout) -> Text {
        let both = words(if self.is_square() { " too, so that both fit" } else { "" });
        let Subject::Jacobian(of) = self.judgement.subject else {
            return vec![
                words("it is the transpose of the gradient: numerator layout (the Jacobian's), where it is "),
                self.found(),
                both,
                words("; here a gradient has the shape of its variable, "),
                self.pen.shape(&self.judgement.shape),
            ];
        };
        let (output, of) = (self.pen.name(self.case.derivation.model.output), self.pen.name(of));
        let other = match layout {
            Layout::Transposed => {
                vec![words("it is the transpose of the Jacobian: denominator layout, where it is "), self.found(), both]
            }
            Layout::Columns => vec![
                words("it is the derivative of vec("),
                output.clone(),
                words(") by vec("),
                of.clone(),
                words("), columns stacked, where it is a matrix "),
                self.found(),
            ],
            Layout::Rows => vec![
                words("it is the derivative of the rows of "),
                output.clone(),
                words(" one behind the other by those of "),
                of.clone(),
                words(", where it is a matrix "),
                self.found(),
            ],
        };
        let here = vec![words("; here the axes of "), output, words(" come first, then those of "), of, words(": ")];
        [other, here, vec![self.pen.shape(&self.judgement.shape)]].concat()
    }

    fn is_square(&self) -> bool {
        self.judgement.claimed.is_some_and(|id| *self.case.derivation.arena().shape(id) == *self.judgement.shape)
    }

    fn only_if(&self, conditions: &[Condition], only: &'static str) -> Vec<Block> {
        let mut blocks = vec![paragraph(vec![words("the shapes fit: both are "), self.pen.shape(&self.judgement.shape)])];
        for (place, condition) in conditions.iter().enumerate() {
            let only = if place == 0 { only } else { "or if " };
            let mut text = vec![words(only)];
            text.extend(self.condition(condition));
            blocks.push(paragraph(text));
        }
        if let Some(under) = &self.judgement.under {
            let mut line = vec![words("where that holds, the derivation gives "), piece(under.clone())];
            line.push(words(": the same as the claim"));
            blocks.insert(blocks.len().min(2), paragraph(line));
        }
        blocks
    }

    /// `A is symmetric`
    fn condition(&self, condition: &Condition) -> Text {
        let (symbol, property) = match condition {
            Condition::Property(symbol, property) => (*symbol, *property),
            Condition::One(dim) => return vec![self.pen.dim(*dim), words(" = 1")],
        };
        let name = self.pen.name(symbol);
        let rows = self.pen.arena.info(symbol).shape.len() > 1;
        match property {
            "stochastic" if rows => vec![words("each row of "), name, words(" sums to 1")],
            "stochastic" => vec![words("sum("), name, words(") = 1")],
            "unit" if rows => vec![words("each row of "), name, words(" has norm 1")],
            "unit" => vec![words("norm("), name, words(") = 1")],
            "orthonormal" => vec![words("the columns of "), name, words(" are orthonormal")],
            "sign" => vec![words("every entry of "), name, words(" is 1 or -1")],
            other => vec![name, words(format!(" is {other}"))],
        }
    }

    fn clash(&self, diagnostic: &Diagnostic) -> Vec<Block> {
        let mut blocks = vec![paragraph(quoted(&diagnostic.title))];
        blocks.extend(diagnostic.notes.iter().map(|note| paragraph(quoted(note))));
        blocks
    }

    /// What tells most: where that does not mend the claim, also the one that does.
    fn told(&self) -> impl Iterator<Item = &Cause> {
        let causes = &self.judgement.causes;
        let mending = causes.iter().find(|cause| cause.patch.is_some());
        causes.first().into_iter().chain(mending.filter(|cause| !std::ptr::eq(*cause, &causes[0])))
    }

    /// The mistake by name, and the claim without it.
    fn causes(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        // a verdict of another layout says itself what is wrong
        let named = !matches!(self.judgement.verdict, Verdict::OtherLayout(_));
        if let Some(cause) = self.judgement.causes.first().filter(|_| named) {
            let mut said = vec![Piece::Strong(cause.mistake.name.into()), words(format!(": {}", cause.mistake.sentence))];
            if !cause.detail.is_empty() {
                said.push(words(format!(" Here: {}", cause.detail)));
                if let Some(condition) = &cause.condition {
                    said.push(words(", and then only if "));
                    said.extend(self.condition(condition));
                }
                said.push(words("."));
            }
            blocks.push(paragraph(said));
        }
        let besides = self.judgement.causes.iter().skip(1).filter(|cause| named && BESIDES.contains(&cause.mistake.name));
        blocks.extend(besides.map(|cause| paragraph(vec![Piece::Strong(cause.mistake.name.into()), words(format!(": {}", cause.detail))])));
        blocks.extend(self.told().flat_map(|cause| self.patch(cause)));
        let wrong = matches!(self.judgement.verdict, Verdict::Clash(_) | Verdict::WrongShape | Verdict::WrongValue);
        if wrong && self.judgement.causes.is_empty() {
            blocks.push(paragraph(vec![words("no one mistake was found that leads to it")]));
        }
        blocks
    }

    /// The claim without a mistake.
    fn patch(&self, cause: &Cause) -> Vec<Block> {
        let Some(patch) = &cause.patch else { return vec![] };
        let left = self.judgement.span.slice(&self.judged.source);
        let left = left.split_once('=').map_or(left, |(left, _)| left).trim();
        let mut blocks = vec![paragraph(vec![Piece::Good(String::new()), words(" "), Piece::Code(format!("{left} = {patch}"))])];
        blocks.extend(cause.mended.and_then(|id| self.shapes(id)).map(|shapes| Block::Inner(vec![paragraph(shapes)])));
        blocks
    }

    /// How its vectors would have to be stored for it to be right.
    fn columns(&self) -> Option<Block> {
        let columns = self.judgement.columns.as_ref()?;
        let mut text = vec![words("it is right where vectors are columns: with ")];
        for (place, &symbol) in columns.iter().enumerate() {
            let info = self.pen.arena.info(symbol);
            text.extend([
                words(if place > 0 { " and " } else { "" }),
                self.pen.name(symbol),
                words(" of shape "),
                words("("),
                self.pen.dim(info.shape[0]),
                words(", 1)"),
            ]);
        }
        text.push(words("; here they are 1-D arrays, of which a transpose is the same array"));
        Some(paragraph(text))
    }

    /// Numbers that anybody can follow.
    fn witness(&self) -> Option<Block> {
        let witness = self.judgement.witness.as_ref()?;
        let entries: usize = witness.values.iter().map(|(_, value)| value.len()).sum();
        let small = witness.lengths.len() <= MAX_WITNESS_LENGTHS && entries <= MAX_WITNESS_ENTRIES;
        let mut text = match witness.lengths.as_slice() {
            // more than anybody would follow
            _ if !small => vec![words("with short lengths and small numbers")],
            [] => vec![words("for instance with ")],
            list => {
                let mut text = vec![words("at ")];
                text.extend(lengths(list.iter().map(|(name, n)| (name.as_str(), *n))));
                text.push(words(" with "));
                text
            }
        };
        for (place, (symbol, value)) in witness.values.iter().enumerate().take_while(|_| small) {
            text.extend([words(if place > 0 { ", " } else { "" }), self.pen.name(*symbol), Piece::Sign("="), words(nested(value))]);
        }
        let places: Vec<String> = witness.entry.iter().map(usize::to_string).collect();
        let entry = if places.is_empty() { "it ".to_string() } else { format!("entry [{}] ", places.join(", ")) };
        text.push(words(match (witness.claimed, witness.difference) {
            (None, _) => format!(": {entry}has no value by the claim, and is {} by the gradient", number(witness.right)),
            (Some(claimed), difference) => {
                let (claimed, right) = apart(claimed, witness.right);
                // what a difference cannot tell from the claim settles nothing
                let told = difference.map(number).filter(|told| *told != claimed);
                let by = if difference.is_some() { "the program" } else { "the gradient" };
                let settled = told.map_or_else(String::new, |told| format!(" (central difference {told})"));
                format!(": {entry}is {claimed} by the claim, and {right} by {by}{settled}")
            }
        }));
        Some(paragraph(text))
    }

    /// The step after which the claim is another, in a program of more than one line.
    fn left_at(&self) -> Option<Block> {
        let step = self.judgement.left_at.as_ref()?;
        let d = &self.case.derivation;
        if d.model.statements.iter().filter(|statement| !statement.made).count() < 2 {
            return None;
        }
        let statement = &d.model.statements[step.statement];
        let mut text = vec![
            words("the claim leaves the derivation at "),
            self.pen.name(statement.symbol),
            Piece::Sign("="),
            self.pen.formula(statement.value),
            words(", on the way to "),
            self.pen.formula(step.to),
        ];
        // where that is the whole gradient, it has been said
        let gradient = d.gradient(self.judgement.subject.of()).map(|g| g.value);
        let said = gradient == Some(step.right) && matches!(self.judgement.subject, Subject::Gradient(_));
        let plain = |id: Id| formula::text(self.pen.arena, id, Charset::Ascii);
        match step.wrong {
            Instead::Nothing => {
                text.extend([words(": there "), self.pen.formula(step.right), words(" goes on; in the claim nothing does")]);
            }
            // two forms that are written alike tell nobody anything
            Instead::This(wrong) if !said && plain(wrong) != plain(step.right) => {
                text.extend([words(": there "), self.pen.formula(step.right), words(" goes on; in the claim it is ")]);
                text.push(self.pen.formula(wrong));
            }
            _ => {}
        }
        Some(paragraph(text))
    }

    /// What is right, where the claim is not that already.
    fn ours(&self) -> Vec<Block> {
        match self.judgement.subject {
            Subject::Gradient(of) => self.gradient(of).into_iter().collect(),
            Subject::Jacobian(of) => self.jacobian(of),
        }
    }

    fn gradient(&self, of: SymbolId) -> Option<Block> {
        let gradient = self.case.derivation.gradient(of)?;
        if of == self.case.derivation.model.output && !self.case.derivation.model.scalar {
            let name = piece(vec![formula::symbol(self.pen.arena, gradient.symbol)]);
            return Some(paragraph(vec![
                name,
                words(" is what arrives at the output: it is given, and nothing in the program says what it is"),
            ]));
        }
        if self.is_told(gradient.value) || matches!(self.judgement.verdict, Verdict::Right(_)) && self.is_written_alike() {
            return None;
        }
        let line = Equation {
            left: vec![piece(vec![formula::symbol(self.pen.arena, gradient.symbol)])],
            relation: "=",
            right: vec![self.pen.formula(gradient.value), words("  "), self.pen.shape(&self.judgement.shape)],
            reason: vec![],
        };
        let closed = gradient.put_in(self.pen.arena).map(|closed| Equation {
            left: vec![],
            relation: "=",
            right: vec![self.pen.formula(closed)],
            reason: vec![words("with all put in")],
        });
        Some(Block::Equations([line].into_iter().chain(closed).collect()))
    }

    /// The derivative, entry by entry where it is no matrix; and what it is for.
    fn jacobian(&self, of: SymbolId) -> Vec<Block> {
        let Some(derivative) = self.judgement.derivative.as_ref() else { return vec![] };
        let right = matches!(self.judgement.verdict, Verdict::Right(_));
        if matches!(self.judgement.verdict, Verdict::Right(Proof::Same)) && self.is_written_alike() {
            return vec![];
        }
        let d = &self.case.derivation;
        let name = self.derivative(of);
        let (mut blocks, value) = (Vec::new(), derivative.value);
        let no_matrix = self.judgement.shape.len() > 2 && !right;
        if no_matrix {
            let entries = d.entries(derivative, None);
            blocks.extend(super::jacobian::by_entries(&self.pen, derivative, &entries, &name));
        }
        if !self.is_told(value) {
            let right = vec![self.pen.formula(value), words("  "), self.pen.shape(&self.judgement.shape)];
            blocks.push(Block::Equations(vec![Equation { left: vec![piece(vec![name.clone()])], relation: "=", right, reason: vec![] }]));
        }
        let paired = d.gradient(d.model.output).zip(d.gradient(of)).filter(|_| self.case.gradient_of.is_none());
        if let (Some((above, below)), true) = (paired, no_matrix) {
            let gradient = |g: &Gradient| piece(vec![formula::symbol(self.pen.arena, g.symbol)]);
            blocks.push(paragraph(vec![
                words("paired with "),
                gradient(above),
                words(", entry by entry and added up, it gives the gradient, which has the shape of "),
                self.pen.name(of),
                words(": "),
                gradient(below),
                Piece::Sign("="),
                self.pen.formula(below.value),
                words(" ("),
                Piece::Code("pullback jacobian".into()),
                words(" shows how)"),
            ]));
        }
        blocks
    }

    /// Whether the claim as typed is one of the forms in which its gradient or its derivative is written.
    fn is_written_alike(&self) -> bool {
        let typed = bare(self.judgement.value_span.slice(&self.judged.source));
        let gradient = match self.judgement.subject {
            Subject::Gradient(of) => self.case.derivation.gradient(of),
            Subject::Jacobian(_) => None,
        };
        let forms = gradient.into_iter().flat_map(|g| [Some(g.value), g.put_in(self.pen.arena)]).flatten();
        let derivative = self.judgement.derivative.iter().map(|derivative| derivative.value);
        forms.chain(derivative).any(|id| {
            let dialect = self.case.derivation.model.dialect;
            bare(&formula::text_for(self.pen.arena, id, Charset::Ascii, dialect)) == typed
        })
    }

    /// Whether the mended claim is this already, but for spaces and the sign of a transpose.
    fn is_told(&self, value: Id) -> bool {
        let ours = bare(&formula::text(self.pen.arena, value, Charset::Ascii));
        self.told().any(|cause| cause.mended == Some(value) || cause.patch.as_ref().is_some_and(|patch| bare(patch) == ours))
    }
}

/// A formula without spaces, each transpose with one sign.
fn bare(text: &str) -> String {
    text.replace(".mT", "ᵀ").replace(".T", "ᵀ").split_whitespace().collect()
}

fn paragraph(text: Text) -> Block {
    Block::Paragraph(text)
}

/// An array as nested lists.
fn nested(value: &crate::numeric::Array) -> String {
    if value.ndim() == 0 {
        return value.first().map_or_else(String::new, |x| number(*x));
    }
    let mut text = String::new();
    let shape = value.shape();
    let last = value.len().checked_sub(1);
    for (place, (at, x)) in value.indexed_iter().enumerate() {
        // as many brackets open here as axes begin
        let begins = (0..shape.len()).rev().take_while(|&axis| at[axis] == 0).count();
        let ends = (0..shape.len()).rev().take_while(|&axis| at[axis] + 1 == shape[axis]).count();
        text.push_str(&"[".repeat(begins));
        text.push_str(&number(*x));
        text.push_str(&"]".repeat(ends));
        text.push_str(if Some(place) == last { "" } else { ", " });
    }
    text
}

/// A number in as few digits as tell it.
fn number(x: f64) -> String {
    let rounded = (x * 1e4).round() / 1e4;
    match () {
        // what is very small is not zero
        _ if (rounded - x).abs() > 1e-3 * x.abs() || x.abs() >= 1e9 => format!("{x:.3e}"),
        _ if rounded == rounded.trunc() => format!("{}", rounded as i64),
        _ => format!("{rounded}"),
    }
}

/// Two numbers that differ, in as few digits as tell them apart.
fn apart(one: f64, two: f64) -> (String, String) {
    let short = (number(one), number(two));
    let longer = (5..=17).map(|digits| (format!("{one:.digits$e}"), format!("{two:.digits$e}")));
    std::iter::once(short).chain(longer).find(|(one, two)| one != two).unwrap_or_else(|| (one.to_string(), two.to_string()))
}
