//! Functions: those that mathematics has a sign for are drawn by it, and the axes that one goes along stand below its sign.
//!
//! The notation of axes is that of Chiang, Rush and Barak, "Named Tensor Notation" (TMLR 2023); what keeps an axis at length 1, or is
//! repeated along one, has its shape below a brace.

use super::part::{ATOM, ENTRYWISE, LONG, OUTER, PRODUCT, Part, RAISED};
use super::reader::{Reader, shape_width};
use super::{glyph, length, shape};
use crate::ops::find;
use crate::render::document::Side;
use crate::render::formula::{Along, Token, contraction, inside, parts};

/// The operands of a call, what it says of axes, and whether it says anything else.
struct Arguments {
    parts: Vec<Part>,
    along: Option<Box<Along>>,
    keywords: bool,
}

impl Reader<'_> {
    /// What follows the name of a function.
    pub(super) fn call(&mut self, function: &str) -> Part {
        // what nests keeps little on the stack: the lines of an einsum and the drawing are made by others
        if let Some((line, output)) = self.einsum(function) {
            let entries = Reader { tokens: &line, at: 0, ranks: self.ranks, speller: self.speller, spread: None }.expression(0);
            return self.array(entries, &output);
        }
        let begins = self.at - 1;
        let spread = (function == "broadcast_to").then(|| self.lengths_ahead());
        if spread.is_some() {
            self.spread = Some(self.at + 1);
        }
        let items = if function == "reshape" { self.items_ahead() } else { None };
        let arguments = self.arguments();
        self.drawn(function, arguments, spread.unwrap_or_default(), items, begins)
    }

    fn drawn(&mut self, function: &str, arguments: Arguments, spread: Vec<Side>, items: Option<usize>, begins: usize) -> Part {
        let Arguments { parts, along, keywords } = arguments;
        let speller = self.speller;
        let ranks: Vec<Option<usize>> = parts.iter().map(|part| part.rank).collect();
        let turned = parts.iter().any(|part| part.rank == Some(1) && part.turned);
        let first = ranks.first().copied().flatten();
        let mut args = parts.into_iter();
        match (function, args.len()) {
            ("sum" | "prod" | "mean" | "max" | "min" | "var" | "std" | "logsumexp" | "softmax" | "log_softmax" | "cumsum", 1)
                if !keywords && (along.is_some() || matches!(function, "sum" | "prod")) =>
            {
                let mut along = along;
                // an operand that is repeated has its shape below a brace of its own
                if self.spread == Some(begins) && matches!(self.peek(), Some(Token::Mark(","))) {
                    along.iter_mut().for_each(|along| along.kept &= !Self::told(along));
                }
                args.next().map_or_else(empty, |inner| self.along(function, inner, along.as_deref()))
            }
            ("broadcast_to", 2) => {
                let below = format!("{} {}", speller.sign('→'), shape(&spread, speller));
                args.next().map_or_else(empty, |inner| self.braced(inner, &below, &spread))
            }
            ("zeros" | "ones", count) if count > 0 && along.is_none() && !keywords => {
                let sides: Vec<String> = args.map(|arg| arg.text()).collect();
                let digit = speller.digits(if function == "ones" { "1" } else { "0" });
                let text = speller.lowered(&digit, &sides.join(&format!(" {} ", speller.sign('×'))));
                let width = 0.6 + 0.8 * count as f32;
                Part { lowered: true, digit: true, ..Part::new(text, width, Some(count), ATOM) }
            }
            ("sqrt", 1) => self.wrapped(args.next(), first, |inner| speller.root(inner)),
            ("norm", 1) if along.is_none() && !keywords => {
                self.wrapped(args.next(), Some(0), |inner| speller.enclosed('‖', inner, '‖', true))
            }
            ("inv" | "pinv", 1) => {
                let mark = if function == "inv" { format!("{}{}", speller.sign('-'), speller.digits("1")) } else { speller.sign('+') };
                args.next().map_or_else(empty, |inner| Part { rank: first, ..inner.raised(&mark, 0.7, speller) })
            }
            ("abs", 1) => self.wrapped(args.next(), first, |inner| speller.enclosed('|', inner, '|', true)),
            ("eye", 1) => self.wrapped(args.next(), Some(2), |inner| speller.lowered(&speller.glyph(glyph("I")), inner)),
            ("outer", 2) => match (args.next(), args.next()) {
                (Some(a), Some(b)) => {
                    let sign = format!(" {} ", speller.sign('⊗'));
                    let row = a.above(ENTRYWISE, speller).then(&sign, 1.2, 2, b.above(ENTRYWISE, speller));
                    Part { rank: Some(2), level: OUTER, digit: false, lowered: false, ..row }
                }
                _ => empty(),
            },
            (_, count) => {
                let rank = match &along {
                    Some(along) => Some(along.shape.len()),
                    None if function == "reshape" => items,
                    None => find(function).and_then(|function| function.axes(&ranks, keywords)),
                };
                let mut parts: Vec<Part> = args.collect();
                if let Some(along) = along {
                    let width = 0.5 * along.typed.chars().count() as f32;
                    let text = along.typed.split(", ").map(|one| self.keyword(one)).collect::<Vec<_>>().join(speller.comma());
                    parts.push(Part::new(text, width, None, ATOM));
                }
                let name = if function == "trace" && count == 1 { "tr" } else { function };
                let mut inner = empty();
                for (place, part) in parts.into_iter().enumerate() {
                    inner = if place == 0 { part } else { inner.then(speller.comma(), 0.5, 0, part) };
                }
                let head = Part::new(speller.function(name), 0.5 * name.chars().count() as f32, None, ATOM);
                let row = head.then("", 0.0, u8::MAX, inner.enclosed('(', ')', speller));
                Part { rank, level: RAISED, digit: false, lowered: false, turned: turned && rank == Some(1), ..row.glued() }
            }
        }
    }

    fn arguments(&mut self) -> Arguments {
        let speller = self.speller;
        let mut found = Arguments { parts: vec![], along: None, keywords: false };
        if !self.eat("(") {
            return found;
        }
        while !self.ends() {
            match self.peek() {
                Some(Token::Axes(along)) => {
                    // `keepdims=True` behind `axis=0` says nothing new of a textbook's signs
                    let along = along.clone();
                    match &mut found.along {
                        Some(axes) => axes.typed = format!("{}, {}", axes.typed, along.typed),
                        none => *none = Some(along),
                    }
                    self.at += 1;
                }
                // `ddof=`, and what follows
                Some(Token::Verbatim(text)) if text.ends_with('=') => {
                    let head = format!("{}{}", speller.glyph(glyph(text.trim_end_matches('='))), speller.sign('='));
                    let head = Part::new(head, 0.5 * text.chars().count() as f32, None, ATOM);
                    self.at += 1;
                    let value = self.expression(0);
                    found.parts.push(Part { rank: None, level: ATOM, ..head.then("", 0.0, u8::MAX, value).glued() });
                    found.keywords = true;
                }
                Some(Token::Verbatim(text)) if text.contains('=') => {
                    let width = 0.5 * text.chars().count() as f32;
                    let text = text.split(", ").map(|one| self.keyword(one)).collect::<Vec<_>>().join(speller.comma());
                    found.parts.push(Part::new(text, width, None, ATOM));
                    found.keywords = true;
                    self.at += 1;
                }
                _ => found.parts.push(self.expression(0)),
            }
            if !self.eat(",") {
                break;
            }
        }
        self.eat(")");
        found
    }

    /// `∑` over everything, or with the axes below it that it goes along; other functions by their names.
    fn along(&self, function: &str, inner: Part, along: Option<&Along>) -> Part {
        let speller = self.speller;
        let axis = |axis: &String| match axis.strip_prefix("axis ") {
            Some(_) => speller.words(axis),
            None => length(axis, speller),
        };
        let axes: Vec<String> = along.map_or(vec![], |along| along.axes.iter().map(axis).collect());
        let below = axes.join(&speller.sign(','));
        let large = match function {
            "sum" => Some('∑'),
            "prod" => Some('∏'),
            _ => None,
        };
        let (head, inner, level) = match large {
            Some(sign) => (speller.large(sign, &below), inner.above(PRODUCT, speller), OUTER),
            None if below.is_empty() => (speller.function(function), inner.enclosed('(', ')', speller), RAISED),
            None => (speller.limited(function, &below), inner.enclosed('(', ')', speller), RAISED),
        };
        // what stands below is small, and mostly wider than the sign
        let small = 0.35 * along.map_or(0, |along| along.axes.iter().map(|axis| axis.chars().count() + 1).sum()) as f32;
        let width = if large.is_some() { 1.6 } else { 0.5 * function.chars().count() as f32 }.max(small);
        let head = Part { tall: large.is_some(), ..Part::new(head, width, None, ATOM) };
        let row = head.then(if large.is_some() { " " } else { "" }, 0.0, u8::MAX, inner).glued();
        let part =
            Part { rank: Some(along.map_or(0, |along| along.shape.len())), level, digit: false, lowered: false, minus: false, ..row };
        match along.filter(|along| along.kept) {
            Some(along) => self.braced(part, &shape(&along.shape, speller), &along.shape),
            None => part,
        }
    }

    /// Whether the axes taken are told apart from the others where their lengths of 1 are not shown.
    fn told(along: &Along) -> bool {
        along.axes.iter().all(|axis| !axis.contains(' ') && along.shape.iter().all(|side| side.name != *axis))
    }

    /// Over a brace with this shape below it; what may have to be broken is in brackets instead.
    fn braced(&self, part: Part, below: &str, shape: &[Side]) -> Part {
        let (speller, rank) = (self.speller, Some(shape.len()));
        if part.width() > LONG && part.row.len() > 1 {
            let base = part.enclosed('(', ')', speller);
            return Part { rank, ..base.lowered(below, 0.7 * shape_width(shape), speller) };
        }
        let width = part.width().max(shape_width(shape));
        let text = speller.braced(&part.text(), below);
        Part { lowered: true, tall: part.tall, braced: true, ..Part::new(text, width, rank, ATOM) }
    }

    /// The lengths that stand in this call behind its operand.
    fn lengths_ahead(&self) -> Vec<Side> {
        let mut depth = 0usize;
        let mut sides = Vec::new();
        for token in &self.tokens[self.at.min(self.tokens.len())..] {
            match token {
                Token::Mark("(" | "[" | "⟨") => depth += 1,
                Token::Mark(")" | "]" | "⟩") => depth = depth.saturating_sub(1),
                Token::Mark(",") if depth == 1 => sides.clear(),
                Token::Length(name) if depth == 2 => sides.push(Side { name: name.to_string(), hue: None }),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        sides
    }

    /// How many things stand in the bracket that ends this call: the axes of a shape.
    fn items_ahead(&self) -> Option<usize> {
        let inner = inside(self.tokens.get(self.at..)?)?;
        let last = *parts(inner).last()?;
        let list = inside(last).filter(|list| list.len() + 2 == last.len())?;
        Some(parts(list).iter().filter(|item| !item.is_empty()).count())
    }

    /// What is at the places of `einsum("ik,jk->ij", A, B)`, and those places: `∑ₖ Aᵢₖ Bⱼₖ` at `ij`.
    fn einsum(&mut self, function: &str) -> Option<(Vec<Token>, Vec<String>)> {
        if function != "einsum" {
            return None;
        }
        let inner = inside(self.tokens.get(self.at..)?)?;
        let found = contraction(inner)?;
        let listed = |letters: &str| letters.chars().map(String::from).collect::<Vec<_>>();
        let mut line = Vec::new();
        line.extend((!found.summed.is_empty()).then(|| Token::Summation(found.summed.into())));
        for (place, (operand, letters)) in found.factors.into_iter().enumerate() {
            line.extend((place > 0).then(|| Token::Verbatim(" ".into())));
            let open = operand.len() > 1;
            line.extend(open.then_some(Token::Mark("(")));
            line.extend(operand.iter().filter(|token| !matches!(token, Token::Shape(_))).cloned());
            line.extend(open.then_some(Token::Mark(")")));
            line.extend((!letters.is_empty()).then(|| Token::Indices(listed(letters).join(",").into())));
        }
        let output = listed(found.output);
        self.at += inner.len() + 2;
        Some((line, output))
    }

    /// The array that has these entries at these places.
    fn array(&self, entries: Part, places: &[String]) -> Part {
        if places.is_empty() {
            return Part { rank: Some(0), ..entries };
        }
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let below = self.places(&places);
        let array = entries.enclosed('[', ']', self.speller).lowered(&below, 0.4 * places.len() as f32, self.speller);
        Part { rank: Some(places.len()), ..array }
    }

    /// A function whose sign goes round its argument.
    fn wrapped(&self, inner: Option<Part>, rank: Option<usize>, draw: impl Fn(&str) -> String) -> Part {
        let inner = inner.map_or_else(empty, |part| part.whole(self.speller));
        let turned = rank == Some(1) && inner.turned;
        Part { lowered: true, tall: inner.tall, turned, ..Part::new(draw(&inner.text()), inner.width() + 0.8, rank, ATOM) }
    }

    /// `axis=0`
    fn keyword(&self, text: &str) -> String {
        match text.split_once('=') {
            Some((key, rest)) => format!("{}{}{}", self.speller.glyph(glyph(key)), self.speller.sign('='), self.as_typed(rest)),
            None => self.as_typed(text),
        }
    }
}

fn empty() -> Part {
    Part::new(String::new(), 0.0, None, ATOM)
}
