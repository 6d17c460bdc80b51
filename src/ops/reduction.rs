//! Reductions that are no contraction: largest and smallest entries, products, spreads and norms.
//!
//! A reduction drops its axes; where they are to be kept they are put back as axes of length 1, so that one value has one form.

use super::build::built;
use super::build::defined;
use super::whole::whole;
use super::{Arguments, Arraywise, Attribute, Call, Entry, Family, Fault, Function, Python, Rule, Scalar, Units, Value, Whole};
use crate::expr::{Id, Number, Op};
use crate::real::Real;
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::ArrayD;

const TIES: &str = "where several entries are the largest, they share the gradient equally";
const LOW_TIES: &str = "where several entries are the smallest, they share the gradient equally";
const INDEX: &str = "places among entries change only in jumps, so no gradient passes through them";
const AMAX: &str = "def _amax(x, axis):\n    return torch.amax(x, dim=() if axis is None else axis)\n";
const AMIN: &str = "def _amin(x, axis):\n    return torch.amin(x, dim=() if axis is None else axis)\n";
const PROD: &str = "def _prod(x, axis):\n    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis\n    for k in sorted((k % x.ndim for k in axes), reverse=True):\n        x = torch.prod(x, dim=k)\n    return x\n";

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Reduction;
    vec![
        whole(&["max", "amax"], "x, axis=None, keepdims=False", Reduction, "the largest entry over axes; of two arrays, `maximum`", "y = max(X, axis=1)", Whole {
            build: |b, a| extreme(b, a, "maximum(x, y)"), shape: dropped::<0>, value: arraywise!(|c| over(c, 0, largest)), units: Units::Kept(0), kink: TIES,
            python: Python::each("np.max({x}, axis={axis})", "_amax({x}, {axis})", "jnp.max({x}, axis={axis})").defining("", AMAX, ""),
            rules: &[Rule::Differential("sum(dx * (x == max(x, axis=axis, keepdims=True)) / sum(x == max(x, axis=axis, keepdims=True), axis=axis, keepdims=True), axis=axis)")],
        }),
        whole(&["min", "amin"], "x, axis=None, keepdims=False", Reduction, "the smallest entry over axes; of two arrays, `minimum`", "y = min(X, axis=1)", Whole {
            build: |b, a| extreme(b, a, "minimum(x, y)"), shape: dropped::<0>, value: arraywise!(|c| over(c, 0, smallest)), units: Units::Kept(0), kink: LOW_TIES,
            python: Python::each("np.min({x}, axis={axis})", "_amin({x}, {axis})", "jnp.min({x}, axis={axis})").defining("", AMIN, ""),
            rules: &[Rule::Differential("sum(dx * (x == min(x, axis=axis, keepdims=True)) / sum(x == min(x, axis=axis, keepdims=True), axis=axis, keepdims=True), axis=axis)")],
        }),
        whole(&["prod"], "x, axis=None, keepdims=False", Reduction, "the product over axes", "y = prod(X, axis=1)", Whole {
            build: |b, a| { let x = a.array(b, 0)?; let axis = axes(b, a, 1, x)?; reduced(b, a, x, vec![axis], 0, 2) }, shape: dropped::<0>, value: arraywise!(|c| over(c, 0, |x| x.iter().fold(1.0.into(), |product, x| product * *x))), units: Units::Unknown, kink: "the derivative of a product by one entry is the product of the others, right also where entries are 0",
            python: Python::each("np.prod({x}, axis={axis})", "_prod({x}, {axis})", "jnp.prod({x}, axis={axis})").defining("", PROD, ""),
            rules: &[Rule::Differential("sum(dx * prod_others(x, axis=axis), axis=axis)")],
        }),
        built(&["prod_others"], "x, axis=None", Reduction, "for each entry the product of the others over axes, right also where entries are 0", "Y = prod_others(X, axis=1)", others),
        // Magnus & Neudecker, *Matrix Differential Calculus*, 3rd ed., section 8.2: the differential of a square, and of x - mean(x) the mean adds nothing
        whole(&["var", "variance"], "x, axis=None, ddof=0, correction=None, unbiased=None, keepdims=False", Reduction, "the mean squared distance from the mean over axes; divides by the count less `ddof`", "y = var(X, axis=0)", Whole {
            build: spread, shape: dropped::<0>, value: arraywise!(|c| { let ddof = c.number(1).real(); over(c, 0, |x| variance(x, ddof)) }), units: Units::Power(2), kink: "",
            python: Python::each("np.var({x}, axis={axis}, ddof={ddof})", "torch.var({x}, dim={axis}, correction={ddof})", "jnp.var({x}, axis={axis}, ddof={ddof})"),
            rules: &[Rule::Differential("2 * sum((x - mean(x, axis=axis, keepdims=True)) * dx, axis=axis) / (size(x, axis) - ddof)")],
        }),
        whole(&["std"], "x, axis=None, ddof=0, correction=None, unbiased=None, keepdims=False", Reduction, "the standard deviation over axes, the root of `var`", "y = std(X, axis=0)", Whole {
            build: spread, shape: dropped::<0>, value: arraywise!(|c| { let ddof = c.number(1).real(); over(c, 0, |x| variance(x, ddof).sqrt()) }), units: Units::Kept(0), kink: "where all entries are equal `std` has no derivative",
            python: Python::each("np.std({x}, axis={axis}, ddof={ddof})", "torch.std({x}, dim={axis}, correction={ddof})", "jnp.std({x}, axis={axis}, ddof={ddof})"),
            rules: &[Rule::Differential("sum((x - mean(x, axis=axis, keepdims=True)) * dx, axis=axis) / ((size(x, axis) - ddof) * std(x, axis=axis, ddof=ddof))")],
        }),
        // Petersen & Pedersen, *The Matrix Cookbook*, 2012, eq. 129
        whole(&["norm"], "x, ord=None, axis=None, keepdims=False, p=None", Reduction, "the norm: of vectors Euclid's, of matrices Frobenius'; others by `ord`", "f = norm(A @ x - b)", Whole {
            build: norm, shape: dropped::<1>, value: arraywise!(|c| over(c, 1, |x| sum_of_squares(x).sqrt())), units: Units::Kept(0), kink: "at 0 `norm` has no derivative",
            python: Python::each("np.linalg.norm({x}, axis={axis})", "torch.linalg.vector_norm({x}, dim={axis})", "jnp.linalg.norm({x}, axis={axis})"),
            rules: &[Rule::Differential("sum(x * dx, axis=axis) / norm(x, axis=axis)")],
        }),
        defined(&["norm1"], "x, axis=None, keepdims=False", Family::Reduction, "the sum of the absolute values", "f = norm1(A @ x - b)", "sum(abs(x), axis=axis, keepdims=keepdims)"),
        defined(&["norm2"], "x, axis=None, keepdims=False", Family::Reduction, "the root of the sum of the squares", "f = norm2(X @ w)", "norm(x, axis=axis, keepdims=keepdims)"),
        defined(&["ptp"], "x, axis=None, keepdims=False", Family::Reduction, "the largest entry less the smallest", "y = ptp(X, axis=0)", "max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)"),
        place(&["argmax"], "the place of the first largest entry, an index without gradient", "X: (n, d); Y = X * argmax(X, axis=1)[:, None]", arraywise!(|c| over(c, 0, |x| first(x, |one, best| best.less(one)))),
            Python::each("np.argmax({x}, axis={axis})", "torch.argmax({x}, dim={axis})", "jnp.argmax({x}, axis={axis})")),
        place(&["argmin"], "the place of the first smallest entry, an index without gradient", "X: (n, d); Y = X * argmin(X, axis=1)[:, None]", arraywise!(|c| over(c, 0, |x| first(x, |one, best| one.less(best)))),
            Python::each("np.argmin({x}, axis={axis})", "torch.argmin({x}, dim={axis})", "jnp.argmin({x}, axis={axis})")),
        whole(&["argsort"], "x, axis=-1", Reduction, "the order that sorts the entries, an index without gradient", "X: (n, d); Y = X * argsort(X)", Whole {
            build: |b, a| {
                let x = a.array(b, 0)?;
                let rank = b.arena().shape(x).len();
                if rank == 0 || rank > 1 && a.values[1] == Some(Value::None) {
                    return Err(a.wrong(a.span, "`argsort` sorts along one axis".into()));
                }
                let last = Attribute::Axes([rank as u8 - 1].into_iter().collect());
                let axis = if a.given(1) { one_axis(b, a, x)? } else { last };
                Ok(Value::Array(b.call(a.function, &[x], vec![axis])))
            },
            shape: super::whole::same, value: arraywise!(argsort), units: Units::Dropped, kink: INDEX, rules: &[Rule::None],
            python: Python::each("np.argsort({x}, axis={axis}, kind='stable')", "torch.argsort({x}, dim={axis}, stable=True)", "jnp.argsort({x}, axis={axis})"),
        }),
        built(&["size", "numel"], "x, axis=None", Family::Structure, "the number of entries, or of those along axes", "x: (n,); f = sum(x * x) / size(x)", |b, a| {
            let x = a.array(b, 0)?;
            let shape = b.resolved(x);
            let lengths: Vec<Dim> = match a.axes(b, 1, shape.len())? { Some(axes) => axes.into_iter().map(|axis| shape[axis]).collect(), None => shape.to_vec() };
            let count = b.dims().product(lengths);
            Ok(Value::Array(b.length(count)))
        }),
    ]
}

