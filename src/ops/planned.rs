//! Names whose rule is yet to come: they parse, and a diagnostic names them.

use super::{Entry, Family, Meaning};

fn planned(names: &'static [&'static str], family: Family, sentence: &'static str) -> Entry {
    Entry { names, parameters: "*x", family, sentence, example: "", meaning: Meaning::Planned, python: None }
}

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        planned(&["slogdet"], Linear, "the determinant's sign and the logarithm of its absolute value"),
        planned(&["solve"], Linear, "the solution of A @ x = b"),
        planned(&["pinv"], Linear, "the pseudo-inverse"),
        planned(&["cholesky"], Linear, "the lower triangular factor"),
        planned(&["expm"], Linear, "the matrix exponential"),
        planned(&["matpow", "matrix_power"], Linear, "the matrix power"),
        planned(&["kron"], Linear, "the Kronecker product"),
        planned(&["vec"], Linear, "the columns, stacked"),
        planned(&["tril"], Linear, "the lower triangle"),
        planned(&["triu"], Linear, "the upper triangle"),
    ]
}
