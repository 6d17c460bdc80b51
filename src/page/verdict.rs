//! What became of each claim, in words.

use super::pen::{Pen, piece};
use crate::claim::{Case, Condition, Judged, Judgement, Proof, Subject, Verdict};
use crate::diagnostic::Diagnostic;
use crate::formula;
use crate::render::document::{Block, Document, Equation, Piece, Text, words};
use crate::rewrite::Application;

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
    Document { blocks }
}

fn about(judged: &Judged, judgement: &Judgement) -> Vec<Block> {
    let case = &judged.cases[judgement.case];
    let pen = Pen::new(case.derivation.arena());
    let page = Page { judged, judgement, case, pen };
    let mut blocks = vec![Block::Heading(1, page.title())];
    let mut inner = page.findings();
    inner.extend(page.causes());
    inner.extend(page.ours());
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
        vec![mark, words(format!(" {typed}  ")), words(verdict)]
    }

    fn findings(&self) -> Vec<Block> {
        match &self.judgement.verdict {
            Verdict::Right(proof) => self.right(proof),
            Verdict::OtherLayout => vec![paragraph(self.other_layout())],
            Verdict::OnlyIf(conditions) => self.only_if(conditions),
            Verdict::Clash(diagnostic) => self.clash(diagnostic),
            Verdict::WrongShape => vec![paragraph(vec![
                words("it is "),
                self.found(),
                words(", but "),
                self.variable(),
                words(" is "),
                self.pen.shape(&self.judgement.shape),
                words(": a gradient has the shape of its variable"),
            ])],
            Verdict::WrongValue => vec![paragraph(vec![words("the shapes fit: both are "), self.pen.shape(&self.judgement.shape)])],
        }
    }

    fn variable(&self) -> Piece {
        self.pen.name(self.judgement.subject.of())
    }

    fn found(&self) -> Piece {
        self.judgement.claimed.map_or(words(""), |id| self.pen.shape_of(id))
    }

    fn right(&self, proof: &Proof) -> Vec<Block> {
        let said = match proof {
            Proof::Same => vec![words("it is what pullback writes itself")],
            Proof::Rewritten(rules) => {
                return vec![paragraph(vec![words("these rules lead from it to what pullback writes")]), self.steps(rules)];
            }
            Proof::Joined(chain) if chain.claim.is_empty() => {
                return vec![paragraph(vec![words("these rules lead to it from what pullback writes")]), self.steps(&chain.ours)];
            }
            Proof::Joined(chain) => {
                return vec![
                    paragraph(vec![words("these rules lead from it")]),
                    self.steps(&chain.claim),
                    paragraph(vec![words("and from what pullback writes to the same")]),
                    self.steps(&chain.ours),
                ];
            }
            Proof::Numbers(shapes) => {
                vec![words(format!("it is equal to what pullback writes numerically, at {shapes} choices of lengths"))]
            }
        };
        vec![paragraph(said)]
    }

    fn steps(&self, rules: &[Application]) -> Block {
        let row = |a: &Application| {
            vec![vec![words(a.rule)], vec![self.pen.formula(a.before)], vec![words("→")], vec![self.pen.formula(a.after)]]
        };
        Block::Table(rules.iter().map(row).collect())
    }

    fn other_layout(&self) -> Text {
        vec![
            words("it is the transpose of the gradient: numerator layout (the Jacobian's), where it is "),
            self.found(),
            words("; here a gradient has the shape of its variable, "),
            self.pen.shape(&self.judgement.shape),
        ]
    }

    fn only_if(&self, conditions: &[Condition]) -> Vec<Block> {
        let arena = self.pen.arena;
        let mut blocks = vec![paragraph(vec![words("the shapes fit: both are "), self.pen.shape(&self.judgement.shape)])];
        for condition in conditions {
            let text = match condition {
                Condition::Property(symbol, property) => {
                    let name = self.pen.name(*symbol);
                    let rows = arena.info(*symbol).shape.len() > 1;
                    let mut text = vec![words("it is right only if ")];
                    match *property {
                        "stochastic" if rows => text.extend([words("each row of "), name, words(" sums to 1")]),
                        "stochastic" => text.extend([words("sum("), name, words(") = 1")]),
                        "unit" if rows => text.extend([words("each row of "), name, words(" has norm 1")]),
                        "unit" => text.extend([words("norm("), name, words(") = 1")]),
                        "orthonormal" => text.extend([words("the columns of "), name, words(" are orthonormal")]),
                        "sign" => text.extend([words("every entry of "), name, words(" is 1 or -1")]),
                        other => text.extend([name, words(format!(" is {other}"))]),
                    }
                    text
                }
                Condition::One(dim) => vec![words("it is right only if "), self.pen.dim(*dim), words(" = 1")],
            };
            blocks.push(paragraph(text));
        }
        blocks
    }

    fn clash(&self, diagnostic: &Diagnostic) -> Vec<Block> {
        let mut blocks = vec![paragraph(vec![words(diagnostic.title.replace('`', ""))])];
        blocks.extend(diagnostic.notes.iter().map(|note| paragraph(vec![words(note.replace('`', ""))])));
        blocks
    }

    /// The mistake by name, and the claim without it.
    fn causes(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for cause in &self.judgement.causes {
            let mut said = vec![Piece::Strong(cause.mistake.name.into()), words(format!(": {}", cause.mistake.sentence))];
            if !cause.detail.is_empty() {
                said.push(words(format!(" Here: {}.", cause.detail)));
            }
            blocks.push(paragraph(said));
            if let Some(patch) = &cause.patch {
                blocks.push(paragraph(vec![Piece::Good(String::new()), words(format!(" {patch}"))]));
            }
        }
        blocks
    }

    /// What is right, where the claim is not that already.
    fn ours(&self) -> Option<Block> {
        let Subject::Gradient(of) = self.judgement.subject else { return None };
        let gradient = self.case.derivation.gradient(of)?;
        if matches!(self.judgement.verdict, Verdict::Right(Proof::Same)) {
            return None;
        }
        let shape = self.pen.shape(&self.judgement.shape);
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
