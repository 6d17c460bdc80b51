//! Figures: they say what the derivation says, and nothing in them lies upon anything else.

use proptest::prelude::*;
use pullback::answer::{Answer, Options, answer};
use pullback::claim;
use pullback::derive::walk;
use pullback::expr::SymbolId;
use pullback::formula::{Charset, Formula, Token, spell};
use pullback::limits::{MAX_FIGURES, MAX_GRAPH_NODES};
use pullback::page::{Figures, figures};
use pullback::render::document::{Edge, Loop, Side, words};
use pullback::render::figure::{Array, Axis, Figure, Form, Graph, Item, Kind, Link, Node, Picture, Ring, Row};
use pullback::render::svg::{self, Frame, Ink, Mark, Scene, Shape};
use pullback::shape::Reason;
use std::collections::BTreeSet;

const UNICODE: Charset = Charset::Unicode;

fn found(program: &str) -> Answer {
    answer(program, &Options::default()).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"))
}

fn drawn(program: &str, wanted: Figures) -> Picture {
    figures(&found(program), wanted).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"))
}

fn cases() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/ok");
    let files = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<(String, String)> = files
        .map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), std::fs::read_to_string(&path).expect("a case")))
        .collect();
    found.sort();
    assert!(found.len() > 40);
    found
}

fn boxes(scene: &Scene) -> Vec<Frame> {
    let frame = |mark: &Mark| match mark {
        Mark::Drawn(Shape::Box(frame, _), Ink::Thin | Ink::Strong) => Some(*frame),
        _ => None,
    };
    scene.marks.iter().filter_map(frame).collect()
}

/// What is wrong with a drawing; nothing if all is well.
fn faults(scene: &Scene) -> Vec<String> {
    let mut faults = vec![];
    let labels: Vec<_> = scene.labels().collect();
    for (place, a) in labels.iter().enumerate() {
        for b in labels[..place].iter().filter(|b| b.frame().meets(a.frame())) {
            faults.push(format!("{:?} lies upon {:?}", a.line, b.line));
        }
    }
    let all = scene.frame();
    if !scene.marks.is_empty() && (all.left < 0.0 || all.top < 0.0 || all.right > scene.width || all.bottom > scene.height) {
        faults.push(format!("{all:?} is not inside {} x {}", scene.width, scene.height));
    }
    if !(scene.width.is_finite() && scene.height.is_finite()) {
        faults.push("it has no size".into());
    }
    faults
}

#[test]
fn nothing_lies_upon_anything_else_in_any_case() {
    for (name, program) in cases() {
        for charset in [UNICODE, Charset::Ascii] {
            let scene = svg::layout(&drawn(&program, Figures::DEFAULT), charset);
            assert_eq!(faults(&scene), [""; 0], "{name}");
            let scene = svg::layout(&drawn(&program, Figures { graph: Some(true), ..Figures::NONE }), charset);
            assert_eq!(faults(&scene), [""; 0], "{name}, graph");
            assert_eq!(crossed(&scene), [""; 0], "{name}, graph");
        }
    }
}

