//! A formula for LaTeX's math mode; also read by KaTeX and MathJax.
//!
//! Tokens carry no tree, so this reads them once more by precedence; what it does not know it sets in typewriter type, verbatim.

mod name;
mod part;

use self::name::{keyword, length, name, upright, verbatim};
use self::part::{ATOM, ENTRYWISE, OUTER, PRODUCT, Part, RAISED, SUM, UNARY, above, bracketed, join, number, raised, superscript};
use super::formula::{Token, quotient};

/// A formula in LaTeX; `rank` says how many axes a variable has, as far as it is known.
///
/// A product with a scalar is written side by side, an element-wise one with `\odot`; a 1-D array in front of a matrix product is turned.
///
/// ```
/// use pullback::formula::Token;
/// use pullback::render::latex::latex;
/// let tokens = [
///     Token::gradient("L", "Y"),
///     Token::Operator("@"),
///     Token::Name("W_in".into()),
///     Token::Transpose { batch: false },
/// ];
/// assert_eq!(latex(&tokens, &|_| Some(2)), r"\frac{\mathrm{d}L}{\mathrm{d}Y} W_{\mathrm{in}}^{\top}");
/// ```
pub fn latex(tokens: &[Token], rank: &dyn Fn(&str) -> Option<usize>) -> String {
    let mut reader = Reader { tokens, at: 0, rank };
    let mut text = reader.expression(0).text;
    while reader.at < tokens.len() {
        // no formula of this tool ends here, but any row of tokens may
        text.push(' ');
        let rest = reader.next().map_or(String::new(), |token| verbatim(&super::formula::spell(&[token], super::formula::Charset::Ascii)));
        text.push_str(&rest);
        if reader.at < tokens.len() {
            text.push_str(&reader.expression(0).text);
        }
    }
    text
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    rank: &'a dyn Fn(&str) -> Option<usize>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Mark(sign)) if *sign == mark);
        self.at += usize::from(found);
        found
    }

    /// The sign of a binary operator with its level.
    fn binary(&self) -> Option<(&'static str, u8)> {
        let sign = match self.peek()? {
            Token::Operator(sign) => *sign,
            Token::Tight(sign @ ("**" | "/")) => *sign,
            _ => return None,
        };
        Some((
            sign,
            match sign {
                "|" => 2,
                "&" => 3,
                "+" | "-" => SUM,
                "@" | "*" | "/" => PRODUCT,
                "**" => RAISED,
                _ => 1,
            },
        ))
    }

    fn expression(&mut self, outer: u8) -> Part {
        let mut left = self.prefix();
        while let Some((sign, level)) = self.binary().filter(|(_, level)| *level >= outer.max(1)) {
            self.at += 1;
            left = if sign == "**" {
                let exponent = self.expression(UNARY);
                raised(left, exponent)
            } else {
                let right = self.expression(level + 1);
                join(left, sign, level, right)
            };
        }
        left
    }

    fn prefix(&mut self) -> Part {
        match self.peek() {
            Some(Token::Tight(sign @ ("-" | "~"))) => {
                let sign = if *sign == "-" { "-" } else { r"\lnot " };
                self.at += 1;
                let operand = self.expression(if sign == "-" { PRODUCT } else { UNARY });
                Part { text: format!("{sign}{}", operand.text), digit: false, level: UNARY.min(operand.level), ..operand }
            }
            _ => self.postfix(),
        }
    }

    fn postfix(&mut self) -> Part {
        let mut part = self.atom();
        loop {
            match self.peek() {
                Some(Token::Transpose { .. }) => part = superscript(part, r"\top"),
                Some(Token::Verbatim(text)) if &**text == ".T" => part = superscript(part, r"\top"),
                Some(Token::Verbatim(text)) if text.starts_with('[') => {
                    let index = verbatim(text);
                    part = Part { text: format!("{}{index}", part.text), rank: None, level: RAISED, digit: part.digit };
                }
                Some(Token::Indices(list)) => {
                    let list = list.clone();
                    part = Part { text: format!("{}_{{{list}}}", part.text), rank: Some(0), level: RAISED, digit: part.digit };
                }
                Some(Token::Entry(places)) => {
                    let list: Vec<String> = places.iter().map(usize::to_string).collect();
                    part = Part { text: format!("{}_{{{}}}", part.text, list.join(",")), rank: Some(0), level: RAISED, digit: part.digit };
                }
                _ => return part,
            }
            self.at += 1;
        }
    }

    fn atom(&mut self) -> Part {
        let atom = |text: String, rank| Part { text, rank, level: ATOM, digit: false };
        match self.next() {
            Some(Token::Name(text)) => {
                let rank = (self.rank)(&text);
                atom(name(&text), rank)
            }
            Some(Token::Gradient(gradient, of)) => {
                let (of, wrt) = quotient(&gradient, of);
                let rank = (self.rank)(wrt);
                Part { level: RAISED, ..atom(format!(r"\frac{{\mathrm{{d}}{}}}{{\mathrm{{d}}{}}}", name(of), name(wrt)), rank) }
            }
            Some(Token::Change(of)) => {
                let rank = (self.rank)(&of);
                Part { level: RAISED, ..atom(format!(r"\mathrm{{d}}{}", name(&of)), rank) }
            }
            Some(Token::Number(text)) => number(&text),
            Some(Token::Length(text)) => {
                let level = if text.contains(' ') {
                    SUM
                } else if text.contains('*') {
                    PRODUCT
                } else {
                    ATOM
                };
                let digit = text.starts_with(|c: char| c.is_ascii_digit());
                Part { text: length(&text), rank: Some(0), level, digit }
            }
            Some(Token::Function(function)) => self.call(function),
            Some(Token::Mark("(")) => {
                let inner = self.expression(0);
                let mut items = vec![inner];
                while self.eat(",") {
                    if self.ends() {
                        break;
                    }
                    items.push(self.expression(0));
                }
                self.eat(")");
                match <[Part; 1]>::try_from(items) {
                    // brackets are set again where they are needed
                    Ok([inner]) => inner,
                    Err(items) => atom(bracketed(&items.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(",\\, ")), None),
                }
            }
            Some(Token::Summation(indices)) => {
                let term = self.expression(PRODUCT);
                Part { text: format!(r"\sum_{{{indices}}} {}", term.text), rank: Some(0), level: OUTER, digit: false }
            }
            Some(Token::Delta) => atom(r"\delta".into(), Some(0)),
            Some(Token::Verbatim(text)) => match &*text {
                "pi" => atom(r"\pi".into(), Some(0)),
                "e" => atom(r"\mathrm{e}".into(), Some(0)),
                "inf" => atom(r"\infty".into(), Some(0)),
                other => atom(verbatim(other), None),
            },
            Some(Token::Mark(sign) | Token::Operator(sign) | Token::Tight(sign)) => atom(verbatim(sign), None),
            Some(Token::Transpose { .. } | Token::Indices(_) | Token::Entry(_)) | None => atom("{}".into(), None),
        }
    }

    fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Mark(")")))
    }

    fn call(&mut self, function: &str) -> Part {
        let mut args: Vec<Part> = Vec::new();
        let mut keywords = 0;
        if self.eat("(") {
            while !self.ends() {
                match self.peek() {
                    Some(Token::Verbatim(text)) if text.contains('=') => {
                        let text = text.split(", ").map(keyword).collect::<Vec<_>>().join(",\\, ");
                        args.push(Part { text, rank: None, level: ATOM, digit: false });
                        keywords += 1;
                        self.at += 1;
                    }
                    _ => args.push(self.expression(0)),
                }
                if !self.eat(",") {
                    break;
                }
            }
            self.eat(")");
        }
        let all = args.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(",\\, ");
        let one = |level: u8, text: String, rank| Part { text, rank, level, digit: false };
        let first = args.first().and_then(|a| a.rank);
        match (function, args.as_slice()) {
            ("sqrt", [_]) => one(ATOM, format!(r"\sqrt{{{all}}}"), first),
            ("abs", [_]) => one(ATOM, format!(r"\left\lvert {all} \right\rvert"), first),
            ("eye", [_]) => one(RAISED, format!("I_{{{all}}}"), Some(2)),
            ("outer", [a, b]) => one(OUTER, format!(r"{} \otimes {}", above(a, ENTRYWISE), above(b, ENTRYWISE)), Some(2)),
            ("trace", [_]) => one(RAISED, format!(r"\operatorname{{tr}}{}", bracketed(&all)), Some(0)),
            ("sum" | "mean", _) => one(RAISED, format!("{}{}", upright(function), bracketed(&all)), (keywords == 0).then_some(0)),
            ("zeros" | "ones", _) => one(RAISED, format!("{}{}", upright(function), bracketed(&all)), Some(args.len())),
            ("einsum" | "permute" | "broadcast_to" | "squeeze" | "diag", _) => {
                one(RAISED, format!("{}{}", upright(function), bracketed(&all)), None)
            }
            _ => one(RAISED, format!("{}{}", upright(function), bracketed(&all)), first),
        }
    }
}
