//! A scene as SVG text.
//!
//! A writer of a hundred lines rather than a crate: the crates at hand build a tree of strings without knowing what an SVG element may
//! hold, so that the escaping and the attributes would still be ours. What is written is understood by every viewer, also by those that
//! know no style sheets: the ink is `currentColor`, so that an inline figure has the colour of the text around it.

use super::scene::{Anchor, Ink, Label, Mark, Scene, Shape, on_circle};
use super::text::{Level, SMALL};
use crate::render::html::escaped;
use crate::render::hue::{DARK, LIGHT, rgb};
use std::fmt::Write;

/// Book faces, the widest of which the layout reckons with.
const FACES: &str = "'STIX Two Text','Latin Modern Roman','Times New Roman',Times,serif";

/// The patterns of dashes that tell dimensions apart without colour. One fewer than there are hues: where the hues start again, the
/// patterns are others.
const DASHES: [&str; 7] = ["", "7 3", "2 2.5", "10 3 2 3", "5 5", "12 4", "9 2 2 2 2 2"];

/// Whether a drawing stands alone or in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A file: with paper and ink of its own, light or dark as the reader has it.
    Alone,
    /// In a page: the ink is that of the text around it, and there is no paper.
    Inline,
}

/// The text of a scene. `id` is the start of every id in it; `title` and `desc` say what is drawn to those who do not see it.
pub(super) fn write(scene: &Scene, setting: Setting, id: &str, title: &str, desc: &str) -> String {
    let mut out = String::with_capacity(256 * (scene.marks.len() + 4));
    let (width, height) = (scene.width.ceil(), scene.height.ceil());
    let id = escaped(id);
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pullback-figure\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FACES}\""
    );
    out.push_str(match setting {
        Setting::Alone => " color=\"#1c2128\">\n",
        Setting::Inline => " style=\"max-width:100%;height:auto\">\n",
    });
    let _ = writeln!(out, "<title id=\"{id}-title\">{}</title>", escaped(title));
    let _ = writeln!(out, "<desc id=\"{id}-desc\">{}</desc>", escaped(desc));
    if setting == Setting::Alone {
        let hue = |(k, dark): (usize, &&str)| format!(" .h{k} {{ fill: {dark} }}");
        let used = |k: usize| {
            scene.marks.iter().any(|mark| matches!(mark, Mark::Written(label) if label.line.iter().any(|run| run.look.hue.is_some_and(|hue| usize::from(hue) % DARK.len() == k))))
        };
        let hues: String = DARK.iter().enumerate().filter(|(k, _)| used(*k)).map(hue).collect();
        let _ = writeln!(
            out,
            "<style>@media (prefers-color-scheme: dark) {{ .pullback-figure {{ color: #e6edf3 }} .paper {{ fill: #0d1117 }}{hues} }}</style>"
        );
        let _ = writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
    }
    for mark in &scene.marks {
        match mark {
            Mark::Drawn(shape, ink) => drawn(&mut out, shape, *ink),
            Mark::Written(label) => written(&mut out, label),
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A number with one digit behind the point, if it needs one.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = libm::round(self.0 * 10.0) as i64;
        match (tenths / 10, (tenths % 10).abs()) {
            (whole, 0) => write!(f, "{whole}"),
            (0, part) if tenths < 0 => write!(f, "-0.{part}"),
            (whole, part) => write!(f, "{whole}.{part}"),
        }
    }
}

