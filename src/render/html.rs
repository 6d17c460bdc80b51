//! Draws a document as HTML: MathML for formulas, a style sheet inside, no script, nothing from elsewhere.
//!
//! Proofs fold. Dimensions have the colour that they have in a terminal, one hue each, lighter in the dark. What is too wide for a narrow
//! page scrolls in its own box.

mod mathml;

use self::mathml::{MathMl, one};
use super::document::{Block, Document, Equation, Loop, Piece, Text, spoken};
use super::formula::{Charset, Side, Token};
use super::math::{Chunk, Speller};
use super::prose::{self, Format, Setter, Weight};
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// The document as HTML: a page of its own if it is to be `standalone`, else one element to be put into a page.
///
/// ```
/// use pullback::{answer, page, render::html};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let document = page::explain(&answer, page::Parts::BRIEF);
/// assert!(html::render(&document, false).contains("<msup><mi>W</mi><mi>⊤</mi></msup>"));
/// assert!(html::render(&document, true).starts_with("<!doctype html>"));
/// ```
pub fn render(document: &Document, standalone: bool) -> String {
    let page = Page { math: MathMl { hues: hues(&document.blocks) }, figures: Cell::new(0) };
    let body = prose::body(document, &page);
    let style = include_str!("html/fragment.css");
    if !standalone {
        return format!("<article class=\"pullback\" lang=\"en\">\n<style>\n{style}</style>\n{body}</article>\n");
    }
    let title = escaped(&spoken(&document.title, Charset::Unicode));
    let heading = Setter::new(document, &page).line(&document.title);
    let heading = if heading.is_empty() { heading } else { format!("<h1>{heading}</h1>\n") };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{}{style}</style>\n</head>\n<body>\n<main class=\"pullback\">\n{heading}{body}</main>\n</body>\n</html>\n",
        include_str!("html/page.css")
    )
}

/// The hue of each dimension that occurs.
fn hues(blocks: &[Block]) -> FxHashMap<String, u8> {
    let mut hues = FxHashMap::default();
    collect(blocks, &mut |side| {
        if let Some(hue) = side.hue {
            hues.entry(side.name.clone()).or_insert(hue);
        }
    });
    hues
}

/// Meets every side in the blocks; they nest no deeper than a page does.
fn collect(blocks: &[Block], met: &mut impl FnMut(&Side)) {
    let mut text = |line: &Text| {
        for piece in line {
            match piece {
                Piece::Side(side) => met(side),
                Piece::Shape(sides) => sides.iter().for_each(&mut *met),
                Piece::Formula(tokens) => tokens.iter().for_each(|token| {
                    if let Token::Shape(sides) = token {
                        sides.iter().for_each(&mut *met);
                    }
                }),
                _ => {}
            }
        }
    };
    for block in blocks {
        match block {
            Block::Heading(_, line) | Block::Paragraph(line) => text(line),
            Block::Table { rows, .. } => rows.iter().flatten().for_each(&mut text),
            Block::Equations(list) => list.iter().for_each(|e| [&e.left, &e.right, &e.reason].into_iter().for_each(&mut text)),
            Block::Result { left, right, shapes, remarks } => {
                [left, right, shapes].into_iter().chain(remarks).for_each(&mut text);
            }
            Block::Inner(_) | Block::Screen(_) | Block::Prose(_) | Block::Program(_) | Block::Matrix { .. } | Block::Loop(_) => {}
        }
    }
    for block in blocks {
        match block {
            Block::Inner(inner) | Block::Prose(inner) => collect(inner, met),
            Block::Loop(figure) => [&figure.from].into_iter().chain(figure.way.iter().map(|e| &e.to)).for_each(&mut *met),
            _ => {}
        }
    }
}

/// Text between tags, or in an attribute; what no XML may hold or what turns the direction of writing is spelled out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in crate::visible::visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

struct Page {
    math: MathMl,
    /// How many were drawn so far.
    figures: Cell<usize>,
}

/// A right side longer than this, in em, is drawn in several formulas, between which a browser may end the line.
const LONG: f32 = 15.0;

/// A formula by itself, in pieces where it is long.
fn displayed(before: &str, formula: Vec<Chunk>) -> String {
    let math = |text: &str| format!("<math displaystyle=\"true\">{}</math>", one(text));
    let width: f32 = formula.iter().map(|chunk| chunk.width).sum();
    if width <= LONG {
        let text: String = formula.into_iter().map(|chunk| chunk.text).collect();
        return math(&format!("{before}{text}"));
    }
    // a closing bracket stays with what it closes
    let mut pieces: Vec<String> = Vec::new();
    for chunk in formula {
        match pieces.last_mut() {
            Some(last) if chunk.rank == u8::MAX => last.push_str(&chunk.text),
            _ => pieces.push(chunk.text),
        }
    }
    if let Some(first) = pieces.first_mut() {
        first.insert_str(0, before);
    }
    // a sign that begins a formula of its own would be taken for that of a number
    let signed = |piece: &String| match piece.trim_start().strip_prefix("<mo>") {
        Some(rest) => format!("<mo form=\"infix\" lspace=\"0\">{rest}"),
        None => piece.clone(),
    };
    let rest = pieces.iter().skip(1).map(|piece| math(&signed(piece)));
    pieces.iter().take(1).map(|piece| math(piece)).chain(rest).collect::<Vec<_>>().join(" ")
}

