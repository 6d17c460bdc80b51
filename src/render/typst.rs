//! Draws a document for Typst.

mod spell;

use self::spell::{Typst, escaped, string};
use super::document::{Document, Equation, Loop};
use super::math::{Chunk, Speller, length, lines};
use super::prose::{self, Format, Setter, Weight, lay};

/// How wide a line of equations may be, in em: a page of A4.
const ROOM: f32 = 38.0;

const PREAMBLE: &str = "\
#set page(paper: \"a4\", margin: 25mm, numbering: \"1\")
#set text(font: \"New Computer Modern\", size: 11pt, lang: \"en\")
#set par(justify: true)
#show heading: set block(above: 1.6em, below: 0.9em)
";

/// The document for Typst: a whole one if it is to be `standalone`, else to be put into another.
///
/// ```
/// use pullback::{answer, page, render::typst};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let document = page::explain(&answer, page::Parts::BRIEF);
/// assert!(typst::render(&document, false).contains("frac(upright(d) L, upright(d) X) &= frac(upright(d) L, upright(d) Y) W^(⊤)"));
/// assert!(typst::render(&document, true).starts_with("#set page"));
/// ```
pub fn render(document: &Document, standalone: bool) -> String {
    let body = prose::body(document, &Page);
    let body = body.trim_start();
    if !standalone {
        return body.into();
    }
    let title = Setter::new(document, &Page).line(&document.title);
    let title = if title.is_empty() { title } else { format!("\n= {title}\n") };
    format!("{PREAMBLE}{title}\n{body}")
}

struct Page;

fn add(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text.trim());
    out.push('\n');
}

fn display(out: &mut String, formula: &str) {
    add(out, &format!("$ {} $", formula.trim()));
}

/// A formula that is broken where it is too long, with what it is equal to before it; the first line where it is not.
fn broken(left: &str, formula: Vec<Chunk>, width: f32) -> Result<String, Vec<String>> {
    let text = |line: Vec<Chunk>| line.into_iter().map(|chunk| chunk.text).collect::<String>();
    let mut rows = lines(formula, ROOM - width, ROOM - width - 2.0).into_iter().map(text);
    let first = rows.next().unwrap_or_default();
    let rest: Vec<String> = rows.map(|row| format!("&quad {}", row.trim_start())).collect();
    let equals = if left.is_empty() { "" } else { "= " };
    if rest.is_empty() {
        return Ok(format!("{left} {equals}{first}"));
    }
    Err([format!("{left} &{equals}{first}")].into_iter().chain(rest).collect())
}

impl Format for Page {
    fn speller(&self) -> &dyn Speller {
        &Typst
    }

    fn text(&self, words: &str, weight: Weight) -> String {
        match weight {
            Weight::Strong => format!("#strong[{}]", escaped(words)),
            _ => escaped(words),
        }
    }

    fn code(&self, text: &str) -> String {
        format!("#raw({})", string(text))
    }

    fn inline(&self, formula: &str) -> String {
        format!("${}$", formula.trim())
    }

    fn mark(&self, good: bool) -> String {
        if good { "#sym.checkmark" } else { "#sym.crossmark" }.into()
    }

    fn room(&self) -> f32 {
        ROOM
    }

    fn heading(&self, out: &mut String, level: u8, title: &str) {
        add(out, &format!("{} {title}", "=".repeat(1 + level.min(4) as usize)));
    }

    fn paragraph(&self, out: &mut String, line: &str) {
        add(out, line);
    }

    fn program(&self, out: &mut String, lines: &[String]) {
        let lines: Vec<String> = lines.iter().map(|line| string(line)).collect();
        add(out, &format!("#raw(block: true, ({},).join(\"\\n\"))", lines.join(", ")));
    }

    fn table(&self, out: &mut String, head: &[Chunk], rows: &[Vec<Chunk>]) {
        let line = |cells: &[Chunk]| cells.iter().map(|cell| format!("[{}]", cell.text)).collect::<Vec<_>>().join(", ");
        let rows: Vec<String> = rows.iter().map(|row| format!("  {},", line(row))).collect();
        add(
            out,
            &format!(
                "#align(center, table(\n  columns: {}, align: left + horizon, inset: (x: 8pt, y: 5pt),\n  stroke: (x, y) => if y == 0 {{ (bottom: 0.6pt) }},\n  table.header({}),\n{}\n))",
                head.len(),
                line(head),
                rows.join("\n")
            ),
        );
    }

    fn equations(&self, out: &mut String, set: &Setter, equations: &[Equation]) {
        let mut rows = Vec::new();
        for laid in lay(set, equations, ROOM) {
            let reason = match set.line(laid.reason) {
                reason if reason.is_empty() => reason,
                reason if laid.long => format!("#box(width: 24em, text(0.9em)[{reason}])"),
                reason => format!("#text(0.9em)[{reason}]"),
            };
            let mut right = laid.right.into_iter();
            let mut row = format!("{} &{} {}", laid.left, laid.relation, right.next().unwrap_or_default());
            if laid.beside && !reason.is_empty() {
                row.push_str(&format!(" && #h(2em) {reason}"));
            }
            rows.push(row.trim_start().to_string());
            rows.extend(right.map(|rest| format!("&quad {}", rest.trim_start())));
            if !laid.beside && !reason.is_empty() {
                rows.push(format!("&#h(2em) {reason}"));
            }
        }
        display(out, &rows.join(" \\\n  "));
    }

    fn matrix(&self, out: &mut String, left: Chunk, rows: &[Vec<Chunk>]) {
        let row = |row: &Vec<Chunk>| row.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join(", ");
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|c| c.width).fold(0.0, f32::max) + 1.0;
        let ratio = (left.width + 2.3 + (0..columns).map(widest).sum::<f32>()) / ROOM;
        let formula = format!("$ {} = mat(delim: \"[\", {}) $", left.text, rows.iter().map(row).collect::<Vec<_>>().join("; "));
        add(out, &if ratio <= 1.0 { formula } else { format!("#text({:.2}em)[{formula}]", 1.0 / ratio) });
    }

    fn figure(&self, out: &mut String, set: &Setter, figure: &Loop) {
        let mut way = length(&figure.from.name, &Typst);
        for edge in &figure.way {
            way.push_str(&format!(" stretch(→)^(med {} med) {}", set.compact(&edge.factor), length(&edge.to.name, &Typst)));
        }
        display(out, &format!("underbrace({way}, {} {})", set.whole(&figure.cut), string(", cut out")));
    }

    fn display(&self, out: &mut String, formula: Vec<Chunk>) {
        display(out, &broken("", formula, 0.0).unwrap_or_else(|rows| rows.join(" \\\n  ")));
    }

    fn result(&self, out: &mut String, left: Chunk, right: Vec<Chunk>) {
        match broken(&left.text, right, left.width + 1.3) {
            Ok(formula) => add(out, &format!("#align(center, box(stroke: 0.6pt, inset: 8pt, $display({})$))", formula.trim())),
            Err(rows) => display(out, &rows.join(" \\\n  ")),
        }
    }
}
