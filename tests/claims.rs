//! What becomes of claims, and that everything said beside the verdict is true.

use pullback::claim::{Cause, Judged, Judgement, Options, Subject, Verdict, judge, mistakes};
use pullback::numeric::same;
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
        assert!(witness.claimed.is_none_or(|claimed| claimed != witness.right), "{program} | {claim}");
        let inside = !matches!(judgement.verdict, Verdict::Except(_));
        assert_eq!(witness.difference.is_some(), inside, "{program} | {claim}");
        assert!(
            witness.difference.is_none_or(|d| (d - witness.right).abs() <= 1e-6 * witness.right.abs().max(1e-6)),
            "{program} | {claim}"
        );
    }
}

/// How it is shown that a claim makes a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// Deriving with it gives the claim's value, at every draw.
    Derived,
    /// The claim without it is the gradient, judged anew.
    Mended,
    /// For the program that is named the claim is right, judged anew.
    Elsewhere,
    /// It is told beside another one, which mends the claim together with it.
    Beside,
    /// It is told of what the entries of a Jacobian, or of equal lengths, show.
    Compared,
}

/// That a claim makes the mistake that is named; a mistake of which that cannot be shown is a fault.
fn shown(program: &str, claim: &str, judged: &Judged, judgement: &Judgement, cause: &Cause) -> Option<Shown> {
    let case = &judged.cases[judgement.case];
    let gradient = matches!(judgement.subject, Subject::Gradient(_));
    if let (Some(derived), Some(claimed), true) = (cause.derived, judgement.claimed, gradient) {
        let arena = case.derivation.arena();
        let values = case.samples.iter().map(|sample| sample.value(arena, derived).zip(sample.value(arena, claimed)));
        return values.into_iter().all(|both| both.is_some_and(|(one, two)| same(&one, &two))).then_some(Shown::Derived);
    }
    let left = claim.split_once('=')?.0;
    let mends = |cause: &Cause| cause.patch.as_ref().is_some_and(|patch| judge_again(program, &format!("{left} = {patch}")));
    if cause.patch.is_some() {
        return mends(cause).then_some(Shown::Mended);
    }
    if let Some(told) = cause.detail.strip_prefix("the claim is right for ") {
        let (lines, shapes) = told.split_once(", with ")?;
        return judge_again(&other(program, case, lines, shapes), claim).then_some(Shown::Elsewhere);
    }
    let beside = judgement.causes.iter().any(|other| other.mistake.name == "a factor besides" && mends(other));
    if beside {
        return Some(Shown::Beside);
    }
    (!gradient || judgement.claimed.is_none() || cause.condition.is_some()).then_some(Shown::Compared)
}

fn judge_again(program: &str, claim: &str) -> bool {
    judge(&format!("{program}\n{claim}"), &Options::default()).is_ok_and(|judged| judged.all_hold())
}

/// The program with these lines in the place of its own, and these shapes.
fn other(program: &str, case: &pullback::claim::Case, lines: &str, shapes: &str) -> String {
    let d = &case.derivation;
    let turned: Vec<(&str, &str)> = shapes.split("), ").filter_map(|one| one.trim_end_matches(')').split_once(" (")).collect();
    let mut text = String::new();
    for &input in &d.model.inputs {
        let info = d.arena().info(input);
        let own: Vec<String> = info.shape.iter().map(|dim| d.arena().dims.show(*dim)).collect();
        let shape = turned.iter().find(|(name, _)| *name == &*info.name).map_or(own.join(", "), |(_, shape)| (*shape).into());
        let properties: String = info.properties.iter().map(|property| format!(" {property}")).collect();
        text += &format!("{}: ({shape},){properties}\n", info.name).replace("(,)", "()");
    }
    let new: Vec<&str> = lines.split("; ").collect();
    for line in program.split(['\n', ';']).map(str::trim).filter(|line| line.contains('=')) {
        let name = line.split('=').next().unwrap_or("").trim();
        text += new.iter().find(|new| new.split('=').next().is_some_and(|own| own.trim() == name)).unwrap_or(&line);
        text += "\n";
    }
    text
}