/// A reduction to an index.
fn place(names: &'static [&'static str], sentence: &'static str, example: &'static str, value: Arraywise, python: Python) -> Entry {
    let build = |b: &mut Builder<'_>, a: &Arguments| {
        let x = a.array(b, 0)?;
        one_axis(b, a, x)?;
        let axis = axes(b, a, 1, x)?;
        reduced(b, a, x, vec![axis], 0, 2)
    };
    let rules: &[Rule] = &[Rule::None];
    let whole_ = Whole { build, shape: dropped::<0>, value, rules, python, units: Units::Dropped, kink: INDEX };
    whole(names, "x, axis=None, keepdims=False", Family::Reduction, sentence, example, whole_)
}

/// `axis` where it is one axis, or all.
fn one_axis(b: &Builder, a: &Arguments, x: Id) -> Result<Attribute, Fault> {
    match a.axis_attribute(b, 1, x)? {
        Attribute::Axes(axes) if axes.len() != 1 => Err(a.wrong(a.spans[1], format!("`{}` takes one axis, or none for all", a.name))),
        axis => Ok(axis),
    }
}

/// The shape without the axes that the attribute at this place names.
fn dropped<const PLACE: usize>(_: &mut Dims, shapes: &[&[Dim]], attributes: &[Attribute]) -> Shape {
    let gone = gone(&attributes[PLACE], shapes[0].len());
    shapes[0].iter().enumerate().filter(|(axis, _)| gone >> axis & 1 == 0).map(|(_, &dim)| dim).collect()
}

