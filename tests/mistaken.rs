//! Causes found by deriving wrongly on purpose.

use pullback::claim::{MISTAKEN, Options, Verdict, judge};

fn names(program: &str, claim: &str) -> Vec<(&'static str, String)> {
    let judged = judge(&format!("{program}\n{claim}"), &Options::default()).unwrap_or_else(|e| panic!("{program} | {claim}: {e:?}"));
    let judgement = &judged.judgements[0];
    assert!(!matches!(judgement.verdict, Verdict::Right(_)), "{program} | {claim} is right");
    judgement.causes.iter().map(|cause| (cause.mistake.name, cause.detail.clone())).collect()
}

#[test]
fn every_mistake_is_found_in_its_example() {
    let mut wrong = String::new();
    for mistake in MISTAKEN {
        let found = names(mistake.program, mistake.claim);
        if !found.iter().any(|(name, _)| *name == mistake.name) {
            wrong += &format!("{}: {} | {}: {found:?}\n", mistake.name, mistake.program, mistake.claim);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
