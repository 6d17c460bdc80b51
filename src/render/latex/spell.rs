//! The spelling of formulas in LaTeX's math mode.

use crate::render::document::Side;
use crate::render::math::{GREEK, Glyph, Room, Speller, sides};

/// Who reads the LaTeX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Flavour {
    /// LaTeX itself, with amsmath and amssymb.
    Latex,
    /// MathJax or KaTeX, behind a reader of Markdown, or pandoc: a backslash before a sign, `<`, `*` and `|` may not reach them, GitHub
    /// forbids `\operatorname`, MathJax has no `\thickspace` and no commands inside of `\text`, pandoc no `\thinspace` and no `\Bigl`, LaTeX no `\lt`.
    Markdown,
}

impl Flavour {
    fn thin(self) -> &'static str {
        if self == Flavour::Latex { r"\," } else { r"\hspace{2pt} " }
    }
}

impl Speller for Flavour {
    fn glyph(&self, glyph: Glyph) -> String {
        match glyph {
            Glyph::Letter(c) => c.into(),
            Glyph::Greek(_, name) => format!(r"\{name}"),
            Glyph::Digits(text) => text.into(),
            Glyph::Word(text) => format!(r"\mathrm{{{text}}}"),
            Glyph::Other(text) => self.words(text),
        }
    }

    fn digits(&self, text: &str) -> String {
        text.into()
    }

    fn verbatim(&self, text: &str) -> String {
        inside(text, r"\texttt", *self)
    }

    fn words(&self, text: &str) -> String {
        inside(text, r"\text", *self)
    }

    fn function(&self, name: &str) -> String {
        match name {
            "exp" | "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "max" | "min" | "det" => format!(r"\{name}"),
            "asin" | "acos" | "atan" => format!(r"\arc{}", &name[1..]),
            other if *self == Flavour::Latex => format!(r"\operatorname{{{}}}", other.replace('_', r"\ ")),
            other => format!(r"\mathop{{{}}}", self.words(&other.replace('_', " "))),
        }
    }

    fn sign(&self, sign: char) -> String {
        match sign {
            '⊤' => r"\top",
            '⊙' => r"\odot",
            '⊘' => r"\oslash",
            '⊗' => r"\otimes",
            '·' => r"\cdot",
            '×' => r"\times",
            '≠' => r"\ne",
            '≥' => r"\ge",
            '≤' => r"\le",
            '→' => r"\to",
            '∧' => r"\land",
            '∨' => r"\lor",
            '¬' => r"\lnot ",
            'δ' => r"\delta",
            'π' => r"\pi",
            '∞' => r"\infty",
            '✓' => r"\checkmark",
            '✗' => r"\times",
            other => return other.into(),
        }
        .into()
    }

    fn beside(&self, room: Room) -> &'static str {
        match room {
            Room::None => " ",
            Room::Thin => self.thin(),
            Room::Wide if *self == Flavour::Latex => r"\;\, ",
            Room::Wide => r"\hspace{6pt} ",
        }
    }

    fn comma(&self) -> &'static str {
        if *self == Flavour::Latex { r",\, " } else { ", " }
    }

    fn change(&self, of: &str) -> String {
        format!(r"\mathrm{{d}}{of}")
    }

    fn fraction(&self, above: &str, below: &str) -> String {
        format!(r"\frac{{{above}}}{{{below}}}")
    }

    fn raised(&self, base: &str, exponent: &str) -> String {
        format!("{base}^{{{exponent}}}")
    }

    fn lowered(&self, base: &str, index: &str) -> String {
        format!("{base}_{{{index}}}")
    }

    fn enclosed(&self, open: char, inner: &str, close: char, tall: bool) -> String {
        let side = |sign| match sign {
            '⟨' => r"\langle ",
            '⟩' => r" \rangle",
            '|' => "",
            '(' => "(",
            ')' => ")",
            '[' => "[",
            _ => "]",
        };
        match open {
            '|' => format!(r"\left\lvert {inner} \right\rvert"),
            '‖' => format!(r"\left\lVert {inner} \right\rVert"),
            _ if tall => format!(r"\left{}{inner}\right{}", side(open), side(close).trim_start()),
            _ => format!("{}{inner}{}", side(open), side(close)),
        }
    }

    fn bracket(&self, sign: char, tall: bool) -> String {
        let size = if tall { "Big" } else { "big" };
        let (left, right) = if *self == Flavour::Latex { ("l", "r") } else { ("", "") };
        match sign {
            '⟨' => format!(r"\{size}{left}\langle "),
            '⟩' => format!(r"\{size}{right}\rangle"),
            '(' | '[' => format!(r"\{size}{left}{sign}"),
            sign => format!(r"\{size}{right}{sign}"),
        }
    }

    fn root(&self, inner: &str) -> String {
        format!(r"\sqrt{{{inner}}}")
    }

    fn large(&self, sign: char, below: &str) -> String {
        let sign = if sign == '∏' { r"\prod" } else { r"\sum" };
        if below.is_empty() { sign.into() } else { format!("{sign}_{{{below}}}") }
    }

    fn limited(&self, name: &str, below: &str) -> String {
        let sign = match (self.function(name), self) {
            (sign, Flavour::Latex) => sign.replacen(r"\operatorname{", r"\operatorname*{", 1),
            (sign, Flavour::Markdown) if sign.starts_with(r"\mathop") => sign + r"\limits",
            (sign, Flavour::Markdown) => sign,
        };
        format!("{sign}_{{{below}}}")
    }

    fn braced(&self, base: &str, below: &str) -> String {
        format!(r"\underbrace{{{base}}}_{{{below}}}")
    }

    fn shaped(&self, base: &str, shape: &[Side]) -> String {
        let sides = sides(shape, self);
        if sides.is_empty() { base.into() } else { format!(r"\underset{{{}}}{{{base}}}", sides.join(r" \times ")) }
    }

    fn length(&self, _: &str, written: String) -> String {
        written
    }

    fn row(&self, pieces: &str) -> String {
        pieces.into()
    }
}

