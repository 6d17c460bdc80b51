//! A derivative that is paired with nothing: which axes it has, why it is no matrix, and how the gradient comes out of it.

use super::pen::{Pen, piece};
use super::{Error, checked, kinks, shapes};
use crate::answer::{Derivatives, Known};
use crate::derive::components::{Piece as Factor, Term, index_list, write};
use crate::derive::{Derivative, Entries, Kronecker, Structure};
use crate::expr::{Arena, Id, Op, SymbolId};
use crate::formula::{Formula, Token, atom, symbol};
use crate::limits::MAX_INDEX_TOKENS;
use crate::render::document::{Block, Document, Equation, Piece, Text, table, words};
use crate::shape::{Dim, Shape};

/// The Jacobians of a program's output. With `layouts` each is shown with the axes of the value in front, and with those of the variable
/// in front.
///
/// ```
/// use pullback::{answer, page, render::terminal};
/// use pullback::formula::Charset;
/// let found = answer::jacobian("Y = X @ W", &Default::default(), &Default::default()).unwrap();
/// let document = page::jacobian(&found, false);
/// let text = terminal::render(&document, &terminal::Style { width: 100, charset: Charset::Unicode, color: false });
/// assert!(text.contains("dY/dX[i,j,p,q] = δ[i,p] W[q,j]"));
/// ```
pub fn jacobian(found: &Derivatives, layouts: bool) -> Document {
    let d = &found.derivation;
    let pen = Pen::new(d.arena());
    let mut blocks = head(&pen, found);
    for known in &found.found {
        blocks.extend(section(&pen, found, known, layouts));
    }
    blocks.extend(actions(&pen, found));
    blocks.extend(kinks(d));
    blocks.push(Block::Paragraph(checked(found.agreement.as_ref(), Error::Measured)));
    Document { title: vec![words("How "), pen.name(d.model.output), words(" changes")], ..pen.document(blocks) }
}

/// The program, and the table of shapes.
pub(super) fn head(pen: &Pen, found: &Derivatives) -> Vec<Block> {
    let model = &found.derivation.model;
    let mut blocks = vec![Block::Program(found.program.lines().map(String::from).collect())];
    if let Some(about) = model.dialect.about() {
        blocks.push(Block::Paragraph(vec![words(format!("{about}; below, `@` is the matrix product and `*` goes entry by entry"))]));
    }
    blocks.push(shapes::table(pen, model, &found.program, false));
    blocks
}

fn section(pen: &Pen, found: &Derivatives, known: &Known, layouts: bool) -> Vec<Block> {
    let d = &found.derivation;
    let arena = pen.arena;
    let derivative = &known.derivative;
    let (above, below) = (arena.info(derivative.above), arena.info(derivative.below));
    let own = Token::gradient(&above.name, &below.name);
    let shape = derivative.map.shape();
    let mut body = Vec::new();
    let upstream = d.gradient(derivative.above).filter(|_| !d.model.scalar).map(|g| g.symbol);
    let entries = d.entries(derivative, upstream);
    body.extend(by_entries(pen, derivative, &entries, &own));
    body.extend(no_matrix(pen, derivative, &entries).map(Block::Paragraph));
    body.extend(structure(pen, known, &entries).map(Block::Paragraph));
    if let Some(block) = paired(pen, found, derivative, &entries, upstream, &own) {
        body.push(block);
    }
    if let Some(stack) = &known.stacked {
        body.push(stacked(pen, derivative, stack));
    }
    if layouts {
        body.push(both_layouts(pen, known));
    }
    body.push(result(pen, known, own.clone(), axes(pen, derivative), vec![]));
    let heading = match (above.shape.is_empty(), below.shape.is_empty()) {
        (true, _) => vec![piece(vec![own]), words("  has the shape of "), pen.name(derivative.below), words(": "), pen.shape(&shape)],
        (_, true) => vec![piece(vec![own]), words("  has the shape of "), pen.name(derivative.above), words(": "), pen.shape(&shape)],
        _ => {
            let (one, two) = (pen.name(derivative.above), pen.name(derivative.below));
            vec![piece(vec![own]), words("  has the axes of "), one, words(", then those of "), two, words(": "), pen.shape(&shape)]
        }
    };
    [Block::Heading(1, heading)].into_iter().chain(body).collect()
}

