//! Functions that act entry by entry. Derivatives: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 4.2, 4.3, 4.5, 7.1.19.

use super::build::defined;
use super::{Arguments, Entry, Entrywise, Family, Fault, Meaning, Overload, Primitive, Spelling, Units, Value};
use crate::expr::{Number, Op};
use crate::real::Real;
use crate::shape::Builder;

/// `f(x)` with its differential.
fn unary(
    names: &'static [&'static str],
    value: Entrywise,
    differential: &'static [&'static str],
    kink: &'static str,
    sentence: &'static str,
    example: &'static str,
) -> Entry {
    function(names, "x", value, differential, kink, sentence, example)
}

fn function(
    names: &'static [&'static str],
    parameters: &'static str,
    value: Entrywise,
    differential: &'static [&'static str],
    kink: &'static str,
    sentence: &'static str,
    example: &'static str,
) -> Entry {
    let units = match names[0] {
        "abs" | "relu" | "leaky_relu" | "maximum" | "minimum" | "clip" => Units::Kept(0),
        "where" => Units::Kept(1),
        "sign" => Units::Dropped,
        _ => Units::None,
    };
    let meaning = Meaning::Primitive(Primitive { spelling: Spelling::Call, differential, value, units, kink, build: overload(names[0]) });
    Entry { names, parameters, family: Family::Elementwise, sentence, example, meaning, python: None }
}

/// A mask: 0 and 1, without gradient.
fn mask(names: &'static [&'static str], parameters: &'static str, spelling: Spelling, example: &'static str, value: Entrywise) -> Entry {
    let differential: &[&str] = if parameters == "x" { &[""] } else { &["", ""] };
    Entry {
        names,
        parameters,
        family: Family::Mask,
        sentence: "a mask of 0 and 1; constant almost everywhere, so it has no gradient",
        example,
        meaning: Meaning::Primitive(Primitive { spelling, differential, value, units: Units::Dropped, kink: "", build: None }),
        python: None,
    }
}

fn raised(b: &mut Builder, a: &Arguments, exponent: Number) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    b.power_of(x, exponent)
}

fn truth<T: Real>(test: Result<bool, T>) -> T {
    T::truth(test)
}

fn choose<T: Real>(test: Result<bool, T>, yes: T, no: T) -> T {
    T::choose(test, yes, no)
}

fn positive<T: Real>(x: T) -> Result<bool, T> {
    T::from(0.0).less(x)
}

fn sign<T: Real>(x: T) -> T {
    choose(positive(x), T::from(1.0), choose(x.less(T::from(0.0)), T::from(-1.0), T::from(0.0)))
}

fn both<T: Real>(x: T, y: T) -> Result<bool, T> {
    Ok(!x.is_zero()? && !y.is_zero()?)
}

fn either<T: Real>(x: T, y: T) -> Result<bool, T> {
    Ok(!x.is_zero()? || !y.is_zero()?)
}

fn sigmoid<T: Real>(x: T) -> T {
    T::from(1.0) / (T::from(1.0) + (-x).exp())
}

fn gelu_exact<T: Real>(x: T) -> T {
    x * T::from(0.5) * (T::from(1.0) + (x / T::from(2.0).sqrt()).error_function())
}

fn gelu_by_tanh<T: Real>(x: T) -> T {
    let inner = (T::from(2.0) / T::pi()).sqrt() * (x + T::ratio(44_715, 1_000_000) * x.powi(3));
    x * T::from(0.5) * (T::from(1.0) + inner.tanh())
}

/// The larger of two, and no number where one of them is none: `f64`'s own `max` would take the other.
fn larger<T: Real>(x: T, y: T) -> T {
    Real::max(x, y)
}