/// A run of characters that are set alike.
enum Run {
    /// Letters of text, escaped.
    Text(String),
    /// A sign that fonts for text lack, as a formula.
    Sign(&'static str),
}

/// Words as runs of text and signs. Letters beyond Latin and Greek stay: they are names, and want a font that has them.
fn runs(text: &str, flavour: Flavour) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let markdown = flavour == Flavour::Markdown;
    for c in text.chars() {
        let escaped = match c {
            c if markdown && markdown_sign(c).is_some() => {
                runs.extend(markdown_sign(c).map(Run::Sign));
                continue;
            }
            '\\' => r"{\textbackslash}".into(),
            '^' => r"{\textasciicircum}".into(),
            '~' => r"{\textasciitilde}".into(),
            // in LaTeX's first encoding these three are others
            '|' => r"{\textbar}".into(),
            '<' => r"{\textless}".into(),
            '>' => r"{\textgreater}".into(),
            '_' | '{' | '}' | '$' | '&' | '#' | '%' => format!(r"\{c}"),
            '\u{a0}' => "~".into(),
            c => match text_sign(c) {
                Some(name) => {
                    runs.push(Run::Sign(name));
                    continue;
                }
                None => c.into(),
            },
        };
        match runs.last_mut() {
            Some(Run::Text(text)) => text.push_str(&escaped),
            _ => runs.push(Run::Text(escaped)),
        }
    }
    runs
}

/// Words for text in LaTeX.
pub(in crate::render) fn text(words: &str) -> String {
    let run = |run: Run| match run {
        Run::Text(text) => text,
        Run::Sign(sign) => format!("${}$", sign.trim_end()),
    };
    runs(words, Flavour::Latex).into_iter().map(run).collect()
}

/// Words inside of a formula.
fn inside(words: &str, font: &str, flavour: Flavour) -> String {
    let run = |run: Run| match run {
        Run::Text(text) => format!(r"{font}{{{text}}}"),
        Run::Sign(sign) => sign.into(),
    };
    runs(words, flavour).into_iter().map(run).collect()
}

/// What may not stand in MathJax's `\text`, as a formula. Where a reader of Markdown takes the backslash of `\_`, an index is left.
fn markdown_sign(c: char) -> Option<&'static str> {
    Some(match c {
        '\\' => r"\backslash ",
        '^' => r"\wedge ",
        '~' => r"\sim ",
        '_' => r"\_",
        '|' => r"\vert ",
        // with a blank behind it, it begins no tag
        '<' => "< ",
        '>' => "> ",
        '*' => r"\ast ",
        '{' => r"\lbrace ",
        '}' => r"\rbrace ",
        _ => return None,
    })
}

/// What fonts for text lack, as a formula.
fn text_sign(c: char) -> Option<&'static str> {
    Some(match c {
        '✓' => r"\checkmark ",
        '✗' => r"\times ",
        'ᵀ' => r"{}^{\top}",
        '∂' => r"\partial ",
        '√' => r"\surd ",
        '∞' => r"\infty ",
        '≠' => r"\ne ",
        '≤' => r"\le ",
        '≥' => r"\ge ",
        '≈' => r"\approx ",
        '±' => r"\pm ",
        '→' | '►' => r"\to ",
        '←' => r"\leftarrow ",
        '↦' => r"\mapsto ",
        '⟨' => r"\langle ",
        '⟩' => r"\rangle ",
        '·' | '•' => r"\cdot ",
        '⊙' => r"\odot ",
        '∘' => r"\circ ",
        '×' => r"\times ",
        '⊗' => r"\otimes ",
        '−' => "-",
        '′' => "{}'",
        '⁻' => "{}^{-}",
        'ⁿ' => "{}^{n}",
        '⁰' => "{}^{0}",
        '¹' => "{}^{1}",
        '²' => "{}^{2}",
        '³' => "{}^{3}",
        'ᵢ' => "{}_{i}",
        'ⱼ' => "{}_{j}",
        'ₖ' => "{}_{k}",
        '₀'..='₉' => ["{}_0", "{}_1", "{}_2", "{}_3", "{}_4", "{}_5", "{}_6", "{}_7", "{}_8", "{}_9"][c as usize - '₀' as usize],
        _ => return greek(c),
    })
}

/// A Greek letter as a command; the same letters that names are set in.
fn greek(c: char) -> Option<&'static str> {
    const COMMANDS: [&str; 33] = [
        r"\alpha ",
        r"\beta ",
        r"\gamma ",
        r"\delta ",
        r"\epsilon ",
        r"\zeta ",
        r"\eta ",
        r"\theta ",
        r"\iota ",
        r"\kappa ",
        r"\lambda ",
        r"\mu ",
        r"\nu ",
        r"\xi ",
        r"\pi ",
        r"\rho ",
        r"\sigma ",
        r"\tau ",
        r"\upsilon ",
        r"\phi ",
        r"\chi ",
        r"\psi ",
        r"\omega ",
        r"\Gamma ",
        r"\Delta ",
        r"\Theta ",
        r"\Lambda ",
        r"\Xi ",
        r"\Pi ",
        r"\Sigma ",
        r"\Phi ",
        r"\Psi ",
        r"\Omega ",
    ];
    GREEK.iter().position(|(sign, _)| *sign == c).and_then(|at| COMMANDS.get(at).copied())
}
