use pullback::*;
fn main() {
    for src in std::env::args().skip(1) {
        println!("--- {src}");
        let p = match syntax::parse(&src) {
            Ok(p) => p,
            Err(e) => {
                println!("{e:?}");
                continue;
            }
        };
        let m = match shape::infer(&p, &src, shape::Lengths::Declared) {
            Ok(m) => m,
            Err(e) => {
                println!("ERR {} ", e);
                continue;
            }
        };
        let mut d = match derive::derive(m, None) {
            Ok(d) => d,
            Err(e) => {
                println!("ERR {e}");
                continue;
            }
        };
        match numeric::check(&d, &[]) {
            Ok(a) => println!("OK {:?}", a),
            Err(e) => println!("CHECK FAILED {e}"),
        }
        for g in d.gradients.clone() {
            let a = &d.algebra.arena;
            let sh = a.info(g.of).shape.clone();
            let s = d.algebra.arena.dims.show_shape(&sh);
            let a = &d.algebra.arena;
            println!(
                "{} {s} = {}   {}",
                a.info(g.symbol).name,
                formula::text(a, g.value, formula::Charset::Unicode),
                g.closed
                    .filter(|c| *c != g.value)
                    .map_or(String::new(), |c| format!("|| {}", formula::text(a, c, formula::Charset::Unicode)))
            );
        }
    }
}