/// The derivative, without axes of length 1 where it has any; in remarks the axes that it has as an array.
pub(super) fn result(pen: &Pen, known: &Known, own: Token, axes: Text, more: Vec<Text>) -> Block {
    let value = known.bare.unwrap_or(known.derivative.value);
    let left_out = vec![pen.shape_of(value), words(", with the axes of length 1 left out; as an array ")];
    let lead = if known.bare.is_some() { [left_out, axes].concat() } else { axes };
    let remarks = [vec![lead], more].concat();
    Block::Result { left: vec![piece(vec![own])], right: vec![pen.formula(value)], shapes: vec![], remarks }
}

/// `name[i,j]`
fn indexed(mut base: Formula, indices: &[char]) -> Formula {
    if !indices.is_empty() {
        base.push(index_list(indices));
    }
    base
}

/// A sum of terms, zero where there are none; nothing where it is too long for a reader.
fn sum(arena: &Arena, terms: &[Term]) -> Option<Formula> {
    let formula = if terms.is_empty() { vec![Token::Number("0".into())] } else { write(arena, terms) };
    (formula.len() <= MAX_INDEX_TOKENS).then_some(formula)
}

/// The value at its indices, and what multiplies a change of the variable at others.
pub(super) fn by_entries(pen: &Pen, derivative: &Derivative, entries: &Entries, own: &Token) -> Option<Block> {
    let arena = pen.arena;
    let mut equations = Vec::new();
    if let Some(value) = entries.value.as_ref().and_then(|terms| sum(arena, terms)) {
        let left = indexed(vec![symbol(arena, derivative.above)], &entries.out);
        equations.push(Equation {
            left: vec![piece(left)],
            relation: "=",
            right: vec![piece(value)],
            reason: vec![words("entry by entry")],
        });
    }
    let entry = sum(arena, &entries.entry)?;
    let change = indexed(vec![Token::Change(arena.info(derivative.below).name.clone())], &entries.of);
    let indices: Vec<char> = entries.out.iter().chain(&entries.of).copied().collect();
    let reason = match entries.entry.is_empty() {
        true => vec![words("nothing multiplies "), piece(change)],
        false => vec![words("what multiplies "), piece(change)],
    };
    equations.push(Equation { left: vec![piece(indexed(vec![own.clone()], &indices))], relation: "=", right: vec![piece(entry)], reason });
    Some(Block::Inner(vec![Block::Equations(equations)]))
}

/// `i, j`
fn letters(indices: &[char]) -> Text {
    let mut text = Text::new();
    for &letter in indices.iter().filter(|c| **c != '0') {
        if !text.is_empty() {
            text.push(words(", "));
        }
        text.push(index(letter));
    }
    text
}

/// An index, as it is written in formulas.
fn index(letter: char) -> Piece {
    piece(vec![Token::Name(letter.to_string().into())])
}

