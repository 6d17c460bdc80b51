//! A page with the derivation of each of its programs below it.

use super::page::{Block, WORD, read, readable};
use super::place::{Excerpt, When};
use super::settings::{Origin, Settings};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::formula::Charset;
use crate::limits::{MAX_INHERITED_BYTES, MAX_PAGE_BYTES};
use crate::ops::nearest_of;
use crate::render::report::report;
use crate::render::terminal::Style;
use crate::syntax::{self, Dialect};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

const MARK: &str = "\u{FEFF}";

/// How a diagnostic in a page is drawn.
const STYLE: Style = Style { width: 80, charset: Charset::Unicode, color: false };

/// A program to derive.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its text, after that of the programs it goes on from.
    pub program: &'a str,
    /// What is asked of it.
    pub settings: &'a Settings,
    /// The level of the heading it stands under, from 1; 0 where there is none.
    pub heading: u8,
}

/// What is written below a program.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Markdown, without anything that would end a comment.
    pub markdown: String,
    /// What the reader should know beside it.
    pub warnings: Vec<Diagnostic>,
}

/// A page that has been filled.
#[derive(Debug)]
pub struct Filled {
    /// The page.
    pub text: String,
    /// How many programs it has.
    pub programs: usize,
    /// On which lines of the page before those programs stand whose derivations were missing or have changed.
    pub stale: Vec<usize>,
    remarks: Vec<Remark>,
    before: Vec<Block>,
    after: Vec<Block>,
    parents: Vec<Option<usize>>,
}

/// What is said about a program of the page.
#[derive(Debug)]
struct Remark {
    block: usize,
    about: About,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The line that opens it.
    Opening,
    /// The program, with those it goes on from.
    Program,
}

impl Filled {
    /// Everything that is wrong with the programs of the page, and the warnings, with places in the [shown](shown) page.
    pub fn diagnostics(&self, when: When) -> Vec<Diagnostic> {
        let blocks = if when == When::Before { &self.before } else { &self.after };
        let about = |remark: &Remark| {
            let excerpt = match remark.about {
                About::Opening => Cow::Borrowed(&blocks[remark.block].opening),
                About::Program => Cow::Owned(joined(blocks, &self.parents, remark.block)),
            };
            let moved = |diagnostic: &Diagnostic| match diagnostic.labels.is_empty() {
                // what is said of the whole program, or of its options, has a place in a page all the same
                true => diagnostic.clone().at(blocks[remark.block].opening_span(), ""),
                false => excerpt.moved(diagnostic),
            };
            remark.diagnostics.iter().map(moved).collect::<Vec<_>>()
        };
        self.remarks.iter().flat_map(about).collect()
    }

    /// Whether every program has its derivation.
    pub fn is_whole(&self) -> bool {
        !self.remarks.iter().flat_map(|remark| &remark.diagnostics).any(|d| d.severity == Severity::Error)
    }
}

/// The text of a page: UTF-8, with or without a byte order mark, which stays.
///
/// # Errors
/// Where the first byte that is no UTF-8 stands, or that there are too many bytes.
///
/// ```
/// use pullback::notes::decode;
/// assert_eq!(decode(b"# Notes\n"), Ok("# Notes\n"));
/// assert_eq!(decode(b"# N\xF6tes\n").unwrap_err().code, "E0108");
/// ```
pub fn decode(bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() > MAX_PAGE_BYTES {
        let title = format!("the page is longer than {} MiB, the most that is read", MAX_PAGE_BYTES >> 20);
        return Err(Diagnostic::error("E0701", title).note("nothing in the page was changed; divide it"));
    }
    syntax::utf8(bytes)
}

/// The page as diagnostics speak of it: without a byte order mark, and with a line feed for a carriage return that ends a line.
pub fn shown(page: &str) -> Cow<'_, str> {
    readable(page.strip_prefix(MARK).unwrap_or(page))
}

