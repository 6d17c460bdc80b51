//! Pieces of a formula, and how two become one: brackets stand only where a sign would be misread.

use super::{Room, Speller};

/// A piece that is never broken.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::render) struct Chunk {
    /// As it is spelled.
    pub text: String,
    /// About how wide it is, in em.
    pub width: f32,
    /// How much it costs to begin a line with it: the deeper in brackets, and at equal depth the tighter its sign binds, the more.
    pub rank: u8,
}

/// A part of a formula.
#[derive(Clone, Debug)]
pub(in crate::render) struct Part {
    pub row: Vec<Chunk>,
    /// How many axes, if that is known.
    pub rank: Option<usize>,
    /// How tightly it binds; [`ATOM`] takes an exponent as it is.
    pub level: u8,
    /// Whether it begins with a digit, so that a digit may not stand right before it.
    pub digit: bool,
    /// Whether something stands below it, so that an index needs brackets and an exponent does not.
    pub lowered: bool,
    /// Whether it is higher than a line, so that brackets round it grow.
    pub tall: bool,
    /// Whether a shape stands below it, which is wider than most factors.
    pub shaped: bool,
    /// Whether a brace stands below it, so that brackets round it are of a size of their own.
    pub braced: bool,
    /// Whether it begins with a minus, which another sign may not stand right before.
    pub minus: bool,
    /// Whether it is a 1-D array that stands as a row: by itself one is a column.
    pub turned: bool,
}

pub(super) const SUM: u8 = 4;
/// `⊗`
pub(super) const OUTER: u8 = 5;
/// `⊙`, `⊘`
pub(super) const ENTRYWISE: u8 = 6;
/// Side by side, which readers take to bind tighter than any sign; and fractions.
pub(super) const PRODUCT: u8 = 7;
pub(super) const UNARY: u8 = 8;
/// With an exponent, a transpose or an index, so that another exponent needs brackets.
pub(super) const RAISED: u8 = 9;
pub(super) const ATOM: u8 = 10;

/// What is wider than this, in em, may be broken inside of its brackets.
pub(super) const LONG: f32 = 14.0;
/// How much deeper a pair of brackets is.
const DEEPER: u8 = 8;

impl Part {
    /// One piece.
    pub fn new(text: String, width: f32, rank: Option<usize>, level: u8) -> Part {
        Part {
            row: vec![Chunk { text, width, rank: 0 }],
            rank,
            level,
            digit: false,
            lowered: false,
            tall: false,
            shaped: false,
            braced: false,
            minus: false,
            turned: false,
        }
    }

    /// The same, higher than a line.
    pub fn tall(self) -> Part {
        Part { tall: true, ..self }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.row.iter().map(|chunk| chunk.text.as_str()).collect()
    }

    /// The whole width.
    pub fn width(&self) -> f32 {
        self.row.iter().map(|chunk| chunk.width).sum()
    }

    /// In one piece.
    pub fn whole(self, speller: &dyn Speller) -> Part {
        if self.row.len() < 2 {
            return self;
        }
        let (text, width) = (speller.row(&self.text()), self.width());
        Part { row: vec![Chunk { text, width, rank: 0 }], ..self }
    }

    /// In brackets unless it binds at least so tightly.
    pub fn above(self, level: u8, speller: &dyn Speller) -> Part {
        match self.level < level {
            // Iverson's brackets: 1 where it is so, and 0 elsewhere
            true if self.level < SUM => self.enclosed('[', ']', speller),
            true => self.enclosed('(', ')', speller),
            false => self,
        }
    }

    /// In brackets.
    pub fn enclosed(mut self, open: char, close: char, speller: &dyn Speller) -> Part {
        // brackets that grow are wider, too
        let one = if self.tall { 0.6 } else { 0.4 };
        if self.row.len() < 2 || self.width() < LONG {
            let (text, width) = (self.text(), self.width());
            let text = if self.braced {
                format!("{}{text}{}", speller.bracket(open, self.tall), speller.bracket(close, self.tall))
            } else {
                speller.enclosed(open, &text, close, self.tall)
            };
            self.row = vec![Chunk { text, width: width + 2.0 * one, rank: 0 }];
        } else {
            self.row.iter_mut().for_each(|chunk| chunk.rank = chunk.rank.saturating_add(DEEPER));
            if let Some(first) = self.row.first_mut() {
                (first.text, first.width, first.rank) =
                    (format!("{}{}", speller.bracket(open, self.tall), first.text), first.width + one, 0);
            }
            // nothing is ever broken before a closing bracket, and an exponent is set on it alone
            self.row.push(Chunk { text: speller.bracket(close, self.tall), width: one, rank: u8::MAX });
        }
        Part { level: ATOM, digit: false, lowered: false, minus: false, ..self }
    }

    /// With an exponent.
    pub fn raised(self, mark: &str, width: f32, speller: &dyn Speller) -> Part {
        let base = if self.braced && self.lowered { self.enclosed('(', ')', speller) } else { self.above(ATOM, speller) };
        Part { level: RAISED, ..base.with(width, |text| speller.raised(text, mark)) }
    }

    /// With an index: one entry.
    pub fn lowered(self, index: &str, width: f32, speller: &dyn Speller) -> Part {
        let base = if self.lowered { self.enclosed('(', ')', speller) } else { self.above(ATOM, speller) };
        Part { rank: Some(0), level: ATOM, lowered: true, ..base.with(width, |text| speller.lowered(text, index)) }
    }

