use pullback::*;
fn main() {
    let style = render::terminal::Style { width: 110, charset: formula::Charset::Unicode, color: std::env::var_os("COL").is_some() };
    let parts = if std::env::var_os("FULL").is_some() {
        page::Parts::FULL
    } else if std::env::var_os("BRIEF").is_some() {
        page::Parts::BRIEF
    } else {
        page::Parts::DEFAULT
    };
    for src in std::env::args().skip(1) {
        match answer::answer(&src, &answer::Options::default()) {
            Ok(a) => {
                if !a.warnings().is_empty() {
                    print!("{}", render::report::report(a.warnings(), &src, "program", &style));
                }
                print!("{}", render::terminal::render(&page::explain(&a, parts), &style))
            }
            Err(e) => print!("{}", render::report::report(&e, &src, "program", &style)),
        }
    }
}