/// Every mistake that is named in the claims of the file and in the examples has been made: doing it gives the claim.
#[test]
fn every_mistake_that_is_named_was_made() {
    let wrong = cases().filter(|case| case[2] != "right").map(|case| (case[0], case[1]));
    let all: Vec<(&str, &str)> = wrong.chain(mistakes().map(|mistake| (mistake.program, mistake.claim))).collect();
    assert!(all.len() > 300, "{} wrong claims", all.len());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = |part: &[(&str, &str)]| -> Vec<(String, &'static str, Option<Shown>)> {
        let judge_one = |(program, claim): &(&str, &str)| {
            let judged = judged(program, claim);
            let judgement = &judged.judgements[0];
            let one =
                |cause: &Cause| (format!("{program} | {claim}"), cause.mistake.name, shown(program, claim, &judged, judgement, cause));
            judgement.causes.iter().map(one).collect::<Vec<_>>()
        };
        part.iter().flat_map(judge_one).collect()
    };
    let found: Vec<(String, &'static str, Option<Shown>)> = std::thread::scope(|scope| {
        let parts: Vec<_> = all.chunks(all.len().div_ceil(cores)).map(|part| scope.spawn(move || work(part))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("no panic")).collect()
    });
    for kind in [Shown::Derived, Shown::Mended, Shown::Elsewhere, Shown::Beside, Shown::Compared] {
        println!("{kind:?}: {} of {}", found.iter().filter(|(.., shown)| *shown == Some(kind)).count(), found.len());
    }
    let unshown: Vec<_> = found.iter().filter(|(.., shown)| shown.is_none()).collect();
    assert!(unshown.is_empty(), "{} of {} not shown: {unshown:#?}", unshown.len(), found.len());
}

/// One line of the file, judged; and its record is what the schema says.
fn is_judged(case: &[&str], schema: &jsonschema::Validator) {
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
    let value = serde_json::from_str(&record::claims(&judged).json()).expect("JSON");
    let faults: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{case:?}: {faults:?}");
}

#[test]
fn verdicts_and_their_records() {
    let text = include_str!("../schema/pullback-claims-v1.schema.json");
    let schema: serde_json::Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    let schema = jsonschema::validator_for(&schema).expect("it compiles");
    let all: Vec<Vec<&str>> = cases().collect();
    assert!(all.len() > 400, "the cases were read");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for part in all.chunks(all.len().div_ceil(cores)) {
            scope.spawn(|| part.iter().for_each(|case| is_judged(case, &schema)));
        }
    });
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
    let differential = judge("Y = X @ W; dX = dY @ W.T", &Options::default()).unwrap_err();
    assert_eq!(differential[0].code, "E0211");
    assert!(differential[0].notes[0].contains("a claim is `dL/dX = ...`"), "{differential:?}");
    assert_eq!(code("Y = X @ W; dL/dV = dL/dY"), "E0209");
    assert_eq!(code("Y = X @ W; dL/dX = dL/dY @ V.T"), "E0209");
    assert_eq!(code("Y = X @ W; dL/dX = 2 * dL/dX"), "E0210");
}

#[test]
fn second_derivatives_stand_beside_other_claims() {
    let source = "x: (n,); g = sum(x**2); h = exp(g)\nd2g/dx2 = 2*eye(n)\nclaim d2h/dx2 = 2*h*eye(n) + outer(dh/dx, dh/dx)/h\ndh/dx = 2*h*x\nhess(x) = 0*eye(n)";
    let judged = judge(source, &Options::default()).expect("it is judged");
    let names: Vec<&str> = judged.judgements.iter().map(|j| j.verdict.name()).collect();
    assert_eq!(names, ["right", "right", "right", "wrong value"]);
    // the program itself, what it is cut off behind, and each with the gradient that follows
    assert_eq!(judged.cases.len(), 4);
    let record: serde_json::Value = serde_json::from_str(&record::claims(&judged).json()).expect("JSON");
    let about: Vec<&str> = record["claims"].as_array().expect("claims").iter().filter_map(|claim| claim["about"].as_str()).collect();
    assert_eq!(about, ["hessian", "hessian", "gradient", "hessian"]);
    assert_eq!(record["claims"][0]["expr"], "2 * eye(n)");
}