impl Function {
    /// The axes that a reduction of an array with so many axes drops, as a mask; `None` for other functions, and for those that say
    /// themselves whether they keep them.
    pub fn dropped(self, attributes: &[Attribute], rank: usize) -> Option<u32> {
        let entry = self.entry();
        let mut declared = entry.parameters.split(", ").skip(1);
        let keeps = declared.clone().skip(attributes.len()).any(|p| p.starts_with("keepdims"));
        let axis = declared.position(|p| p.starts_with("axis")).and_then(|place| attributes.get(place))?;
        (entry.family == Family::Reduction && keeps).then(|| gone(axis, rank))
    }
}

/// The axes that an attribute names, as a mask.
fn gone(axes: &Attribute, rank: usize) -> u32 {
    match axes {
        Attribute::Axes(axes) => axes.iter().fold(0, |mask, axis| mask | 1 << axis),
        _ => ((1u64 << rank) - 1) as u32,
    }
}

/// `axis`; where it names all axes, as if it named none.
fn axes(b: &Builder, a: &Arguments, place: usize, x: Id) -> Result<Attribute, Fault> {
    let (axis, rank) = (a.axis_attribute(b, place, x)?, b.arena().shape(x).len());
    Ok(if gone(&axis, rank) == gone(&Attribute::None, rank) { Attribute::None } else { axis })
}