/// What is above 0 as it is, else 0.
fn above_zero<T: Real>(x: T) -> T {
    larger(x, T::from(0.0))
}

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    vec![
        unary(&["exp"], entrywise!(|x| x[0].exp()), &["dx * exp(x)"], "", "the exponential function", "Y = exp(X)"),
        unary(&["log", "ln"], entrywise!(|x| x[0].ln()), &["dx / x"], "", "the natural logarithm", "Y = log(X)"),
        unary(&["log1p"], entrywise!(|x| x[0].ln_1p()), &["dx / (1 + x)"], "", "log(1 + x), exact near 0", "Y = log1p(X)"),
        unary(&["expm1"], entrywise!(|x| x[0].exp_m1()), &["dx * exp(x)"], "", "exp(x) - 1, exact near 0", "Y = expm1(X)"),
        unary(&["abs", "absolute", "fabs"], entrywise!(|x| x[0].abs()), &["dx * sign(x)"], "at 0 the derivative of `abs` is taken as 0", "the absolute value", "Y = abs(X)"),
        unary(&["sign", "sgn"], entrywise!(|x| sign(x[0])), &[""], "at 0, where `sign` jumps, its derivative is taken as 0", "the sign: -1, 0 or 1; constant almost everywhere, so it has no gradient", "Y = sign(X) * W"),
        unary(&["sin"], entrywise!(|x| x[0].sin()), &["dx * cos(x)"], "", "the sine", "Y = sin(X)"),
        unary(&["cos"], entrywise!(|x| x[0].cos()), &["-dx * sin(x)"], "", "the cosine", "Y = cos(X)"),
        unary(&["tan"], entrywise!(|x| x[0].tan()), &["dx * (1 + tan(x)**2)"], "", "the tangent", "Y = tan(X)"),
        unary(&["asinh", "arcsinh"], entrywise!(|x| x[0].asinh()), &["dx / sqrt(1 + x**2)"], "", "the inverse hyperbolic sine", "Y = asinh(X)")
            .spelled("arcsinh", "asinh", "arcsinh"),
        unary(&["acosh", "arccosh"], entrywise!(|x| x[0].acosh()), &["dx / sqrt(x**2 - 1)"], "", "the inverse hyperbolic cosine", "Y = acosh(2 + X**2)")
            .spelled("arccosh", "acosh", "arccosh"),
        unary(&["atanh", "arctanh"], entrywise!(|x| x[0].atanh()), &["dx / (1 - x**2)"], "", "the inverse hyperbolic tangent", "Y = atanh(X)")
            .spelled("arctanh", "atanh", "arctanh"),
        function(&["atan2", "arctan2"], "y, x", entrywise!(|x| x[0].atan2(x[1])), &["dy * x / (x**2 + y**2)", "-dx * y / (x**2 + y**2)"], "", "the angle of the point (x, y)", "Y = atan2(X, Z)")
            .spelled("arctan2", "atan2", "arctan2"),
        unary(&["cbrt"], entrywise!(|x| x[0].cbrt()), &["dx / (3 * cbrt(x)**2)"], "", "the cube root", "Y = cbrt(X)")
            .spelled("cbrt", "torch.sign({0}) * torch.abs({0})**(1 / 3)", "cbrt"),
        function(&["logaddexp"], "x, y", entrywise!(|x| x[0].max(x[1]) + (-(x[0] - x[1]).abs()).exp().ln_1p()), &["dx * sigmoid(x - y)", "dy * sigmoid(y - x)"], "", "log(exp(x) + exp(y))", "Y = logaddexp(X, Z)"),
        unary(&["asin", "arcsin"], entrywise!(|x| x[0].asin()), &["dx / sqrt(1 - x**2)"], "", "the inverse sine", "Y = asin(X)")
            .spelled("arcsin", "asin", "arcsin"),
        unary(&["acos", "arccos"], entrywise!(|x| x[0].acos()), &["-dx / sqrt(1 - x**2)"], "", "the inverse cosine", "Y = acos(X)")
            .spelled("arccos", "acos", "arccos"),
        unary(&["atan", "arctan"], entrywise!(|x| x[0].atan()), &["dx / (1 + x**2)"], "", "the inverse tangent", "Y = atan(X)")
            .spelled("arctan", "atan", "arctan"),
        unary(&["sinh"], entrywise!(|x| x[0].sinh()), &["dx * cosh(x)"], "", "the hyperbolic sine", "Y = sinh(X)"),
        unary(&["cosh"], entrywise!(|x| x[0].cosh()), &["dx * sinh(x)"], "", "the hyperbolic cosine", "Y = cosh(X)"),
        unary(&["tanh"], entrywise!(|x| x[0].tanh()), &["dx * (1 - tanh(x)**2)"], "", "the hyperbolic tangent", "Y = tanh(X)"),
        unary(&["sigmoid", "expit", "logistic"], entrywise!(|x| sigmoid(x[0])), &["dx * sigmoid(x) * (1 - sigmoid(x))"], "", "1 / (1 + exp(-x))", "Y = sigmoid(X)")
            .spelled("1 / (1 + np.exp(-{0!}))", "sigmoid", "jax.nn.sigmoid({0})"),
        function(&["softplus"], "x, beta=1", entrywise!(|x| x[0].max(0.0) + (-x[0].abs()).exp().ln_1p()), &["dx * sigmoid(x)"], "", "log(1 + exp(x))", "Y = softplus(X)")
            .spelled("np.logaddexp(0, {0})", "torch.nn.functional.softplus({0})", "jax.nn.softplus({0})"),
        unary(&["relu"], entrywise!(|x| above_zero(x[0])), &["dx * (x > 0)"], "at 0 the derivative of `relu` is taken as 0", "x where it is positive, else 0", "Y = relu(X)")
            .spelled("np.maximum({0}, 0)", "relu", "jax.nn.relu({0})"),
        function(&["leaky_relu"], "x, negative_slope=0.01", entrywise!(|x| choose(positive(x[0]), x[0], x[1] * x[0])), &["dx * where(x > 0, 1, negative_slope)", "dnegative_slope * where(x > 0, 0, x)"], "at 0 the derivative of `leaky_relu` is taken from the left", "x where it is positive, else a small multiple of it", "Y = leaky_relu(X)")
            .spelled("np.where({0!} > 0, {0}, {1!} * {0!})", "torch.where({0!} > 0, {0}, {1!} * {0!})", "jnp.where({0!} > 0, {0}, {1!} * {0!})"),
        function(&["elu"], "x, alpha=1", entrywise!(|x| choose(positive(x[0]), x[0], x[1] * x[0].exp_m1())), &["dx * where(x > 0, 1, alpha * exp(x))", "dalpha * where(x > 0, 0, expm1(x))"], "at 0 the derivative of `elu` is taken from the left", "x where it is positive, else alpha * (exp(x) - 1)", "Y = elu(X)")
            .spelled("np.where({0!} > 0, {0}, {1!} * np.expm1({0}))", "torch.where({0!} > 0, {0}, {1!} * torch.expm1({0}))", "jnp.where({0!} > 0, {0}, {1!} * jnp.expm1({0}))"),
        function(&["gelu"], "x, approximate='none'", entrywise!(|x| gelu_exact(x[0])), &["dx * (1/2 * (1 + erf(x / sqrt(2))) + x * exp(-x**2 / 2) / sqrt(2 * pi))"], "", "x times the normal distribution function at x", "Y = gelu(X)")
            .spelled("{0!} / 2 * (1 + special.erf({0!} / np.sqrt(2)))", "torch.nn.functional.gelu({0})", "jax.nn.gelu({0}, approximate=False)"),
        // Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016
        unary(&["gelu_tanh", "gelu_new"], entrywise!(|x| gelu_by_tanh(x[0])), &["dx * (1/2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) + 1/2 * sqrt(2 / pi) * x * (1 + 0.134145 * x**2) * (1 - tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))**2))"], "", "`gelu` by its approximation with tanh", "Y = gelu_tanh(X)")
            .spelled("{0!} / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * ({0!} + 0.044715 * {0!}**3)))", "torch.nn.functional.gelu({0}, approximate='tanh')", "jax.nn.gelu({0}, approximate=True)"),
        unary(&["silu", "swish"], entrywise!(|x| x[0] * sigmoid(x[0])), &["dx * sigmoid(x) * (1 + x * (1 - sigmoid(x)))"], "", "x * sigmoid(x)", "Y = silu(X)")
            .spelled("{0!} / (1 + np.exp(-{0!}))", "torch.nn.functional.silu({0})", "jax.nn.silu({0})"),
        unary(&["erf"], entrywise!(|x| x[0].error_function()), &["dx * 2 / sqrt(pi) * exp(-x**2)"], "", "the error function", "Y = erf(X)")
            .spelled("special.erf({0})", "erf", "jax.scipy.special.erf({0})"),
        function(&["maximum", "fmax"], "x, y", entrywise!(|x| larger(x[0], x[1])), &["dx * where(x == y, 1/2, x > y)", "dy * where(y == x, 1/2, y > x)"], "where both arguments of `maximum` are equal they share the gradient", "the larger of two, entry by entry", "Y = maximum(X, Z)"),
        function(&["minimum", "fmin"], "x, y", entrywise!(|x| -larger(-x[0], -x[1])), &["dx * where(x == y, 1/2, x < y)", "dy * where(y == x, 1/2, y < x)"], "where both arguments of `minimum` are equal they share the gradient", "the smaller of two, entry by entry", "Y = minimum(X, Z)"),
        function(&["where"], "c, x, y", entrywise!(|x| choose(x[0].is_zero(), x[2], x[1])), &["", "dx * (c != 0)", "dy * (c == 0)"], "", "the second argument where the mask holds, else the third", "Y = where(X > 0, X, 0)")
            .spelled("np.where({0&}, {1}, {2})", "torch.where({0&}, {1}, {2?})", "jnp.where({0&}, {1}, {2})"),
        function(&["clip", "clamp"], "x, min=None, max=None", entrywise!(|x| -larger(-larger(x[0], x[1]), -x[2])), &["dx * (x > min) * (x < max)", "dmin * (x <= min) * (min < max)", "dmax * ((x >= max) | (min >= max))"], "at the bounds the derivative of `clip` is taken as 0", "x, but not below `min` and not above `max`", "Y = clip(X, -1, 1)")
            .spelled("clip", "{0!}.clamp(min={1?}).clamp(max={2?})", "clip"),
        // a power whose exponent is no constant; constant exponents are a node of their own
        Entry {
            names: &["pow", "power", "float_power"], parameters: "x, y", family: Family::Elementwise, sentence: "x to the power y, entry by entry", example: "Y = X ** P",
            meaning: Meaning::Primitive(Primitive { spelling: Spelling::Infix("**"), differential: &["dx * y * x**(y - 1)", "dy * x**y * log(x)"], value: entrywise!(|x| x[0].powf(x[1])), units: Units::None, kink: "", build: overload("pow") }),
            python: None,
        },
        mask(&["greater", "gt"], "x, y", Spelling::Infix(">"), "Y = where(X > 0, X, 0)", entrywise!(|x| truth(x[1].less(x[0])))),
        mask(&["greater_equal", "ge"], "x, y", Spelling::Infix(">="), "Y = (X >= b) * X", entrywise!(|x| truth(x[1].at_most(x[0])))),
        mask(&["less", "lt"], "x, y", Spelling::Infix("<"), "Y = where(X < 0, X / 10, X)", entrywise!(|x| truth(x[0].less(x[1])))),
        mask(&["less_equal", "le"], "x, y", Spelling::Infix("<="), "Y = (X <= b) * X", entrywise!(|x| truth(x[0].at_most(x[1])))),
        mask(&["equal", "eq"], "x, y", Spelling::Infix("=="), "Y = X - (X == Z) * Z", entrywise!(|x| truth(x[0].equals(x[1])))),
        mask(&["not_equal", "ne"], "x, y", Spelling::Infix("!="), "Y = (X != 0) * X", entrywise!(|x| truth(x[0].equals(x[1]).map(|same| !same)))),
        mask(&["logical_and"], "x, y", Spelling::Infix("&"), "Y = where((X > -1) & (X < 1), X, 0)", entrywise!(|x| truth(both(x[0], x[1])))),
        mask(&["logical_or"], "x, y", Spelling::Infix("|"), "Y = where((X < -1) | (X > 1), X, 0)", entrywise!(|x| truth(either(x[0], x[1])))),
        mask(&["logical_not"], "x", Spelling::Prefix("~"), "Y = where(~(X > 0), X, 0)", entrywise!(|x| truth(x[0].is_zero()))),
        super::build::built(&["sqrt"], "x", Family::Elementwise, "the square root", "Y = sqrt(X)", |b, a| raised(b, a, Number::HALF)),
        super::build::built(&["square"], "x", Family::Elementwise, "x**2", "Y = square(X)", |b, a| raised(b, a, Number::integer(2))),
        super::build::built(&["reciprocal"], "x", Family::Elementwise, "1 / x", "Y = reciprocal(X)", |b, a| raised(b, a, Number::MINUS_ONE)),
        super::build::built(&["add", "plus"], "x, y", Family::Elementwise, "the sum, as `+`", "Y = add(X, Z)", |b, a| of_two(b, a, "x + y")),
        super::build::built(&["subtract", "sub", "minus"], "x, y", Family::Elementwise, "the difference, as `-`", "Y = subtract(X, Z)", |b, a| of_two(b, a, "x - y")),
        super::build::built(&["multiply", "mul", "times", "hadamard"], "x, y", Family::Elementwise, "the element-wise product, as `*`", "Y = multiply(X, Z)", |b, a| of_two(b, a, "x * y")),
        super::build::built(&["divide", "div", "true_divide", "rdivide"], "x, y", Family::Elementwise, "the element-wise quotient, as `/`", "Y = divide(X, Z)", |b, a| of_two(b, a, "x / y")),
        defined(&["negative", "neg", "uminus"], "x", Family::Elementwise, "-x", "Y = negative(X)", "-x"),
        defined(&["positive", "clone", "contiguous", "copy"], "x", Family::Elementwise, "x itself", "Y = positive(X)", "x"),
        defined(&["exp2"], "x", Family::Elementwise, "2**x", "Y = exp2(X)", "2**x"),
        defined(&["log2"], "x", Family::Elementwise, "the logarithm to base 2", "X: (n, d) positive; Y = log2(X)", "log(x) / log(2)"),
        defined(&["log10"], "x", Family::Elementwise, "the logarithm to base 10", "X: (n, d) positive; Y = log10(X)", "log(x) / log(10)"),
        defined(&["rsqrt"], "x", Family::Elementwise, "1 / sqrt(x)", "X: (n, d) positive; Y = rsqrt(X)", "1 / sqrt(x)"),
        super::build::built(&["hypot"], "x, y", Family::Elementwise, "sqrt(x**2 + y**2)", "Y = hypot(X, Z)", |b, a| of_two(b, a, "sqrt(x**2 + y**2)")),
        defined(&["logsigmoid", "log_sigmoid"], "x", Family::Elementwise, "log(sigmoid(x)), exact far below 0", "Y = logsigmoid(X)", "-softplus(-x)"),
        defined(&["logit"], "p", Family::Elementwise, "log(p / (1 - p)), the inverse of sigmoid", "P: (n, d) positive; Y = logit(P)", "log(p) - log1p(-p)"),
        defined(&["erfc"], "x", Family::Elementwise, "1 - erf(x)", "Y = erfc(X)", "1 - erf(x)"),
        defined(&["softsign", "soft_sign"], "x", Family::Elementwise, "x / (1 + abs(x))", "Y = softsign(X)", "x / (1 + abs(x))"),
        defined(&["relu6"], "x", Family::Elementwise, "x, but not below 0 and not above 6", "Y = relu6(X)", "clip(x, 0, 6)"),
        defined(&["hardtanh", "hard_tanh"], "x", Family::Elementwise, "x, but not below -1 and not above 1", "Y = hardtanh(X)", "clip(x, -1, 1)"),
        defined(&["mish"], "x", Family::Elementwise, "x * tanh(softplus(x))", "Y = mish(X)", "x * tanh(softplus(x))"),
        // Klambauer et al., "Self-Normalizing Neural Networks", 2017, equation 2
        defined(&["selu"], "x", Family::Elementwise, "elu, scaled so that mean and variance are kept", "Y = selu(X)", "1.0507009873554805 * elu(x, 1.6732632423543772)"),
        defined(&["celu"], "x, alpha=1", Family::Elementwise, "elu, smooth at 0 for every alpha: alpha * elu(x / alpha)", "Y = celu(X, 2)", "alpha * elu(x / alpha)"),
        defined(&["hardsigmoid", "hard_sigmoid"], "x", Family::Elementwise, "sigmoid in three straight pieces", "Y = hardsigmoid(X)", "clip(x / 6 + 1/2, 0, 1)"),
        defined(&["hardswish", "hard_swish", "hard_silu"], "x", Family::Elementwise, "x * hardsigmoid(x)", "Y = hardswish(X)", "x * clip(x / 6 + 1/2, 0, 1)"),
        defined(&["softshrink"], "x, lambd=0.5", Family::Elementwise, "x, nearer to 0 by lambd, 0 where it is as near", "Y = softshrink(X)", "sign(x) * relu(abs(x) - lambd)"),
        defined(&["hardshrink"], "x, lambd=0.5", Family::Elementwise, "x where it is farther from 0 than lambd, else 0", "Y = hardshrink(X)", "x * (abs(x) > lambd)"),
        defined(&["tanhshrink"], "x", Family::Elementwise, "x - tanh(x)", "Y = tanhshrink(X)", "x - tanh(x)"),
        defined(&["radians", "deg2rad"], "x", Family::Elementwise, "degrees in radians", "Y = sin(radians(X))", "x * pi / 180"),
        defined(&["degrees", "rad2deg"], "x", Family::Elementwise, "radians in degrees", "Y = degrees(atan(X))", "x * 180 / pi"),
        defined(&["clamp_min"], "x, min", Family::Elementwise, "x, but not below `min`", "Y = clamp_min(X, 0)", "clip(x, min, None)"),
        defined(&["clamp_max"], "x, max", Family::Elementwise, "x, but not above `max`", "Y = clamp_max(X, 1)", "clip(x, None, max)"),
        defined(&["masked_fill"], "x, mask, value", Family::Elementwise, "x, but `value` where the mask holds", "Y = masked_fill(X, X > 1, 0)", "where(mask, value, x)"),
        defined(&["lerp"], "x, y, weight", Family::Elementwise, "on the way from x to y, `weight` of it gone", "Y = lerp(X, Z, 1/4)", "x + weight * (y - x)"),
        defined(&["addcmul"], "x, y, z, value=1", Family::Elementwise, "x + value * y * z", "Y = addcmul(X, Z, Z, value=1/2)", "x + value * y * z"),
        defined(&["addcdiv"], "x, y, z, value=1", Family::Elementwise, "x + value * y / z", "Y = addcdiv(X, Z, 1 + Z**2)", "x + value * y / z"),
        super::build::built(&["xlogy"], "x, y", Family::Elementwise, "x * log(y)", "Y = xlogy(X, exp(Z))", |b, a| of_two(b, a, "x * log(y)")),
    ]
}