#[test]
fn derivatives_that_are_not_compared_are_refused() {
    let code = |claim: &str| judge(&format!("f = x @ A @ x\n{claim}"), &Options::default()).unwrap_err()[0].code;
    assert_eq!(code("d3f/dx3 = A"), "E0213");
    assert_eq!(code("d³f/dx³ = A"), "E0213");
    assert_eq!(code("d0f/dx = A"), "E0213");
    assert_eq!(code("d2f/dx = A"), "E0214");
    assert_eq!(code("d2f/dx dA dx = A"), "E0214");
    assert_eq!(code("d2f/dq2 = A"), "E0209");
    assert_eq!(code("d2f/dx dq = A"), "E0209");
    assert_eq!(code("hess(q) = A"), "E0209");
    let array = judge("y = A @ x\nd2y/dx2 = A", &Options::default()).unwrap_err();
    assert_eq!(array[0].code, "E0505");
}

#[test]
fn only_conditions_that_somebody_may_mean_are_said() {
    let conditions = |program: &str, claim: &str| {
        let judged = judged(program, claim);
        match &judged.judgements[0].verdict {
            Verdict::OnlyIf(all) => all.iter().map(|one| format!("{one:?}")).collect(),
            _ => vec![],
        }
    };
    // true where every entry is 1 or -1, which helps nobody
    assert_eq!(conditions("x: (n,); f = sum(abs(x))", "df/dx = x"), [""; 0]);
    assert_eq!(conditions("Z: (n, d); H = relu(Z)", "dL/dZ = dL/dH"), [""; 0]);
    // labels are such
    let labels = conditions("x: (n,); y: (n,); f = sum(x*y**3)", "df/dx = y");
    assert_eq!(labels.len(), 1, "{labels:?}");
    assert!(labels[0].contains("sign"), "{labels:?}");
}

#[test]
fn numbers_decide_at_three_shapes() {
    for (program, claim) in
        [("Y = X @ W", "dL/dX = dL/dY @ W.T"), ("x: (n,); y = x**2", "dL/dx = x"), ("X: (n, n); Y = inv(X)", "dL/dX = X")]
    {
        let judged = judged(program, claim);
        let mut lengths: Vec<Vec<usize>> =
            judged.cases[0].samples.iter().map(|sample| sample.values.values().flat_map(|v| v.shape().to_vec()).collect()).collect();
        lengths.dedup();
        assert_eq!(lengths.len(), 3, "{program}");
    }
}

#[test]
fn the_letter_of_the_objective_may_be_taken() {
    let judged = judge("L: (n, n); x: (n,); y = L @ x\ndL/dx = L.T @ dL/dy", &Options::default()).expect("it is judged");
    assert!(judged.all_hold());
    assert_eq!(judged.warnings[0].code, "W0607");
    assert!(judged.warnings[0].fixes[0].apply(&judged.source).ends_with("dL2/dx = L.T @ dL2/dy"));
    let other = judge("x: (n,); y = A @ x\ndL/dx = A.T @ dL/dy", &Options::default()).expect("it is judged");
    assert!(other.warnings.is_empty());
}

#[test]
fn every_format_has_every_kind_of_claim() {
    use pullback::render::{html, latex, markdown, typst};
    let program = "X: (n, d); W: (d, m); Y = X @ W; f = sum(Y**2)";
    for claim in
        ["dY/dX = W", "dY/dX = kron(W.T, eye(n))", "d2f/dX2 = W", "d2f/dXdW = 0*X", "d2f/dX2 = 2*einsum('ik,jm,lm->ijkl', eye(n), W, W)"]
    {
        let page = pullback::page::check(&judged(program, claim));
        let texts = [
            markdown::render(&page, &Default::default()),
            latex::render(&page, false),
            typst::render(&page, false),
            html::render(&page, false),
        ];
        for text in texts {
            assert!(text.contains("is right") || text.contains("wrong shape"), "{claim}: {text}");
            // the order is an exponent, not a part of a name
            assert!(!text.contains("2f\u{7d}") && !text.contains(">2f<"), "{claim}: {text}");
        }
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
