//! A document in LaTeX.

use super::{Flavour, text, way};
use crate::render::document::{Document, Equation, Loop, Text};
use crate::render::math::{Chunk, Speller};
use crate::render::prose::{self, Format, Setter, Weight};
use std::collections::BTreeSet;

/// How wide a line of equations may be, in em: what the class `article` leaves on its narrowest page.
const ROOM: f32 = 33.0;

/// The document in LaTeX, for `amsmath` and `amssymb`: by itself with a preamble if it is to be `standalone`, else to be put into another.
///
/// ```
/// use pullback::{answer, page, render::latex};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let document = page::explain(&answer, page::Parts::BRIEF);
/// assert!(latex::render(&document, false).contains(r"\frac{\mathrm{d}L}{\mathrm{d}X} &= \frac{\mathrm{d}L}{\mathrm{d}Y} W^{\top}"));
/// assert!(latex::render(&document, true).starts_with(r"\documentclass"));
/// ```
pub fn render(document: &Document, standalone: bool) -> String {
    let body = prose::body(document, &Latex);
    let body = body.trim_start();
    if !standalone {
        let more = if foreign(body).is_empty() { "" } else { "; its names want XeLaTeX or LuaLaTeX, and a font that has their letters" };
        return format!("% needs amsmath and amssymb{more}\n{body}");
    }
    let title = Setter::new(document, &Latex).line(&document.title);
    let letters: String = foreign(&format!("{title}{body}")).into_iter().map(declared).collect();
    // letters that pdfLaTeX has no font for are set by their numbers rather than ending the run
    let letters = if letters.is_empty() { letters } else { format!("\\usepackage{{iftex}}\n\\ifpdftex\n{letters}\\fi\n") };
    let heading = if title.is_empty() { title } else { format!("\\section*{{{title}}}\n") };
    format!(
        "\\documentclass[a4paper]{{article}}\n\\usepackage[margin=25mm]{{geometry}}\n\\IfFileExists{{lmodern.sty}}{{\\usepackage[T1]{{fontenc}}\\usepackage{{lmodern}}}}{{}}\n\\usepackage{{amsmath, amssymb}}\n{letters}\\allowdisplaybreaks\n\\begin{{document}}\n\n{heading}\n{body}\n\\end{{document}}\n"
    )
}

/// Letters that pdfLaTeX does not know by itself.
fn foreign(text: &str) -> BTreeSet<char> {
    text.chars().filter(|c| !c.is_ascii() && !matches!(c, '\u{a1}'..='\u{17e}' | '–' | '—' | '‘' | '’' | '“' | '”' | '…')).collect()
}

fn declared(c: char) -> String {
    format!("\\DeclareUnicodeCharacter{{{0:04X}}}{{\\texttt{{\\textless {0:X}\\textgreater}}}}\n", c as u32)
}

/// The size of type in which what is so many times too wide fits, as far as one can still read it, and how large it is.
fn size(ratio: f32) -> (&'static str, f32) {
    match ratio {
        ratio if ratio <= 1.0 => ("", 1.0),
        ratio if ratio <= 1.11 => (r"\small", 0.9),
        ratio if ratio <= 1.25 => (r"\footnotesize", 0.8),
        ratio if ratio <= 1.43 => (r"\scriptsize", 0.7),
        _ => (r"\tiny", 0.5),
    }
}

struct Latex;

fn add(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text.trim());
    out.push('\n');
}

fn display(out: &mut String, formula: &str) {
    add(out, &format!("\\[\n{formula}\n\\]"));
}

/// How many rows stay on one page; more may go on to the next, also where the document around them does not say so.
const MOST_ROWS: usize = 8;

fn aligned(out: &mut String, rows: &[String]) {
    let formula = format!("\\begin{{align*}}\n{}\n\\end{{align*}}", rows.join(" \\\\\n"));
    add(out, &if rows.len() > MOST_ROWS { format!("{{\\allowdisplaybreaks\n{formula}\n}}") } else { formula });
}

/// A formula that is broken where it is too long, with what it is equal to before it.
fn broken(out: &mut String, before: &str, width: f32, formula: Vec<Chunk>) {
    match super::rows::broken(before, width, formula, ROOM) {
        Ok(one) => display(out, &one),
        Err(rows) => aligned(out, &rows),
    }
}

impl Format for Latex {
    fn speller(&self) -> &dyn Speller {
        &Flavour::Latex
    }

    fn text(&self, words: &str, weight: Weight) -> String {
        match weight {
            Weight::Strong => format!(r"\textbf{{{}}}", text(words)),
            _ => text(words),
        }
    }

