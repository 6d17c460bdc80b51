//! What functions are in smaller operations, for readers: an entry's value and differential are its own.

use super::Function;

/// The function's printed name, and an expression of the language over its parameters.
const DEFINITIONS: [(&str, &str); 11] = [
    ("softmax", "exp(x) / sum(exp(x), axis=axis, keepdims=True)"),
    ("log_softmax", "x - log(sum(exp(x), axis=axis, keepdims=True))"),
    ("logsumexp", "log(sum(exp(x), axis=axis, keepdims=keepdims))"),
    ("standardize", "(x - mean(x, axis=axis, keepdims=True)) / sqrt(var(x, axis=axis, keepdims=True) + eps)"),
    ("sigmoid", "1 / (1 + exp(-x))"),
    ("softplus", "log(1 + exp(x))"),
    ("silu", "x * sigmoid(x)"),
    ("gelu", "x / 2 * (1 + erf(x / sqrt(2)))"),
    ("relu", "where(x > 0, x, 0)"),
    // Mathias, "A chain rule for matrix functions", 1996, theorem 2.1
    ("expm_frechet", "expm(kron(eye(2), A) + kron(triu(ones(2, 2), 1), E))[:len(A), len(A):]"),
    ("matpow_frechet", "matpow(kron(eye(2), A) + kron(triu(ones(2, 2), 1), E), k)[:len(A), len(A):]"),
];

/// Those that other programs are not expected to know.
const OURS: [&str; 3] = ["standardize", "expm_frechet", "matpow_frechet"];

impl Function {
    /// What it is in smaller operations; empty where nothing is stated.
    pub fn definition(self) -> &'static str {
        let name = self.entry().names[0];
        DEFINITIONS.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    /// Whether only this tool has it by this name, so that for others its definition is written.
    pub fn is_ours(self) -> bool {
        OURS.contains(&self.entry().names[0])
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
            assert!((known("x") || known("A")) && (!text.contains("axis=axis") || known("axis")), "{text}");
        }
    }

    use super::Function;
}
