//! Sums as signs: what a picture has little room for, `sum(X, axis=1, keepdims=True)`, is `Σ` with the axis below it; the boxes show the
//! shapes. Functions that go along an axis have it below their names.

use crate::render::formula::{Along, Token, contraction, inside, parts};

/// The formula with its sums as signs. Depth is that of one statement, so this may recurse.
pub(super) fn signs(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let Token::Function(name @ ("sum" | "mean" | "max" | "min" | "softmax" | "einsum")) = token else {
            out.push(token.clone());
            continue;
        };
        let inner = inside(&tokens[at..]);
        let drawn = match (*name, inner) {
            (_, None) => None,
            ("einsum", Some(inner)) => indexed(inner),
            (name, Some(inner)) => along(name, inner),
        };
        match (drawn, inner) {
            (Some(drawn), Some(inner)) => {
                out.extend(drawn);
                at += inner.len() + 2;
            }
            _ => out.push(token.clone()),
        }
    }
    out
}

/// `Σ` and `mean` with the axis below.
fn along(name: &'static str, inner: &[Token]) -> Option<Vec<Token>> {
    let parts = parts(inner);
    let (operand, axes): (&[Token], Option<&Along>) = match parts.as_slice() {
        [operand] if name == "sum" => (operand, None),
        [operand, [Token::Axes(along)]] | [operand, [Token::Axes(along)], [Token::Axes(_)]] => (operand, Some(along)),
        _ => return None,
    };
    let below = axes.map_or(String::new(), |along| {
        let among = |axis: &String| along.shape.iter().any(|side| side.name == *axis);
        if !along.kept || !along.axes.iter().any(among) {
            return along.axes.join(",");
        }
        // there is no room for the shape, which would tell which of two equal lengths is meant
        let places = (0..along.shape.len()).filter(|&k| along.shape[k].name == "1");
        places.map(|k| format!("axis\u{a0}{k}")).collect::<Vec<_>>().join(",")
    });
    let operand = signs(operand);
    let mut out = Vec::with_capacity(operand.len() + 3);
    let sum = name == "sum";
    out.extend(if sum { vec![Token::Summation(below.into())] } else { vec![Token::Function(name), Token::Indices(below.into())] });
    let open = !sum || operand.iter().any(|token| matches!(token, Token::Operator(_) | Token::Tight("-")));
    out.extend(open.then_some(Token::Mark("(")));
    out.extend(operand);
    out.extend(open.then_some(Token::Mark(")")));
    Some(out)
}

/// `Σ` over the factors with their indices.
fn indexed(inner: &[Token]) -> Option<Vec<Token>> {
    let found = contraction(inner)?;
    let mut out = Vec::new();
    out.extend((!found.summed.is_empty()).then(|| Token::Summation(found.summed.into())));
    for (place, (operand, letters)) in found.factors.into_iter().enumerate() {
        out.extend((place > 0).then(|| Token::Verbatim(" ".into())));
        let open = operand.len() > 1;
        out.extend(open.then_some(Token::Mark("(")));
        out.extend(signs(operand));
        out.extend(open.then_some(Token::Mark(")")));
        out.push(Token::Indices(letters.into()));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::formula::{Charset, spell};

    fn drawn(program: &str) -> String {
        let found = crate::answer::answer(program, &Default::default()).expect(program);
        let gradient = found.derivation.wanted().next().expect(program).value;
        spell(&signs(&crate::formula::formula(found.derivation.arena(), gradient)), Charset::Unicode)
    }

    #[test]
    fn sums_are_signs() {
        assert_eq!(drawn("b: (m,); Z: (n, m) const; Y = Z + b"), "Σn dL/dY");
        assert_eq!(drawn("s: (); Z: (n, m) const; Y = Z * s"), "Σ (dL/dY * Z)");
        assert_eq!(drawn("Z: (n, m); Y = Z - mean(Z, axis=1, keepdims=True)"), "dL/dY - mean[m](dL/dY)");
        assert_eq!(drawn("W: (d, m); X: (b, n, d) const; Y = X @ W"), "Σbn X[bnd] dL/dY[bnm]");
        assert_eq!(drawn("X: (n, n); Y = softmax(X)"), "Y * (dL/dY - Σaxis\u{a0}1 (dL/dY * Y))");
        assert_eq!(drawn("X: (n, m); Y = softmax(X)"), "Y * (dL/dY - Σm (dL/dY * Y))");
    }
}
