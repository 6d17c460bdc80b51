//! Tokens become parts by precedence; what is not known is set in typewriter type, verbatim.
//!
//! Brackets of the language are left out and set again where they are needed. Depth is that of one statement, so this may recurse.

use super::name::{indices, spelled};
use super::part::{ATOM, Chunk, LONG, OUTER, PRODUCT, Part, RAISED, SUM, UNARY, join};
use super::{Ranks, Speller, glyph, length, named};
use crate::render::formula::{Charset, Higher, Side, Token, quotient, spell};
use std::borrow::Cow;

/// The formula as pieces between which a line may end. As a `value` a relation is a number, 1 or 0: it has brackets of its own.
pub(super) fn read(tokens: &[Token], ranks: &Ranks, speller: &dyn Speller, value: bool) -> Vec<Chunk> {
    let tokens = plain(tokens);
    let mut reader = Reader { tokens: &tokens, at: 0, ranks, speller, spread: None };
    let whole = reader.expression(0);
    let states = || tokens.iter().any(|token| matches!(token, Token::Operator("=") | Token::Tight("=")));
    let mut row = if value && !states() { whole.above(SUM, speller) } else { whole }.row;
    while let Some(token) = reader.next() {
        // no formula of this tool ends here, but any row of tokens may
        let rest = spell(&[token], Charset::Unicode);
        row.push(Chunk { text: format!(" {}", speller.verbatim(&rest)), width: 0.5, rank: 0 });
        if reader.at < tokens.len() {
            row.append(&mut reader.expression(0).row);
        }
    }
    row
}

/// Brackets and commas that were written as they stand, as such.
fn plain(tokens: &[Token]) -> Cow<'_, [Token]> {
    let marks = |token: &Token| match token {
        Token::Verbatim(text) => match &**text {
            "," => &[","][..],
            "[" => &["["],
            "]" => &["]"],
            ")" => &[")"],
            ",)" => &[",", ")"],
            _ => &[],
        },
        _ => &[],
    };
    if tokens.iter().all(|token| marks(token).is_empty()) {
        return Cow::Borrowed(tokens);
    }
    let mut plain = Vec::with_capacity(tokens.len() + 4);
    for token in tokens {
        match marks(token) {
            [] => plain.push(token.clone()),
            marks => plain.extend(marks.iter().map(|mark| Token::Mark(mark))),
        }
    }
    Cow::Owned(plain)
}

