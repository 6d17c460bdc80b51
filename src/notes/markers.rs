//! The two comments between which a derivation stands, and its lines inside a list or a quote.

/// What a comment of ours says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Begin,
    End,
    /// It begins like one of the two.
    Edited,
}

const BEGIN: &str = "<!-- pullback: begin (made from the block above; a change down to the end is lost) -->";
const END: &str = "<!-- pullback: end -->";

/// The markers in a piece of HTML, with the bytes at which each comment begins and ends.
pub(super) fn markers(html: &str) -> impl Iterator<Item = (Marker, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + html.get(at..)?.find("<!--")?;
            at = start + "<!--".len();
            let Some(words) = html[at..].trim_start().strip_prefix("pullback:") else { continue };
            // where no comment ends, none that follows does
            let Some(close) = words.find("-->") else {
                at = html.len();
                return Some((Marker::Edited, start, html.trim_end().len()));
            };
            at = html.len() - words.len() + close + "-->".len();
            return Some((said(&words[..close]), start, at));
        }
    })
}

fn said(words: &str) -> Marker {
    match words.split_whitespace().next() {
        Some("begin") => Marker::Begin,
        Some("end") if words.trim() == "end" => Marker::End,
        _ => Marker::Edited,
    }
}

/// What stands before each line of a derivation, and ends it.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// What a list or a quote wants at the beginning of a line: blanks and `>`.
    prefix: String,
    pub ending: &'static str,
}

impl Lines {
    /// Lines like that of the closing fence, before which `prefix` stands.
    pub fn new(prefix: &str, ending: &'static str) -> Self {
        // a quote takes one blank behind its mark, which the line itself may need
        let space = if prefix.ends_with('>') { " " } else { "" };
        Lines { prefix: format!("{prefix}{space}"), ending }
    }

    /// A derivation between its markers, from the first byte of the one to the last of the other. `first` is for one that is not there yet:
    /// it gets a line of its own.
    pub fn write(&self, markdown: &str, first: bool) -> String {
        let mut out = String::with_capacity(markdown.len() + markdown.len() / 8 + 256);
        if first {
            out.push_str(self.ending);
            out.push_str(&self.prefix);
        }
        out.push_str(BEGIN);
        for line in [""].into_iter().chain(markdown.trim_matches('\n').lines()).chain(["", END]) {
            out.push_str(self.ending);
            // a quote goes on in an empty line only with its mark
            out.push_str(if line.is_empty() { self.prefix.trim_end() } else { &self.prefix });
            out.push_str(line);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, Lines, Marker, markers};

    #[test]
    fn markers_are_found_in_html() {
        let found = |html: &str| markers(html).map(|(marker, start, end)| (marker, html[start..end].to_string())).collect::<Vec<_>>();
        assert_eq!(found(BEGIN), [(Marker::Begin, BEGIN.to_string())]);
        assert_eq!(found(END), [(Marker::End, END.to_string())]);
        assert_eq!(found("a <!--pullback:end--> b"), [(Marker::End, "<!--pullback:end-->".to_string())]);
        for edited in ["<!-- pullback: ends -->", "<!-- pullback: end. -->", "<!-- pullback:", "<!-- pullback: -->", "<!-- pullback: end\n"]
        {
            assert_eq!(found(edited), [(Marker::Edited, edited.trim_end().to_string())]);
        }
        assert_eq!(found("<!-- pullback is a tool -->, <!-- end --> <!--"), []);
    }

    #[test]
    fn every_line_has_what_the_list_or_the_quote_wants() {
        let lines = Lines::new("   >", "\r\n");
        let text = lines.write("\na\n\n  b\n", true);
        assert_eq!(text, format!("\r\n   > {BEGIN}\r\n   >\r\n   > a\r\n   >\r\n   >   b\r\n   >\r\n   > {END}"));
        assert_eq!(Lines::new("  ", "\n").write("a", false), format!("{BEGIN}\n\n  a\n\n  {END}"));
    }
}
