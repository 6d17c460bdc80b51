//! The table of shapes, each with its reason.

use super::pen::{Pen, operands, piece};
use crate::expr::{Id, Op};
use crate::formula::Token;
use crate::ops::Function;
use crate::render::document::{self, Block, Equation, Piece, Text, words};
use crate::shape::{Assignment, Model, Reason};

/// One row for each input and each statement, and one for what arrives from above. `source` is the program's text.
pub fn table(pen: &Pen, model: &Model, source: &str, upstream: bool) -> Block {
    let mut rows: Vec<Vec<Text>> = Vec::new();
    let mut assumed: Vec<&'static str> = Vec::new();
    for (&input, reason) in model.inputs.iter().zip(&model.reasons) {
        let info = pen.arena.info(input);
        let mut text = vec![words("input")];
        match reason {
            Reason::Declared => {}
            Reason::Assumed(kind, causes) => {
                if assumed.contains(kind) {
                    text.push(words(", likewise"));
                } else {
                    assumed.push(kind);
                    text.push(words(match kind.split_once(": ") {
                        Some((rank, why)) => format!(", taken for a {rank} by its {}", by_name(why)),
                        None => format!(", {kind}"),
                    }));
                }
                text.extend(forced(causes.iter().map(|c| c.slice(source))));
            }
            Reason::Filled(causes) => text.extend(forced(causes.iter().map(|c| c.slice(source)))),
        }
        for property in &info.properties {
            text.push(words(match &**property {
                "const" => ", const: no gradient is wanted".into(),
                "index" => ", an index: whole numbers, without gradient".into(),
                property => format!(", {property}"),
            }));
        }
        rows.push(vec![vec![pen.name(input)], vec![pen.shape(&info.shape)], text]);
    }
    for statement in &model.statements {
        rows.push(statement_row(pen, model, statement));
    }
    if upstream {
        let shape = &pen.arena.info(model.output).shape;
        let name = Token::gradient(&model.objective, &pen.arena.info(model.output).name);
        let text = if model.scalar {
            vec![words("the output is the objective itself: its gradient is 1")]
        } else {
            vec![words("upstream: a gradient has the shape of its variable")]
        };
        if !model.scalar {
            rows.push(vec![vec![piece(vec![name])], vec![pen.shape(shape)], text]);
        }
    }
    document::table(&["Name", "Shape", "Where from"], rows)
}

/// The statements in textbook signs, with shapes below what they name.
pub fn statements(pen: &Pen, model: &Model) -> Block {
    let line = |statement: &Assignment| {
        let shaped = pen.with_shapes(statement.value);
        let mut left = vec![crate::formula::symbol(pen.arena, statement.symbol)];
        if shaped.is_some() {
            left.push(Token::Shape(pen.sides(&pen.arena.info(statement.symbol).shape)));
        }
        let right = shaped.map_or_else(|| pen.formula(statement.value), piece);
        Equation { left: vec![piece(left)], relation: "=", right: vec![right], reason: vec![] }
    };
    Block::Prose(vec![Block::Equations(model.statements.iter().map(line).collect())])
}

fn by_name(why: &str) -> String {
    match why {
        "a Greek letter" => "Greek name".into(),
        other => other.into(),
    }
}

/// The longest place that is shown, in bytes.
const MAX_CAUSE: usize = 60;

/// The places that forced the lengths.
fn forced<'a>(causes: impl Iterator<Item = &'a str>) -> Text {
    let mut seen: Vec<String> = Vec::new();
    // a place longer than this says nothing to a reader, and reading it for every input would be quadratic
    for cause in causes.filter(|cause| cause.len() <= MAX_CAUSE) {
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        if !cause.is_empty() && !seen.contains(&cause) {
            seen.push(cause);
        }
    }
    seen.truncate(2);
    let mut text = Text::new();
    for (place, cause) in seen.into_iter().enumerate() {
        text.push(words(if place == 0 { "; lengths forced by " } else { " and " }));
        text.push(Piece::Code(cause));
    }
    text
}

fn statement_row(pen: &Pen, model: &Model, statement: &Assignment) -> Vec<Text> {
    let info = pen.arena.info(statement.symbol);
    let mut how = made_of(pen, statement.value);
    if statement.made {
        how = vec![words("a part of a long line: "), pen.formula(statement.value)];
    }
    if statement.symbol == model.output && model.scalar {
        if !how.is_empty() {
            how.push(words("; "));
        }
        how.push(words("a scalar: the objective itself"));
    }
    vec![vec![pen.name(statement.symbol)], vec![pen.shape(&info.shape)], how]
}

