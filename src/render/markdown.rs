//! Draws a document as Markdown, with mathematics between `$` and `$$`.
//!
//! Read by GitHub, Obsidian, Jupyter, pandoc and KaTeX, which differ in what reaches the mathematics: a reader of Markdown may take
//! `_`, `*`, `|`, a backslash before a sign and `<` for its own. So none of these stands where it could be taken so.

use super::document::{Document, Equation, Loop};
use super::latex::Flavour;
use super::math::{Chunk, Speller};
use super::prose::{self, Format, Setter, Weight};

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The level of a gradient's heading, from 1; Markdown has six.
    pub level: u8,
    /// Whether the document stands for itself: then it begins with its title.
    pub standalone: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { level: 3, standalone: false }
    }
}

/// How wide a line of equations may be, in em: a page on GitHub.
const ROOM: f32 = 46.0;

/// The document as Markdown; ends in a line break unless it is empty.
///
/// ```
/// use pullback::{answer, page, render::markdown};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let text = markdown::render(&page::explain(&answer, page::Parts::BRIEF), &markdown::Style::default());
/// assert!(text.contains(r"\frac{\mathrm{d}L}{\mathrm{d}X} &= \frac{\mathrm{d}L}{\mathrm{d}Y} W^{\top}"), "{text}");
/// ```
pub fn render(document: &Document, style: &Style) -> String {
    let markdown = Markdown { level: style.level };
    let mut out = String::new();
    if style.standalone && !document.title.is_empty() {
        add(&mut out, &format!("# {}", Setter::new(document, &markdown).line(&document.title)));
    }
    add(&mut out, prose::body(document, &markdown).trim());
    out
}

struct Markdown {
    level: u8,
}

/// Adds a paragraph of Markdown, with an empty line before it.
fn add(out: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
    out.push('\n');
}

fn display(out: &mut String, formula: &str) {
    add(out, &format!("$$\n{formula}\n$$"));
}

/// Lines aligned on their `&`; none is empty, which would end the formula.
fn aligned(out: &mut String, lines: &[String]) {
    let begin =
        if lines.len() > 1 || lines.iter().any(|line| line.contains('&')) { ("\\begin{aligned}\n", "\n\\end{aligned}") } else { ("", "") };
    display(out, &format!("{}{}{}", begin.0, lines.join(" \\\\\n"), begin.1));
}

impl Format for Markdown {
    fn speller(&self) -> &dyn Speller {
        &Flavour::Markdown
    }

    fn text(&self, words: &str, weight: Weight) -> String {
        let text = escaped(words);
        if weight != Weight::Strong {
            return text;
        }
        // a blank inside would keep the stars from being read as such
        let inner = text.trim();
        text.replacen(inner, &format!("**{inner}**"), 1)
    }

    fn code(&self, text: &str) -> String {
        let text = text.replace(['\n', '\r'], " ").replace('|', r"\|");
        let fence = "`".repeat(1 + longest_run(&text));
        let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{fence}{room}{text}{room}{fence}")
    }

    fn inline(&self, formula: &str) -> String {
        format!("${}$", formula.trim())
    }

    fn mark(&self, good: bool) -> String {
        // as letters, TeX's own engine has neither
        if good { r"$\checkmark$" } else { r"$\times$" }.into()
    }

    fn room(&self) -> f32 {
        ROOM
    }

    fn heading(&self, out: &mut String, level: u8, title: &str) {
        let level = (self.level + level.max(1) - 1).clamp(1, 6);
        add(out, &format!("{} {title}", "#".repeat(level as usize)));
    }

    fn paragraph(&self, out: &mut String, line: &str) {
        add(out, line);
    }

    fn program(&self, out: &mut String, lines: &[String]) {
        let text = lines.join("\n");
        let fence = "`".repeat(3.max(1 + longest_run(&text)));
        add(out, &format!("{fence}\n{text}\n{fence}"));
    }

    fn section(&self, out: &mut String, level: u8, title: &str, body: &str) {
        self.heading(out, level, title);
        out.push('\n');
        out.push_str(body);
    }

    fn table(&self, out: &mut String, head: &[Chunk], rows: &[Vec<Chunk>]) {
        let line = |cells: &[Chunk]| format!("| {} |", cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | "));
        let rule = "|".to_string() + &" :-- |".repeat(head.len());
        let all: Vec<String> = [line(head), rule].into_iter().chain(rows.iter().map(|row| line(row))).collect();
        add(out, &all.join("\n"));
    }

    fn equations(&self, out: &mut String, set: &Setter, equations: &[Equation]) {
        let rows = super::latex::rows(set, equations, ROOM, |text, _| set.math(text));
        aligned(out, &rows);
    }

    fn matrix(&self, out: &mut String, left: Chunk, rows: &[Vec<Chunk>]) {
        let row = |row: &Vec<Chunk>| row.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join(" & ");
        let rows: Vec<String> = rows.iter().map(row).collect();
        display(out, &format!("{} =\n\\begin{{bmatrix}}\n{}\n\\end{{bmatrix}}", left.text, rows.join(" \\\\\n")));
    }

    fn figure(&self, out: &mut String, set: &Setter, figure: &Loop) {
        display(out, &super::latex::way(set, figure));
    }

    fn display(&self, out: &mut String, formula: Vec<Chunk>) {
        broken(out, "", 0.0, formula);
    }

    fn result(&self, out: &mut String, left: Chunk, right: Vec<Chunk>) {
        broken(out, &left.text, left.width + 1.3, right);
    }
}

/// A formula that is broken where it is too long, with what it is equal to before it.
fn broken(out: &mut String, before: &str, width: f32, formula: Vec<Chunk>) {
    match super::latex::broken(before, width, formula, ROOM) {
        Ok(one) => display(out, &one),
        Err(rows) => aligned(out, &rows),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Words of running text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '[' | ']' | '$' | '~' | '|' | '`' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
