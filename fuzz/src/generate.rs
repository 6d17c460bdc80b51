//! Texts from nothing, most of them right: programs whose shapes fit, claims about them, pages with programs in them.

use fastrand::Rng;
use pullback::ops::entries;
use pullback::shape::PROPERTIES;

/// Claims that are known, a line each: program, claim, verdict.
const VERDICTS: &str = include_str!("../../tests/claims/verdicts.txt");

/// Functions entry by entry, as they are typed.
const ELEMENTWISE: [&str; 24] = [
    "tanh",
    "exp",
    "sin",
    "relu",
    "sigmoid",
    "softplus",
    "log",
    "sqrt",
    "abs",
    "square",
    "gelu",
    "cos",
    "sign",
    "erf",
    "silu",
    "log1p",
    "reciprocal",
    "leaky_relu",
    "softmax",
    "cumsum",
    "flip",
    "normalize",
    "-",
    "1 / ",
];
/// Functions that leave axes out.
const REDUCTIONS: [&str; 10] = ["sum", "mean", "max", "prod", "norm", "logsumexp", "var", "std", "min", "any"];
/// Functions of square matrices, and whether a scalar comes out.
const SQUARE: [(&str, bool); 10] = [
    ("inv", false),
    ("det", true),
    ("logdet", true),
    ("trace", true),
    ("cholesky", false),
    ("expm", false),
    ("tril", false),
    ("triu", false),
    ("pinv", false),
    ("diag", false),
];
const LENGTHS: [&str; 8] = ["n", "m", "d", "n", "m", "2", "3", "1"];
const NAMES: [&str; 10] = ["X", "W", "A", "x", "y", "b", "λ", "s", "W₁", "M"];

/// A part of an expression, and its shape as far as that is known.
#[derive(Clone)]
struct Value {
    text: String,
    shape: Vec<&'static str>,
}

/// One of a list.
fn one<'a, T>(rng: &mut Rng, list: &'a [T]) -> &'a T {
    &list[rng.usize(..list.len())]
}

/// A program for the target of the same name: one of the table's examples, or a new one.
pub fn programs(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => example(rng),
        _ => made(rng).0,
    }
}

fn example(rng: &mut Rng) -> String {
    let entry = one(rng, entries());
    entry.example.to_string()
}

/// The same.
pub fn formulas(rng: &mut Rng) -> String {
    programs(rng)
}

/// The same.
pub fn python(rng: &mut Rng) -> String {
    programs(rng)
}

/// A program and a claim about it: one that is known, or an expression that has a chance to fit.
pub fn claims(rng: &mut Rng) -> String {
    if rng.bool() {
        let lines: Vec<&str> = VERDICTS.lines().filter(|line| line.contains(" | ")).collect();
        let mut parts = one(rng, &lines).split(" | ");
        let (program, claim) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        return format!("{}\n{claim}", program.replace("; ", "\n"));
    }
    let (program, mut values, output) = made(rng);
    if rng.u8(..3) == 0 {
        // without a claim: the tool's own are tried
        return program;
    }
    values.push(Value { text: format!("dL/d{}", output.text), shape: output.shape.clone() });
    for _ in 0..rng.usize(..4) {
        let next = step(rng, &values);
        values.push(next);
    }
    let wrt = values.iter().find(|value| value.text.chars().all(char::is_alphanumeric)).map_or("X", |value| &value.text);
    let above = if output.shape.is_empty() { &output.text } else { "L" };
    format!("{program}\nd{above}/d{wrt} = {}", values.last().map_or("1", |value| &value.text))
}