/// An expression over two arrays that broadcast.
pub(super) fn of_two(b: &mut Builder, a: &Arguments, text: &'static str) -> Result<Value, Fault> {
    let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
    b.broadcastable(x, y, a.spans[0], a.spans[1])?;
    b.expression(text, &[("x", Value::Array(x)), ("y", Value::Array(y))], a.span)
}

/// What a function makes of arguments that are more than operands.
fn overload(name: &str) -> Option<Overload> {
    match name {
        "pow" => Some(literal_power),
        "clip" => Some(one_bound),
        "gelu" => Some(gelu),
        "softplus" => Some(sharpened),
        _ => None,
    }
}

/// A literal exponent is a node of its own.
fn literal_power(b: &mut Builder, a: &Arguments) -> Result<Option<Value>, Fault> {
    let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
    b.arena().as_number(y).map(|exponent| b.power_of(x, exponent)).transpose()
}

/// `clip` with one bound is `maximum` or `minimum`.
fn one_bound(b: &mut Builder, a: &Arguments) -> Result<Option<Value>, Fault> {
    let (of_two, place) = match (a.given(1), a.given(2)) {
        (true, true) => return Ok(None),
        (true, false) => ("maximum(x, y)", 1),
        (false, true) => ("minimum(x, y)", 2),
        (false, false) => return Err(a.wrong(a.span, format!("`{}` wants a bound, `min` or `max` or both", a.name))),
    };
    let (x, y) = (a.array(b, 0)?, a.array(b, place)?);
    b.broadcastable(x, y, a.spans[0], a.spans[place])?;
    b.expression(of_two, &[("x", Value::Array(x)), ("y", Value::Array(y))], a.span).map(Some)
}

