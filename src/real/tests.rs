//! Balls against a library of arbitrary precision: what it computes lies in them, and they are small.

use super::Ball;
use dashu_float::{FBig, round::mode::HalfEven};

type Wide = FBig<HalfEven, 2>;

fn wide(value: f64) -> Wide {
    Wide::try_from(value).expect("finite").with_precision(320).value()
}

/// Floats of many sizes, the same in each run.
fn numbers() -> impl Iterator<Item = f64> {
    let mut state = 1u64;
    (0..400).map(move |k| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mantissa = (state >> 11) as f64 / (1u64 << 53) as f64 + 0.5;
        let sign = if state & 1024 == 0 { 1.0 } else { -1.0 };
        sign * mantissa * 2f64.powi(k % 24 - 16)
    })
}

/// That the ball contains the number, and how many digits of it are known.
fn digits(ball: Ball, right: &Wide, what: &str) -> f64 {
    let Ball::Finite { negative, mantissa, exponent, error } = ball else { panic!("{what}: {ball:?} for {right}") };
    let middle = Wide::from_parts(if negative { -1 } else { 1 } * dashu_int::IBig::from(mantissa), exponent as isize);
    let off = (middle - right).with_precision(64).value();
    let off = if off < Wide::ZERO { -off } else { off };
    let unit = Wide::from_parts(1.into(), exponent as isize);
    let off = (off / unit).to_f64().value();
    assert!(off <= error + 1e-9, "{what}: {off} units off, {error} allowed");
    128.0 - (error + 1.0).log2()
}

#[test]
fn functions_contain_what_a_library_computes() {
    type Pair = (&'static str, fn(Ball) -> Ball, fn(&Wide) -> Wide, fn(f64) -> bool);
    let all: [Pair; 17] = [
        ("exp", Ball::exp, Wide::exp, |_| true),
        ("exp_m1", Ball::exp_m1, Wide::exp_m1, |_| true),
        ("ln", Ball::ln, Wide::ln, |x| x > 0.0),
        ("ln_1p", Ball::ln_1p, Wide::ln_1p, |x| x > -1.0),
        ("sqrt", Ball::sqrt, Wide::sqrt, |x| x > 0.0),
        ("sin", Ball::sin, Wide::sin, |_| true),
        ("cos", Ball::cos, Wide::cos, |_| true),
        ("tan", Ball::tan, Wide::tan, |_| true),
        ("atan", Ball::atan, Wide::atan, |_| true),
        ("asin", Ball::asin, Wide::asin, |x| x.abs() < 1.0),
        ("acos", Ball::acos, Wide::acos, |x| x.abs() < 1.0),
        ("sinh", Ball::sinh, Wide::sinh, |_| true),
        ("cosh", Ball::cosh, Wide::cosh, |_| true),
        ("tanh", Ball::tanh, Wide::tanh, |_| true),
        ("asinh", Ball::asinh, Wide::asinh, |_| true),
        ("acosh", Ball::acosh, Wide::acosh, |x| x > 1.0),
        ("atanh", Ball::atanh, Wide::atanh, |x| x.abs() < 1.0),
    ];
    for (name, ours, theirs, defined) in all {
        let mut least = 128.0f64;
        for x in numbers().filter(|x| defined(*x)).step_by(3) {
            least = least.min(digits(ours(Ball::from(x)), &theirs(&wide(x)), &format!("{name}({x})")));
        }
        assert!(least > 90.0, "{name}: only {least} digits are known");
    }
}

#[test]
fn arithmetic_contains_what_a_library_computes() {
    let pairs: Vec<(f64, f64)> = numbers().zip(numbers().skip(57)).collect();
    for (x, y) in pairs {
        let (a, b) = (Ball::from(x).exp(), Ball::from(y) / 3.0);
        let (c, d) = (wide(x).exp(), wide(y) / wide(3.0));
        digits(a + b, &(&c + &d), "sum");
        digits(a - b, &(&c - &d), "difference");
        digits(a * b, &(&c * &d), "product");
        digits(a / b, &(&c / &d), "quotient");
        digits(a.over(7), &(&c / &wide(7.0)), "seventh");
        digits(a.powi(5), &c.powi(5.into()), "fifth power");
        digits(a.cbrt(), &c.nth_root(3), "cube root");
    }
}

#[test]
fn what_is_exact_stays_exact() {
    let exact = |ball: Ball, value: f64| assert!(ball.is_exact() && ball.to_f64() == value, "{ball:?} is not {value}");
    exact(Ball::from(6.0) / 3.0, 2.0);
    exact(Ball::from(3.0) / 6.0 + 0.5, 1.0);
    exact(Ball::from(1e20) + 1.0 - 1e20, 1.0);
    exact(Ball::from(49.0 / 64.0).sqrt(), 7.0 / 8.0);
    exact(Ball::from(27.0).cbrt(), 3.0);
    exact(Ball::from(-3.0).powi(3), -27.0);
    exact(Ball::from(0.0).exp(), 1.0);
    exact(Ball::ratio(1, 8), 0.125);
    exact(Ball::from(5e-324), 5e-324);
    assert!(!(Ball::from(1.0) / 3.0).is_exact());
}

#[test]
fn what_has_no_value_says_so() {
    use super::Unknown::{Undecided, Undefined};
    assert_eq!((Ball::from(1.0) / 0.0).unknown(), Some(Undefined));
    assert_eq!(Ball::from(-1.0).ln().unknown(), Some(Undefined));
    assert_eq!(Ball::from(-1.0).sqrt().unknown(), Some(Undefined));
    assert_eq!(Ball::from(-2.0).powf(Ball::from(0.5)).unknown(), Some(Undefined));
    // a third of three less one: zero, as far as is known
    let nothing = Ball::from(1.0) / 3.0 * 3.0 - 1.0;
    assert_eq!((Ball::from(1.0) / nothing).unknown(), Some(Undecided));
    assert!(nothing.less(Ball::ZERO).is_err());
    assert!(Ball::from(1.0).less(Ball::from(2.0)).is_ok_and(|less| less));
}

#[test]
fn the_error_function() {
    // Abramowitz & Stegun, table 7.1, and beyond its end
    for (x, right) in
        [(0.5, 0.520_499_877_813_046_5), (1.0, 0.842_700_792_949_714_9), (2.0, 0.995_322_265_018_952_7), (4.0, 0.999_999_984_582_742_1)]
    {
        assert!((Ball::from(x).erf().to_f64() - right).abs() < 1e-15 && (Ball::from(-x).erf().to_f64() + right).abs() < 1e-15);
    }
    assert!(Ball::from(20.0).erf().less(Ball::from(1.0)).is_err());
}
