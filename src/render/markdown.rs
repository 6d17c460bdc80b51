//! Draws a document as Markdown, with mathematics between `$` and `$$`.
//!
//! Read by GitHub, Obsidian, Jupyter, pandoc and KaTeX, which differ in what reaches the mathematics: a reader of Markdown may take
//! `_`, `*`, `|`, a backslash before a sign and `<` for its own. So none of these stands where it could be taken so.

use super::document::{Block, Document, Equation, Loop, Piece};
use super::latex::{self, latex};
use super::prose::{Part, Weight, parts, sentence};
use rustc_hash::FxHashMap;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The level of the topmost heading, from 1; six levels are all that there are.
    pub level: u8,
    /// Whether the document stands for itself: then it begins with a title.
    pub standalone: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { level: 3, standalone: false }
    }
}

/// The document as Markdown; ends in a line break unless it is empty.
///
/// ```
/// use pullback::{answer, page, render::markdown};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let text = markdown::render(&page::explain(&answer, page::Parts::BRIEF), &markdown::Style::default());
/// assert!(text.contains(r"\frac{\mathrm{d}L}{\mathrm{d}X} &= \frac{\mathrm{d}L}{\mathrm{d}Y} W^{\top}"), "{text}");
/// ```
pub fn render(document: &Document, style: &Style) -> String {
    let ranks = document.ranks.iter().map(|(name, rank)| (&**name, *rank as usize)).collect();
    let mut page = Page { out: String::new(), style, ranks };
    page.blocks(&document.blocks);
    page.out
}

struct Page<'a> {
    out: String,
    style: &'a Style,
    ranks: FxHashMap<&'a str, usize>,
}

impl Page<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    /// Adds a paragraph of Markdown, with an empty line before it.
    fn add(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(level, text) => {
                let level = (self.style.level + level).clamp(2, 7) - 1;
                let text = self.line(text);
                self.add(&format!("{} {text}", "#".repeat(level as usize)));
            }
            Block::Paragraph(text) => {
                let text = self.line(&sentence(text));
                self.add(&text);
            }
            Block::Program(lines) => {
                let fence = "`".repeat(3.max(1 + longest_run(lines, '`')));
                self.add(&format!("{fence}\n{}\n{fence}", lines.join("\n")));
            }
            Block::Table(rows) => self.table(rows),
            Block::Equations(equations) => self.equations(equations),
            Block::Loop(figure) => self.figure(figure),
            Block::Result { left, right, remarks } => {
                let formula = format!("{} = {}", self.math(left), self.math(right));
                self.display(&formula);
                for remark in remarks {
                    let remark = self.line(&sentence(remark));
                    self.add(&remark);
                }
            }
            Block::Inner(inner) => self.blocks(inner),
        }
    }

    fn display(&mut self, formula: &str) {
        self.add(&format!("$$\n{formula}\n$$"));
    }

    /// A line of words and formulas.
    fn line(&self, text: &[Piece]) -> String {
        let mut out = String::new();
        for part in parts(text) {
            match part {
                Part::Words(words, Weight::Strong) => out.push_str(&format!("**{}**", escaped(words))),
                Part::Words(words, _) => out.push_str(&escaped(words)),
                Part::Math(pieces) => {
                    let formula: Vec<String> = pieces.into_iter().map(|piece| self.piece(piece)).collect();
                    out.push_str(&format!("${}$", formula.join(" ")));
                }
                Part::Mark(good) => out.push_str(if good { "✓" } else { "✗" }),
            }
        }
        out.trim().into()
    }

    /// The same inside of mathematics.
    fn math(&self, text: &[Piece]) -> String {
        let mut out = String::new();
        for part in parts(text) {
            match part {
                Part::Words(words, _) => out.push_str(&format!("\\text{{{}}}", latex::escaped(words))),
                Part::Math(pieces) => pieces.into_iter().for_each(|piece| out.push_str(&self.piece(piece))),
                Part::Mark(good) => out.push_str(if good { r"\checkmark" } else { r"\times" }),
            }
        }
        out
    }

    fn piece(&self, piece: &Piece) -> String {
        let formula = match piece {
            Piece::Formula(tokens) => latex(tokens, &|name| self.ranks.get(name).copied()),
            Piece::Side(side) => latex::length(&side.name),
            Piece::Shape(sides) => match sides.as_slice() {
                [one] => format!("({},)", latex::length(&one.name)),
                sides => format!("({})", sides.iter().map(|s| latex::length(&s.name)).collect::<Vec<_>>().join(", ")),
            },
            _ => String::new(),
        };
        formula.replace(r"\,", r"\thinspace ").replace(r"\operatorname", r"\mathrm").replace('<', r"\lt ").replace('>', r"\gt ")
    }

    fn table(&mut self, rows: &[Vec<Vec<Piece>>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let mut text = format!("|{}\n|{}", " |".repeat(columns), ":--|".repeat(columns));
        for row in rows {
            text.push_str("\n|");
            for place in 0..columns {
                let cell = row.get(place).map_or(String::new(), |cell| self.line(cell));
                text.push_str(&format!(" {cell} |"));
            }
        }
        self.add(&text);
    }

    fn equations(&mut self, equations: &[Equation]) {
        let lines: Vec<String> = equations
            .iter()
            .map(|e| {
                let reason = if e.reason.is_empty() { String::new() } else { format!(" && {}", self.math(&e.reason)) };
                format!("{} &{} {}{reason}", self.math(&e.left), e.relation, self.math(&e.right))
            })
            .collect();
        if !lines.is_empty() {
            self.display(&format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", lines.join(" \\\\\n")));
        }
    }

    fn figure(&mut self, figure: &Loop) {
        let mut way = self.piece(&Piece::Side(figure.from.clone()));
        for edge in &figure.way {
            let factor = self.piece(&Piece::Formula(edge.factor.clone()));
            let to = self.piece(&Piece::Side(edge.to.clone()));
            way.push_str(&format!(" \\xrightarrow{{{factor}}} {to}"));
        }
        let cut = self.piece(&Piece::Formula(figure.cut.clone()));
        self.display(&format!("\\underbrace{{{way}}}_{{{cut}\\text{{, cut out}}}}"));
    }
}

fn longest_run(lines: &[String], sign: char) -> usize {
    lines.iter().flat_map(|line| line.split(|c| c != sign).map(str::len)).max().unwrap_or(0)
}

/// Words of running text; what stands between backticks stays code.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        match c {
            '`' => {
                code = !code;
                out.push(c);
            }
            '\\' | '*' | '_' | '[' | ']' | '$' | '~' | '|' if !code => out.extend(['\\', c]),
            '<' if !code => out.push_str("&lt;"),
            '>' if !code => out.push_str("&gt;"),
            '&' if !code => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
