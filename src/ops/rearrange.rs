//! Entries in other places: reshaped, cut, joined, turned round. Each is linear, and its transpose puts things back.

use super::whole::{same, whole};
use super::{Call, Entry, Family, Python, Rule, Units, Value, Whole};
use ndarray::{ArrayD, Axis};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Structure;
    vec![
        whole(&["flip"], "x, axis=None", Structure, "entries in reverse order", "Y = flip(X, axis=1)", Whole {
            build: |b, a| { let x = a.array(b, 0)?; let axis = a.axis_attribute(b, 1, x)?; Ok(Value::Array(b.call(a.function, &[x], vec![axis]))) },
            shape: same, value: flip, units: Units::Kept(0), kink: "", python: Python::each("np.flip({x}, {axis})", "torch.flip({x}, {axis})", "jnp.flip({x}, {axis})"),
            rules: &[Rule::Transpose("flip(g, axis=axis)")],
        }),
    ]
}

fn flip(c: &Call) -> Option<ArrayD<f64>> {
    let mut x = c.args[0].clone();
    c.axes(0).into_iter().for_each(|axis| x.invert_axis(Axis(axis)));
    Some(x.as_standard_layout().into_owned())
}
