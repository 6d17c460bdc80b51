//! A page of Markdown, read: its programs, and where the derivation of each stands.
//!
//! What is a fenced block, and in which list or quote, is pulldown-cmark's to say, so that a page is read here as it is elsewhere: a
//! fence inside a comment or inside another block is none.

use super::markers::{Lines, Marker, markers};
use super::place::Excerpt;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::limits::MAX_PAGE_BLOCKS;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// The first word of the info string of a program.
pub(super) const WORD: &str = "pullback";

/// A program in a page.
#[derive(Debug)]
pub(super) struct Block {
    /// From its opening fence to the end of the line of its closing one.
    pub fence: Range<usize>,
    /// The word `pullback` and what follows it.
    pub opening: Excerpt,
    /// Its lines, without what a list or a quote puts before them.
    pub program: Excerpt,
    /// Its derivation with both markers, if it has one.
    pub region: Option<Range<usize>>,
    /// How the lines of a derivation begin and end here.
    pub lines: Lines,
    /// The level of the heading it stands under, from 1; 0 for none.
    pub heading: u8,
}

impl Block {
    /// The word and the options, in the page.
    pub fn opening_span(&self) -> Span {
        self.opening.span(Span::new(0, self.opening.text.len()))
    }
}

/// The page with a line feed for each carriage return that ends a line by itself, which Markdown allows and its readers forget. No byte
/// changes its place.
pub(super) fn readable(page: &str) -> Cow<'_, str> {
    if !page.contains('\r') {
        return Cow::Borrowed(page);
    }
    let mut bytes = page.chars().peekable();
    let mut text = String::with_capacity(page.len());
    while let Some(c) = bytes.next() {
        text.push(if c == '\r' && bytes.peek() != Some(&'\n') { '\n' } else { c });
    }
    Cow::Owned(text)
}

/// Finds the programs of a page. `text` is the page as it may be [read](readable), `raw` as it is.
///
/// # Errors
/// What is wrong with the markers, or a program whose fence is not closed.
pub(super) fn read(text: &str, raw: &str) -> Result<Vec<Block>, Vec<Diagnostic>> {
    let mut reader = Reader {
        text,
        raw,
        depth: 0,
        blocks: Vec::new(),
        program: None,
        below: false,
        html_lines: 0,
        heading: 0,
        open: None,
        faults: Vec::new(),
    };
    // a footnote holds blocks, as a list does; no other extension changes where a fenced block begins
    for (event, range) in Parser::new_ext(text, Options::ENABLE_FOOTNOTES).into_offset_iter() {
        reader.event(event, range);
    }
    reader.without_end();
    let Reader { blocks, faults, .. } = reader;
    if let Some(extra) = blocks.get(MAX_PAGE_BLOCKS) {
        let title = format!("the page has {} programs: the most is {MAX_PAGE_BLOCKS}", blocks.len());
        let fault = Diagnostic::error("E0701", title).at(first_line(text, &extra.fence), "one too many");
        return Err(vec![fault.note("nothing in the page was changed; divide it")]);
    }
    if faults.is_empty() { Ok(blocks) } else { Err(faults) }
}

/// A marker that begins a derivation whose end has not come yet.
struct Open {
    begin: Range<usize>,
    depth: usize,
}

