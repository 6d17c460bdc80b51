//! Names that are valid and unique in Python, and shadow nothing.

use pest::unicode::{XID_CONTINUE, XID_START};
use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

/// Keywords, builtins, and what the emitted module itself says.
const RESERVED: &str = "\
False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda \
nonlocal not or pass raise return try while with yield \
abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict \
dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass \
iter len license list locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set setattr \
slice sorted staticmethod str sum super tuple type vars zip Ellipsis NotImplemented Exception SystemExit \
__debug__ np jnp jax torch scipy special forward backward jacobian hessian hvp";

/// The names of one scope. Python compares names in their compatibility form (NFKC), so that is what is kept here.
#[derive(Clone, Debug)]
pub(super) struct Names {
    taken: FxHashSet<String>,
}

impl Names {
    pub fn new() -> Self {
        Names { taken: RESERVED.split_whitespace().map(String::from).collect() }
    }

    /// Takes the names of the functions that a text defines.
    pub fn reserve(&mut self, text: &str) {
        let defined = text.split("def ").skip(1).filter_map(|rest| rest.split('(').next());
        self.taken.extend(defined.map(String::from));
    }

    /// Whether nothing is called so.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// The name as it is, or with as many underscores behind it as make it new.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = valid(wanted);
        while !self.taken.insert(name.nfkc().collect()) {
            name.push('_');
        }
        name
    }
}

/// A name of the language as Python takes it: lowered digits, which Python does not read, as digits; whatever else it does not read, and
/// the four that older ones do not, as underscores.
fn valid(name: &str) -> String {
    let digit = |c: char| char::from_digit(c as u32 - '₀' as u32, 10).unwrap_or('_');
    let known = |c: char| XID_CONTINUE(c) && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{30fb}' | '\u{ff65}');
    let begins = name.chars().next().is_some_and(|c| c == '_' || XID_START(c));
    let letter = |c: char| match c {
        '₀'..='₉' => digit(c),
        c if known(c) => c,
        _ => '_',
    };
    Some('_').filter(|_| !begins).into_iter().chain(name.chars().map(letter)).collect()
}

/// The names in a line of Python.
pub(super) fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !XID_CONTINUE(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_new() {
        let mut names = Names::new();
        let taken: Vec<String> = ["lambda", "λ", "x₁", "x1", "ϵ", "ε", "np", "n", "sum", "a・b", "2\n\"", "ﬁ", "fi", "x̂"]
            .iter()
            .map(|name| names.take(name))
            .collect();
        assert_eq!(taken, ["lambda_", "λ", "x1", "x1_", "ϵ", "ε_", "np_", "n", "sum_", "a_b", "_2__", "ﬁ", "fi_", "x̂"]);
    }
}