    /// With its last piece changed: of an atom it is the only one, or the closing bracket.
    fn with(mut self, width: f32, change: impl Fn(&str) -> String) -> Part {
        if let Some(last) = self.row.last_mut() {
            (last.text, last.width) = (change(&last.text), last.width + width);
        }
        self
    }

    /// With its first two pieces as one.
    pub fn glued(mut self) -> Part {
        if self.row.len() > 1 {
            let second = self.row.remove(1);
            self.row[0].text.push_str(&second.text);
            self.row[0].width += second.width;
        }
        self
    }

    /// With another behind it; a line may end between them.
    pub fn then(mut self, between: &str, width: f32, rank: u8, mut right: Part) -> Part {
        if let Some(first) = right.row.first_mut() {
            (first.text, first.width, first.rank) = (format!("{between}{}", first.text), first.width + width, rank);
        }
        self.row.append(&mut right.row);
        self.tall |= right.tall;
        self.shaped |= right.shaped;
        self.braced |= right.braced;
        self
    }
}

/// `left sign right`.
pub(super) fn join(left: Part, sign: &str, level: u8, right: Part, speller: &dyn Speller) -> Part {
    let rank = match (left.rank, right.rank) {
        (Some(a), Some(b)) if sign == "@" => Some(a.saturating_sub(1) + b.saturating_sub(1)),
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let digit = left.digit;
    let scaled = left.rank == Some(0) || right.rank == Some(0);
    let alone = level < SUM || sign == "/" && right.rank == Some(0);
    let right = if right.minus && !alone { right.enclosed('(', ')', speller) } else { right };
    let spaced = |sign: char| format!(" {} ", speller.sign(sign));
    let turned = rank == Some(1) && (left.turned || right.turned);
    let made = |part: Part, level: u8, digit: bool| Part { rank, level, digit, lowered: false, turned, ..part };
    match sign {
        // one that is too long for a line is multiplied instead
        "/" if right.rank == Some(0) && left.width() > LONG && left.row.len() > 1 => {
            let one = speller.fraction(&speller.digits("1"), &right.text());
            let one = Part::new(one, right.width().max(0.5) + 0.2, Some(0), PRODUCT).tall();
            made(one.then(speller.beside(Room::Thin), 0.2, 4, left.above(UNARY, speller)), PRODUCT, false)
        }
        "/" if right.rank == Some(0) => {
            let width = left.width().max(right.width()) + 0.2;
            let text = speller.fraction(&left.text(), &right.text());
            made(Part::new(text, width, rank, PRODUCT).tall(), PRODUCT, false)
        }
        "/" => {
            // behind this sign even what stands side by side has brackets, as behind a slash
            let (a, b) = (left.above(ENTRYWISE, speller), right.above(UNARY, speller));
            made(a.then(&spaced('⊘'), 1.2, 3, b), ENTRYWISE, digit)
        }
        "*" if !scaled => {
            let (a, b) = (left.above(ENTRYWISE, speller), right.above(PRODUCT, speller));
            made(a.then(&spaced('⊙'), 1.2, 3, b), ENTRYWISE, digit)
        }
        "·" => made(left.then(&spaced('·'), 0.7, 3, right), PRODUCT, digit),
        "*" | " " => {
            let dot = right.digit;
            // a scalar before a sum or an outer product scales all of it
            let opens = left.rank == Some(0) && right.level == OUTER;
            let level = if opens { OUTER } else { PRODUCT };
            let (a, b) = (left.above(PRODUCT, speller), right.above(if opens { OUTER } else { UNARY }, speller));
            let between = if dot { spaced('·') } else { speller.beside(Room::Thin).into() };
            made(a.then(&between, if dot { 0.7 } else { 0.2 }, 4, b), level, digit)
        }
        "@" => {
            // a 1-D array is a row before anything, and a column behind it
            let turn = |part: Part| Part { turned: !part.turned, ..part.raised(&speller.sign('⊤'), 0.5, speller) };
            let first = left.rank == Some(1);
            let a = if first && !left.turned { turn(left) } else { left.above(PRODUCT, speller) };
            let b = if right.rank == Some(1) && right.turned { turn(right) } else { right.above(UNARY, speller) };
            // a change stands a little apart: `X dW`
            let change = speller.change("");
            let room = match (a.shaped && b.shaped, [&a, &b].iter().any(|part| part.text().starts_with(&change))) {
                (true, _) => Room::Wide,
                (_, true) => Room::Thin,
                _ => Room::None,
            };
            Part { turned: first && rank == Some(1), ..made(a.then(speller.beside(room), 0.2, 4, b), PRODUCT, digit) }
        }
        _ => {
            let rank = if level < SUM { 0 } else { 1 };
            let (a, b) = (left.above(level, speller), right.above(level + 1, speller));
            made(a.then(&spaced(relation(sign)), 1.3, rank, b), level, digit)
        }
    }
}

/// The character that a sign of the language is drawn as.
pub(super) fn relation(sign: &str) -> char {
    match sign {
        ">=" => '≥',
        "<=" => '≤',
        "==" => '=',
        "!=" | "≠" => '≠',
        "&" => '∧',
        "|" => '∨',
        other => other.chars().next().unwrap_or('='),
    }
}
