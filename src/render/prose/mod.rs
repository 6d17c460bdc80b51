//! What all formats for running text share: the walk through a document, and the setting of its lines.
//!
//! A format says how it spells formulas ([`Speller`]) and how it writes words and blocks ([`Format`]).

mod equations;
mod line;

pub(super) use equations::lay;
pub(super) use line::sentence;

use super::document::{Block, Document, Equation, Loop, Piece, Text, entries, spoken};
use super::formula::{Charset, Formula, Token};
use super::math::{Chunk, Speller, chunks, length, name, value_chunks};
use crate::visible::visible;
use line::{Part, parts};
use rustc_hash::FxHashMap;

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Strong,
    Muted,
}

/// A format for running text. What is handed to it is set already; what it writes goes to the end of `out`.
pub(super) trait Format {
    /// How it spells formulas.
    fn speller(&self) -> &dyn Speller;
    /// Words of running text, escaped.
    fn text(&self, words: &str, weight: Weight) -> String;
    /// Text of a program within a line.
    fn code(&self, text: &str) -> String;
    /// A formula within a line.
    fn inline(&self, formula: &str) -> String;
    /// A line of words and formulas, after it has been put together.
    fn line(&self, line: String) -> String {
        line
    }
    /// A mark: right or wrong.
    fn mark(&self, good: bool) -> String;

    /// How wide a line of equations may be, in em.
    fn room(&self) -> f32;
    /// A heading, from 0 for the program.
    fn heading(&self, out: &mut String, level: u8, title: &str);
    /// A heading and what belongs to it.
    fn section(&self, out: &mut String, level: u8, title: &str, body: &str) {
        self.heading(out, level, title);
        out.push_str(body);
    }
    /// A paragraph.
    fn paragraph(&self, out: &mut String, line: &str);
    /// The lines of a program.
    fn program(&self, out: &mut String, lines: &[String]);
    /// A table; each row has as many cells as there are titles.
    fn table(&self, out: &mut String, head: &[Chunk], rows: &[Vec<Chunk>]);
    /// Equations with reasons.
    fn equations(&self, out: &mut String, set: &Setter, equations: &[Equation]);
    /// An array written out.
    fn matrix(&self, out: &mut String, left: Chunk, rows: &[Vec<Chunk>]);
    /// The loop of dimensions.
    fn figure(&self, out: &mut String, set: &Setter, figure: &Loop);
    /// A formula by itself, too long for a line of words.
    fn display(&self, out: &mut String, formula: Vec<Chunk>);
    /// The result.
    fn result(&self, out: &mut String, left: Chunk, right: Vec<Chunk>);
}

/// Sets lines in a format.
pub(super) struct Setter<'a> {
    pub format: &'a dyn Format,
    ranks: FxHashMap<&'a str, Option<usize>>,
}

impl<'a> Setter<'a> {
    pub fn new(document: &'a Document, format: &'a dyn Format) -> Self {
        let mut ranks: FxHashMap<&str, Option<usize>> = FxHashMap::default();
        for (name, rank) in &document.ranks {
            let rank = Some(*rank as usize);
            // a name that has one shape here and another there is not known
            ranks.entry(&**name).and_modify(|known| *known = known.filter(|_| *known == rank)).or_insert(rank);
        }
        Setter { format, ranks }
    }

    /// A line of words and formulas.
    pub fn line(&self, text: &[Piece]) -> String {
        let mut out = String::new();
        for part in parts(text) {
            match part {
                Part::Words(words, weight) => out.push_str(&self.format.text(&words, weight)),
                Part::Code(code) => out.push_str(&self.format.code(&visible(code))),
                Part::Math(pieces) => {
                    // a sign keeps its room where words stand beside it
                    let sign = |piece: Option<&&Piece>| matches!(piece, Some(Piece::Sign(_)));
                    if sign(pieces.first()) && !out.is_empty() && !out.ends_with(' ') {
                        out.push(' ');
                    }
                    out.push_str(&self.format.inline(&match pieces.as_slice() {
                        [Piece::Formula(tokens)] => self.compact(tokens),
                        pieces => pieces.iter().map(|piece| self.piece(piece)).collect(),
                    }));
                    if sign(pieces.last()) {
                        out.push(' ');
                    }
                }
                Part::Mark(good) => out.push_str(&self.format.mark(good)),
            }
        }
        self.format.line(out.trim().into())
    }