/// A page with programs in it, fenced in all manners.
pub fn notes(rng: &mut Rng) -> String {
    const BETWEEN: [&str; 12] = [
        "# Notes\n\n",
        "Some words, $x^2$ and `code`.\n\n",
        "- a list\n",
        "> quoted\n",
        "\n",
        "<!-- a comment -->\n",
        "<!-- pullback: begin -->\n",
        "<!-- pullback: end -->\n",
        "    indented\n",
        "<div>\n\n",
        "1. one\n\n",
        "```text\nno program\n```\n",
    ];
    const OPTIONS: [&str; 14] = [
        "brief",
        "shapes",
        "check",
        "wrt=X",
        "no-check",
        "dims=n=2",
        "name=a",
        "continue=a",
        "continue",
        "show=result,check",
        "full",
        "dialect=matlab",
        "layout=numerator",
        "explain",
    ];
    let mut page = String::new();
    for _ in 0..rng.usize(1..4) {
        for _ in 0..rng.usize(..3) {
            page.push_str(one::<&str>(rng, &BETWEEN));
        }
        let prefix = *one(rng, &["", "", "", "> ", "  ", "- ", "   "]);
        let (open, close) = *one(rng, &[("```", "```"), ("~~~~", "~~~~"), ("```", "`````"), ("````", "````")]);
        let mut options: Vec<&str> = (0..rng.usize(..3)).map(|_| *one(rng, &OPTIONS)).collect();
        // the time goes into pages, not into derivations
        options.insert(0, *one(rng, &["brief no-check", "shapes", "shapes", ""]));
        page.push_str(&format!("{prefix}{open}pullback {}\n", options.join(" ")));
        let program = if rng.bool() { "Y = X @ W".to_string() } else { programs(rng) };
        let inside = prefix.replace('-', " ");
        program.lines().for_each(|line| page.push_str(&format!("{inside}{line}\n")));
        page.push_str(&format!("{inside}{close}\n\n"));
    }
    if rng.u8(..8) == 0 { page.replace('\n', "\r\n") } else { page }
}

/// A program, the values in it, and its output.
fn made(rng: &mut Rng) -> (String, Vec<Value>, Value) {
    let mut text = String::new();
    let mut values: Vec<Value> = Vec::new();
    for _ in 0..rng.usize(1..4) {
        let name = *one(rng, &NAMES);
        if values.iter().any(|value| value.text == name) {
            continue;
        }
        let axes = *one(rng, &[0, 1, 1, 2, 2, 2, 2, 3]);
        let mut shape: Vec<&'static str> = (0..axes).map(|_| *one(rng, &LENGTHS)).collect();
        let mut properties = String::new();
        if rng.u8(..3) == 0 {
            properties = format!(" {}", one(rng, &PROPERTIES));
            if axes == 2 {
                shape[1] = shape[0];
            }
        }
        if rng.u8(..6) > 0 {
            let inner = shape.join(", ");
            text.push_str(&format!("{name}: ({inner}{}){properties}\n", if axes == 1 { "," } else { "" }));
        }
        values.push(Value { text: name.into(), shape });
    }
    let statements = if rng.u8(..16) == 0 { rng.usize(..40) } else { rng.usize(1..4) };
    let mut output = values[0].clone();
    for at in 0..statements.max(1) {
        let mut parts = values.clone();
        for _ in 0..rng.usize(1..5) {
            let next = step(rng, &parts);
            parts.push(next);
        }
        let mut last = parts.pop().unwrap_or_else(|| values[0].clone());
        if at + 1 >= statements && rng.bool() && !last.shape.is_empty() {
            last = Value { text: format!("sum({})", last.text), shape: vec![] };
        }
        let name = format!("{}{at}", if last.shape.is_empty() { "f" } else { "Y" });
        text.push_str(&format!("{name} = {}\n", last.text));
        output = Value { text: name, shape: last.shape };
        values.push(output.clone());
    }
    (text.trim_end().to_string(), values, output)
}

