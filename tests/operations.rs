//! The table of operations as `pullback ops` shows it.

use pullback::formula::Charset;
use pullback::ops::{Entry, Meaning, Stated, entries};
use pullback::page::{operation, operations};
use pullback::record;
use pullback::render::terminal::{Style, render};
use serde_json::Value;

const STYLE: Style = Style { width: 100, charset: Charset::Unicode, color: false };

fn page(entry: &Entry) -> String {
    render(&operation(entry), &STYLE)
}

#[test]
fn every_operation_stands_in_the_table_and_what_is_planned_apart() {
    let table = render(&operations(), &STYLE);
    let (working, planned) = table.split_once("no rule yet").unwrap_or((&table, ""));
    for entry in entries() {
        let name = entry.sign().unwrap_or(entry.names[0]);
        let shown = |part: &str| part.split_whitespace().any(|word| word == name);
        assert_eq!((shown(working), shown(planned)), (entry.stated() != Stated::Planned, entry.stated() == Stated::Planned), "{name}");
    }
    assert!(table.lines().count() <= 40, "{} lines are more than a screen", table.lines().count());
}

#[test]
fn every_page_shows_what_the_tool_makes_of_its_example() {
    for entry in entries() {
        let (page, name) = (page(entry), entry.names[0]);
        let plain = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&entry.sentence.split_whitespace().collect::<Vec<_>>().join(" ")), "{name}: {page}");
        assert!(entry.aliases().iter().all(|alias| plain.contains(alias)), "{name}: {page}");
        match entry.stated() {
            Stated::Planned => assert!(page.contains("yet to come"), "{name}: {page}"),
            Stated::Composed => assert!(page.contains(" changes") && page.contains("agrees with"), "{name}: {page}"),
            Stated::Differential { lines, transposes, kink } => {
                let lines = lines.into_iter().chain(transposes.into_iter().map(|(_, text)| text)).collect::<Vec<_>>();
                assert!(lines.iter().all(|line| plain.contains(line)) && plain.contains(kink), "{name}: {page}");
                assert!(plain.matches(kink).count() == 1 || kink.is_empty(), "{name} says twice: {page}");
                assert!(page.contains("agrees with"), "{name}: {page}");
            }
        }
    }
}

#[test]
fn the_table_for_other_programs() {
    let value: Value = serde_json::from_str(&record::operations(entries())).expect("an object");
    let schema: Value = serde_json::from_str(include_str!("../schema/pullback-ops-v1.schema.json")).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    assert!(jsonschema::validator_for(&schema).expect("it compiles").is_valid(&value));
    let list = value["operations"].as_array().expect("a list");
    assert_eq!((value["version"].as_u64(), list.len()), (Some(1), entries().len()));
    for (entry, found) in entries().iter().zip(list) {
        assert_eq!(found["names"][0], entry.names[0]);
        assert_eq!(found["planned"], entry.stated() == Stated::Planned);
        assert_eq!(found["example"] == "", entry.stated() == Stated::Planned);
    }
}

/// What is said below the gradients of a program.
fn remarks(program: &str) -> String {
    let answer = pullback::answer::answer(program, &Default::default()).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"));
    let style = pullback::render::terminal::Style { width: 200, charset: pullback::formula::Charset::Unicode, color: false };
    pullback::render::terminal::render(&pullback::page::explain(&answer, pullback::page::Parts::BRIEF), &style)
}

#[test]
fn a_remark_is_made_where_its_operand_can_be_there() {
    const WORDS: [&str; 12] = [
        "`log` has",
        "root or another",
        "divisor is 0",
        "at 0 `norm`",
        "`relu`",
        "`abs`",
        "`std`",
        "`maximum`",
        "`clip`",
        "are the largest",
        "singular",
        "`atan2`",
    ];
    for (program, said) in [
        ("y = log(x)", &["`log` has"][..]),
        ("x: (n,) positive; y = log(x) + sqrt(x) + 1 / x + abs(x) + relu(x)", &[]),
        ("y = log(1 + exp(x)) + sqrt(1 + x**2) + 1 / cosh(x)", &[]),
        ("y = sqrt(x)", &["root or another"]),
        ("y = hypot(x, z)", &["root or another"]),
        ("y = x / z", &["divisor is 0"]),
        ("y = exp(x) / sum(exp(x))", &[]),
        ("y = where(x > 0, log(x), 0)", &[]),
        ("y = where(x >= 0, log(x), 0)", &["`log` has"]),
        ("y = where(x > 0, x, log(-x))", &["`log` has"]),
        ("y = where(x < 0, log(-x), sqrt(1 + x))", &[]),
        ("x: (1,); y = std(x)", &[]),
        ("x: (n,); y = std(x)", &["`std`"]),
        ("x: (n, 1); y = max(x, axis=1)", &[]),
        ("x: (n,) distinct; y = max(x)", &[]),
        ("y = relu(exp(x)) + maximum(sigmoid(x), 0) + clip(tanh(x), -1, 1)", &[]),
        ("y = relu(x)", &["`relu`"]),
        ("y = clip(sigmoid(x), 0, 1/2)", &["`clip`"]),
        ("y = norm(x) + norm(2 + cosh(x))", &["at 0 `norm`"]),
        ("A: (n, n); y = det(A)", &["singular"]),
        ("A: (n, n) posdef; y = logdet(A) + det(A)", &[]),
        ("y = atan2(x, z)", &["`atan2`"]),
        ("y = atan2(x, exp(z))", &[]),
        ("X: (n, d); Y = layer_norm(X) + softmax(X) + log_softmax(X)", &[]),
    ] {
        let told = remarks(program);
        let found: Vec<&str> = WORDS.into_iter().filter(|word| told.contains(word)).collect();
        assert_eq!(found, said, "{program}: {told}");
    }
}

#[test]
fn values_are_where_the_table_says() {
    use pullback::numeric::Evaluator;
    use pullback::ops::Range;
    let draws: Vec<f64> = (-40..=40).map(|k| f64::from(k) / 8.0).collect();
    let mut count = 0;
    for (place, entry) in pullback::ops::entries().iter().enumerate() {
        let Meaning::Primitive(primitive) = &entry.meaning else { continue };
        let function = pullback::ops::Function(place as u16);
        let operands = primitive.differential.len();
        let mut arena = pullback::expr::Arena::default();
        for (at, &x) in draws.iter().enumerate() {
            // other operands in another order
            let given: Vec<f64> = (0..operands).map(|k| if k == 0 { x } else { draws[(at * (7 + 4 * k)) % draws.len()] }).collect();
            let number = |x: f64| pullback::expr::Number::parse(&x.abs().to_string()).map(|n| if x < 0.0 { n.negated() } else { n });
            let args: pullback::expr::Args = given.iter().map(|&x| arena.number(number(x).expect("a number"))).collect();
            let call = arena.intern(pullback::expr::Op::Apply(function), args);
            let lengths = Default::default();
            let value = Evaluator::new(&arena, &lengths).value::<f64>(&arena.reachable(&[call]), &Default::default());
            let Some(value) = value.and_then(|value| value.iter().next().copied()) else { continue };
            let range = function.real().range(&given.iter().map(|&x| Range::of(x)).collect::<Vec<_>>());
            assert!(!range.total || value.is_finite(), "{}{given:?} is {value}, said to be finite", entry.names[0]);
            // rounding may reach a bound that is left out
            let within = value >= range.low && value <= range.high;
            assert!(!value.is_finite() || within, "{}{given:?} = {value} is not in {range:?}", entry.names[0]);
            count += 1;
        }
    }
    assert!(count > 2_000, "{count} values");
}