/// Lines of a graph that run through a node.
fn crossed(scene: &Scene) -> Vec<String> {
    let nodes: Vec<Frame> = boxes(scene)
        .into_iter()
        .map(|f| Frame { left: f.left + 1.0, top: f.top + 3.0, right: f.right - 1.0, bottom: f.bottom - 3.0 })
        .collect();
    let mut faults = vec![];
    for (place, a) in nodes.iter().enumerate() {
        faults.extend(nodes[..place].iter().filter(|b| a.meets(**b)).map(|b| format!("{a:?} lies upon {b:?}")));
    }
    const PARTS: usize = 40;
    for mark in &scene.marks {
        let points: Vec<(f64, f64)> = match mark {
            Mark::Drawn(Shape::Line(points), _) => {
                let between = |w: &[(f64, f64)], k: usize| {
                    let t = k as f64 / PARTS as f64;
                    (w[0].0 + (w[1].0 - w[0].0) * t, w[0].1 + (w[1].1 - w[0].1) * t)
                };
                points.windows(2).flat_map(|w| (0..=PARTS).map(|k| between(w, k)).collect::<Vec<_>>()).collect()
            }
            Mark::Drawn(Shape::Bend([a, b, c, d]), _) => (0..=PARTS)
                .map(|k| {
                    let t = k as f64 / PARTS as f64;
                    let of = |a: f64, b: f64, c: f64, d: f64| {
                        let u = 1.0 - t;
                        a * u * u * u + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t * t * t
                    };
                    (of(a.0, b.0, c.0, d.0), of(a.1, b.1, c.1, d.1))
                })
                .collect(),
            _ => continue,
        };
        let texts = scene.labels().map(|label| label.frame());
        for frame in nodes.iter().copied().chain(texts) {
            if let Some(point) = points.iter().find(|p| p.0 > frame.left && p.0 < frame.right && p.1 > frame.top && p.1 < frame.bottom) {
                faults.push(format!("{mark:?} runs through {frame:?} at {point:?}"));
            }
        }
    }
    faults
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[A-Za-z][0-9]?", 2 => "[a-z]{2,10}(_[a-z]{1,8})?", 1 => "[W重ЖmM]{1,12}"]
}

fn side() -> impl Strategy<Value = Side> {
    (name(), proptest::option::of(0u8..20)).prop_map(|(name, hue)| Side { name, hue })
}

fn token() -> impl Strategy<Value = Formula> {
    (name(), any::<bool>()).prop_map(|(name, turned)| {
        let mut tokens = vec![Token::Name(name.into())];
        tokens.extend(turned.then_some(Token::Transpose { batch: false }));
        tokens
    })
}

fn ring() -> impl Strategy<Value = Ring> {
    let edge = (token(), prop_oneof![6 => side(), 1 => Just(Side { name: "1".into(), hue: None })]);
    (token(), side(), proptest::collection::vec(edge, 1..14), any::<bool>()).prop_map(|(cut, from, way, more)| {
        let way = way.into_iter().map(|(factor, to)| Edge { factor, to }).collect();
        let middle = if more { vec![vec![words("dL/dX")], vec![words("(n, d)")]] } else { vec![] };
        let caption = if more { vec![vec![words("the way left: ".repeat(6))]] } else { vec![] };
        Ring { ring: Loop { cut, from, way }, middle, caption }
    })
}

fn axis() -> impl Strategy<Value = Axis> {
    (side(), prop_oneof![Just(1usize), 1usize..9, 1usize..5000]).prop_map(|(side, length)| Axis { side, length })
}

fn array() -> impl Strategy<Value = Item> {
    let axes = proptest::collection::vec((axis(), any::<bool>()), 0..5);
    (token(), axes, any::<bool>(), 0u8..3).prop_map(|(label, axes, upright, form)| {
        let own: Vec<Axis> = axes.iter().map(|a| a.0.clone()).collect();
        let (axes, form) = match form {
            0 => (own, Form::Whole),
            1 => (axes.iter().filter(|a| a.1).map(|a| a.0.clone()).collect(), Form::Stretched(axes)),
            _ => (own, Form::Squeezed(axes.iter().map(|a| a.1).collect())),
        };
        Item::Array(Array { label, axes, upright, form })
    })
}

fn row() -> impl Strategy<Value = Row> {
    proptest::collection::vec(array(), 1..14).prop_map(|arrays| {
        let mut items = vec![];
        for array in arrays {
            items.extend([Item::Sign(vec![Token::Operator("@")]), array]);
        }
        Row { items: items.split_off(1), caption: vec![] }
    })
}

