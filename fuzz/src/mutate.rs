//! Changes of a text by words, brackets and operands; now and then by bytes, as libFuzzer does it.

use fastrand::Rng;
use pullback::ops::entries;

/// What is no name of an operation but has a meaning.
const WORDS: [&str; 72] = [
    "+",
    "-",
    "*",
    "/",
    "@",
    "**",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ";",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    "&",
    "|",
    "~",
    ".",
    ".T",
    ".mT",
    "'",
    "ᵀ",
    "⁻¹",
    "²",
    "√",
    "‖",
    "·",
    "⊙",
    "×",
    "•",
    "−",
    "∂L/∂",
    "dL/d",
    "grad(",
    "d2f/dx2",
    "einsum('ij,jk->ik', ",
    "axis=0",
    "axis=-1",
    "keepdims=True",
    "None",
    "True",
    "...",
    "::2",
    "1",
    "0",
    "-1",
    "2.5",
    "1e-12",
    "1e308",
    "100000",
    "n",
    "m",
    "X",
    "x",
    "λ",
    "const",
    "symmetric",
    "# ",
    "\n",
    "\u{202E}",
    "\u{1b}[31m",
    "\r\n",
    "np.",
    "torch.nn.functional.",
    "\t",
    "\u{FEFF}",
];

/// How many times in a row a piece is repeated at most: what grows faster than it should is seen by the clock.
const MAX_REPEATED: usize = 24;

/// Changes the text in `data`, which is `size` bytes long; gives the new length. `fresh` makes a text from nothing.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, fresh: fn(&mut Rng) -> String) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let kind = rng.u8(..20);
    if kind == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let old = String::from_utf8_lossy(&data[..size]).into_owned();
    let mut text = if kind < 4 || old.trim().is_empty() { fresh(&mut rng) } else { old };
    for _ in 0..rng.usize(u8::from(kind >= 4).into()..=3) {
        text = changed(&text, &mut rng, fresh);
    }
    let mut length = text.len().min(max_size).min(data.len());
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    data[..length].copy_from_slice(&text.as_bytes()[..length]);
    length
}

/// A text with one change.
fn changed(text: &str, rng: &mut Rng, fresh: fn(&mut Rng) -> String) -> String {
    let mut words = split(text);
    if words.is_empty() {
        return fresh(rng);
    }
    let at = rng.usize(..words.len());
    let end = rng.usize(at + 1..=words.len().min(at + 6));
    let other;
    let named;
    match rng.u8(..10) {
        0 => {
            words.drain(at..end);
        }
        1 => {
            let piece = words[at..end].to_vec();
            let place = rng.usize(..=words.len());
            words.splice(place..place, piece);
        }
        2 => {
            let place = rng.usize(..words.len());
            words.swap(at, place);
        }
        3 => words[at] = WORDS[rng.usize(..WORDS.len())],
        4 => words.insert(at, WORDS[rng.usize(..WORDS.len())]),
        5 => {
            // the name of one operation for that of another
            let entry = &entries()[rng.usize(..entries().len())];
            named = format!("{}(", entry.names[rng.usize(..entry.names.len())]);
            let calls: Vec<usize> =
                (1..words.len()).filter(|&k| words[k] == "(" && words[k - 1].starts_with(char::is_alphabetic)).collect();
            match calls.is_empty() {
                true => words.insert(at, &named),
                false => words[calls[rng.usize(..calls.len())] - 1] = &named[..named.len() - 1],
            }
        }
        6 => {
            let piece = words[at..end].to_vec();
            for _ in 0..rng.usize(..MAX_REPEATED) {
                words.splice(at..at, piece.iter().copied());
            }
        }
        7 => {
            // another name of the same text
            let names: Vec<&str> = words.iter().copied().filter(|word| word.starts_with(char::is_alphabetic)).collect();
            if !names.is_empty() {
                words[at] = names[rng.usize(..names.len())];
            }
        }
        8 => {
            // a line of another text
            other = fresh(rng);
            let lines: Vec<&str> = other.lines().collect();
            if !lines.is_empty() {
                let line = lines[rng.usize(..lines.len())];
                words.splice(at..at, ["\n", line, "\n"]);
            }
        }
        _ => {
            // a piece in brackets, or in a call
            let before = ["(", "tanh(", "sum(", "-(", "exp(", "[", "2 * (", "inv("][rng.usize(..8)];
            words.insert(end, if before == "[" { "]" } else { ")" });
            words.insert(at, before);
        }
    }
    words.concat()
}

/// A text in words: names and numbers, runs of blanks, and every other character by itself.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            1
        } else if c == ' ' {
            2
        } else {
            3
        }
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = 0;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if at > start && (now != last || now == 3) {
            words.push(&text[start..at]);
            start = at;
        }
        last = now;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}