/// Writes the derivation of each program of a page below it, or what is wrong with the program.
///
/// `write` makes the Markdown. All bytes of the page stay that do not stand between markers, and a page that is filled again with the same
/// derivations is the same.
///
/// # Errors
/// What keeps the page from being filled, with places in the [shown](shown) page: markers that do not fit each other, a fence that is not
/// closed, a derivation that could not be found again where it would be put.
///
/// ```
/// use pullback::notes::{Written, fill};
/// let page = "> ```pullback\n> Y = X @ W\n> ```\n> and so on\n";
/// let filled = fill(page, &mut |asked| Ok(Written { markdown: format!("*{}*", asked.program.trim()), ..Written::default() })).unwrap();
/// let lines: Vec<&str> = filled.text.lines().collect();
/// assert_eq!(lines[3..], [
///     "> <!-- pullback: begin (made from the block above; a change down to the end is lost) -->",
///     ">",
///     "> *Y = X @ W*",
///     ">",
///     "> <!-- pullback: end -->",
///     "> and so on",
/// ]);
/// ```
pub fn fill(page: &str, write: &mut dyn FnMut(&Request<'_>) -> Result<Written, Vec<Diagnostic>>) -> Result<Filled, Vec<Diagnostic>> {
    let raw = page.strip_prefix(MARK).unwrap_or(page);
    let text = readable(raw);
    let before = read(&text, raw)?;
    let mut links = Links::default();
    let mut remarks = Vec::new();
    let mut out = page[..page.len() - raw.len()].to_string();
    let mark = out.len();
    let (mut copied, mut stale, mut regions) = (0, Vec::new(), Vec::new());
    for (place, block) in before.iter().enumerate() {
        let markdown = match links.join(&before, place) {
            Ok((settings, program)) => match write(&Request { program: &program.text, settings: &settings, heading: block.heading }) {
                Ok(written) => {
                    if !written.warnings.is_empty() {
                        remarks.push(Remark { block: place, about: About::Program, diagnostics: written.warnings });
                    }
                    written.markdown
                }
                Err(wrong) => {
                    let markdown = drawn(&wrong, &program.text, "program");
                    remarks.push(Remark { block: place, about: About::Program, diagnostics: wrong });
                    markdown
                }
            },
            Err(wrong) => {
                let markdown = drawn(&wrong, &block.opening.text, "options");
                remarks.push(Remark { block: place, about: About::Opening, diagnostics: wrong });
                markdown
            }
        };
        let old = block.region.clone().unwrap_or(block.fence.end..block.fence.end);
        let new = block.lines.write(&markdown, block.region.is_none());
        if raw[old.clone()] != new {
            stale.push(text[..block.fence.start].matches('\n').count() + 1);
        }
        out.push_str(&raw[copied..old.start]);
        let start = out.len();
        out.push_str(&new);
        regions.push(start - mark..out.len() - mark);
        copied = old.end;
    }
    out.push_str(&raw[copied..]);
    let after = found_again(&before, &regions, &out[mark..])?;
    Ok(Filled { text: out, programs: before.len(), stale, remarks, before, after, parents: links.parents })
}

/// The programs of the filled page, which must be those of the page before, with their derivations where they were put.
fn found_again(before: &[Block], regions: &[Range<usize>], raw: &str) -> Result<Vec<Block>, Vec<Diagnostic>> {
    let fault = |block: &Block| {
        let fault = Diagnostic::error("E0706", "the derivation of this program cannot stand below it");
        let fault = fault.at(block.opening_span(), "this one").note("put there, it would not be found again, or would change what follows");
        vec![fault.note("nothing in the page was changed; move the program out of its list or quote")]
    };
    let after = read(&readable(raw), raw);
    let same = |old: &Block, region: &Range<usize>, new: &Block| {
        let end = new.region.as_ref().map(|region| region.end);
        old.program.text == new.program.text && old.opening.text == new.opening.text && end == Some(region.end)
    };
    match after {
        Ok(after) => match (0..before.len()).find(|&k| !after.get(k).is_some_and(|new| same(&before[k], &regions[k], new))) {
            None if after.len() == before.len() => Ok(after),
            wrong => Err(fault(&before[wrong.unwrap_or(0)])),
        },
        // the derivation at which the page stops being readable, or the last one before that place
        Err(wrong) => {
            let place = wrong.first().and_then(|d| d.labels.first()).map_or(0, |label| label.span.start as usize);
            let near = regions.partition_point(|region| region.start <= place).saturating_sub(1);
            Err(before.get(near).map_or(wrong, fault))
        }
    }
}

/// Diagnostics as a block of text. What they say of lines is about the program, so that it stays true when the page grows above it.
fn drawn(diagnostics: &[Diagnostic], source: &str, origin: &str) -> String {
    let text = report(diagnostics, source, origin, &STYLE);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

/// What a program takes over from the one that it goes on from.
struct Heritage {
    dialect: Dialect,
    dims: Vec<(String, usize)>,
}

/// Which program goes on from which.
#[derive(Default)]
struct Links {
    names: FxHashMap<String, usize>,
    parents: Vec<Option<usize>>,
    /// What each program hands on; nothing where its opening line is wrong.
    heritage: Vec<Option<Heritage>>,
    /// The bytes of all programs so far.
    bytes: usize,
}

impl Links {
    /// The options of a program, with what it takes over, and its text after those it goes on from.
    fn join(&mut self, blocks: &[Block], place: usize) -> Result<(Settings, Excerpt), Vec<Diagnostic>> {
        self.parents.push(None);
        self.heritage.push(None);
        let block = &blocks[place];
        let options = &block.opening.text[WORD.len()..];
        let mut settings = Settings::read(options).map_err(|wrong| wrong.into_iter().map(behind_word).collect::<Vec<_>>())?;
        let fault = |code, title: String| vec![Diagnostic::error(code, title).at(Span::new(0, block.opening.text.trim_end().len()), "")];
        if let Some(name) = &settings.name {
            if self.names.contains_key(name) {
                return Err(fault("E0703", format!("an earlier program is called `{name}` already")));
            }
            self.names.insert(name.clone(), place);
        }
        let parent = self.parent(&settings, place).map_err(|title| fault("E0704", title))?;
        if let Some(parent) = parent {
            let Some(Heritage { dialect, dims }) = &self.heritage[parent] else {
                return Err(fault("E0704", "the options of the program that this one goes on from are wrong".into()));
            };
            if settings.dialect.is_some_and(|own| own != *dialect) {
                return Err(fault("E0703", format!("the program that this one goes on from is read as `{}`", dialect.name())));
            }
            settings.dialect = Some(*dialect);
            let own = std::mem::replace(&mut settings.dims, dims.clone());
            settings.dims.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
            settings.dims.extend(own);
        }
        self.parents[place] = parent;
        self.heritage[place] = Some(Heritage { dialect: settings.dialect.unwrap_or_default(), dims: settings.dims.clone() });
        self.bytes += chain(&self.parents, place).filter(|k| *k != place).map(|k| blocks[k].program.text.len() + 1).sum::<usize>();
        if self.bytes > MAX_INHERITED_BYTES {
            let title = format!(
                "what the programs of the page go on from is, counted for each, longer than {} KiB: let some of them begin anew",
                MAX_INHERITED_BYTES >> 10
            );
            return Err(fault("E0701", title));
        }
        Ok((settings, joined(blocks, &self.parents, place)))
    }

    /// The program that one goes on from.
    fn parent(&self, settings: &Settings, place: usize) -> Result<Option<usize>, String> {
        match &settings.origin {
            None => Ok(None),
            Some(Origin::Above) if place > 0 => Ok(Some(place - 1)),
            Some(Origin::Above) => Err("there is no program above to go on from".into()),
            Some(Origin::Named(name)) => match self.names.get(name) {
                Some(&parent) if parent != place => Ok(Some(parent)),
                Some(_) => Err("a program cannot go on from itself".into()),
                None => Err(match nearest_of(name, self.names.keys().map(String::as_str)) {
                    Some(near) => format!("no program above is called `{name}`: did you mean `{near}`?"),
                    None => format!("no program above is called `{name}`: give one `name={name}`"),
                }),
            },
        }
    }
}

fn behind_word(mut diagnostic: Diagnostic) -> Diagnostic {
    let behind = |at: u32| at + WORD.len() as u32;
    diagnostic.labels.iter_mut().for_each(|label| label.span = Span { start: behind(label.span.start), end: behind(label.span.end) });
    diagnostic
}

/// A program and those it goes on from, the last one first.
fn chain(parents: &[Option<usize>], place: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(Some(place), |&place| parents[place])
}

fn joined(blocks: &[Block], parents: &[Option<usize>], place: usize) -> Excerpt {
    let mut all: Vec<usize> = chain(parents, place).collect();
    all.reverse();
    let mut excerpt = Excerpt::default();
    all.into_iter().for_each(|k| excerpt.append(&blocks[k].program));
    excerpt
}