/// A sentence about a function, with its call in front where it speaks of a parameter: the program may have another `x`.
fn said_of(function: Function) -> Text {
    let entry = function.entry();
    let operands: Vec<&str> = entry.parameters.split(", ").take_while(|p| !p.contains('=')).collect();
    let word = |word: &str| operands.contains(&word);
    match entry.sentence.split(|c: char| !c.is_alphanumeric() && c != '_').any(word) {
        true => {
            let call = Piece::Code(format!("{}({})", entry.names[0], operands.join(", ")));
            vec![call, words(format!(": {}", entry.sentence))]
        }
        false => vec![words(entry.sentence)],
    }
}

/// The shapes of the operands of the last operation, and what joins or stretches there.
fn made_of(pen: &Pen, value: Id) -> Text {
    let arena = pen.arena;
    if arena.shape(value).is_empty() && !matches!(arena.op(value), Op::MatMul) {
        return vec![];
    }
    // a number or scalar in front does not say how the array comes about: mean(X, axis=0) is a sum
    let scaled = match arena.op(value) {
        Op::Add(factors) => factors.len() == 1,
        op => matches!(op, Op::Multiply),
    };
    if scaled {
        let arrays: Vec<Id> = arena.args(value).iter().copied().filter(|&x| !arena.shape(x).is_empty()).collect();
        if let ([one], true) = (arrays.as_slice(), arrays.first().is_some_and(|&x| matches!(arena.op(x), Op::Sum { .. }))) {
            return made_of(pen, *one);
        }
    }
    let Some((sign, args)) = operands(arena, value) else {
        // `X[0]` is cut and then loses an axis
        let cut = matches!((arena.op(value), arena.args(value)), (Op::Squeeze(_), [x]) if matches!(arena.op(*x), Op::Call(..)));
        return match arena.args(if cut { arena.args(value)[0] } else { value }) {
            [one] if arena.shape(*one) != arena.shape(value) => vec![pen.shape_of(*one), Piece::Sign("→"), pen.shape_of(value)],
            [] => vec![],
            _ if let Op::Call(function, _) = arena.op(value) => said_of(*function),
            args if args.iter().any(|&a| arena.shape(a) == arena.shape(value)) => vec![words("entry by entry")],
            _ => vec![],
        };
    };
    let args = args.as_slice();
    let matrices = sign == "@";
    let mut text = Text::new();
    for (place, &arg) in args.iter().enumerate() {
        if place > 0 {
            text.push(Piece::Sign(sign));
        }
        match operands(arena, arg) {
            Some((inner, list)) if !matrices && inner == "@" => {
                for (place, &factor) in list.iter().enumerate() {
                    if place > 0 {
                        text.push(Piece::Sign(inner));
                    }
                    text.push(pen.shape_of(factor));
                }
            }
            _ => text.push(pen.shape_of(arg)),
        }
    }
    if matrices {
        for pair in args.windows(2) {
            let (left, right) = (arena.shape(pair[0]), arena.shape(pair[1]));
            let (Some(columns), Some(rows)) = (left.last(), right.get(right.len().saturating_sub(2))) else { continue };
            if std::ptr::eq(pair.as_ptr(), args.as_ptr()) {
                text.extend([Piece::Gap, words("inner ")]);
            } else {
                text.push(words(", "));
            }
            text.extend([pen.dim(*columns), Piece::Sign("="), pen.dim(*rows)]);
        }
    } else if sign != "⊗" {
        let rank = arena.shape(value).len();
        for &arg in args {
            let shape = arena.shape(arg);
            let along: Vec<_> = (0..rank)
                .filter(|&axis| {
                    let own = (axis + shape.len()).checked_sub(rank).map(|k| shape[k]);
                    own.is_none_or(|d| d == crate::shape::Dim::ONE) && arena.shape(value)[axis] != crate::shape::Dim::ONE
                })
                .map(|axis| pen.dim(arena.shape(value)[axis]))
                .collect();
            if !along.is_empty() && !shape.is_empty() {
                text.extend([Piece::Gap, pen.shape(shape), words(" repeats along ")]);
                text.extend(super::pen::list(along));
            }
        }
    }
    text
}
