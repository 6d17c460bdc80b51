//! What became of each claim, in words.

use super::pen::{Pen, lengths, piece, quoted};
use crate::claim::{Case, Cause, Condition, Instead, Judged, Judgement, Proof, Subject, Verdict};
use crate::diagnostic::Diagnostic;
use crate::expr::{Id, Op};
use crate::formula;
use crate::render::document::{Block, Document, Equation, Piece, Text, words};
use crate::rewrite::Application;

/// How many lengths and numbers of a witness are shown: more, nobody would follow.
const MAX_WITNESS_LENGTHS: usize = 8;
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
            Verdict::OtherLayout => "is right in the other layout",
            Verdict::OnlyIf(_) => "is right only on a condition",
            Verdict::Clash(_) => "does not fit",
            Verdict::WrongShape => "has the wrong shape",
            Verdict::WrongValue => "fits, but its value is wrong",
        };
        vec![mark, words(" "), Piece::Code(typed.into()), words("  "), words(verdict)]
    }

    fn findings(&self) -> Vec<Block> {
        match &self.judgement.verdict {
            Verdict::Right(proof) => self.right(proof),
            Verdict::OtherLayout => vec![paragraph(self.other_layout())],
            Verdict::OnlyIf(conditions) => self.only_if(conditions),
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

    fn variable(&self) -> Piece {
        self.pen.name(self.judgement.subject.of())
    }

    fn found(&self) -> Piece {
        self.judgement.claimed.map_or(words(""), |id| self.pen.shape_of(id))
    }

    fn right(&self, proof: &Proof) -> Vec<Block> {
        let said = |said: &str, rules: &[Application]| [paragraph(vec![words(said)])].into_iter().chain(self.pen.rules(rules));
        match proof {
            Proof::Same => vec![paragraph(vec![words("it is what pullback writes itself")])],
            Proof::Rewritten(rules) => said("these rules lead from it to what pullback writes", rules).collect(),
            Proof::Joined(chain) if chain.claim.is_empty() => {
                said("these rules lead to it from what pullback writes", &chain.ours).collect()
            }
            Proof::Joined(chain) => {
                let ours = said("and from what pullback writes to the same", &chain.ours);
                said("these rules lead from it", &chain.claim).chain(ours).collect()
            }
            Proof::Numbers(shapes) => {
                let how = format!("it is equal to what pullback writes numerically, at {shapes} choices of lengths");
                vec![paragraph(vec![words(how)])]
            }
        }
    }

    fn other_layout(&self) -> Text {
        let both = words(if self.is_square() { " too, so that both fit" } else { "" });
        if let Subject::Jacobian(of) = self.judgement.subject {
            return vec![
                words("it is the transpose of the Jacobian: denominator layout, where it is "),
                self.found(),
                both,
                words("; here the axes of "),
                self.pen.name(self.case.derivation.model.output),
                words(" come first, then those of "),
                self.pen.name(of),
                words(": "),
                self.pen.shape(&self.judgement.shape),
            ];
        }
        vec![
            words("it is the transpose of the gradient: numerator layout (the Jacobian's), where it is "),
            self.found(),
            both,
            words("; here a gradient has the shape of its variable, "),
            self.pen.shape(&self.judgement.shape),
        ]
    }

    fn is_square(&self) -> bool {
        self.judgement.claimed.is_some_and(|id| *self.case.derivation.arena().shape(id) == *self.judgement.shape)
    }

    fn only_if(&self, conditions: &[Condition]) -> Vec<Block> {
        let mut blocks = vec![paragraph(vec![words("the shapes fit: both are "), self.pen.shape(&self.judgement.shape)])];
        for (place, condition) in conditions.iter().enumerate() {
            let only = if place == 0 { "it is right only if " } else { "or if " };
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

    /// What tells most; where that does not mend the claim, also what does.
    fn told(&self) -> impl Iterator<Item = &Cause> {
        let causes = &self.judgement.causes;
        let first = causes.first();
        let mended = first.is_some_and(|cause| cause.patch.is_some());
        let patch = causes.iter().skip(1).find(|cause| cause.patch.is_some() && !mended);
        first.into_iter().chain(patch)
    }

    /// The mistake by name, and the claim without it.
    fn causes(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for cause in self.told() {
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
            if let Some(patch) = &cause.patch {
                let left = self.judgement.span.slice(&self.judged.source);
                let left = left.split_once('=').map_or(left, |(left, _)| left).trim();
                blocks.push(paragraph(vec![Piece::Good(String::new()), words(" "), Piece::Code(format!("{left} = {patch}"))]));
                if let Some(shapes) = cause.mended.and_then(|id| self.shapes(id)) {
                    blocks.push(Block::Inner(vec![paragraph(shapes)]));
                }
            }
        }
        blocks
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
        let entry = if places.is_empty() { String::new() } else { format!("entry [{}] ", places.join(", ")) };
        text.push(words(format!(
            ": {entry}is {} by the claim, and {} by the program (central difference {})",
            number(witness.claimed),
            number(witness.right),
            number(witness.difference)
        )));
        Some(paragraph(text))
    }

    /// The step after which the claim is another.
    fn left_at(&self) -> Option<Block> {
        let step = self.judgement.left_at.as_ref()?;
        let statement = &self.case.derivation.model.statements[step.statement];
        let mut text = vec![
            words("the claim leaves the derivation at "),
            self.pen.name(statement.symbol),
            Piece::Sign("="),
            self.pen.formula(statement.value),
            words(", on the way to "),
            self.pen.formula(step.to),
            words(": there "),
            self.pen.formula(step.right),
            words(" goes on"),
        ];
        match step.wrong {
            Instead::Nothing => text.push(words("; in the claim nothing does")),
            Instead::This(wrong) => text.extend([words("; in the claim it is "), self.pen.formula(wrong)]),
            Instead::Unknown => {}
        }
        Some(paragraph(text))
    }

    /// What is right, where the claim is not that already.
    fn ours(&self) -> Option<Block> {
        let shape = self.pen.shape(&self.judgement.shape);
        let of = match self.judgement.subject {
            Subject::Gradient(of) => of,
            Subject::Jacobian(of) => {
                let value = self.judgement.derivative.as_ref()?.value;
                if self.told().any(|cause| cause.mended == Some(value)) {
                    return None;
                }
                let left = vec![words("d"), self.pen.name(self.case.derivation.model.output), words("/d"), self.pen.name(of)];
                let right = vec![self.pen.formula(value), words("  "), shape];
                return Some(Block::Equations(vec![Equation { left, relation: "=", right, reason: vec![] }]));
            }
        };
        let gradient = self.case.derivation.gradient(of)?;
        let mended = self.told().any(|cause| cause.mended == Some(gradient.value));
        if mended || matches!(self.judgement.verdict, Verdict::Right(Proof::Same)) {
            return None;
        }
        let line = Equation {
            left: vec![piece(vec![formula::symbol(self.pen.arena, gradient.symbol)])],
            relation: "=",
            right: vec![self.pen.formula(gradient.value), words("  "), shape],
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
    if rounded == rounded.trunc() && rounded.abs() < 1e9 { format!("{}", rounded as i64) } else { format!("{rounded}") }
}