/// One operation on values that are there; where it can, one that fits.
fn step(rng: &mut Rng, values: &[Value]) -> Value {
    let value = one(rng, values).clone();
    let other = one(rng, values).clone();
    let (text, shape) = (&value.text, &value.shape);
    let again = |text: String, shape: &[&'static str]| Value { text, shape: shape.to_vec() };
    match rng.u8(..16) {
        0 | 1 => again(format!("{}({text})", one(rng, &ELEMENTWISE)), shape),
        2 if !shape.is_empty() => {
            let axis = rng.usize(..shape.len());
            let mut left = shape.clone();
            if rng.bool() {
                left[axis] = "1";
                again(format!("{}({text}, axis={axis}, keepdims=True)", one(rng, &REDUCTIONS)), &left)
            } else {
                left.remove(axis);
                again(format!("{}({text}, axis={axis})", one(rng, &REDUCTIONS)), &left)
            }
        }
        3 if shape.len() == 2 => again(format!("({text}).T"), &[shape[1], shape[0]]),
        4 if shape.len() == 2 && shape[0] == shape[1] => {
            let (function, scalar) = one(rng, &SQUARE);
            let left = if *function == "diag" { &shape[..1] } else { shape };
            again(format!("{function}({text})"), if *scalar { &[] } else { left })
        }
        5..=7 => product(rng, values, &value),
        8 | 9 => {
            let sign = one(rng, &["+", "-", "*", "/", "*", "+", "**", "⊙"]);
            let fits = values.iter().filter(|v| v.shape == *shape || v.shape.is_empty()).cloned().collect::<Vec<_>>();
            let other = if fits.is_empty() || rng.u8(..5) == 0 { other } else { one(rng, &fits).clone() };
            let longer = if other.shape.len() > shape.len() { &other.shape } else { shape };
            again(format!("({text} {sign} {})", other.text), longer)
        }
        10 => again(format!("{} * {text}", one(rng, &["2", "0.5", "3", "1e-12", "800", "n", "-1"])), shape),
        11 => again(format!("({text})**{}", one(rng, &["2", "3", "-1", "0.5", "0"])), shape),
        12 => {
            let condition = format!("{text} {} {}", one(rng, &[">", "<", ">=", "=="]), one(rng, &["0", "1", "5", &other.text]));
            again(format!("where({condition}, {text}, {})", one(rng, &["0", "1", &other.text])), shape)
        }
        13 if !shape.is_empty() => {
            let index = one(rng, &["0", "-1", "1:", "::2", "None", "[0, 1]", "..., 0", "::-1", ":", "[0, 0]"]);
            let left = match *index {
                "0" | "-1" => &shape[1..],
                _ => shape,
            };
            again(format!("({text})[{index}]"), left)
        }
        14 => again(format!("{}([{text}, {text}], axis=0)", one(rng, &["concat", "stack"])), shape),
        15 if shape.len() == 1 => again(format!("diag({text})"), &[shape[0], shape[0]]),
        _ => again(format!("{}({text})", one(rng, &["sum", "mean", "relu", "tanh"])), shape),
    }
}

/// A product that fits with one of the values, where there is one.
fn product(rng: &mut Rng, values: &[Value], value: &Value) -> Value {
    let Some(&inner) = value.shape.last() else {
        return Value { text: format!("{0} * {0}", value.text), shape: vec![] };
    };
    let fits: Vec<(String, Vec<&'static str>)> = values
        .iter()
        .filter_map(|other| match other.shape[..] {
            [only] if only == inner => Some((other.text.clone(), vec![])),
            [first, last] if first == inner => Some((other.text.clone(), vec![last])),
            [first, last] if last == inner => Some((format!("({}).T", other.text), vec![first])),
            _ => None,
        })
        .collect();
    if fits.is_empty() {
        return Value { text: format!("outer({0}, {0})", value.text), shape: vec![inner, inner] };
    }
    let (text, rest) = one(rng, &fits).clone();
    let mut shape = value.shape[..value.shape.len() - 1].to_vec();
    shape.extend(rest);
    Value { text: format!("({} @ {text})", value.text), shape }
}