    /// A formula where there is one line for it: a gradient by itself has a slash.
    pub fn compact(&self, tokens: &[Token]) -> String {
        if let [Token::Higher(higher)] = tokens {
            let (above, below) = super::math::above_and_below(higher, self.format.speller());
            return format!("{above}{}{below}", self.format.speller().sign('/'));
        }
        let [Token::Gradient(text, of)] = tokens else { return self.whole(tokens) };
        let (of, wrt) = super::formula::quotient(text, *of);
        let speller = self.format.speller();
        let change = |text: &str| speller.change(&name(text, speller));
        format!("{}{}{}", change(of), speller.sign('/'), change(wrt))
    }

    /// The same inside of a formula.
    pub fn row(&self, text: &[Piece]) -> Vec<Chunk> {
        let mut row = Vec::new();
        for part in parts(text) {
            match part {
                Part::Words(words, _) => {
                    row.push(Chunk { text: self.format.speller().words(&words), width: 0.45 * words.chars().count() as f32, rank: 0 })
                }
                Part::Code(code) => row.push(Chunk {
                    text: self.format.speller().verbatim(&visible(code)),
                    width: 0.55 * code.chars().count() as f32,
                    rank: 0,
                }),
                Part::Math(pieces) => {
                    for piece in pieces {
                        match piece {
                            Piece::Formula(tokens) => row.extend(self.formula(tokens)),
                            piece => {
                                let text = self.piece(piece);
                                row.push(Chunk { width: 0.4 * text.len().min(24) as f32, text, rank: 3 });
                            }
                        }
                    }
                }
                Part::Mark(good) => {
                    row.push(Chunk { text: self.format.speller().sign(if good { '✓' } else { '✗' }), width: 1.0, rank: 0 })
                }
            }
        }
        row
    }

    /// The same in one piece.
    pub fn math(&self, text: &[Piece]) -> String {
        self.row(text).into_iter().map(|chunk| chunk.text).collect()
    }

    /// A formula as pieces between which a line may end.
    pub fn formula(&self, tokens: &[Token]) -> Vec<Chunk> {
        chunks(tokens, &|name| self.ranks.get(name).copied().flatten(), self.format.speller())
    }

    /// What stands behind an equals sign.
    pub fn value(&self, text: &[Piece]) -> Vec<Chunk> {
        match text {
            [Piece::Formula(tokens)] => self.value_of(tokens),
            text => self.row(text),
        }
    }

    /// A formula that stands for a value, as pieces between which a line may end.
    pub fn value_of(&self, tokens: &[Token]) -> Vec<Chunk> {
        value_chunks(tokens, &|name| self.ranks.get(name).copied().flatten(), self.format.speller())
    }

    /// A formula in one piece.
    pub fn whole(&self, tokens: &[Token]) -> String {
        self.formula(tokens).into_iter().map(|chunk| chunk.text).collect()
    }

    fn piece(&self, piece: &Piece) -> String {
        let format = self.format.speller();
        match piece {
            Piece::Formula(tokens) => self.whole(tokens),
            Piece::Side(side) => length(&side.name, format),
            Piece::Shape(sides) => {
                let comma = format.sign(',');
                let list: Vec<String> = sides.iter().map(|side| length(&side.name, format)).collect();
                let inner = if list.len() == 1 { list.concat() + &comma } else { list.join(format.comma()) };
                format!("{}{inner}{}", format.sign('('), format.sign(')'))
            }
            Piece::Sign(sign) => format!(
                " {} ",
                format.sign(match *sign {
                    "@" => '·',
                    "*" => '⊙',
                    sign => sign.chars().next().unwrap_or(' '),
                })
            ),
            _ => String::new(),
        }
    }
}

/// The document in a format, without anything round it.
pub(super) fn body(document: &Document, format: &dyn Format) -> String {
    let set = Setter::new(document, format);
    let mut out = String::new();
    blocks(&set, &mut out, &document.blocks);
    out
}

fn blocks(set: &Setter, out: &mut String, list: &[Block]) {
    let mut list = list.iter().peekable();
    while let Some(block) = list.next() {
        match (block, list.peek()) {
            (Block::Heading(level, title), Some(Block::Inner(inner))) => {
                let mut body = String::new();
                blocks(set, &mut body, inner);
                set.format.section(out, *level, &set.line(title), &body);
                list.next();
            }
            _ => one(set, out, block),
        }
    }
}

