//! Random programs: every gradient has its variable's shape, and agrees with central differences.

use proptest::prelude::*;
use pullback::derive::derive;
use pullback::numeric;
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;

mod programs {
    //! Random programs whose shapes fit, with a value of known shape after every step.

    use proptest::prelude::*;

    /// How one statement makes a value out of earlier ones; the numbers choose among those that fit.
    #[derive(Clone, Debug)]
    pub struct Step(pub u8, pub usize, pub usize, pub bool);

    pub fn steps() -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<bool>()).prop_map(|(a, b, c, d)| Step(a, b, c, d)), 1..7)
    }

    type Values = Vec<(String, Vec<char>)>;

    /// The program of these steps.
    pub fn written(steps: &[Step]) -> String {
        let mut values: Values = [("X", "nd"), ("W", "dn"), ("A", "nn"), ("T", "bnd"), ("x", "n"), ("v", "d"), ("alpha", "")]
            .into_iter()
            .map(|(name, shape)| (name.to_string(), shape.chars().collect()))
            .collect();
        let mut text = String::new();
        for (name, shape) in &values {
            let sides: Vec<String> = shape.iter().map(char::to_string).collect();
            text.push_str(&format!("{name}: ({}{})\n", sides.join(", "), if sides.len() == 1 { "," } else { "" }));
        }
        for (place, step) in steps.iter().enumerate() {
            let Some((value, shape)) = made(step, &values) else { continue };
            let name = format!("Y{place}");
            text.push_str(&format!("{name} = {value}\n"));
            values.push((name, shape));
        }
        // something to derive, whatever was drawn
        let last = values[values.len() - 1].0.clone();
        text + &format!("Z = tanh({last})\n")
    }

    fn made(Step(kind, one, two, flag): &Step, values: &Values) -> Option<(String, Vec<char>)> {
        // later values more often than early ones
        let pick = |n: usize| &values[values.len() - 1 - n % values.len().min(5 + n % 5)];
        let (x, shape) = pick(*one);
        let fitting = |fits: &dyn Fn(&[char]) -> bool| {
            let found: Vec<&(String, Vec<char>)> = values.iter().filter(|(_, s)| fits(s)).collect();
            (!found.is_empty()).then(|| found[two % found.len()])
        };
        let rank = shape.len();
        Some(match kind % 14 {
            12 if rank >= 1 => {
                let axis = two % rank;
                let name = ["roll(V, 1, axis=K)", "roll(V, -2, axis=K)", "cumsum(V, axis=K)", "flip(V, axis=K)"][one % 4];
                (name.replace('V', x).replace('K', &axis.to_string()), shape.clone())
            }
            13 if rank >= 1 => {
                let (y, _) = fitting(&|s| s == shape)?;
                let cut = if *flag { format!("{}:", shape[0]) } else { format!(":{}", shape[0]) };
                (format!("concat([{x}, {y}])[{cut}]"), shape.clone())
            }
            0 | 1 if rank == 2 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[1])?;
                (format!("{x} @ {y}"), vec![shape[0], other[1]])
            }
            2 if rank == 2 => {
                let (y, _) = fitting(&|s| s == [shape[1]])?;
                (format!("{x} @ {y}"), vec![shape[0]])
            }
            2 if rank == 1 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[0])?;
                (format!("{x} @ {y}"), vec![other[1]])
            }
            1 | 2 if rank == 3 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[2])?;
                (format!("{x} @ {y}"), vec![shape[0], shape[1], other[1]])
            }
            3 if rank >= 2 => {
                let mut turned = shape.clone();
                turned.swap(rank - 1, rank - 2);
                (format!("{x}.mT"), turned)
            }
            4 | 5 => {
                // an operand with fewer axes broadcasts
                let (y, _) = fitting(&|s| shape.ends_with(s))?;
                let sign = if *flag { "+" } else { "-" };
                (format!("{x} {sign} 2 * {y}"), shape.clone())
            }
            6 | 7 => {
                let (y, _) = fitting(&|s| shape.ends_with(s))?;
                (if *flag { format!("{x} * {y}") } else { format!("{x} / (2 + {y} * {y})") }, shape.clone())
            }
            8 if rank >= 1 => {
                let axis = two % rank;
                let mut rest = shape.clone();
                rest.remove(axis);
                (format!("{}({x}, axis={axis})", if *flag { "sum" } else { "mean" }), rest)
            }
            9 if rank >= 1 => {
                let axis = two % rank;
                (format!("{x} - mean({x}, axis={axis}, keepdims=True)"), shape.clone())
            }
            10 if rank == 1 => {
                let (y, other) = fitting(&|s| s.len() == 1)?;
                if *flag {
                    (format!("outer({x}, {y})"), vec![shape[0], other[0]])
                } else {
                    (format!("diag({x}) @ diag({x})"), vec![shape[0]; 2])
                }
            }
            10 if rank == 2 && shape[0] == shape[1] => {
                if *flag {
                    (format!("trace({x}) * {x}"), shape.clone())
                } else {
                    (format!("diag({x})"), vec![shape[0]])
                }
            }
            _ => (format!("{}({x})", ["tanh", "sigmoid", "sin", "softplus"][two % 4]), shape.clone()),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn gradients_of_any_program_agree_with_central_differences(steps in programs::steps()) {
        let source = programs::written(&steps);
        let tree = parse(&source).expect("the generator writes the language");
        let model = infer(&tree, &source, Lengths::Declared).map_err(|fault| TestCaseError::fail(format!("{source}{fault}")))?;
        let derivation = derive(model, None).map_err(|fault| TestCaseError::fail(format!("{source}{fault}")))?;
        for gradient in &derivation.gradients {
            let arena = derivation.arena();
            prop_assert_eq!(arena.shape(gradient.value), arena.info(gradient.of).shape.as_slice(), "a gradient has its variable's shape");
        }
        if let Err(error) = numeric::check(&derivation, &[]) {
            return Err(TestCaseError::fail(format!("{source}{error}")));
        }
    }
}