fn graph() -> impl Strategy<Value = Graph> {
    let node = (token(), proptest::option::of(proptest::collection::vec(token(), 1..12)));
    let links = proptest::collection::vec((any::<usize>(), any::<usize>(), proptest::collection::vec(side(), 0..4), any::<bool>()), 0..60);
    (proptest::collection::vec(node, 1..MAX_GRAPH_NODES), links).prop_map(|(nodes, links)| {
        let count = nodes.len();
        let inputs = count.div_ceil(2);
        let nodes = nodes.into_iter().enumerate().map(|(place, (value, gradient))| Node {
            kind: if place < inputs { Kind::Input } else { Kind::Value },
            value,
            gradient: gradient.map(|tokens| tokens.join(&Token::Operator("@"))),
        });
        let mut seen = BTreeSet::new();
        let links = links.into_iter().filter_map(|(from, to, shape, back)| {
            let to = inputs + to % (count - inputs).max(1);
            let from = from % to.max(1);
            (to < count && seen.insert((from, to))).then_some(Link { from, to, shape, back })
        });
        let mut links: Vec<Link> = links.collect();
        links.sort_by_key(|link| link.to);
        Graph { links, nodes: nodes.collect(), caption: vec![] }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn loops_of_any_names_and_lengths(ring in ring()) {
        let scene = svg::scene(&Figure::Loop(ring.clone()), UNICODE);
        prop_assert_eq!(faults(&scene), Vec::<String>::new());
        let heads = scene.marks.iter().filter(|m| matches!(m, Mark::Drawn(Shape::Head(..), _))).count();
        prop_assert_eq!(heads, ring.ring.way.len(), "one arrow for each factor");
    }

    #[test]
    fn boxes_of_any_shapes(row in row()) {
        let scene = svg::scene(&Figure::Boxes(row), UNICODE);
        prop_assert_eq!(faults(&scene), Vec::<String>::new());
    }

    #[test]
    fn graphs_of_any_programs(graph in graph()) {
        let scene = svg::scene(&Figure::Graph(graph.clone()), UNICODE);
        prop_assert_eq!(faults(&scene), Vec::<String>::new());
        prop_assert_eq!(crossed(&scene), Vec::<String>::new());
        prop_assert!(boxes(&scene).len() == graph.nodes.len());
    }

    #[test]
    fn rings_and_rows_of_one_picture(rings in proptest::collection::vec(ring(), 0..4), rows in proptest::collection::vec(row(), 0..4)) {
        let figures: Vec<Figure> = rings.into_iter().map(Figure::Loop).chain(rows.into_iter().map(Figure::Boxes)).collect();
        let group = pullback::render::figure::Group { heading: vec![words("heading ".repeat(30))], figures, notes: vec![vec![words("note")]] };
        let picture = Picture { title: "title".into(), groups: vec![group.clone(), group] };
        prop_assert_eq!(faults(&svg::layout(&picture, UNICODE)), Vec::<String>::new());
    }
}

/// A row read as a formula of the language: what stands left of `=`, and right of it.
fn read(row: &Row) -> (String, String) {
    let text = |item: &Item| match item {
        Item::Sign(sign) => spell(sign, Charset::Ascii).trim().to_string(),
        Item::Array(array) => spell(&array.label, Charset::Ascii),
    };
    let mut words: Vec<String> = row.items.iter().map(text).collect();
    // the one sign that is no operator of the language
    while let Some(at) = words.iter().position(|word| word == "(x)") {
        let outer = format!("outer({}, {})", words[at - 1], words[at + 1]);
        words.splice(at - 1..=at + 1, [outer]);
    }
    // what stands alone and is repeated says so in its box
    if let [Item::Array(Array { form: Form::Stretched(axes), .. }), ..] = row.items.as_slice() {
        if row.items.len() == 3 {
            let sides: Vec<&str> = axes.iter().map(|a| a.0.side.name.as_str()).collect();
            words[0] = format!("broadcast_to({}, ({},))", words[0], sides.join(", "));
        }
    }
    let equals = words.iter().rposition(|word| word == "=").expect("a row has two sides");
    (words[..equals].join(" "), words[equals + 1..].join(" "))
}

fn rows(picture: &Picture) -> Vec<Vec<&Row>> {
    let of = |figures: &'_ [Figure]| {
        figures.iter().filter_map(|f| if let Figure::Boxes(row) = f { Some(row.clone()) } else { None }).collect::<Vec<_>>()
    };
    let _ = of;
    picture
        .groups
        .iter()
        .map(|group| group.figures.iter().filter_map(|f| if let Figure::Boxes(row) = f { Some(row) } else { None }).collect())
        .collect()
}

#[test]
fn every_row_of_a_gradient_is_that_gradient() {
    let mut count = 0;
    for (name, program) in cases() {
        let found = found(&program);
        // what is written by a name of its own is introduced beside the row, and is no name of the program
        if !found.derivation.names.is_empty() {
            continue;
        }
        let picture = figures(&found, Figures { boxes: true, ..Figures::NONE }).expect("it is small");
        for row in rows(&picture)[1..].iter().flatten() {
            let (value, gradient) = read(row);
            let claim = format!("{}\n{gradient} = {value}", program.trim_end());
            match claim::judge(&claim, &claim::Options::default()) {
                Ok(judged) => assert!(judged.all_hold(), "{name}: {gradient} = {value}"),
                Err(wrong) => panic!("{name}: {gradient} = {value}: {wrong:#?}"),
            }
            count += 1;
        }
    }
    assert!(count > 60, "{count} rows were read");
}

#[test]
fn every_row_of_a_statement_is_that_statement() {
    let mut count = 0;
    for (name, program) in cases() {
        let found = found(&program);
        let model = &found.derivation.model;
        let picture = figures(&found, Figures { boxes: true, ..Figures::NONE }).expect("it is small");
        if model.statements.len() != 1 || rows(&picture)[0].is_empty() || !found.derivation.names.is_empty() {
            continue;
        }
        let (value, of) = read(rows(&picture)[0][0]);
        let statement = &model.statements[0];
        let range = statement.span.start as usize..statement.span.end as usize;
        // lengths that were inferred have a name only where something declares it
        let arena = found.derivation.arena();
        let assumed = model.inputs.iter().zip(&model.reasons).filter(|(_, reason)| matches!(reason, Reason::Assumed(..)));
        let declared = |(input, _): (&SymbolId, &Reason)| {
            let sides: String = arena.info(*input).shape.iter().map(|&dim| format!("{},", arena.dims.show(dim))).collect();
            format!("{}: ({sides})\n", arena.info(*input).name)
        };
        let declarations: String = assumed.map(declared).collect();
        let again = format!("{declarations}{}{of} = {value}{}", &program[..range.start], &program[range.end..]);
        let second = answer(&again, &Options::default()).unwrap_or_else(|wrong| panic!("{name}: {again}: {wrong:#?}"));
        let arena = second.derivation.arena();
        for gradient in second.derivation.wanted() {
            let text = |id| pullback::formula::text(arena, id, Charset::Ascii);
            let claim = format!("{declarations}{}\n{} = {}", program.trim_end(), arena.info(gradient.symbol).name, text(gradient.value));
            let judged = claim::judge(&claim, &claim::Options::default()).unwrap_or_else(|wrong| panic!("{name}: {again}: {wrong:#?}"));
            assert!(judged.all_hold(), "{name}: {again}");
        }
        count += 1;
    }
    assert!(count > 20, "{count} statements were read");
}

/// The way of each loop, written as a product.
fn ways(program: &str) -> Vec<String> {
    let picture = drawn(program, Figures { rings: true, ..Figures::NONE });
    let figures = picture.groups.iter().flat_map(|g| &g.figures);
    let ring = |figure: &Figure| {
        let Figure::Loop(Ring { ring, .. }) = figure else { return None };
        let factors: Vec<String> = ring.way.iter().map(|edge| spell(&edge.factor, Charset::Ascii)).collect();
        let ends: Vec<&str> = std::iter::once(&ring.from).chain(ring.way.iter().map(|e| &e.to)).map(|s| s.name.as_str()).collect();
        Some(format!("{}: {}", ends.join(" "), factors.join(" @ ")))
    };
    figures.filter_map(ring).collect()
}

#[test]
fn the_way_left_is_the_gradient() {
    assert_eq!(ways("Y = X @ W"), ["n m d: dL/dY @ W.T", "d n m: X.T @ dL/dY"]);
    // 1-D: the way leads through the point where nothing is left
    assert_eq!(ways("X: (d,); W: (d, m); Y = X @ W"), ["d m 1: W @ dL/dY", "d 1 m: X @ dL/dY"]);
    assert_eq!(ways("f = x @ A @ x"), ["n n 1: A @ x", "n n 1: A.T @ x", "n 1 n: x @ x"]);
    // scaled, batched, summed over the batch
    assert_eq!(ways("Y = 3 * X @ W / 7"), ["n m d: dL/dY @ W.T", "d n m: X.T @ dL/dY"]);
    assert_eq!(ways("A: (b, n, d); B: (b, d, m); Y = A @ B"), ["n m d: dL/dY @ B.mT", "d n m: A.mT @ dL/dY"]);
    assert_eq!(ways("A: (b, n, d); B: (d, m); Y = A @ B"), ["n m d: dL/dY @ B.T", "d n m: A.mT @ dL/dY"]);
    // no product, no loop
    assert_eq!(ways("A = tanh(Z)"), [""; 0]);
    assert_eq!(ways("Y = Z + b"), [""; 0]);
}

#[test]
fn a_batch_goes_along_or_is_summed() {
    let middle = |program: &str| {
        let picture = drawn(program, Figures { rings: true, ..Figures::NONE });
        let figures = picture.groups.iter().flat_map(|g| &g.figures);
        let said = |figure: &Figure| match figure {
            Figure::Loop(ring) => ring.middle.iter().skip(2).map(|t| pullback::render::document::spoken(t, UNICODE)).collect(),
            _ => vec![],
        };
        figures.map(said).map(|lines: Vec<String>| lines.join("; ")).collect::<Vec<_>>()
    };
    assert_eq!(middle("A: (b, n, d); B: (d, m); Y = A @ B"), ["for each b", "summed over b"]);
    assert_eq!(middle("A, B: (b, h, n, n); Y = A @ B"), ["for each b and h", "for each b and h"]);
    assert_eq!(middle("Y = X @ W"), ["", ""]);
}

#[test]
fn every_loop_closes_at_its_variable() {
    let mut count = 0;
    for (name, program) in cases() {
        let found = found(&program);
        let arena = found.derivation.arena();
        for gradient in &found.derivation.gradients {
            let shape = &arena.info(gradient.of).shape;
            for contribution in gradient.uses.iter().flat_map(|used| &used.contributions) {
                let Some(walk) = walk(arena, contribution.value, shape) else { continue };
                let mut at = walk.from;
                for leg in &walk.way {
                    let own = arena.shape(leg.factor);
                    let (from, to) = match own {
                        [one] if at.is_some() => (Some(*one), None),
                        [one] => (None, Some(*one)),
                        [.., rows, columns] if leg.turned => (Some(*columns), Some(*rows)),
                        [.., rows, columns] => (Some(*rows), Some(*columns)),
                        [] => panic!("{name}: a scalar leads nowhere"),
                    };
                    assert_eq!((at, leg.to), (from, to), "{name}");
                    at = to;
                }
                let ends: Vec<_> = walk.each.iter().copied().chain(walk.from).chain(at).collect();
                assert_eq!(ends, shape.to_vec(), "{name}");
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} loops were walked");
}

#[test]
fn the_loop_of_a_document_is_drawn_alike() {
    use pullback::page::{Part, Parts, explain};
    use pullback::render::document::Block;
    let found = found("Y = A @ B @ C");
    let document = explain(&found, Parts::of([Part::Loop]));
    let mut blocks: Vec<&Block> = document.blocks.iter().rev().collect();
    let mut loops = vec![];
    while let Some(block) = blocks.pop() {
        match block {
            Block::Inner(inner) => blocks.extend(inner.iter().rev()),
            Block::Loop(one) => loops.push(one.clone()),
            _ => {}
        }
    }
    let picture = figures(&found, Figures { rings: true, ..Figures::NONE }).expect("it is small");
    let drawn = picture.groups.iter().flat_map(|g| &g.figures);
    let drawn: Vec<Loop> = drawn.filter_map(|f| if let Figure::Loop(ring) = f { Some(ring.ring.clone()) } else { None }).collect();
    assert_eq!(loops, drawn);
}

#[test]
fn ids_of_inline_figures_are_their_own() {
    let picture = drawn("Y = X @ W", Figures::DEFAULT);
    let mut ids = BTreeSet::new();
    for (place, figure) in picture.groups.iter().flat_map(|g| &g.figures).enumerate() {
        let text = svg::inline(figure, &format!("f{place}"), UNICODE);
        assert!(!text.contains("<style") && !text.contains("url(") && !text.contains("class=\"paper\""));
        for (at, _) in text.match_indices(" id=\"") {
            let id = text[at + 5..].split('"').next().expect("an id");
            assert!(id.starts_with(&format!("f{place}-")) && ids.insert(id.to_string()), "{id}");
        }
    }
    assert_eq!(ids.len(), 2 * picture.groups.iter().map(|g| g.figures.len()).sum::<usize>());
}

#[test]
fn nothing_that_is_written_becomes_markup() {
    let text = svg::picture(&drawn("Y = where((X > 0) & (X <= 1), X, 0)", Figures::DEFAULT), Charset::Ascii);
    assert!(text.contains("&gt;") && text.contains("&amp;") && text.contains("&lt;="));
    assert!(!text.contains("X > 0") && !text.contains(" & "));
    let odd = Node { kind: Kind::Input, value: vec![Token::Verbatim("</text><script>\u{1b}\u{0}\"'&".into())], gradient: None };
    let figure = Figure::Graph(Graph { nodes: vec![odd], ..Graph::default() });
    let text = svg::inline(&figure, "\"><x", UNICODE);
    assert!(!text.contains("<script") && !text.contains("<x") && !text.contains('\u{1b}') && !text.contains('\u{0}'));
}

#[test]
fn what_is_too_large_is_refused_by_name() {
    let chain = |statements: usize| {
        let lines = (0..statements).map(|k| format!("A{} = tanh(A{k})", k + 1));
        lines.collect::<Vec<_>>().join("\n")
    };
    let graph = Figures { graph: Some(true), ..Figures::NONE };
    // one input, and the values
    let at = figures(&found(&chain(MAX_GRAPH_NODES - 1)), graph).expect("at the limit it is drawn");
    assert_eq!(faults(&svg::layout(&at, UNICODE)), [""; 0]);
    for statements in [MAX_GRAPH_NODES, 20 * MAX_GRAPH_NODES] {
        let wrong = figures(&found(&chain(statements)), graph).expect_err("past it it is not");
        assert_eq!(wrong.code, "E0510");
    }
    // each statement is one formula, and each value but the output has a gradient
    let most = MAX_FIGURES / 2;
    let at = figures(&found(&chain(most)), Figures::DEFAULT).expect("at the limit it is drawn");
    assert_eq!(rows(&at).iter().map(Vec::len).sum::<usize>(), MAX_FIGURES);
    for statements in [most + 1, 20 * most] {
        assert_eq!(figures(&found(&chain(statements)), Figures::DEFAULT).expect_err("past it it is not").code, "E0510");
    }
}

fn snapshot(name: &str, program: &str, wanted: Figures) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/svg");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(program);
    settings.bind(|| insta::assert_snapshot!(name, svg::picture(&drawn(program, wanted), UNICODE)));
}

#[test]
fn pictures() {
    let rings = Figures { rings: true, ..Figures::NONE };
    let boxes = Figures { boxes: true, ..Figures::NONE };
    let graph = Figures { graph: Some(true), ..Figures::NONE };
    snapshot("loop", "Y = X @ W", rings);
    snapshot("loop_of_one_record", "X: (d,); W: (d, m); Y = X @ W", rings);
    snapshot("boxes_broadcast_and_summed", "Z: (n, m); b: (m,); Y = Z + b", boxes);
    snapshot("graph", "Z = X @ W; L = sum(Z * Z)", graph);
}

#[test]
fn the_picture_of_the_readme() {
    let options = Options { wrt: Some(vec!["X".into()]), ..Options::default() };
    let found = answer("Y = X @ W", &options).expect("it passes");
    let picture = svg::picture(&figures(&found, Figures::DEFAULT).expect("it is small"), UNICODE);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/readme");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_binary_snapshot!("loop.svg", picture.into_bytes()));
}
