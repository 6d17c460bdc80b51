//! What functions are in smaller operations, for readers: an entry's value and differential are its own.

use super::Function;

/// The function's printed name, and an expression of the language over its parameters.
const DEFINITIONS: [(&str, &str); 9] = [
    ("softmax", "exp(x) / sum(exp(x), axis=axis, keepdims=True)"),
    ("log_softmax", "x - log(sum(exp(x), axis=axis, keepdims=True))"),
    ("logsumexp", "log(sum(exp(x), axis=axis, keepdims=keepdims))"),
    ("standardize", "(x - mean(x, axis=axis, keepdims=True)) / sqrt(var(x, axis=axis, keepdims=True) + eps)"),
    ("sigmoid", "1 / (1 + exp(-x))"),
    ("softplus", "log(1 + exp(x))"),
    ("silu", "x * sigmoid(x)"),
    ("gelu", "x / 2 * (1 + erf(x / sqrt(2)))"),
    ("relu", "where(x > 0, x, 0)"),
];

impl Function {
    /// What it is in smaller operations; empty where nothing is stated.
    pub fn definition(self) -> &'static str {
        let name = self.entry().names[0];
        DEFINITIONS.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn definitions_are_of_functions() {
        for (name, text) in super::DEFINITIONS {
            let entry = super::super::find(name).map(Function::entry).expect(name);
            assert_eq!(entry.names[0], name);
            let known = |word: &str| entry.parameters.split(", ").any(|p| p.split('=').next() == Some(word));
            assert!(known("x") && (!text.contains("axis=axis") || known("axis")), "{text}");
        }
    }

    use super::Function;
}
