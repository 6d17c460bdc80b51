//! Names of variables, lengths and functions, and whatever is set as it stands.

/// `n`, `h*k`, `n + 1`
pub(super) fn length(text: &str) -> String {
    let words = text.split(' ').map(|word| match word {
        "+" | "-" => word.to_string(),
        factors => factors.split('*').map(name).collect::<Vec<_>>().join(r"\,"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `axis=0`
pub(super) fn keyword(text: &str) -> String {
    match text.split_once('=') {
        Some((key, value)) => format!(r"\mathrm{{{}}}={}", escaped(key), verbatim_value(value)),
        None => verbatim_value(text),
    }
}

pub(super) fn verbatim_value(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | ',' | '-')) { text.into() } else { verbatim(text) }
}

/// The name of a function, upright.
pub(super) fn upright(function: &str) -> String {
    match function {
        "exp" | "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "max" | "min" | "det" => format!(r"\{function}"),
        "asin" | "acos" | "atan" => format!(r"\arc{}", &function[1..]),
        other => format!(r"\operatorname{{{}}}", escaped(other)),
    }
}

pub(super) const GREEK: &[(char, &str)] = &[
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
pub(super) fn name(text: &str) -> String {
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

pub(super) fn word_below(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.into() } else { word(text, "mathrm") }
}

pub(super) fn word(text: &str, font: &str) -> String {
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

pub(super) fn subscript_digit(c: char) -> char {
    match c {
        '₀'..='₉' => char::from(b'0' + (c as u32 - '₀' as u32) as u8),
        other => other,
    }
}

/// Anything, as it stands.
pub(super) fn verbatim(text: &str) -> String {
    format!(r"\texttt{{{}}}", escaped(text))
}

pub(super) fn escaped(text: &str) -> String {
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
