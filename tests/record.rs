//! The JSON object: it is what its schema says, and its formulas read again.

use pullback::answer::{self, Higher, Options, answer, hessian, jacobian};
use pullback::record::{Record, derivatives, failure, record, shapes};
use pullback::syntax::Dialect;
use serde_json::Value;

const PROGRAMS: &[&str] = &[
    "Y = X @ W",
    "X: (d,); W: (d, m); Y = X @ W",
    "Z = X @ W + b",
    "H = tanh(X @ W1 + b1); Y = H @ W2 + b2",
    "A = relu(X @ U); B = A * A; f = sum(B @ V)",
    "f = mean((X @ w - y)**2)",
    "X: (b, n, d); W: (d, m); Y = X @ W",
    "Y = A @ B @ C",
    "X: (n, d) const; Y = X @ W",
    "y = exp(x) / sum(exp(x))",
    "X: (2, 3); Y = X @ W",
    "λ = 3; Y = λ * X",
    "Y = lambda * X",
    "X: (n, _); W: (d, m); Y = X @ W",
    "Y = X.T @ W",
    "P: (b, i, j); Q: (b, j, k); Y = einsum('bij,bjk->bik', P, Q)",
    "X: (n, d); unused: (d,); Y = X * 2",
    "Y = X @ W; Z = X * 2",
    "f = sum(X) / 3",
    "f = x @ A @ x",
    "X: (n, n); W: (n, n); Y = X @ W @ X",
    "f = trace(A.T @ B)",
    "w: (h*k,); X: (n, h*k); y = X @ w",
    "X: (n, d); Y = where(X > 0, X, 0) / sqrt(d)",
    "X: (n, d); i: (k,); Y = X[i, 1:]",
    "X: (n, 2*k); A, B = split(X, 2, axis=1); Y = A * B",
];

const WRONG: &[&str] = &[
    "X: (n, d); W: (m, d); Y = X @ W",
    "Y = frobnicate(X)",
    "Y = X @ 2",
    "Y = X @",
    "X: (n, d); Y = X[X > 0]",
    "X: (n, d)",
    "Y = X; Y = W",
    "Y = log(-exp(X))",
    "",
];