/// Which axes belong to which, and whether they make a matrix.
fn no_matrix(pen: &Pen, derivative: &Derivative, entries: &Entries) -> Option<Text> {
    let map = &derivative.map;
    let count = map.out.len() + map.of.len();
    if map.out.is_empty() || map.of.is_empty() {
        return None;
    }
    let along = |indices: &[char], symbol: SymbolId| -> Text {
        let mut text = letters(indices);
        match text.len() {
            0 => return text,
            1 => text.push(words(" runs along ")),
            _ => text.push(words(" run along ")),
        }
        text.push(pen.name(symbol));
        text
    };
    let (first, second) = (along(&entries.out, derivative.above), along(&entries.of, derivative.below));
    let joint = if first.is_empty() || second.is_empty() { vec![] } else { vec![words(", ")] };
    let mut text: Text = first.into_iter().chain(joint).chain(second).collect();
    if text.is_empty() {
        return None;
    }
    let one = |indices: &[char]| indices.iter().filter(|c| **c != '0').count() == 1;
    if count == 2 || one(&entries.out) && one(&entries.of) {
        let lead = if count == 2 { ". Two axes" } else { ". The axes of length 1 aside, that is two" };
        text.push(words(format!("{lead}: a matrix, a row for each entry of the value, a column for each of the variable.")));
        return Some(text);
    }
    text.push(words(format!(". That is {} axes, so it is no matrix", spelled(count))));
    text.extend(beside_deltas(pen.arena, &entries.entry).unwrap_or_else(|| vec![words(".")]));
    Some(text)
}

/// Where the one array stands that is left beside deltas: who takes it for the derivative overlooks the zeros.
fn beside_deltas(arena: &Arena, terms: &[Term]) -> Option<Text> {
    let [term] = terms else { return None };
    let (deltas, rest): (Vec<&Factor>, Vec<&Factor>) = term.factors.iter().partition(|f| matches!(f, Factor::Delta(..)));
    let ([Factor::Entry(entry)], true) = (rest.as_slice(), term.sums.is_empty() && !deltas.is_empty()) else { return None };
    let there = Term { factors: rest.iter().copied().cloned().collect(), ..term.clone() };
    let mut text = vec![words(", and not "), piece(vec![symbol(arena, entry.symbol)]), words(" either: ")];
    text.extend([piece(write(arena, &[there])), words(" stands where ")]);
    for (place, delta) in deltas.iter().enumerate() {
        if let Factor::Delta(one, two) = delta {
            let [one, two] = [one, two].map(|letter| Token::Name(letter.to_string().into()));
            text.extend((place > 0).then(|| words(" and ")));
            text.push(piece(vec![one, Token::Operator("="), two]));
        }
    }
    text.push(words(", and everywhere else there is 0."));
    Some(text)
}

fn spelled(count: usize) -> String {
    const WORDS: [&str; 7] = ["no", "one", "two", "three", "four", "five", "six"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).into())
}

/// What an axis is called.
fn axis_name(axis: usize, rank: usize) -> String {
    match (axis, rank) {
        (_, 1) => "entry".into(),
        (0, 2) => "row".into(),
        (1, 2) => "column".into(),
        _ => format!("slice along axis {axis},"),
    }
}

/// Which entries depend on which, as the labels say it.
pub(super) fn structure(pen: &Pen, known: &Known, entries: &Entries) -> Option<Text> {
    let derivative = &known.derivative;
    let map = &derivative.map;
    let (above, below) = (pen.name(derivative.above), pen.name(derivative.below));
    if map.is_zero() {
        return Some(vec![above, words(" does not depend on "), below, words(".")]);
    }
    if map.out.is_empty() || map.of.is_empty() {
        return None;
    }
    let Structure { pairs, constant } = map.structure();
    let (out, of) = (map.out.len(), map.of.len());
    let long = |shape: &Shape| shape.iter().filter(|dim| **dim != Dim::ONE).count();
    if pairs.is_empty() {
        let text = || vec![words("Every entry of "), above, words(" depends on every entry of "), below, words(": nothing is zero.")];
        return known.full.then(text);
    }
    if let Some(text) = on_a_diagonal(pen, derivative, entries, &pairs) {
        return Some(text);
    }
    let mut text = Vec::new();
    if pairs.len() == long(&map.out) && pairs.len() == long(&map.of) {
        let straight = pairs.iter().all(|(one, two)| one == two);
        text.extend([words("Each entry of "), above, words(" depends on one entry of "), below]);
        text.push(words(if straight {
            " alone, the one in the same place: diagonal."
        } else {
            " alone, the one with its indices exchanged."
        }));
    } else {
        for (place, &(one, two)) in pairs.iter().enumerate() {
            let (first, second) = (axis_name(one, out), axis_name(two, of));
            let lead = if place == 0 { capital(&first) } else { format!(" and {first}") };
            let letter = index(entries.out[one]);
            text.extend([words(format!("{lead} ")), letter.clone(), words(" of "), above.clone()]);
            text.extend([words(format!(" depends on {second} ")), letter, words(" of "), below.clone(), words(" alone")]);
        }
        text.push(words(": block diagonal."));
        if let (true, [(one, _)]) = (constant, pairs.as_slice()) {
            text.extend([words(" All "), pen.dim(map.out[*one]), words(" blocks are ")]);
            text.extend(match known.block {
                Some(block) => vec![pen.formula(block), words(", "), pen.shape_of(block), words(".")],
                None => vec![words("the same.")],
            });
        }
    }
    Some(text)
}

