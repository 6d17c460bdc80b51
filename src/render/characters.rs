//! How wide characters are, and how the tool's own words are spelled without any beyond ASCII.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Columns that the text takes: two for a wide character, none for a combining one.
///
/// Characters are counted one by one, which is what terminals do.
pub(crate) fn columns(text: &str) -> usize {
    if plainest(text) { text.len() } else { text.chars().map(|c| c.width().unwrap_or(0)).sum() }
}

/// Whether each byte is one visible character, as nearly always.
fn plainest(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// The tool's own words without the signs beyond ASCII that it uses.
///
/// Letters of other scripts stay: they are somebody's names. `Σ` and `δ` are taken for signs unless they stand in backticks, where the
/// program is quoted.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 8);
    let (mut raised, mut quoted) = (false, false);
    for c in text.chars() {
        quoted ^= c == '`';
        let power = superscript(c);
        if let Some(c) = power {
            plain.push_str(if raised { "" } else { "**" });
            plain.push(c);
        } else if let Some(sign) = sign(c).filter(|_| !(quoted && matches!(c, 'Σ' | 'δ'))) {
            plain.push_str(sign);
        } else {
            plain.push(c);
        }
        raised = power.is_some();
    }
    Cow::Owned(plain)
}

fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '✓' => "ok",
        '✗' => "x",
        'ᵀ' => ".T",
        'Σ' => "sum_",
        'δ' => "delta",
        '∂' => "d",
        '√' => "sqrt",
        '∞' => "inf",
        '≠' => "!=",
        '≤' => "<=",
        '≥' => ">=",
        '≈' => "~",
        '±' => "+/-",
        '→' | '►' | '↦' => "->",
        '←' => "<-",
        '⟨' => "<",
        '⟩' => ">",
        '·' | '⊙' | '•' | '∘' => "*",
        '×' => "x",
        '⊗' => "(x)",
        '−' | '–' | '‑' | '─' | '╌' => "-",
        '—' => "--",
        '│' => "|",
        '╰' | '╯' | '╭' | '╮' => "+",
        '…' => "...",
        '“' | '”' | '„' | '″' => "\"",
        '‘' | '’' | '′' => "'",
        '\u{a0}' => " ",
        'ᵢ' => "i",
        'ⱼ' => "j",
        'ₖ' => "k",
        '₀'..='₉' => ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][c as usize - '₀' as usize],
        _ => return None,
    })
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁻' => '-',
        'ⁿ' => 'n',
        '⁰' | '⁴'..='⁹' => char::from_digit(c as u32 - '⁰' as u32, 10)?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_an_ascii_spelling_and_names_stay() {
        assert_eq!(ascii("Wᵀ ≠ W⁻¹, x₁₂² → λ"), "W.T != W**-1, x12**2 -> λ");
        assert_eq!(ascii("`Σ` is not Σj"), "`Σ` is not sum_j");
    }
}
