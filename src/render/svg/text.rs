//! Words and formulas as runs of letters, and how wide they are at most.

use super::signs::signs;
use crate::formula::{Charset, Token, plain, quotient, spell};
use crate::render::characters::ascii;
use crate::render::document::{Piece, Side, Text};
use crate::render::math::{Glyph, glyph, named};
use crate::visible::visible;
use unicode_width::UnicodeWidthChar;

/// How much smaller what is raised or lowered is.
pub(super) const SMALL: f64 = 0.72;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Below the line: an index.
    Below,
    /// On the line.
    Line,
    /// Above the line: a transpose, an exponent.
    Above,
}

/// What a run looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Sloped, as names are.
    pub italic: bool,
    /// Of heavier strokes.
    pub bold: bool,
    /// Of lesser weight.
    pub muted: bool,
    /// Where it stands.
    pub level: Level,
    /// The hue of a dimension.
    pub hue: Option<u8>,
}

impl Look {
    pub(super) const PLAIN: Look = Look { italic: false, bold: false, muted: false, level: Level::Line, hue: None };
    pub(super) const NAME: Look = Look { italic: true, ..Look::PLAIN };
    const MUTED: Look = Look { muted: true, ..Look::PLAIN };

    fn at(self, level: Level) -> Look {
        Look { level, ..self }
    }
}

/// Letters of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The letters.
    pub text: String,
    /// Their look.
    pub look: Look,
}

/// A line of runs.
pub type Line = Vec<Run>;

pub(super) fn run(text: impl Into<String>, look: Look) -> Run {
    Run { text: visible(text.into()).into_owned(), look }
}

/// The width of a line at a size, in the widest of the usual book faces; a face that is wider still is rare.
///
/// Nobody knows here which face the reader has. The figures are those of Times, in thousandths of the size, and a quarter more: DejaVu
/// Serif, the widest that systems put in its place, takes about that. Measured in Chromium by `tests/readers/figures_read.py`.
pub(super) fn width(line: &[Run], size: f64) -> f64 {
    let one = |run: &Run| {
        let letters: u32 = run.text.chars().map(|c| advance(c, run.look.bold)).sum();
        let scale = if run.look.level == Level::Line { 1.0 } else { SMALL };
        f64::from(letters) / 1000.0 * scale
    };
    line.iter().map(one).sum::<f64>() * size * 1.22
}

fn advance(c: char, bold: bool) -> u32 {
    let plain = match c {
        'i' | 'j' | 'l' | 't' | '/' | ':' | ';' | '|' | '\'' => 300,
        '.' | ',' | ' ' | '\u{a0}' => 260,
        'f' | 'r' | 'I' | 'J' | '(' | ')' | '[' | ']' | '-' | 's' => 390,
        'a' | 'c' | 'e' | 'z' | '?' | '_' | '{' | '}' => 470,
        'w' | 'A'..='L' | 'N'..='V' | 'X'..='Z' | '&' | '⟨' | '⟩' => 730,
        'm' | 'M' | 'W' | '@' | '%' | '→' | '⊗' | '…' | '✓' => 980,
        '+' | '=' | '<' | '>' | '−' | '≠' | '≤' | '≥' | '~' | '·' | '⊙' => 700,
        ' '..='~' => 520,
        c => match c.width().unwrap_or(0) {
            0 => 0,
            1 => 760,
            _ => 1100,
        },
    };
    if bold { plain * 11 / 10 } else { plain }
}

/// A line of a document.
pub(super) fn line(text: &Text, charset: Charset) -> Line {
    let words = |words: &str, look: Look| {
        let words = words.replace('\u{a0}', " ");
        vec![run(if charset == Charset::Unicode { words } else { ascii(&words).into_owned() }, look)]
    };
    text.iter()
        .flat_map(|piece| match piece {
            Piece::Words(text) => words(text, Look::PLAIN),
            Piece::Strong(text) => words(text, Look { bold: true, ..Look::PLAIN }),
            Piece::Muted(text) | Piece::Good(text) | Piece::Bad(text) => words(text, Look::MUTED),
            Piece::Formula(tokens) => formula(tokens, charset),
            Piece::Shape(sides) => shape(sides, charset),
            Piece::Side(one) => side(one, charset),
            Piece::Code(code) => vec![run(code.as_str(), Look::PLAIN)],
            Piece::Sign(sign) => vec![run(format!(" {} ", plain(sign, charset)), Look::PLAIN)],
            Piece::Gap => vec![run("   ", Look::PLAIN)],
        })
        .collect()
}