fn one(set: &Setter, out: &mut String, block: &Block) {
    let format = set.format;
    match block {
        Block::Heading(level, title) => format.heading(out, *level, &set.line(title)),
        Block::Paragraph(text) if text.is_empty() => {}
        Block::Paragraph(text) => paragraph(set, out, text),
        Block::Program(lines) if lines.iter().all(|line| line.trim().is_empty()) => {}
        Block::Program(lines) => {
            let shown = |line: &String| visible(line.replace('\t', "    ")).into_owned();
            format.program(out, &lines.iter().map(shown).collect::<Vec<_>>());
        }
        Block::Table { rows, .. } if rows.is_empty() => {}
        Block::Table { head, rows } => table(set, out, head, rows),
        Block::Equations(equations) if equations.is_empty() => {}
        Block::Equations(equations) => format.equations(out, set, equations),
        Block::Matrix { left, rows: formulas } => {
            let entry = |entry: &Formula| joined(set.value_of(entry));
            let rows: Vec<Vec<Chunk>> = formulas.iter().map(|row| row.iter().map(entry).collect()).collect();
            let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
            let widest = |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|c| c.width).fold(0.0, f32::max) + 1.0;
            let left_side = joined(set.row(left));
            if left_side.width + 2.3 + (0..columns).map(widest).sum::<f32>() > SMALLEST * format.room() {
                return entries(left, formulas).chunks(MAX_TOGETHER).for_each(|part| format.equations(out, set, part));
            }
            format.matrix(out, left_side, &rows);
        }
        Block::Loop(figure) => format.figure(out, set, figure),
        Block::Result { left, right, shapes, remarks } => {
            format.result(out, joined(set.row(left)), set.value(right));
            let shape = |token: &Token| matches!(token, Token::Shape(_));
            let shaped = matches!(left.first(), Some(Piece::Formula(tokens)) if tokens.iter().any(shape));
            let below = Some(shapes).into_iter().filter(|s| !s.is_empty() && !shaped);
            below.chain(remarks).for_each(|remark| paragraph(set, out, remark));
        }
        Block::Inner(inner) | Block::Prose(inner) => blocks(set, out, inner),
        Block::Screen(_) => {}
    }
}

/// How many times too wide an array may be before it is told entry by entry: type does not shrink further.
const SMALLEST: f32 = 1.4;

/// How many entries stand under one another in one display: KaTeX reads no more than a thousand signs at once.
const MAX_TOGETHER: usize = 8;

/// The longest formula, in em, that ends a line of words.
const MAX_INLINE: f32 = 17.0;

/// The longest with a fraction in it, which would be set in small type there.
const MAX_FRACTION: f32 = 3.0;

/// A sentence; a long formula at its end is displayed.
fn paragraph(set: &Setter, out: &mut String, text: &Text) {
    if let [words @ .., Piece::Formula(tokens)] = text.as_slice() {
        let formula = set.formula(tokens);
        let fraction = tokens.iter().any(|t| matches!(t, Token::Operator("/"))) && tokens.len() > 3;
        if formula.iter().map(|chunk| chunk.width).sum::<f32>() > if fraction { MAX_FRACTION } else { MAX_INLINE } {
            let mut lead = sentence(words);
            // it goes on
            lead.truncate(words.len());
            set.format.paragraph(out, &set.line(&lead));
            return set.format.display(out, formula);
        }
    }
    set.format.paragraph(out, &set.line(&sentence(text)));
}

/// Several pieces as one.
pub(super) fn joined(row: Vec<Chunk>) -> Chunk {
    let width = row.iter().map(|chunk| chunk.width).sum();
    Chunk { text: row.into_iter().map(|chunk| chunk.text).collect(), width, rank: 0 }
}

/// How wide a line of words is, about, in em.
fn spoken_width(text: &[Piece]) -> f32 {
    0.45 * spoken(text, Charset::Unicode).chars().count() as f32
}

/// Cells of columns without a title go on from the one before.
fn table(set: &Setter, out: &mut String, head: &[Text], rows: &[Vec<Text>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let titles = if head.is_empty() { columns } else { head.len().min(columns) };
    let set_cell = |cell: &Text| Chunk { text: set.line(cell), width: spoken_width(cell), rank: 0 };
    let joined = |row: &Vec<Text>| {
        let mut cells: Vec<Chunk> = row.iter().take(titles.saturating_sub(1)).map(set_cell).collect();
        let mut rest = Text::new();
        for cell in row.iter().skip(cells.len()).filter(|cell| !cell.is_empty()) {
            match (rest.last(), cell.first()) {
                (None, _) | (Some(Piece::Sign(_)), _) | (_, Some(Piece::Sign(_))) => {}
                (Some(Piece::Good(_) | Piece::Bad(_)), _) => rest.push(Piece::Words(" ".into())),
                _ => rest.push(Piece::Gap),
            }
            rest.extend(cell.iter().cloned());
        }
        cells.push(set_cell(&rest));
        cells.resize(titles, Chunk { text: String::new(), width: 0.0, rank: 0 });
        cells
    };
    let rows: Vec<Vec<Chunk>> = rows.iter().map(joined).collect();
    let head: Vec<Chunk> = (0..titles).map(|place| set_cell(head.get(place).unwrap_or(&Text::new()))).collect();
    set.format.table(out, &head, &rows);
}
