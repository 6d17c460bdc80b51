//! A page for every code that a diagnostic can have: a program that fails, why, and the fix.
//!
//! The programs on the pages are run by `tests/explain.rs`: those marked `fails` end in exactly their page's code, those marked `works`
//! pass.

macro_rules! pages {
    ($($code:literal)*) => {
        const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!($code, ".md")))),*];
    };
}

pages! {
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108" "E0109" "E0110" "E0111" "E0112" "E0113" "E0114" "E0115" "E0116"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210" "E0211" "E0212" "E0213" "E0214"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309" "E0310" "E0311" "E0312" "E0313"
    "E0401" "E0402" "E0403" "E0404"
    "E0501" "E0502" "E0503" "E0504" "E0505" "E0506" "E0507" "E0510"
    "E0701" "E0702" "E0703" "E0704" "E0705" "E0706"
    "E0901" "E0902" "E0903"
    "W0601" "W0602" "W0603" "W0604" "W0605" "W0606" "W0607"
}

/// The page of a code, in Markdown.
///
/// ```
/// assert!(pullback::explain::page("E0301").unwrap().starts_with("# E0301: "));
/// assert!(pullback::explain::page("E9999").is_none());
/// ```
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

/// Every code that has a page.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

/// A fenced block of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    /// The first word behind its opening mark: `pullback,fails`.
    pub info: &'a str,
    /// What follows it: options of the command line.
    pub options: &'a str,
    /// Its lines.
    pub body: &'a str,
}

/// The fenced blocks of a page, in order.
///
/// ```
/// use pullback::explain::{fences, page};
/// let fence = fences(page("E0204").unwrap())[0];
/// assert_eq!((fence.info, fence.options, fence.body), ("pullback,fails", "--wrt V", "Y = X @ W"));
/// ```
pub fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut rest = page;
    while let Some((_, opened)) = rest.split_once("\n```") {
        let Some((mark, inside)) = opened.split_once('\n') else { break };
        let Some((body, after)) = inside.split_once("\n```") else { break };
        let (info, options) = mark.split_once(' ').unwrap_or((mark, ""));
        fences.push(Fence { info, options, body });
        rest = after;
    }
    fences
}