struct Reader<'a> {
    text: &'a str,
    raw: &'a str,
    /// In how many blocks the next event stands.
    depth: usize,
    blocks: Vec<Block>,
    /// The program whose lines come, and the fence that opened it.
    program: Option<(Block, usize)>,
    /// Whether a program has just ended, so that its derivation may begin.
    below: bool,
    /// How many lines of the block of HTML have come.
    html_lines: usize,
    /// The level of the last heading of the writer's.
    heading: u8,
    open: Option<Open>,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        // a block of HTML begins with the blanks before it, as text
        let still_below = matches!(event, Event::Start(Tag::HtmlBlock) | Event::Text(_) | Event::Html(_));
        self.below &= still_below;
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.html_lines = 0;
                match tag {
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.opened(range),
                    Tag::Heading { level, .. } if self.open.is_none() => self.heading = level as u8,
                    _ => {}
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                if tag == TagEnd::CodeBlock {
                    self.closed();
                }
                self.end_of_container(self.depth);
            }
            Event::Text(text) => {
                if let Some((block, _)) = &mut self.program {
                    block.program.push(&text, range.start, range.len());
                }
            }
            Event::Html(html) => {
                self.html(&html, &range, self.html_lines == 0);
                self.html_lines += 1;
                self.below = false;
            }
            Event::InlineHtml(html) => self.html(&html, &range, false),
            _ => {}
        }
    }

    /// An opening fence; a program's if the first word behind it says so.
    fn opened(&mut self, fence: Range<usize>) {
        let line = first_line(self.text, &fence).slice(self.text);
        let mark = line.chars().next().unwrap_or('`');
        let behind = line.trim_start_matches(mark);
        let words = behind.trim_start();
        if words.split([' ', '\t']).next() != Some(WORD) {
            return;
        }
        if self.open.is_some() {
            let fault = Diagnostic::error("E0702", "a program stands inside a derivation, where it would be lost");
            let at = first_line(self.text, &fence);
            self.faults.push(nothing_changed(fault.at(at, "").note("move it below the marker that ends the derivation")));
        }
        let mut opening = Excerpt::default();
        let options = words.trim_end();
        opening.push(options, fence.start + line.len() - words.len(), options.len());
        let newline = fence.start + line.len();
        let ending = match &self.raw[newline..] {
            rest if rest.starts_with("\r\n") => "\r\n",
            rest if rest.starts_with('\r') => "\r",
            _ => "\n",
        };
        let marks = line.len() - behind.len();
        let lines = Lines::new("", ending);
        self.program = Some((Block { fence, opening, program: Excerpt::default(), region: None, lines, heading: self.heading }, marks));
    }

    /// The end of a fenced block.
    fn closed(&mut self) {
        let Some((mut block, marks)) = self.program.take() else { return };
        let text = &self.text[block.fence.clone()];
        let mark = text.chars().next().unwrap_or('`');
        let opening = first_line(self.text, &block.fence);
        let start = text.rfind('\n').map(|at| block.fence.start + at + 1).filter(|start| *start >= block.program.end());
        let last = start.map_or("", |start| &self.text[start..block.fence.end]);
        let closing = last.trim_start_matches([' ', '\t', '>']);
        if closing.len() - closing.trim_start_matches(mark).len() < marks || !closing.trim_matches([mark, ' ', '\t', '\r']).is_empty() {
            let fence: String = std::iter::repeat_n(mark, marks).collect();
            let fault = Diagnostic::error("E0705", "the fence of this program is not closed").at(opening, "it opens here");
            self.faults.push(nothing_changed(fault.note(format!("write {fence} on a line of its own below the program"))));
            return;
        }
        block.lines = Lines::new(&last[..last.len() - closing.len()], block.lines.ending);
        block.fence.end = end_of_line(self.text, block.fence.end);
        self.blocks.push(block);
        self.below = true;
    }

    /// HTML, a line of a block of its own or part of a paragraph; `first` if it begins a block.
    fn html(&mut self, html: &str, range: &Range<usize>, first: bool) {
        for (marker, start, end) in markers(html) {
            let alone = first && html[..start].trim().is_empty() && html[end..].trim().is_empty();
            let place = range.start + start..range.start + end;
            // the block of HTML is one more around the marker
            let depth = self.depth - 1;
            match marker {
                Marker::Begin if alone && self.below && self.open.is_none() => self.open = Some(Open { begin: place, depth }),
                Marker::End if alone && self.open.as_ref().is_some_and(|open| open.depth == depth) => {
                    let open = self.open.take();
                    if let (Some(open), Some(block)) = (open, self.blocks.last_mut()) {
                        block.region = Some(open.begin.start..place.end);
                    }
                }
                _ => self.stray(marker, alone, place),
            }
        }
    }

    /// A marker where none belongs.
    fn stray(&mut self, marker: Marker, alone: bool, place: Range<usize>) {
        let (title, label) = match marker {
            Marker::Edited => ("this is neither the marker that begins a derivation nor the one that ends it", "edited?"),
            _ if !alone => ("a marker does not stand on a line of its own", "it belongs on a line of its own"),
            Marker::Begin if self.open.is_some() => ("a derivation begins inside another one", "it begins again"),
            Marker::Begin => ("a derivation begins here, and no program stands right above it", "it begins"),
            Marker::End if self.open.is_some() => ("a derivation ends in another list or quote than it begins in", "it ends"),
            Marker::End => ("a derivation ends here that does not begin", "it ends"),
        };
        let mut fault = Diagnostic::error("E0702", title).at(span(&place), label);
        if let Some(open) = &self.open {
            fault = fault.see(span(&open.begin), "the derivation begins");
        }
        let remove = vec![Edit { span: span(&place), replacement: String::new() }];
        fault = if marker == Marker::End && self.open.is_none() { fault.fix("remove it", remove) } else { fault };
        self.faults.push(nothing_changed(fault));
    }

    /// A list or a quote has ended, and `depth` are left.
    fn end_of_container(&mut self, depth: usize) {
        if self.open.as_ref().is_some_and(|open| depth < open.depth) {
            self.without_end();
        }
    }

    /// What has begun and not ended by now does not end.
    fn without_end(&mut self) {
        if let Some(open) = self.open.take() {
            let fault = Diagnostic::error("E0702", "a derivation begins here that does not end");
            let fault = fault.at(span(&open.begin), "it begins").note("its end is `<!-- pullback: end -->`, in the same list or quote");
            self.faults.push(nothing_changed(fault));
        }
    }
}

fn nothing_changed(fault: Diagnostic) -> Diagnostic {
    fault.note("nothing in the page was changed")
}

fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// The first line of a range, without its end.
fn first_line(text: &str, range: &Range<usize>) -> Span {
    let line = text[range.clone()].lines().next().unwrap_or("");
    Span::new(range.start, range.start + line.trim_end_matches('\r').len())
}

/// Where the line ends on which a byte stands: before the bytes that end it.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let line = rest.split('\n').next().unwrap_or("");
    at + line.strip_suffix('\r').unwrap_or(line).len()
}
