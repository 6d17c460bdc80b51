//! Mathematics as MathML, for pages whose reader does not know `$`.

use pulldown_cmark::{Event, Options, Parser};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Storage, push_mathml};
use std::ops::Range;

/// How columns of equations are set: MathML itself centres them. Wide formulas scroll by themselves.
const STYLE: &str = "\
<style>
.pullback-math { overflow: auto hidden; padding: 0.4em 0; }
.pullback-result { border: 1px solid; border-radius: 0.4em; padding: 0.6em 1.2em; margin: 1em auto; width: fit-content; max-width: 100%; box-sizing: border-box; }
.pullback-math mtable.menv-alignlike { math-style: normal; }
.pullback-math mtable.menv-alignlike > mtr > mtd { padding-left: 0; padding-right: 0; text-align: left; }
.pullback-math mtable.menv-alignlike > mtr > mtd:nth-child(odd) { text-align: right; text-align: -webkit-right; text-align: -moz-right; }
.pullback-math mtable.menv-align > mtr > mtd:nth-child(2n + 3) { padding-left: 1em; }
</style>
";

const BLOCK: &str = "<div class=\"pullback-math\">";
const RESULT: &str = "<div class=\"pullback-math pullback-result\">";

/// Markdown whose formulas are MathML instead of LaTeX between `$` and `$$`; a formula that cannot be read stays as it is.
///
/// ```
/// use pullback::notes::with_mathml;
/// let page = with_mathml("so $W^{\\top}$ is here\n\n$$\nX W\n$$\n");
/// assert!(page.contains("\n\nso <math") && page.ends_with("</math>\n</div>\n") && !page.contains('$'), "{page}");
/// ```
pub fn with_mathml(markdown: &str) -> String {
    let mut out = String::with_capacity(4 * markdown.len());
    let mut copied = 0;
    let reading = Options::ENABLE_MATH | Options::ENABLE_TABLES;
    for (event, range) in Parser::new_ext(markdown, reading).into_offset_iter() {
        let (mode, latex) = match &event {
            Event::InlineMath(latex) => (DisplayMode::Inline, latex),
            Event::DisplayMath(latex) => (DisplayMode::Block, latex),
            _ => continue,
        };
        let Some(written) = mathml(latex, mode, alone(markdown, &range)) else { continue };
        out.push_str(&markdown[copied..range.start]);
        out.push_str(&written);
        copied = range.end;
    }
    out.push_str(&markdown[copied..]);
    if out.contains(BLOCK) || out.contains(RESULT) { format!("{STYLE}\n{out}") } else { out }
}

/// Whether a formula stands on lines of its own.
fn alone(markdown: &str, range: &Range<usize>) -> bool {
    (range.start == 0 || markdown[..range.start].ends_with('\n')) && markdown[range.end..].starts_with('\n')
}

fn mathml(latex: &str, mode: DisplayMode, alone: bool) -> Option<String> {
    // MathML Core has no frame: the result gets that of a style sheet
    let framed = latex.trim().strip_prefix(r"\boxed{").and_then(|rest| rest.strip_suffix('}'));
    let latex = operators(framed.unwrap_or(latex));
    let storage = Storage::new();
    // the writer puts an error into its text: so the formula is read first
    let events = pulldown_latex::Parser::new(&latex, &storage).collect::<Result<Vec<_>, _>>().ok()?;
    let mut text = String::new();
    let config = RenderConfig { display_mode: mode, ..RenderConfig::default() };
    push_mathml(&mut text, events.into_iter().map(Ok::<_, std::convert::Infallible>), config).ok()?;
    // a command that it does not know may come out as a word
    if text.contains('\\') {
        return None;
    }
    let text = text.replace('\n', " ");
    if mode == DisplayMode::Block && alone {
        // a block of HTML, in which Markdown takes nothing for its own
        return Some(format!("{}\n{text}\n</div>", if framed.is_some() { RESULT } else { BLOCK }));
    }
    Some(shielded(&text))
}

/// The names of functions as this reader wants them, which takes them letter by letter; KaTeX in strict mode wants them otherwise.
fn operators(latex: &str) -> String {
    let mut parts = latex.split(r"\mathop{\text{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        out.push_str(&format!(r"\operatorname{{{}}}{rest}", name.replace(' ', r"\ ")));
    }
    out
}

/// What stands between tags, without the signs that mean something in Markdown.
fn shielded(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            '*' | '_' | '`' | '[' | ']' | '|' | '\\' | '~' | '!' | '$' | '^' if !tag => {
                out.push_str(&format!("&#{};", c as u32));
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}
