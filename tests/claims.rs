//! What becomes of claims, and that everything said beside the verdict is true.

use pullback::claim::{Judged, Judgement, Options, Verdict, judge, mistakes};
use pullback::record;
use pullback::syntax::Dialect;

const CASES: &str = include_str!("claims/verdicts.txt");

fn judged(program: &str, claim: &str) -> Judged {
    judge(&format!("{program}\n{claim}"), &Options::default()).unwrap_or_else(|e| panic!("{program} | {claim}: {e:?}"))
}

fn cases() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(" | ").map(str::trim).collect())
}

/// Every claim that was found to be meant is right itself, and every witness tells the two apart.
fn is_true(program: &str, claim: &str, judgement: &Judgement) {
    let left = claim.split_once('=').expect("a claim").0;
    for cause in &judgement.causes {
        if let Some(patch) = &cause.patch {
            let again = judged(program, &format!("{left} = {patch}"));
            assert!(again.all_hold(), "{program} | {claim}: {} says {patch}", cause.mistake.name);
        }
    }
    if let Some(witness) = &judgement.witness {
        assert!((witness.claimed - witness.right).abs() > 1e-6, "{program} | {claim}");
        assert!((witness.difference - witness.right).abs() < 1e-3 * witness.right.abs().max(1.0), "{program} | {claim}");
    }
}

#[test]
fn verdicts() {
    let mut count = 0;
    for case in cases() {
        let (program, claim) = (case[0], case[1]);
        let judged = judged(program, claim);
        let judgement = &judged.judgements[0];
        assert_eq!(judgement.verdict.name(), case[2], "{program} | {claim}");
        if let Some(mistake) = case.get(3) {
            let found: Vec<&str> = judgement.causes.iter().map(|cause| cause.mistake.name).collect();
            assert!(found.contains(mistake), "{program} | {claim}: {found:?}");
        }
        is_true(program, claim, judgement);
        let valued = matches!(judgement.verdict, Verdict::WrongValue);
        assert!(!valued || judgement.witness.is_some(), "{program} | {claim} has no witness");
        count += 1;
    }
    assert!(count > 50, "the cases were read");
}

#[test]
fn mistakes_are_found_in_their_examples() {
    let mut wrong = String::new();
    for mistake in mistakes() {
        let judged = judged(mistake.program, mistake.claim);
        let judgement = &judged.judgements[0];
        let found: Vec<&str> = judgement.causes.iter().map(|cause| cause.mistake.name).collect();
        if judgement.holds(false) || !found.contains(&mistake.name) {
            wrong += &format!("{}: {} | {}: {found:?}\n", mistake.name, mistake.program, mistake.claim);
        }
        is_true(mistake.program, mistake.claim, judgement);
    }
    assert!(wrong.is_empty(), "{wrong}");
    let mut names: Vec<&str> = mistakes().map(|mistake| mistake.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), mistakes().count(), "a name stands for one mistake");
}

#[test]
fn several_claims_stand_beside_each_other() {
    let judged = judge("Z = X @ W\nclaim dL/dZ = dL/dA * (1 - A**2)\nA = tanh(Z)\ndL/dW = X.T @ dL/dZ", &Options::default()).unwrap();
    assert_eq!(judged.judgements.len(), 2);
    assert!(judged.all_hold());
}

#[test]
fn numerator_layout_is_accepted_where_it_is_asked_for() {
    let source = "X: (n, m); A: (m, n); f = tr(X @ A); df/dX = A";
    let options = Options { numerator: true, ..Options::default() };
    assert!(judge(source, &options).unwrap().all_hold());
    assert!(!judge(source, &Options::default()).unwrap().all_hold());
}

#[test]
fn what_no_claim_is_about_is_said() {
    let code = |source: &str| judge(source, &Options::default()).unwrap_err()[0].code;
    assert_eq!(code("Y = X @ W"), "E0211");
    assert_eq!(code("Y = X @ W; dL/dV = dL/dY"), "E0209");
    assert_eq!(code("Y = X @ W; dL/dX = dL/dY @ V.T"), "E0209");
    assert_eq!(code("Y = X @ W; dL/dX = 2 * dL/dX"), "E0210");
}

#[test]
fn records_are_what_their_schema_says() {
    let text = include_str!("../schema/pullback-claims-v1.schema.json");
    let schema: serde_json::Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    let schema = jsonschema::validator_for(&schema).expect("it compiles");
    for case in cases() {
        let value = serde_json::from_str(&record::claims(&judged(case[0], case[1])).json()).expect("JSON");
        let faults: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{case:?}: {faults:?}");
    }
}

#[test]
fn what_is_one_by_one_is_a_scalar_in_a_claim_too() {
    let options = Options { dialect: Dialect::Matlab, ..Options::default() };
    let judged = |claim: &str| judge(&format!("x'*A*x + c*sin(y)'*x\n{claim}"), &options).expect("it is judged");
    assert!(judged("dY/dc = sin(y)'*x").all_hold());
    assert!(judged("dY/dx = (A + A')*x + c*sin(y)").all_hold());
    let wrong = judged("dY/dc = 2*sin(y)'*x");
    assert_eq!(wrong.judgements[0].verdict.name(), "wrong value");
}