/// `n`, in its hue.
pub(super) fn side(side: &Side, charset: Charset) -> Line {
    let look = Look { hue: side.hue, ..Look::NAME };
    // lengths are written as products and sums of names
    let mut line = Line::new();
    let mut rest = side.name.as_str();
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let end = rest.find(|c: char| is_name(c) != is_name(first)).unwrap_or(rest.len());
        let (word, others) = rest.split_at(end);
        if is_name(first) && !first.is_ascii_digit() {
            line.extend(name(word, look, charset));
        } else {
            let signs = if charset == Charset::Unicode { word.replace('*', "·").replace('-', "−") } else { word.into() };
            line.push(run(signs, Look { italic: false, ..look }));
        }
        rest = others;
    }
    line
}

/// `(n, d)`, `(d,)`, `()`
pub(super) fn shape(sides: &[Side], charset: Charset) -> Line {
    let mut runs = vec![run("(", Look::PLAIN)];
    for (place, one) in sides.iter().enumerate() {
        if place > 0 {
            runs.push(run(", ", Look::PLAIN));
        }
        runs.extend(side(one, charset));
    }
    runs.push(run(if sides.len() == 1 { ",)" } else { ")" }, Look::PLAIN));
    runs
}

/// The same in heavier strokes: a coloured name at a side is pale in grey.
pub(super) fn bold(mut line: Line) -> Line {
    line.iter_mut().for_each(|run| run.look.bold = true);
    line
}

/// A formula as it is printed in a book: names sloped, indices lowered, transposes and exponents raised.
pub(super) fn formula(tokens: &[Token], charset: Charset) -> Line {
    let mut runs = Line::new();
    let signed = signs(tokens);
    let mut tokens = signed.iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Name(text) | Token::Length(text) => runs.extend(name(text, Look::NAME, charset)),
            Token::Gradient(text, of) => {
                let (of, wrt) = quotient(text, *of);
                runs.push(run("d", Look::PLAIN));
                runs.extend(name(of, Look::NAME, charset));
                runs.push(run("/d", Look::PLAIN));
                runs.extend(name(wrt, Look::NAME, charset));
            }
            Token::Change(text) => {
                runs.push(run("d", Look::PLAIN));
                runs.extend(name(text, Look::NAME, charset));
            }
            Token::Operator(sign) => runs.push(run(format!(" {} ", drawn(sign, charset)), Look::PLAIN)),
            Token::Tight("**") => match tokens.next_if(|next| matches!(next, Token::Number(_) | Token::Name(_) | Token::Length(_))) {
                Some(Token::Number(text)) => runs.push(run(text.as_ref(), Look::PLAIN.at(Level::Above))),
                Some(Token::Name(text) | Token::Length(text)) => runs.push(run(text.as_ref(), Look::NAME.at(Level::Above))),
                _ => runs.push(run("**", Look::PLAIN)),
            },
            Token::Tight(sign) => runs.push(run(drawn(sign, charset), Look::PLAIN)),
            Token::Transpose { .. } if charset == Charset::Unicode => runs.push(run("T", Look::PLAIN.at(Level::Above))),
            Token::Entry(places) => {
                let apart = if places.iter().any(|p| *p > 9) { "," } else { "" };
                let digits = places.iter().map(usize::to_string).collect::<Vec<_>>().join(apart);
                runs.push(run(digits, Look::PLAIN.at(Level::Below)));
            }
            Token::Indices(list) => runs.push(run(axes(list, charset), Look::NAME.at(Level::Below))),
            Token::Summation(indices) => {
                runs.push(run(if charset == Charset::Unicode { "Σ" } else { "sum" }, Look::PLAIN));
                if !indices.is_empty() {
                    runs.push(run(axes(indices, charset), Look::NAME.at(Level::Below)));
                }
                runs.push(run(" ", Look::PLAIN));
            }
            other => runs.push(run(spell(std::slice::from_ref(other), charset), Look::PLAIN)),
        }
    }
    joined(runs)
}