fn schema() -> jsonschema::Validator {
    let text = include_str!("../schema/pullback-v1.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    jsonschema::validator_for(&schema).expect("the schema compiles")
}

fn holds(schema: &jsonschema::Validator, record: &Record) -> Value {
    let value: Value = serde_json::from_str(&record.json()).expect("an object");
    let faults: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{}: {faults:#?}", record.program);
    value
}

#[test]
fn right_programs_are_described() {
    let schema = schema();
    for program in PROGRAMS {
        for unchecked in [false, true] {
            let mut found = answer(program, &Options { unchecked, ..Options::default() }).unwrap_or_else(|e| panic!("{program}: {e:?}"));
            let value = holds(&schema, &record(&mut found));
            assert_eq!(value["check"].is_null(), unchecked, "{program}");
        }
        let mut model = answer::shapes(program).expect(program);
        holds(&schema, &shapes(program, &mut model));
    }
}

/// Jacobians, Hessians, third derivatives and actions on directions; each expression reads again, each shape has the axes of all.
#[test]
fn derivatives_are_described() {
    let schema = schema();
    let higher = Higher { along: Some("v".into()), order: 3, ..Higher::default() };
    let (mut seen, mut matrices) = (0, 0);
    for dialect in [Dialect::Numpy, Dialect::Matlab] {
        for program in
            ["Y = X @ W", "y = softmax(x)", "f = x @ A @ x", "A: (n, n); f = logdet(A)", "f = norm2(A*x - y)^2", "x'*A*x", "A*exp(x)"]
        {
            let options = Options { dialect, ..Options::default() };
            for derive in [jacobian, hessian] {
                let Ok(found) = derive(program, &options, &higher) else { continue };
                let record = derivatives(&found);
                let value = holds(&schema, &record);
                let all = value["derivatives"].as_array().expect(program);
                assert!(!all.is_empty() && value["check"]["passed"] == true, "{program}");
                for one in all {
                    let rank = |name: &Value| {
                        let symbols = value["symbols"].as_array().expect("symbols");
                        symbols.iter().find(|s| &s["name"] == name).map_or(0, |s| s["shape"].as_array().expect("a shape").len())
                    };
                    let of = if found.second { 0 } else { found.derivation.arena().info(found.derivation.model.output).shape.len() };
                    let axes: usize = one["wrt"].as_array().expect("names").iter().map(rank).sum();
                    assert_eq!(one["shape"].as_array().map(Vec::len), Some(of + axes), "{program}: {one}");
                    assert!(pullback::syntax::parse_expression(one["expr"].as_str().expect("text")).is_ok(), "{program}: {one}");
                    matrices += usize::from(one["matrix"].is_string());
                }
                assert!(!record.along.is_empty() && record.along.iter().all(|a| !a.directions.0.is_empty()), "{program}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 12 && matrices >= 3, "{seen} {matrices}");
    let found = jacobian("Y = X @ W", &Options::default(), &Higher::default()).expect("it is derived");
    let good: Value = serde_json::from_str(&derivatives(&found).json()).expect("an object");
    for (place, wrong) in
        [("/derivatives/0/wrt", Value::Array(vec![])), ("/derivatives/0/expr", Value::from("")), ("/derivatives", Value::from(1))]
    {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect(place) = wrong;
        assert!(!schema.is_valid(&bad), "{place}");
    }
}

#[test]
fn wrong_programs_are_described() {
    let schema = schema();
    for program in WRONG {
        let wrong = answer(program, &Options::default()).expect_err(program);
        let value = holds(&schema, &failure(program, Dialect::Numpy, &wrong));
        assert_ne!(value["diagnostics"].as_array().map(Vec::len), Some(0), "{program}");
    }
}

#[test]
fn the_schema_refuses() {
    let schema = schema();
    let mut found = answer("Y = X @ W", &Options::default()).unwrap();
    let good: Value = serde_json::from_str(&record(&mut found).json()).unwrap();
    for (place, wrong) in [
        ("/version", Value::from(2)),
        ("/gradients/X/flops", Value::from(4)),
        ("/gradients/X/arrangements/0/why", Value::from("")),
        ("/check/passed", Value::from(false)),
        ("/symbols/0/kind", Value::from("thing")),
        ("/symbols/0/shape/0", Value::from("?")),
        ("/output", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect(place) = wrong;
        assert!(!schema.is_valid(&bad), "{place}");
    }
}

/// Every formula of the object is a statement of a program in which the gradients it refers to are inputs.
#[test]
fn formulas_read_again() {
    for program in PROGRAMS {
        let mut found = answer(program, &Options::default()).expect(program);
        let record = record(&mut found);
        let formulas = record.gradients.0.iter().map(|(_, g)| &g.expr).chain(record.intermediates.0.iter().map(|(_, g)| &g.expr));
        for expr in formulas {
            assert!(expr.is_ascii() || !program.is_ascii(), "{program}: {expr}");
            assert!(pullback::syntax::parse_expression(expr).is_ok(), "{program}: {expr}");
        }
    }
}

/// What a formula refers to is there: inputs, assigned variables, the upstream gradient, or an entry of `intermediates`.
#[test]
fn formulas_refer_to_what_is_there() {
    for program in PROGRAMS {
        let mut found = answer(program, &Options::default()).expect(program);
        let record = record(&mut found);
        let output = record.output.as_ref().unwrap();
        for (name, gradient) in &record.gradients.0 {
            for other in &record.symbols {
                let refers = gradient.expr.contains(&format!("d{}/d{} ", output.objective, other.name));
                let given = other.name == output.name || record.intermediates.get(&other.name).is_some();
                assert!(!refers || given, "{program}: {name} needs {}", other.name);
            }
        }
    }
}

#[test]
fn a_deep_network_names_its_intermediates() {
    let mut program = String::from("A0 = X\n");
    for k in 1..=40 {
        program.push_str(&format!("A{k} = tanh(A{} @ W{k} + b{k})\n", k - 1));
    }
    let mut found = answer(&program, &Options { unchecked: true, unexplained: true, ..Options::default() }).unwrap();
    let record = record(&mut found);
    assert!(record.gradients.get("X").unwrap().expr.contains("dL/d"));
    assert!(!record.intermediates.0.is_empty());
    assert!(record.intermediates.get("A40").is_none(), "the upstream gradient is given");
    assert!(record.json().len() < 200 * program.len());
}

#[test]
fn order_is_that_of_appearance() {
    let mut found = answer("Z = b + X @ W", &Options::default()).unwrap();
    let text = record(&mut found).json();
    let at = |name: &str| text.find(&format!("\n    \"{name}\": {{")).unwrap();
    assert!(at("b") < at("X") && at("X") < at("W"));
}

#[test]
fn steps_and_arrangements() {
    let mut found = answer("Y = X @ W", &Options::default()).unwrap();
    let record = record(&mut found);
    let gradient = record.gradients.get("W").unwrap();
    let kinds: Vec<&str> = gradient.steps.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, ["differential", "transposition", "components"]);
    assert_eq!(gradient.steps[1].before, "dL = sum(dL/dY * (X @ dW))");
    assert_eq!(gradient.steps[2].after, "dL/dW[k,j] = sum_i X[i,k] dL/dY[i,j]");
    assert_eq!(gradient.arrangements.iter().filter(|a| a.fits).map(|a| a.expr.as_str()).collect::<Vec<_>>(), ["X.T @ dL/dY"]);
    assert!(!gradient.reading.is_empty());
}

#[test]
fn gradients_that_resemble_each_other_are_both_whole() {
    let mut found = answer("f = sum(A) + sum(B)", &Options::default()).unwrap();
    let record = record(&mut found);
    assert!(record.gradients.0.iter().all(|(_, g)| !g.steps.is_empty()));
}

#[test]
fn names_for_readers_stay_with_readers() {
    let program = "Q, K: (t, k); P: (t, m); Y = attention(Q, K, P)";
    let mut found = answer(program, &Options::default()).expect(program);
    let names: Vec<String> = found.derivation.names.iter().map(|(_, name)| name.clone()).collect();
    assert!(names.len() > 1 && !names.contains(&"P".to_string()), "{names:?}");
    let value = record(&mut found);
    for (_, gradient) in &value.gradients.0 {
        let named =
            names.iter().any(|name| gradient.expr.starts_with(&format!("{name} @")) || gradient.expr.starts_with(&format!("{name}.T")));
        assert!(!named, "{}", gradient.expr);
    }
    let page = pullback::page::explain(&found, pullback::page::Parts::BRIEF);
    let style = pullback::render::terminal::Style { width: 100, charset: pullback::formula::Charset::Unicode, color: false };
    let text = pullback::render::terminal::render(&page, &style);
    assert!(text.contains(&format!("where {} = softmax(Q @ Kᵀ / sqrt(k))", names[0])), "{text}");
}