/// The node of a reduction; its axes, attribute `axis`, are put back where the argument at `keep` says so.
fn reduced(b: &mut Builder, a: &Arguments, x: Id, attributes: Vec<Attribute>, axis: usize, keep: usize) -> Result<Value, Fault> {
    let mask = if a.boolean(keep, false)? { gone(&attributes[axis], b.arena().shape(x).len()) } else { 0 };
    let value = b.call(a.function, &[x], attributes);
    b.unsqueeze(value, mask, a.span).map(Value::Array)
}

/// Over axes, or of two arrays entry by entry, as Python's and PyTorch's `max` of two.
fn extreme(b: &mut Builder, a: &Arguments, of_two: &'static str) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    if let Some(Value::Array(y)) = a.values[1] {
        if b.dialect.largest_of_two() || b.arena().as_number(y).is_none() || b.arena().shape(x).is_empty() {
            return super::elementwise::of_two(b, a, of_two);
        }
    }
    if a.library == "torch" && a.given(1) && !a.name.starts_with('a') {
        let title = format!("`torch.{}` with an axis is read as its values alone", a.name);
        b.notices.push((a.span, title, "PyTorch returns the indices too: leave out the `[0]` behind it; `.values` may stay".into()));
    }
    let axis = axes(b, a, 1, x)?;
    reduced(b, a, x, vec![axis], 0, 2)
}

/// `prod(x) / x` where no entry can be 0; else products of copies of `x` in which the entry itself is 1.
fn others(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let axis = axes(b, a, 1, x)?;
    let shape = b.resolved(x);
    let mut names = vec![("x", Value::Array(x)), ("axis", axis.value(b))];
    if b.arena().as_symbol(x).is_some_and(|symbol| b.arena().info(symbol).has("positive")) {
        return b.expression("prod(x, axis=axis, keepdims=True) / x", &names, a.span);
    }
    let gone = gone(&axis, shape.len());
    if gone == 0 {
        return b.expression("ones_like(x)", &names, a.span);
    }
    // behind each axis a copy of it: the entry that is left out, and those that are multiplied
    let (mut copies, mut pairs, mut rank) = (0u32, vec![], 0);
    for (axis, &dim) in shape.iter().enumerate() {
        if gone >> axis & 1 == 1 {
            copies |= 1 << rank;
            pairs.push((rank, dim));
            rank += 1;
        }
        rank += 1;
    }
    let spread = b.unsqueeze(x, copies, a.span)?;
    let mut own: Option<Id> = None;
    for (at, dim) in pairs.iter().copied() {
        let eye = b.node(Op::Eye(dim), &[]);
        let around = (0..rank - at).filter(|&k| k > 1).fold(0u32, |mask, k| mask | 1 << k);
        let eye = b.unsqueeze(eye, around, a.span)?;
        own = Some(match own {
            Some(before) => b.node(Op::Multiply, &[before, eye]),
            None => eye,
        });
    }
    let axes = pairs.iter().map(|(at, _)| Value::Array(b.integer(*at as i64 + 1))).collect();
    names = vec![("x", Value::Array(spread)), ("axis", Value::Sequence(axes)), ("own", Value::Array(own.unwrap_or(x)))];
    b.expression("prod(where(own == 1, 1, x), axis=axis)", &names, a.span)
}

/// `var` and `std`: by how much the count is lessened before it divides is said in several ways.
fn spread(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let axis = axes(b, a, 1, x)?;
    let given = [2, 3, 4].into_iter().find(|&place| a.given(place));
    let less = match given.and_then(|place| a.values[place].as_ref().map(|value| (place, value))) {
        Some((_, Value::Boolean(unbiased))) => Number::integer(i64::from(*unbiased)),
        Some((place, Value::Array(id))) => match b.arena().as_number(*id) {
            Some(number) => number,
            None => return Err(a.wrong(a.spans[place], format!("`{}` wants a number for `{}`", a.name, a.parameters[place]))),
        },
        Some((place, _)) => return Err(a.wrong(a.spans[place], format!("`{}` wants a number for `{}`", a.name, a.parameters[place]))),
        None if a.library.starts_with("torch") => {
            let title = format!("`{}.{}` divides by the count less 1", a.library, a.name);
            b.notices.push((
                a.span,
                title,
                format!("`{}` by itself, as NumPy's, divides by the count; `ddof` or `correction` says which", a.name),
            ));
            Number::ONE
        }
        None => Number::ZERO,
    };
    reduced(b, a, x, vec![axis, Attribute::Number(less)], 0, 5)
}