/// Where one index of the one side stands on several axes of the other: `y[i]` depends on `X[i,i]` alone.
fn on_a_diagonal(pen: &Pen, derivative: &Derivative, entries: &Entries, pairs: &[(usize, usize)]) -> Option<Text> {
    let at = |symbol: SymbolId, indices: &[char]| piece(indexed(vec![crate::formula::symbol(pen.arena, symbol)], indices));
    let named = |indices: &[char], index: &dyn Fn(usize) -> Option<char>| -> Vec<char> {
        (0..indices.len()).map(|axis| if indices[axis] == '0' { '0' } else { index(axis).unwrap_or(':') }).collect()
    };
    let repeated =
        |side: fn(&(usize, usize)) -> usize| pairs.iter().enumerate().any(|(k, pair)| pairs[..k].iter().any(|p| side(p) == side(pair)));
    if repeated(|pair| pair.0) {
        let indices = named(&entries.of, &|axis| pairs.iter().find(|pair| pair.1 == axis).map(|pair| entries.out[pair.0]));
        return Some(vec![at(derivative.above, &entries.out), words(" depends on "), at(derivative.below, &indices), words(" alone.")]);
    }
    if repeated(|pair| pair.1) {
        let indices = named(&entries.out, &|axis| pairs.iter().find(|pair| pair.0 == axis).map(|pair| entries.of[pair.1]));
        return Some(vec![at(derivative.below, &entries.of), words(" is in "), at(derivative.above, &indices), words(" alone.")]);
    }
    None
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// The pairing with the upstream gradient, down to the gradient that `pullback PROGRAM` derives.
fn paired(
    pen: &Pen,
    found: &Derivatives,
    derivative: &Derivative,
    entries: &Entries,
    upstream: Option<SymbolId>,
    own: &Token,
) -> Option<Block> {
    let arena = pen.arena;
    let upstream = upstream?;
    let gradient = found.derivation.gradient(derivative.below)?;
    if entries.entry.is_empty() {
        return None;
    }
    let mut equations = Vec::new();
    let left = indexed(vec![symbol(arena, gradient.symbol)], &entries.of);
    let sums: Vec<char> = entries.out.iter().copied().filter(|c| *c != '0').collect();
    let mut pairing: Formula = if sums.is_empty() { vec![] } else { vec![Token::Summation(sums.iter().collect::<String>().into())] };
    pairing.extend(indexed(vec![symbol(arena, upstream)], &entries.out));
    pairing.push(Token::Verbatim(" ".into()));
    pairing.extend(indexed(vec![own.clone()], &entries.out.iter().chain(&entries.of).copied().collect::<Vec<_>>()));
    let mut line = |left: Text, right: Formula, reason: &str| {
        equations.push(Equation { left, relation: "=", right: vec![piece(right)], reason: vec![words(reason)] });
    };
    line(vec![piece(left)], pairing, "chain rule: multiply and add up");
    // a matrix stands on the other side, transposed
    if derivative.map.out.len() == 1 && derivative.map.of.len() == 1 {
        let matrix = [vec![own.clone()], vec![Token::Transpose { batch: false }, Token::Operator("@"), symbol(arena, upstream)]].concat();
        let short = [vec![Token::Mark("(")], matrix, vec![Token::Mark(")")]].concat();
        line(vec![], indexed(short, &entries.of), "the same as a product: the matrix transposed");
    }
    let (long, short) = (sum(arena, &entries.paired), sum(arena, &entries.contracted));
    if let (Some(long), Some(short)) = (long, short) {
        let deltas = long != short;
        line(vec![], long, "");
        if deltas {
            line(vec![], short, "δ is 1 where its indices are equal, else 0");
        }
    }
    let value = gradient.closed.unwrap_or(gradient.value);
    let right = match entries.of.is_empty() {
        true => crate::formula::formula(arena, value),
        false => indexed(atom(arena, value), &entries.of),
    };
    let right = vec![piece(right)];
    match equations.last_mut().filter(|last| last.right == right) {
        Some(last) => last.reason.push(words("; that is the gradient")),
        None => equations.push(Equation { left: vec![], relation: "=", right, reason: found_gradient(pen, value) }),
    }
    let title = Block::Heading(2, vec![words("How the gradient follows")]);
    Some(Block::Inner(vec![title, Block::Inner(vec![Block::Equations(equations)])]))
}

/// That it is the gradient, and which factor of it is walked against its direction.
fn found_gradient(pen: &Pen, value: Id) -> Text {
    let arena = pen.arena;
    let factors = if let Op::MatMul = arena.op(value) { arena.args(value) } else { &[] };
    let turned: Vec<Id> = factors.iter().filter(|&&f| matches!(arena.op(f), Op::Permute(_))).map(|&f| arena.args(f)[0]).collect();
    match turned.as_slice() {
        [one] if arena.shape(*one).len() == 2 => {
            let [rows, columns] = [0, 1].map(|axis| pen.dim(arena.shape(*one)[axis]));
            vec![words("the gradient: "), pen.short(*one), words(" from "), columns, words(" back to "), rows, words(", a transpose")]
        }
        _ => vec![words("the gradient")],
    }
}

/// `vec(dY) = (Wᵀ ⊗ I) vec(dX)`
fn stacked(pen: &Pen, derivative: &Derivative, stack: &[Kronecker]) -> Block {
    let arena = pen.arena;
    let change = |symbol: SymbolId| Token::Change(arena.info(symbol).name.clone());
    let of = |inside: Formula| [vec![Token::Function("vec"), Token::Mark("(")], inside, vec![Token::Mark(")")]].concat();
    let mut right = Formula::new();
    for (place, one) in stack.iter().enumerate() {
        let negative = one.coefficient.is_negative();
        match (place, negative) {
            (0, false) => {}
            (0, true) => right.push(Token::Tight("-")),
            (_, false) => right.push(Token::Operator("+")),
            (_, true) => right.push(Token::Operator("-")),
        }
        let size = one.coefficient.absolute();
        if !size.is_one() {
            right.extend([Token::Number(size.to_string().into()), Token::Operator("*")]);
        }
        match one.left {
            Some(left) => {
                right.extend([Token::Function("kron"), Token::Mark("(")]);
                right.extend(crate::formula::formula(arena, left));
                right.push(Token::Mark(","));
                right.extend(crate::formula::formula(arena, one.right));
                right.push(Token::Mark(")"));
            }
            None => {
                right.extend([Token::Function("diag"), Token::Mark("(")]);
                right.extend(of(crate::formula::formula(arena, one.right)));
                right.push(Token::Mark(")"));
            }
        }
        right.push(Token::Operator("@"));
        let mut inside = vec![change(derivative.below)];
        if one.turned {
            inside.push(Token::Transpose { batch: false });
        }
        right.extend(of(inside));
    }
    let [rows, columns] = [&derivative.map.out, &derivative.map.of].map(|shape| length(pen, shape));
    let kron = if stack.iter().any(|one| one.left.is_some()) { "kron is ⊗; " } else { "" };
    let reason = vec![words(format!("{kron}columns stacked, ({rows}, {columns})"))];
    let line = Equation { left: vec![piece(of(vec![change(derivative.above)]))], relation: "=", right: vec![piece(right)], reason };
    let title = Block::Heading(2, vec![words("Between stacked columns it is a matrix")]);
    Block::Inner(vec![title, Block::Inner(vec![Block::Equations(vec![line])])])
}

/// `n*m`
fn length(pen: &Pen, shape: &[Dim]) -> String {
    let sides: Vec<String> = shape.iter().map(|&dim| pen.side(dim).name).collect();
    sides.join("*")
}

/// The two orders of the axes side by side.
fn both_layouts(pen: &Pen, known: &Known) -> Block {
    let map = &known.derivative.map;
    let turned: Shape = map.of.iter().chain(&map.out).copied().collect();
    let row = |name: &str, shape: Piece, formula: Piece| vec![vec![words(name)], vec![shape], vec![formula]];
    let rows = vec![
        row("numerator layout", pen.shape(&map.shape()), pen.formula(known.derivative.value)),
        row("denominator layout", pen.shape(&turned), known.turned.map_or_else(|| words("the same axes"), |id| pen.formula(id))),
    ];
    let title = Block::Heading(2, vec![words("In both layouts")]);
    let note = vec![words(
        "Numerator layout has the axes of the value in front, denominator layout those of the variable. A gradient is in denominator layout.",
    )];
    Block::Inner(vec![title, Block::Inner(vec![table(&["layout", "shape", "derivative"], rows), Block::Paragraph(note)])])
}

/// `(n, m) of Y, (n, d) of X`
pub(super) fn axes(pen: &Pen, derivative: &Derivative) -> Text {
    let map = &derivative.map;
    if map.out.is_empty() || map.of.is_empty() {
        return vec![pen.shape(&map.shape())];
    }
    vec![
        pen.shape(&map.out),
        words(" of "),
        pen.name(derivative.above),
        words(", then "),
        pen.shape(&map.of),
        words(" of "),
        pen.name(derivative.below),
    ]
}

/// What the derivatives do to directions.
pub(super) fn actions(pen: &Pen, found: &Derivatives) -> Vec<Block> {
    if found.actions.is_empty() {
        return vec![];
    }
    let arena = pen.arena;
    let row = |&(input, direction): &(SymbolId, SymbolId)| {
        vec![vec![pen.name(direction)], vec![pen.shape(&arena.info(direction).shape)], vec![words("a direction for "), pen.name(input)]]
    };
    let title = match found.second {
        true => "The Hessian's action on a direction: how the gradient changes along it",
        false => "The Jacobian's action on a direction: how the output changes along it",
    };
    let line = |action: &crate::answer::Action| {
        let above = arena.info(action.above);
        let name = match above.is_gradient() {
            true => vec![piece(vec![Token::Function("d"), Token::Mark("("), symbol(arena, action.above), Token::Mark(")")])],
            false => vec![piece(vec![Token::Change(above.name.clone())])],
        };
        Equation { left: name, relation: "=", right: vec![pen.formula(action.value)], reason: vec![pen.shape_of(action.value)] }
    };
    vec![
        Block::Heading(1, vec![words(title)]),
        Block::Inner(vec![
            table(&["direction", "shape", ""], found.directions.iter().map(row).collect()),
            Block::Equations(found.actions.iter().map(line).collect()),
        ]),
    ]
}