fn drawn(out: &mut String, shape: &Shape, ink: Ink) {
    let n = Short;
    let _ = match shape {
        Shape::Line(points) => {
            let _ = write!(out, "<path d=\"");
            for (place, &(x, y)) in points.iter().enumerate() {
                let _ = write!(out, "{}{} {}", if place == 0 { 'M' } else { 'L' }, n(x), n(y));
            }
            write!(out, "\"")
        }
        &Shape::Bend([a, b, c, d]) => {
            write!(out, "<path d=\"M{} {}C{} {} {} {} {} {}\"", n(a.0), n(a.1), n(b.0), n(b.1), n(c.0), n(c.1), n(d.0), n(d.1))
        }
        &Shape::Arc(middle, radius, from, to) => {
            let (a, b) = (on_circle(middle, radius, from), on_circle(middle, radius, to));
            let large = u8::from(to - from > std::f64::consts::PI);
            write!(out, "<path d=\"M{} {}A{r} {r} 0 {large} 1 {} {}\"", n(a.0), n(a.1), n(b.0), n(b.1), r = n(radius))
        }
        &Shape::Box(f, round) => {
            let (width, height) = (n(f.right - f.left), n(f.bottom - f.top));
            let _ = write!(out, "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\"", n(f.left), n(f.top));
            if round > 0.0 { write!(out, " rx=\"{}\"", n(round)) } else { Ok(()) }
        }
        &Shape::Dot((x, y), radius) => write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", n(x), n(y), n(radius)),
        &Shape::Head(tip, (dx, dy), size) => {
            let length = libm::hypot(dx, dy).max(1e-9);
            let (ux, uy) = (dx / length * size, dy / length * size);
            let back = (tip.0 - ux, tip.1 - uy);
            let (left, right) = ((back.0 - uy * 0.5, back.1 + ux * 0.5), (back.0 + uy * 0.5, back.1 - ux * 0.5));
            if ink == Ink::Back {
                // an open head: told from the filled one without colour
                let d = format!("M{} {}L{} {}L{} {}", n(left.0), n(left.1), n(tip.0), n(tip.1), n(right.0), n(right.1));
                let _ = writeln!(out, "<path d=\"{d}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>");
                return;
            }
            let points = format!("M{} {}L{} {}L{} {}Z", n(left.0), n(left.1), n(tip.0), n(tip.1), n(right.0), n(right.1));
            write!(out, "<path d=\"{points}\"")
        }
    };
    let stroke = |width: &str, dash: &str, more: &str| {
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        format!(" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{width}\"{dash}{more}/>\n")
    };
    out.push_str(&match ink {
        Ink::Strong => stroke("2.4", "", ""),
        Ink::Thin => stroke("1.2", "", ""),
        Ink::Broken => stroke("1.4", "4 4", " stroke-opacity=\".65\""),
        Ink::Back => stroke("1.6", "6 4", ""),
        Ink::Solid => " fill=\"currentColor\"/>\n".into(),
        Ink::Wash => " fill=\"currentColor\" fill-opacity=\".07\"/>\n".into(),
        Ink::Side(None) => stroke("2.4", "", ""),
        Ink::Side(Some(hue)) => {
            let dash = DASHES[hue as usize % DASHES.len()];
            stroke("3", dash, "").replace("currentColor", &color(hue))
        }
    });
}

fn color(hue: u8) -> String {
    let [r, g, b] = rgb(hue);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn written(out: &mut String, label: &Label) {
    let anchor = match label.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let (x, y) = (Short(label.at.0), Short(label.at.1));
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"{anchor} fill=\"currentColor\">", Short(label.size));
    let mut shift = 0.0;
    for run in &label.line {
        let look = run.look;
        let wanted = match look.level {
            Level::Below => 0.2 * label.size,
            Level::Line => 0.0,
            Level::Above => -0.36 * label.size,
        };
        let mut attributes = String::new();
        if wanted != shift {
            let _ = write!(attributes, " dy=\"{}\"", Short(wanted - shift));
            shift = wanted;
        }
        if look.level != Level::Line {
            let _ = write!(attributes, " font-size=\"{}\"", Short(label.size * SMALL));
        }
        if look.italic {
            attributes.push_str(" font-style=\"italic\"");
        }
        if look.bold {
            attributes.push_str(" font-weight=\"bold\"");
        }
        if let Some(hue) = look.hue {
            // small letters want more contrast than lines do
            let place = hue as usize % LIGHT.len();
            let _ = write!(attributes, " class=\"h{place}\" fill=\"{}\"", LIGHT[place]);
        }
        if look.muted {
            attributes.push_str(" fill-opacity=\".72\"");
        }
        let text = escaped(&run.text);
        let _ = if attributes.is_empty() { write!(out, "{text}") } else { write!(out, "<tspan{attributes}>{text}</tspan>") };
    }
    out.push_str("</text>\n");
}