pub(super) struct Reader<'a> {
    pub tokens: &'a [Token],
    pub at: usize,
    pub ranks: &'a Ranks<'a>,
    pub speller: &'a dyn Speller,
    /// Where an operand begins that a brace will stand below anyway.
    pub spread: Option<usize>,
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    pub(super) fn eat(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Mark(sign)) if *sign == mark);
        self.at += usize::from(found);
        found
    }

    /// The sign of a binary operator with its level.
    fn binary(&self) -> Option<(&'static str, u8)> {
        let sign = match self.peek()? {
            Token::Operator(sign) => *sign,
            Token::Tight(sign @ ("**" | "/" | "·" | "=")) => *sign,
            // between the factors of an index line
            Token::Verbatim(text) if &**text == " " => " ",
            _ => return None,
        };
        Some((
            sign,
            match sign {
                "|" => 2,
                "&" => 3,
                "+" | "-" => SUM,
                "@" | "*" | "/" | " " | "·" => PRODUCT,
                "**" => RAISED,
                _ => 1,
            },
        ))
    }

    pub(super) fn expression(&mut self, outer: u8) -> Part {
        let mut left = self.prefix();
        loop {
            if let Some(Token::Shape(shape)) = self.peek().filter(|_| outer <= UNARY) {
                // what is so long may have to be broken, and what has a brace has a shape already
                if left.width() > LONG || left.braced {
                    self.at += 1;
                    continue;
                }
                // a new axis has brought it already
                if !(left.shaped && left.level == ATOM && left.row.len() == 1) {
                    left = Part { rank: left.rank, turned: left.turned, ..self.reshaped(left, shape) };
                }
                self.at += 1;
                left = self.behind(left);
                continue;
            }
            let Some((sign, level)) = self.binary().filter(|(_, level)| *level >= outer.max(1)) else { return left };
            self.at += 1;
            left = if sign == "**" {
                let exponent = self.expression(RAISED);
                self.power(left, &exponent)
            } else {
                let right = self.expression(level + 1);
                join(left, sign, level, right, self.speller)
            };
        }
    }

    /// An array to an element-wise power is marked as such: `A^2` would be a matrix power.
    fn power(&self, base: Part, exponent: &Part) -> Part {
        let entrywise = [base.rank, exponent.rank].iter().flatten().any(|rank| *rank > 0);
        let circle = if entrywise { format!("{} ", self.speller.sign('⊙')) } else { String::new() };
        let mark = format!("{circle}{}", exponent.text());
        let rank = base.rank.map(|rank| rank.max(exponent.rank.unwrap_or(0)));
        Part { rank, ..base.raised(&mark, 0.7 * exponent.width() + if entrywise { 0.6 } else { 0.0 }, self.speller) }
    }

    fn prefix(&mut self) -> Part {
        let Some(&Token::Tight(sign @ ("-" | "~"))) = self.peek() else { return self.postfix() };
        self.at += 1;
        let minus = sign == "-";
        // before a product it makes no difference how far a minus goes
        let operand = match minus {
            true => self.expression(PRODUCT).above(OUTER, self.speller),
            false => self.expression(UNARY).above(UNARY, self.speller),
        };
        let mark = self.speller.sign(if minus { '-' } else { '¬' });
        let level = UNARY.min(operand.level);
        let mut row = operand.row;
        if let Some(first) = row.first_mut() {
            (first.text, first.width) = (format!("{mark}{}", first.text), first.width + 0.8);
        }
        Part { row, digit: false, level, lowered: false, minus, ..operand }
    }

    fn postfix(&mut self) -> Part {
        let part = self.atom();
        self.behind(part)
    }

    /// With the marks that stand behind it.
    fn behind(&mut self, mut part: Part) -> Part {
        loop {
            match self.peek() {
                Some(Token::Transpose { batch }) => part = self.transposed(part, *batch),
                Some(Token::Verbatim(text)) if &**text == ".T" => part = self.transposed(part, false),
                Some(Token::Axes(along)) if along.typed.starts_with('[') => {
                    let along = along.clone();
                    part = self.reshaped(part, &along.shape);
                }
                // one token, or several where an index array has a name of its own
                Some(token) if matches!(token, Token::Mark("[")) || matches!(token, Token::Verbatim(text) if text.starts_with('[')) => {
                    let rest = &self.tokens[self.at..];
                    let closes = |token: &Token| match token {
                        Token::Mark(mark) => *mark == "]",
                        Token::Verbatim(text) => text.ends_with(']'),
                        _ => false,
                    };
                    let end = rest.iter().position(closes).unwrap_or(rest.len() - 1);
                    let text = spell(&rest[..=end], Charset::Unicode);
                    self.at += end;
                    part = self.cut(part, &text);
                }
                Some(Token::Indices(list)) => {
                    let list: Vec<&str> = list.split(',').collect();
                    part = self.entry(part, &list);
                }
                Some(Token::Entry(places)) => {
                    let places: Vec<String> = places.iter().map(usize::to_string).collect();
                    let list: Vec<&str> = places.iter().map(String::as_str).collect();
                    part = self.entry(part, &list);
                }
                _ => return part,
            }
            self.at += 1;
        }
    }

    /// The sign turns a matrix, or each of a batch; that the order of three axes or more is reversed is said by name.
    fn transposed(&self, part: Part, batch: bool) -> Part {
        let rank = part.rank;
        match rank {
            Some(3..) if !batch => {
                let head = Part::new(self.speller.function("transpose"), 4.5, None, ATOM);
                let row = head.then("", 0.0, u8::MAX, part.enclosed('(', ')', self.speller));
                Part { rank, level: RAISED, ..row.glued() }
            }
            _ => part.raised(&self.speller.sign('⊤'), 0.5, self.speller),
        }
    }

    /// A part of an array: `X[:, 1:]`, whose index stays as it is typed.
    fn cut(&self, base: Part, index: &str) -> Part {
        let width = 0.55 * index.chars().count() as f32;
        let base = base.above(ATOM, self.speller);
        let text = self.speller.row(&format!("{}{}", base.text(), self.speller.verbatim(index)));
        let rank = base.rank.and_then(|rank| self.rank_of_cut(rank, index));
        Part { digit: base.digit, tall: base.tall, ..Part::new(text, base.width() + width, rank, RAISED) }
    }

    /// How many axes are left of so many: a slice keeps one, a place drops it, an index array brings its own.
    fn rank_of_cut(&self, rank: usize, index: &str) -> Option<usize> {
        let mut left = rank;
        for item in index.strip_prefix('[')?.strip_suffix(']')?.split(',').map(str::trim) {
            left = match item {
                "" => left,
                "None" => left + 1,
                _ if item.contains(':') => left,
                _ if item.bytes().all(|c| c.is_ascii_digit() || c == b'-') => left.checked_sub(1)?,
                name => (left + (self.ranks)(name)?).checked_sub(1)?,
            };
        }
        Some(left)
    }

    /// With new axes of length 1, or repeated along others: the shape stands below.
    pub(super) fn reshaped(&self, base: Part, shape: &[Side]) -> Part {
        let base = base.above(UNARY, self.speller).whole(self.speller);
        let width = base.width().max(shape_width(shape));
        let text = self.speller.shaped(&base.text(), shape);
        Part { lowered: true, tall: base.tall, shaped: true, braced: base.braced, ..Part::new(text, width, Some(shape.len()), ATOM) }
    }

    fn entry(&self, base: Part, list: &[&str]) -> Part {
        base.lowered(&self.places(list), 0.4 * list.len() as f32, self.speller)
    }

    /// Single letters and digits side by side, others between commas.
    pub(super) fn places(&self, list: &[&str]) -> String {
        if list.iter().all(|place| place.chars().count() == 1) {
            let all: Vec<String> = list.iter().map(|place| self.speller.glyph(glyph(place))).collect();
            all.join(" ")
        } else {
            indices(list.iter().copied(), self.speller)
        }
    }

    fn named(&self, text: &str) -> Part {
        let (stem, below) = named(text);
        // a symbol by its name is one letter
        let letters = |part: &str| if matches!(glyph(part), super::Glyph::Greek(..)) { 1 } else { part.chars().count() } as f32;
        let width = 0.6 * letters(&stem) + 0.4 * below.iter().map(|part| letters(part)).sum::<f32>();
        Part { lowered: !below.is_empty(), ..Part::new(spelled(text, self.speller), width, (self.ranks)(text), ATOM) }
    }

    /// `dX`, of an entry where indices are given.
    fn change(&self, of: &str, entry: &[&str]) -> Part {
        let mut part = self.named(of);
        if !entry.is_empty() {
            part = self.entry(part, entry);
        }
        Part::new(self.speller.change(&part.text()), part.width() + 0.5, part.rank, RAISED)
    }

    /// `dL/dX` over a line; an entry of it is the derivative with respect to an entry of `X`.
    fn gradient(&mut self, text: &str, of: u32) -> Part {
        let (of, wrt) = quotient(text, of);
        let rank = |name: &str| (self.ranks)(name);
        let entry: Vec<String> = match self.peek() {
            Some(Token::Indices(list)) => list.split(',').map(String::from).collect(),
            Some(Token::Entry(places)) => places.iter().map(usize::to_string).collect(),
            _ => vec![],
        };
        // a place that is counted belongs to what is varied
        let counted = matches!(self.peek(), Some(Token::Entry(_)));
        let above = if counted { 0 } else { entry.len().saturating_sub(rank(wrt).unwrap_or(entry.len())) };
        let splits = !entry.is_empty() && (counted || above == rank(of).unwrap_or(0));
        let entry: Vec<&str> = if splits { entry.iter().map(String::as_str).collect() } else { vec![] };
        let (first, second) = entry.split_at(above.min(entry.len()));
        let (top, bottom) = (self.change(of, first), self.change(wrt, second));
        // a Jacobian has the axes of both; an objective has none
        let axes = rank(of).unwrap_or(0);
        let rank = match (splits, counted) {
            (true, true) => Some(axes),
            (true, false) => Some(0),
            (false, _) => rank(wrt).map(|own| own + axes),
        };
        self.at += usize::from(splits);
        Part::new(self.speller.fraction(&top.text(), &bottom.text()), top.width().max(bottom.width()) + 0.2, rank, RAISED).tall()
    }

    /// `d²f/dx²` over a line, or `d²f/dx dA`; an entry of it has the indices of each variable at that variable.
    fn higher(&mut self, higher: &Higher) -> Part {
        let list: Vec<String> = match self.peek() {
            Some(Token::Indices(list)) => list.split(',').map(String::from).collect(),
            _ => vec![],
        };
        let ranks: Option<Vec<usize>> = higher.by.iter().map(|name| (self.ranks)(name)).collect();
        let (above, mut below) = super::above_and_below(higher, self.speller);
        if let Some(ranks) = ranks.filter(|ranks| !list.is_empty() && ranks.iter().sum::<usize>() == list.len()) {
            self.at += 1;
            let mut rest: Vec<&str> = list.iter().map(String::as_str).collect();
            let entries = higher.by.iter().zip(ranks).map(|(name, rank)| self.change(name, &rest.drain(..rank).collect::<Vec<_>>()).text());
            below = entries.collect::<Vec<_>>().join(self.speller.beside(super::Room::Thin));
        }
        let width = 1.2 * higher.by.len() as f32 + 0.4 * list.len() as f32;
        Part::new(self.speller.fraction(&above, &below), width, None, RAISED).tall()
    }

    fn atom(&mut self) -> Part {
        let speller = self.speller;
        let sign = |sign: char| Part::new(speller.sign(sign), 0.7, Some(0), ATOM);
        match self.next() {
            Some(Token::Name(text)) => self.named(&text),
            Some(Token::Gradient(text, of)) => self.gradient(&text, of),
            Some(Token::Higher(higher)) => self.higher(&higher),
            Some(Token::Change(of)) => {
                let part = self.named(&of);
                let lowered = part.lowered;
                Part { lowered, ..Part::new(speller.change(&part.text()), part.width() + 0.5, part.rank, ATOM) }
            }
            Some(Token::Number(text)) => self.number(&text),
            Some(Token::Length(text)) => {
                let level = if text.contains(' ') {
                    SUM
                } else if text.contains('*') {
                    PRODUCT
                } else {
                    ATOM
                };
                let digit = text.starts_with(|c: char| c.is_ascii_digit());
                Part { digit, ..Part::new(length(&text, speller), 0.6 * text.chars().count() as f32, Some(0), level) }
            }
            Some(Token::Function(function)) => self.call(function),
            Some(Token::Mark(open @ ("(" | "[" | "⟨"))) => self.bracketed(open),
            Some(Token::Summation(over)) => {
                let term = self.expression(PRODUCT);
                let letters: Vec<String> = over.chars().map(String::from).collect();
                let below = indices(letters.iter().map(String::as_str), speller);
                let sign = Part::new(speller.large('∑', &below), 1.6, Some(0), OUTER).tall();
                sign.then(" ", 0.0, u8::MAX, term).glued()
            }
            Some(Token::Delta) => sign('δ'),
            Some(Token::Verbatim(text)) => match &*text {
                "pi" => sign('π'),
                "e" => Part::new(speller.glyph(glyph("e")), 0.5, Some(0), ATOM),
                "inf" => sign('∞'),
                other => Part::new(self.as_typed(other), 0.55 * other.chars().count() as f32, None, ATOM),
            },
            Some(Token::Mark(text) | Token::Operator(text) | Token::Tight(text)) => Part::new(speller.verbatim(text), 0.6, None, ATOM),
            Some(Token::Axes(along)) => Part::new(speller.verbatim(&along.typed), 0.55 * along.typed.chars().count() as f32, None, ATOM),
            Some(Token::Transpose { .. } | Token::Indices(_) | Token::Entry(_) | Token::Shape(_)) | None => {
                Part::new(String::new(), 0.0, None, ATOM)
            }
        }
    }

    /// What stands in brackets: round ones go, or hold several items.
    fn bracketed(&mut self, open: &'static str) -> Part {
        let speller = self.speller;
        let close = match open {
            "(" => ")",
            "[" => "]",
            _ => "⟩",
        };
        let mut inner = self.expression(0);
        let rank = inner.rank;
        let mut several = false;
        while self.eat(",") {
            several = true;
            if self.ends() {
                // `(n,)`
                inner = inner.then("", 0.0, u8::MAX, Part::new(speller.sign(','), 0.3, None, ATOM));
                break;
            }
            let next = self.expression(0);
            inner = inner.then(speller.comma(), 0.5, 0, next);
        }
        self.eat(close);
        match open {
            "(" if !several => inner,
            "(" => Part { rank: None, ..inner.enclosed('(', ')', speller) },
            // of a list, that of its first; a single thing in such brackets is its unit
            "[" => Part { rank: if several { rank } else { Some(0) }, ..inner.enclosed('[', ']', speller) },
            _ => Part { rank: Some(0), ..inner.enclosed('⟨', '⟩', speller) },
        }
    }

    pub(super) fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Mark(")" | "]" | "⟩")))
    }

    fn number(&self, text: &str) -> Part {
        let speller = self.speller;
        let width = |text: &str| 0.5 * text.chars().count() as f32;
        let (sign, size) = text.strip_prefix('-').map_or((String::new(), text), |rest| (speller.sign('-'), rest));
        let level = |level: u8| if sign.is_empty() { level } else { level.min(UNARY) };
        if let Some((above, below)) = size.split_once('/') {
            let text = format!("{sign}{}", speller.fraction(&speller.digits(above), &speller.digits(below)));
            let minus = !sign.is_empty();
            return Part { minus, ..Part::new(text, width(above).max(width(below)) + 0.2, Some(0), PRODUCT).tall() };
        }
        let Some((digits, power)) = size.split_once('e') else {
            let part = Part::new(format!("{sign}{}", speller.digits(size)), width(text), Some(0), level(ATOM));
            return Part { digit: sign.is_empty(), minus: !sign.is_empty(), ..part };
        };
        let power = power.strip_prefix('-').map_or_else(|| speller.digits(power), |rest| speller.sign('-') + &speller.digits(rest));
        let ten = speller.raised(&speller.digits("10"), &power);
        let (text, own) = match digits {
            "1" => (format!("{sign}{ten}"), RAISED),
            digits => (format!("{sign}{} {} {ten}", speller.digits(digits), speller.sign('·')), PRODUCT),
        };
        Part { digit: sign.is_empty(), minus: !sign.is_empty(), ..Part::new(text, width(digits) + 2.5, Some(0), level(own)) }
    }

    /// A number as such, a word upright, and anything else as it stands.
    pub(super) fn as_typed(&self, text: &str) -> String {
        if text.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | ',' | '-' | ' ')) && !text.trim().is_empty() {
            self.speller.digits(text)
        } else if text.chars().all(|c| c.is_ascii_alphabetic()) && !text.is_empty() {
            self.speller.glyph(glyph(text))
        } else {
            self.speller.verbatim(text)
        }
    }
}

/// About how wide a shape below something is, in em.
pub(super) fn shape_width(shape: &[Side]) -> f32 {
    0.45 * shape.iter().map(|side| 1.0 + 1.3 * side.name.chars().count() as f32).sum::<f32>()
}