/// By erf, or by tanh where the argument or the library says so.
fn gelu(b: &mut Builder, a: &Arguments) -> Result<Option<Value>, Fault> {
    let x = a.array(b, 0)?;
    let approximate = match &a.values[1] {
        Some(Value::Text(text)) if &**text == "tanh" => true,
        Some(Value::Boolean(truth)) => *truth,
        Some(Value::Text(text)) if &**text == "none" => false,
        Some(_) => return Err(a.wrong(a.spans[1], "`approximate` is 'none' or 'tanh'".into())),
        // `nn` with a `gelu` in it is JAX's or Flax's
        None if a.library.starts_with("jax") || a.library == "nn" => {
            let title = format!("`{}.{}` is the approximation with tanh", a.library, a.name);
            b.notices.push((a.span, title, "`gelu` by itself is the form with erf; `approximate='none'` or `'tanh'` says which".into()));
            true
        }
        None => false,
    };
    let name = if approximate { "gelu_tanh" } else { "gelu" };
    Ok(super::find(name).map(|function| Value::Array(b.node(Op::Apply(function), &[x]))))
}

/// PyTorch's `beta`.
fn sharpened(b: &mut Builder, a: &Arguments) -> Result<Option<Value>, Fault> {
    let x = a.array(b, 0)?;
    if a.given(1) {
        let beta = a.array(b, 1)?;
        return b.expression("softplus(beta * x) / beta", &[("x", Value::Array(x)), ("beta", Value::Array(beta))], a.span).map(Some);
    }
    Ok(Some(Value::Array(b.node(Op::Apply(a.function), &[x]))))
}

#[cfg(test)]
mod tests {
    use crate::real::Real;

    #[test]
    fn constants_agree_with_libm() {
        assert!((0.5f64.error_function() - 0.520_499_877_813_046_5).abs() < 1e-15);
    }
}