/// The kinds of norm, each by what it is made of.
fn norm(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let axis = axes(b, a, 2, x)?;
    let rank = b.arena().shape(x).len();
    let count = gone(&axis, rank).count_ones();
    // PyTorch's own `norm` and its `p` look at the entries, whatever their arrangement
    let entries = a.given(4) || a.library == "torch";
    let place = if a.given(4) { 4 } else { 1 };
    let matrix = count > 1 && !entries;
    let order = a.values[place].clone().filter(|value| *value != Value::None);
    let text = match &order {
        Some(Value::Text(text)) => Some(&**text),
        _ => None,
    };
    let (number, infinite) = match order {
        Some(Value::Array(id)) => (b.arena().as_number(id), infinity(b, id)),
        _ if text == Some("inf") => (None, Some(true)),
        _ => (None, None),
    };
    let is = |value: i64| number == Some(Number::integer(value));
    // of one row or column all kinds of 2-norm are the same
    let slim = (0..rank).any(|k| gone(&axis, rank) >> k & 1 == 1 && b.arena().shape(x)[k] == Dim::ONE);
    if order.is_none() || text == Some("fro") || is(2) && (!matrix || slim) {
        return reduced(b, a, x, vec![Attribute::None, axis], 1, 3);
    }
    let wrong = |what: &str| Err(a.wrong(a.spans[place], what.to_string()));
    if matrix && count > 2 {
        return wrong("an order makes sense for one axis or two; name them with `axis`");
    }
    let keep = a.boolean(3, false)?;
    let mut names = vec![("x", Value::Array(x)), ("axis", axis.value(b)), ("keepdims", Value::Boolean(keep))];
    let text = match (matrix, number, infinite) {
        _ if text == Some("nuc") => {
            return wrong("the nuclear norm, the sum of the singular values, has no rule so far; `norm(X)` is Frobenius'");
        }
        _ if text.is_some() && infinite.is_none() => return wrong("the norms are 1, 2, inf, -inf, a number, and 'fro'"),
        (true, Some(_), _) if is(2) || is(-2) => {
            return wrong(
                "the 2-norm of a matrix is a singular value and has no rule so far; `norm(X)` and `norm2(X)` are the root of the sum of the squares",
            );
        }
        (true, ..) => {
            // sums along columns or rows; the largest or the smallest of them
            let (lines, most) = match infinite {
                Some(positive) => (1, positive),
                None if is(1) => (0, true),
                None if is(-1) => (0, false),
                None => return wrong("of a matrix the norms are 1, -1, inf, -inf and 'fro'; `axis` takes the norm of rows or columns"),
            };
            let axes: Vec<i64> = match &axis {
                Attribute::Axes(axes) => axes.iter().map(|&axis| axis.into()).collect(),
                _ => (0..rank as i64).collect(),
            };
            let summed = b.integer(axes[lines]);
            names.push(("summed", Value::Array(summed)));
            match (most, axis == Attribute::None && !keep) {
                (true, true) => "max(sum(abs(x), axis=summed))",
                (false, true) => "min(sum(abs(x), axis=summed))",
                (true, false) => "max(sum(abs(x), axis=summed, keepdims=True), axis=axis, keepdims=keepdims)",
                (false, false) => "min(sum(abs(x), axis=summed, keepdims=True), axis=axis, keepdims=keepdims)",
            }
        }
        (_, _, Some(true)) => "max(abs(x), axis=axis, keepdims=keepdims)",
        (_, _, Some(false)) => "min(abs(x), axis=axis, keepdims=keepdims)",
        _ if is(1) => "sum(abs(x), axis=axis, keepdims=keepdims)",
        _ if is(0) => "sum(x != 0, axis=axis, keepdims=keepdims)",
        _ => {
            let p = a.as_array(b, order.as_ref().unwrap_or(&Value::None), a.spans[place])?;
            if !b.arena().shape(p).is_empty() {
                return wrong("the order of a norm is a number");
            }
            names.push(("p", Value::Array(p)));
            "sum(abs(x)**p, axis=axis, keepdims=keepdims)**(1 / p)"
        }
    };
    b.expression(text, &names, a.span)
}