/// `axis 1` keeps together.
fn axes(text: &str, charset: Charset) -> String {
    if charset == Charset::Unicode { text.into() } else { text.replace('\u{a0}', "") }
}

fn drawn(sign: &'static str, charset: Charset) -> &'static str {
    match (sign, charset) {
        ("-", Charset::Unicode) => "−",
        (">=", Charset::Unicode) => "≥",
        ("<=", Charset::Unicode) => "≤",
        ("!=", Charset::Unicode) => "≠",
        (sign, charset) => plain(sign, charset),
    }
}

/// `W`, `W` with a lowered `1`, `λ`.
fn name(text: &str, look: Look, charset: Charset) -> Line {
    let (stem, below) = named(text);
    let stem = match glyph(&stem) {
        Glyph::Greek(sign, _) if charset == Charset::Unicode => sign.to_string(),
        _ => stem,
    };
    let mut runs = vec![run(stem, look)];
    if !below.is_empty() {
        let italic = look.italic && !below.iter().all(|part| matches!(glyph(part), Glyph::Digits(_)));
        runs.push(run(below.join(","), Look { italic, ..look.at(Level::Below) }));
    }
    runs
}

/// Neighbours of one look as one run.
fn joined(runs: Line) -> Line {
    let mut out = Line::new();
    for run in runs {
        match out.last_mut().filter(|last| last.look == run.look) {
            Some(last) => last.text.push_str(&run.text),
            None => out.push(run),
        }
    }
    out
}

fn dots(charset: Charset) -> &'static str {
    if charset == Charset::Unicode { "…" } else { "..." }
}

/// The line cut down to a width, with `…` where something is missing.
pub(super) fn fitted(mut line: Line, size: f64, room: f64, charset: Charset) -> Line {
    if width(&line, size) <= room {
        return line;
    }
    let dots = run(dots(charset), Look::PLAIN);
    let left = room - width(std::slice::from_ref(&dots), size);
    while width(&line, size) > left {
        let Some(last) = line.last_mut() else { break };
        if last.text.pop().is_none() {
            line.pop();
        }
    }
    line.push(dots);
    line
}

/// The line broken into so many lines of a width at most, with `…` where something is missing.
pub(super) fn folded(line: Line, size: f64, room: f64, most: usize, charset: Charset) -> Vec<Line> {
    let mut lines = wrapped(line, size, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push(run(format!(" {}", dots(charset)), Look::PLAIN));
        }
    }
    lines.into_iter().map(|line| fitted(line, size, room, charset)).collect()
}

/// The line broken between words into lines no wider than the room, unless one word is.
pub(super) fn wrapped(line: Line, size: f64, room: f64) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    let mut current = Line::new();
    // words are what stands between blanks, whatever looks it has
    let mut word = Line::new();
    let flush = |word: &mut Line, current: &mut Line, lines: &mut Vec<Line>| {
        if word.is_empty() {
            return;
        }
        if !current.is_empty() && width(current, size) + width(word, size) > room {
            trim(current);
            lines.push(std::mem::take(current));
        }
        if current.is_empty() {
            if let Some(first) = word.first_mut() {
                first.text = first.text.trim_start().into();
            }
        }
        current.append(word);
    };
    for run in line {
        let mut text = String::new();
        for c in run.text.chars() {
            if c == ' ' && !(text.is_empty() && word.is_empty()) {
                if !text.is_empty() {
                    word.push(Run { text: std::mem::take(&mut text), look: run.look });
                }
                flush(&mut word, &mut current, &mut lines);
            }
            text.push(c);
        }
        if !text.is_empty() {
            word.push(Run { text, look: run.look });
        }
    }
    flush(&mut word, &mut current, &mut lines);
    if !current.is_empty() {
        lines.push(current);
    }
    lines.into_iter().map(joined).collect()
}

fn trim(line: &mut Line) {
    if let Some(last) = line.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
}
