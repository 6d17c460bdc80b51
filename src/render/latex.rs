//! A formula for LaTeX's math mode; also read by KaTeX and MathJax.
//!
//! Tokens carry no tree, so this reads them once more by precedence; what it does not know it sets in typewriter type, verbatim.

use super::formula::Token;

/// A formula in LaTeX; `rank` says how many axes a variable has, as far as it is known.
///
/// A product with a scalar is written side by side, an element-wise one with `\odot`; a 1-D array in front of a matrix product is turned.
///
/// ```
/// use pullback::formula::Token;
/// use pullback::render::latex::latex;
/// let tokens = [
///     Token::Gradient("L".into(), "Y".into()),
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

/// A piece of the formula.
struct Part {
    text: String,
    /// How many axes, if that is known.
    rank: Option<usize>,
    /// How tightly it binds: see [`Reader::binary`]; [`ATOM`] takes an exponent as it is.
    level: u8,
    /// Whether it begins with a digit, so that a digit may not stand right before it.
    digit: bool,
}

const SUM: u8 = 4;
/// `\otimes`
const OUTER: u8 = 5;
/// `\odot`, `\oslash`
const ENTRYWISE: u8 = 6;
/// Side by side, which readers take to bind tighter than any sign; and fractions.
const PRODUCT: u8 = 7;
const UNARY: u8 = 8;
/// With an exponent, a transpose or an index, so that another exponent needs brackets.
const RAISED: u8 = 9;
const ATOM: u8 = 10;

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
                Some(Token::Verbatim(text)) if text == ".T" => part = superscript(part, r"\top"),
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
            Some(Token::Gradient(of, wrt)) => {
                let rank = (self.rank)(&wrt);
                Part { level: RAISED, ..atom(format!(r"\frac{{\mathrm{{d}}{}}}{{\mathrm{{d}}{}}}", name(&of), name(&wrt)), rank) }
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
            Some(Token::Function(function)) => self.call(&function),
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
            Some(Token::Verbatim(text)) => match text.as_str() {
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

fn join(left: Part, sign: &str, level: u8, right: Part) -> Part {
    let rank = match (left.rank, right.rank) {
        (Some(a), Some(b)) if sign == "@" => Some(a.saturating_sub(1) + b.saturating_sub(1)),
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let made = |text: String, level: u8, digit: bool| Part { text, rank, level, digit };
    let scaled = left.rank == Some(0) || right.rank == Some(0);
    match sign {
        "/" if right.rank == Some(0) => made(format!(r"\frac{{{}}}{{{}}}", left.text, right.text), PRODUCT, false),
        "/" => made(format!(r"{} \oslash {}", above(&left, ENTRYWISE), above(&right, PRODUCT)), ENTRYWISE, left.digit),
        "*" if !scaled => made(format!(r"{} \odot {}", above(&left, ENTRYWISE), above(&right, PRODUCT)), ENTRYWISE, left.digit),
        "*" => {
            let (a, b) = (above(&left, PRODUCT), above(&right, UNARY));
            let dot = if right.digit || b.starts_with('-') { r" \cdot " } else { r"\," };
            made(format!("{a}{dot}{b}"), PRODUCT, left.digit)
        }
        "@" => {
            // beside a matrix a 1-D array is a row
            let row = left.rank == Some(1) && left.level >= UNARY;
            let (b, digit) = (above(&right, UNARY), left.digit);
            let a = if row { superscript(left, r"\top").text } else { above(&left, PRODUCT) };
            made(format!("{a} {b}"), PRODUCT, digit)
        }
        _ => {
            let text = format!("{} {} {}", above(&left, level), relation(sign), above(&right, level + 1));
            made(text, level, left.digit)
        }
    }
}

fn relation(sign: &str) -> &str {
    match sign {
        ">=" => r"\ge",
        "<=" => r"\le",
        "==" => "=",
        "!=" | "≠" => r"\ne",
        "&" => r"\land",
        "|" => r"\lor",
        "→" => r"\to",
        "⊗" => r"\otimes",
        other => other,
    }
}

/// The part, in brackets unless it binds at least so tightly.
fn above(part: &Part, level: u8) -> String {
    if part.level < level { bracketed(&part.text) } else { part.text.clone() }
}

fn bracketed(text: &str) -> String {
    format!(r"\left({text}\right)")
}

fn superscript(part: Part, mark: &str) -> Part {
    let base = above(&part, ATOM);
    Part { text: format!("{base}^{{{mark}}}"), level: RAISED, ..part }
}

/// An array to an element-wise power is marked as such: `A^2` would be a matrix power.
fn raised(base: Part, exponent: Part) -> Part {
    let circle = if base.rank.is_some_and(|rank| rank > 0) { r"\odot " } else { "" };
    let rank = base.rank;
    let mark = format!("{circle}{}", exponent.text);
    Part { rank, ..superscript(base, &mark) }
}

/// `3`, `1/2`, `1e-5`
fn number(text: &str) -> Part {
    if let Some((above, below)) = text.split_once('/') {
        let (sign, above) = above.strip_prefix('-').map_or(("", above), |rest| ("-", rest));
        return Part { text: format!(r"{sign}\frac{{{above}}}{{{below}}}"), rank: Some(0), level: PRODUCT, digit: false };
    }
    let level = if text.starts_with('-') { UNARY } else { ATOM };
    match text.split_once('e') {
        Some(("1", power)) => Part { text: format!("10^{{{power}}}"), rank: Some(0), level: RAISED, digit: true },
        Some((digits, power)) => Part { text: format!(r"{digits} \cdot 10^{{{power}}}"), rank: Some(0), level: PRODUCT, digit: true },
        None => Part { text: text.into(), rank: Some(0), level, digit: true },
    }
}

/// `n`, `h*k`, `n + 1`
fn length(text: &str) -> String {
    let words = text.split(' ').map(|word| match word {
        "+" | "-" => word.to_string(),
        factors => factors.split('*').map(name).collect::<Vec<_>>().join(r"\,"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `axis=0`
fn keyword(text: &str) -> String {
    match text.split_once('=') {
        Some((key, value)) => format!(r"\mathrm{{{}}}={}", escaped(key), verbatim_value(value)),
        None => verbatim_value(text),
    }
}

fn verbatim_value(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | ',' | '-')) { text.into() } else { verbatim(text) }
}

/// The name of a function, upright.
fn upright(function: &str) -> String {
    match function {
        "exp" | "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "max" | "min" | "det" => format!(r"\{function}"),
        "asin" | "acos" | "atan" => format!(r"\arc{}", &function[1..]),
        other => format!(r"\operatorname{{{}}}", escaped(other)),
    }
}

const GREEK: &[(char, &str)] = &[
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Θ', "Theta"),
    ('Λ', "Lambda"),
    ('Ξ', "Xi"),
    ('Π', "Pi"),
    ('Σ', "Sigma"),
    ('Φ', "Phi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

/// `W`, `W_{\mathrm{in}}`, `x_{1}`, `\lambda`, `\mathit{loss}`
fn name(text: &str) -> String {
    let plain: String = text.chars().map(subscript_digit).collect();
    let (stem, mut below) = match plain.char_indices().skip(1).find(|(_, c)| *c == '_') {
        Some((at, _)) => (&plain[..at], plain[at + 1..].split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>()),
        None => (plain.as_str(), vec![]),
    };
    let letters = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if !letters.is_empty() && letters.len() < stem.len() {
        below.insert(0, &stem[letters.len()..]);
    }
    let stem = if letters.is_empty() { stem } else { letters };
    let below: Vec<String> = below.into_iter().map(word_below).collect();
    if below.is_empty() { word(stem, "mathit") } else { format!("{}_{{{}}}", word(stem, "mathit"), below.join(",")) }
}

fn word_below(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.into() } else { word(text, "mathrm") }
}

fn word(text: &str, font: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(c), None) if c.is_ascii_alphanumeric() => text.into(),
        (Some(c), None) => match GREEK.iter().find(|(sign, _)| *sign == c) {
            Some((_, greek)) => format!(r"\{greek}"),
            None => format!(r"\text{{{}}}", escaped(text)),
        },
        _ if GREEK.iter().any(|(_, greek)| *greek == text) => format!(r"\{text}"),
        _ if text.bytes().all(|b| b.is_ascii_alphanumeric()) => format!(r"\{font}{{{text}}}"),
        _ => format!(r"\text{{{}}}", escaped(text)),
    }
}

fn subscript_digit(c: char) -> char {
    match c {
        '₀'..='₉' => char::from(b'0' + (c as u32 - '₀' as u32) as u8),
        other => other,
    }
}

/// Anything, as it stands.
fn verbatim(text: &str) -> String {
    format!(r"\texttt{{{}}}", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str(r"\textbackslash{}"),
            '^' => out.push_str(r"\textasciicircum{}"),
            '~' => out.push_str(r"\textasciitilde{}"),
            '_' | '{' | '}' | '$' | '&' | '#' | '%' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn names() {
        assert_eq!(super::name("θ"), r"\theta");
        assert_eq!(super::name("alpha_10"), r"\alpha_{10}");
        assert_eq!(super::name("loss"), r"\mathit{loss}");
        assert_eq!(super::name("_x"), r"\text{\_x}");
        assert_eq!(super::name("größe"), r"\text{größe}");
        assert_eq!(super::name("x₁₂"), "x_{12}");
        assert_eq!(super::name("h_in_2"), r"h_{\mathrm{in},2}");
    }
}
