//! Definitions say what the functions are: each is evaluated beside the function itself.

use pullback::numeric::{self, Evaluator, Random};
use pullback::ops;
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;

#[test]
fn definitions_say_what_the_functions_are() {
    let mut count = 0;
    for (place, entry) in ops::entries().iter().enumerate() {
        let text = ops::Function(place as u16).definition();
        if text.is_empty() {
            continue;
        }
        let text = text.replace("axis=axis", "axis=1").replace("keepdims=keepdims", "keepdims=False").replace("eps", "1e-5");
        let text = text.replace(", k)", ", 3)");
        let axis = if entry.parameters.contains("axis") { ", axis=1" } else { "" };
        let call = entry.parameters.replace(", axis=-1, eps=1e-5", axis).replace(", k", ", 3");
        let call = if entry.parameters.starts_with("A, E") { call } else { format!("x{axis}") };
        let program = format!("x: (n, d); A, E: (q, q); Y = {}({call}) - ({text})", entry.names[0]);
        let tree = parse(&program).expect(&program);
        let model = infer(&tree, &program, Lengths::Declared).unwrap_or_else(|fault| panic!("{program}: {fault}"));
        let lengths = [("n", 3), ("d", 4), ("q", 3)].map(|(name, length)| (name.to_string(), length)).into_iter().collect();
        let mut random = Random::new(1);
        let shapes = [vec![3, 4], vec![3, 3], vec![3, 3]];
        let drawn = shapes.iter().map(|shape| random.array(shape, numeric::Domain::Normal));
        let values = model.inputs.iter().copied().zip(drawn).collect();
        let schedule = model.arena.reachable(&[model.statements[0].value]);
        let difference = Evaluator::new(&model.arena, &lengths).value(&schedule, &values).expect(&program);
        assert!(difference.iter().all(|d| d.abs() < 1e-12), "{program}: {difference}");
        count += 1;
    }
    assert!(count > 5, "the table was read");
}