impl Format for Page {
    fn speller(&self) -> &dyn Speller {
        &self.math
    }

    fn text(&self, words: &str, weight: Weight) -> String {
        match weight {
            Weight::Strong => format!("<strong>{}</strong>", escaped(words)),
            _ => escaped(words),
        }
    }

    fn code(&self, text: &str) -> String {
        format!("<code dir=\"ltr\">{}</code>", escaped(text))
    }

    fn inline(&self, formula: &str) -> String {
        format!("<math>{}</math>", one(formula))
    }

    fn line(&self, line: String) -> String {
        // U+2060: no line ends between a formula and the comma behind it
        [",", ".", ";", ":", ")"]
            .into_iter()
            .fold(line, |line, sign| line.replace(&format!("</math>{sign}"), &format!("</math>\u{2060}{sign}")))
    }

    fn mark(&self, good: bool) -> String {
        let (class, said, sign) = if good { ("good", "yes", '✓') } else { ("bad", "no", '✗') };
        format!("<span class=\"{class}\" role=\"img\" aria-label=\"{said}\">{sign}</span>")
    }

    fn room(&self) -> f32 {
        // an array scrolls in its box where a window is narrow; one that is wider than a page is told entry by entry
        34.0
    }

    fn heading(&self, out: &mut String, level: u8, title: &str) {
        let level = 1 + level.min(2);
        out.push_str(&format!("<h{level}>{title}</h{level}>\n"));
    }

    fn section(&self, out: &mut String, level: u8, title: &str, body: &str) {
        if level < 2 {
            self.heading(out, level, title);
            return out.push_str(body);
        }
        out.push_str(&format!("<details open>\n<summary><h3>{title}</h3></summary>\n{body}</details>\n"));
    }

    fn paragraph(&self, out: &mut String, line: &str) {
        out.push_str(&format!("<p>{line}</p>\n"));
    }

    fn program(&self, out: &mut String, lines: &[String]) {
        let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
        out.push_str(&format!("<pre dir=\"ltr\" tabindex=\"0\"><code>{}</code></pre>\n", lines.join("\n")));
    }

    fn table(&self, out: &mut String, head: &[Chunk], rows: &[Vec<Chunk>]) {
        out.push_str("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr>");
        head.iter().for_each(|title| out.push_str(&format!("<th scope=\"col\">{}</th>", title.text)));
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            out.push_str("<tr>");
            row.iter().for_each(|cell| out.push_str(&format!("<td>{}</td>", cell.text)));
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
    }

    fn equations(&self, out: &mut String, set: &Setter, equations: &[Equation]) {
        const BESIDE: f32 = 26.0;
        let width = |e: &Equation| set.row(&e.right).iter().map(|chunk| chunk.width).sum::<f32>();
        let below = equations.iter().any(|e| width(e) > BESIDE);
        let reasons = equations.iter().any(|e| !e.reason.is_empty());
        out.push_str(&format!("<div class=\"scroll eqs{}\" tabindex=\"0\">\n", if below || !reasons { " below" } else { "" }));
        for equation in equations {
            let left = prose::joined(set.row(&equation.left)).text;
            let left = if left.is_empty() { left } else { displayed("", vec![Chunk { text: left, width: 0.0, rank: 0 }]) };
            let relation = match equation.relation.chars().count() {
                0 => String::new(),
                1 => self.math.sign(equation.relation.chars().next().unwrap_or('=')),
                _ => self.math.words(equation.relation),
            };
            let right = displayed(&relation, set.row(&equation.right));
            let why = set.line(&equation.reason);
            out.push_str(&format!("<div class=\"l\">{left}</div><div class=\"r\">{right}</div>"));
            if reasons || below {
                out.push_str(&format!("<div class=\"why\">{why}</div>"));
            }
            out.push('\n');
        }
        out.push_str("</div>\n");
    }

    fn matrix(&self, out: &mut String, left: Chunk, rows: &[Vec<Chunk>]) {
        let cell = |cell: &Chunk| format!("<mtd>{}</mtd>", cell.text);
        let row = |row: &Vec<Chunk>| format!("<mtr>{}</mtr>", row.iter().map(cell).collect::<String>());
        let inner: String = rows.iter().map(row).collect();
        out.push_str(&format!(
            "<div class=\"scroll\" tabindex=\"0\"><math displaystyle=\"true\"><mrow>{}<mo>=</mo><mrow><mo form=\"prefix\">[</mo><mtable>{inner}</mtable><mo form=\"postfix\">]</mo></mrow></mrow></math></div>\n",
            left.text
        ));
    }

    fn figure(&self, out: &mut String, _: &Setter, figure: &Loop) {
        // ids are unique in the page
        let place = self.figures.replace(self.figures.get() + 1);
        let drawn = super::svg::loop_figure(figure, &format!("pullback-loop-{place}"), Charset::Unicode);
        out.push_str(&format!("<figure>{}</figure>\n", drawn.trim()));
    }

    fn display(&self, out: &mut String, formula: Vec<Chunk>) {
        out.push_str(&format!("<div class=\"scroll\" tabindex=\"0\">{}</div>\n", displayed("", formula)));
    }

    fn result(&self, out: &mut String, left: Chunk, right: Vec<Chunk>) {
        let before = format!("{}{}", one(&left.text), self.math.sign('='));
        out.push_str(&format!("<div class=\"scroll result\" tabindex=\"0\">{}</div>\n", displayed(&before, right)));
    }
}