    fn code(&self, code: &str) -> String {
        format!(r"\texttt{{{}}}", text(code))
    }

    fn inline(&self, formula: &str) -> String {
        format!("${}$", formula.trim())
    }

    fn mark(&self, good: bool) -> String {
        if good { r"$\checkmark$" } else { r"$\times$" }.into()
    }

    fn room(&self) -> f32 {
        ROOM
    }

    fn heading(&self, out: &mut String, level: u8, title: &str) {
        let command = match level {
            0 => "section",
            1 => "subsection",
            _ => "subsubsection",
        };
        add(out, &format!(r"\{command}*{{{title}}}"));
    }

    fn paragraph(&self, out: &mut String, line: &str) {
        add(out, line);
    }

    fn program(&self, out: &mut String, lines: &[String]) {
        // no verbatim text: a program may hold whatever ends it
        let line = |line: &String| {
            let inner = line.trim_start();
            format!("{}{}", "~".repeat(line.len() - inner.len()), text(inner).replace("  ", "~ "))
        };
        let lines: Vec<String> = lines.iter().map(line).collect();
        add(out, &format!("\\begin{{flushleft}}\\ttfamily\n{}\n\\end{{flushleft}}", lines.join("\\\\\n")));
    }

    fn table(&self, out: &mut String, head: &[Chunk], rows: &[Vec<Chunk>]) {
        let width =
            |place: usize| rows.iter().chain([&head.to_vec()]).filter_map(|row| row.get(place)).map(|c| c.width).fold(0.0, f32::max);
        let last = head.len().saturating_sub(1);
        let others: f32 = 1.4 + (0..last).map(|place| width(place) + 1.2).sum::<f32>();
        // what is formulas shrinks, and then the words of the last column are broken
        let size = size((others + width(last).min(0.4 * ROOM)) / ROOM);
        let room = (ROOM / size.1 - others) / (ROOM / size.1);
        let fits = others + width(last) <= ROOM / size.1;
        let columns = if fits { "l".repeat(head.len()) } else { format!("{}p{{{:.2}\\linewidth}}", "l".repeat(last), room.max(0.25)) };
        let line = |cells: &[Chunk]| cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" & ");
        let rows: Vec<String> = rows.iter().map(|row| line(row)).collect();
        let head = line(head);
        add(
            out,
            &format!(
                "\\begin{{center}}{}\n\\renewcommand{{\\arraystretch}}{{1.5}}\n\\begin{{tabular}}{{{columns}}}\n{head} \\\\\n\\hline\n{}\n\\end{{tabular}}\n\\end{{center}}",
                size.0,
                rows.join(" \\\\\n")
            ),
        );
    }

    fn equations(&self, out: &mut String, set: &Setter, equations: &[Equation]) {
        let reason = |text: &Text, long: bool| match set.line(text) {
            reason if reason.is_empty() => reason,
            reason if long => format!(r"\parbox[t]{{24em}}{{\small\raggedright {reason}}}"),
            reason => format!(r"\text{{\small {reason}}}"),
        };
        let rows = super::rows::rows(set, equations, ROOM, reason);
        aligned(out, &rows);
    }

    fn matrix(&self, out: &mut String, left: Chunk, rows: &[Vec<Chunk>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|c| c.width).fold(0.0, f32::max) + 1.0;
        let width = left.width + 2.3 + (0..columns).map(widest).sum::<f32>();
        let size = size(width / ROOM).0;
        let row = |row: &Vec<Chunk>| row.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join(" & ");
        let inner = rows.iter().map(row).collect::<Vec<_>>().join(" \\\\\n");
        // `bmatrix` has ten columns
        let (begin, end) = if columns <= 10 {
            ("\\begin{bmatrix}".to_string(), "\\end{bmatrix}")
        } else {
            (format!("\\left[\\begin{{array}}{{{}}}", "c".repeat(columns)), "\\end{array}\\right]")
        };
        let formula = format!("\\[\n{} =\n{begin}\n{inner}\n{end}\n\\]", left.text);
        add(out, &if size.is_empty() { formula } else { format!("{{{size}\n{formula}}}") });
    }

    fn figure(&self, out: &mut String, set: &Setter, figure: &Loop) {
        display(out, &way(set, figure));
    }

    fn display(&self, out: &mut String, formula: Vec<Chunk>) {
        broken(out, "", 0.0, formula);
    }

    fn result(&self, out: &mut String, left: Chunk, right: Vec<Chunk>) {
        broken(out, &left.text, left.width + 1.3, right);
    }
}