/// Whether it is `inf`, or, for `false`, `-inf`.
fn infinity(b: &Builder, id: Id) -> Option<bool> {
    let plain = |id: Id| matches!(b.arena().op(id), Op::Constant(crate::expr::Constant::Infinity));
    match b.arena().op(id) {
        Op::Add(terms) if terms.len() == 1 && plain(b.arena().args(id)[0]) => Some(!terms[0].is_negative()),
        _ => plain(id).then_some(true),
    }
}

/// A number for each run along the axes in the attribute at `place`.
fn over<T: Scalar>(c: &Call<T>, place: usize, f: impl Fn(&[T]) -> T) -> Option<ArrayD<T>> {
    let (x, gone) = (c.args[0], c.axes(place));
    let kept = (0..x.ndim()).filter(|axis| !gone.contains(axis));
    let order: Vec<usize> = kept.chain(gone.iter().copied()).collect();
    let count: usize = gone.iter().map(|&axis| x.shape()[axis]).product();
    let moved = x.view().permuted_axes(order).as_standard_layout().into_owned();
    ArrayD::from_shape_vec(c.shape, moved.as_slice()?.chunks(count).map(f).collect()).ok()
}

fn largest<T: Scalar>(x: &[T]) -> T {
    x.iter().copied().reduce(T::max).unwrap_or(T::from(f64::NEG_INFINITY))
}

fn smallest<T: Scalar>(x: &[T]) -> T {
    x.iter().map(|x| -*x).reduce(T::max).map_or(T::from(f64::INFINITY), |least| -least)
}

fn sum<T: Scalar>(x: impl Iterator<Item = T>) -> T {
    x.fold(T::from(0.0), |sum, x| sum + x)
}

fn sum_of_squares<T: Scalar>(x: &[T]) -> T {
    sum(x.iter().map(|x| *x * *x))
}

fn variance<T: Scalar>(x: &[T], ddof: T) -> T {
    let count = T::from(x.len() as f64);
    let mean = sum(x.iter().copied()) / count;
    sum(x.iter().map(|v| (*v - mean) * (*v - mean))) / (count - ddof)
}

fn first<T: Scalar>(x: &[T], better: fn(T, T) -> Result<bool, T>) -> T {
    let mut best = 0;
    for at in 1..x.len() {
        match better(x[at], x[best]) {
            Ok(true) => best = at,
            Ok(false) => {}
            Err(unknown) => return unknown,
        }
    }
    T::from(best as f64)
}

fn argsort<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let mut x = c.args[0].clone();
    let mut unknown = None;
    for mut lane in x.lanes_mut(ndarray::Axis(c.axes(0)[0])) {
        let mut order: Vec<usize> = (0..lane.len()).collect();
        order.sort_by(|&one, &two| match (lane[one].less(lane[two]), lane[two].less(lane[one])) {
            (Ok(true), _) => std::cmp::Ordering::Less,
            (_, Ok(true)) => std::cmp::Ordering::Greater,
            (Ok(false), Ok(false)) => std::cmp::Ordering::Equal,
            (Err(none), _) | (_, Err(none)) => {
                unknown = Some(none);
                std::cmp::Ordering::Equal
            }
        });
        lane.iter_mut().zip(order).for_each(|(entry, at)| *entry = T::from(at as f64));
    }
    if let Some(unknown) = unknown {
        x.fill(unknown);
    }
    Some(x.as_standard_layout().into_owned())
}
