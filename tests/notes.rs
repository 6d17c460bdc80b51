//! Pages of notes: what is filled in, and what is never touched.

use proptest::prelude::*;
use pullback::diagnostic::Diagnostic;
use pullback::limits::{MAX_INHERITED_BYTES, MAX_PAGE_BLOCKS, MAX_PAGE_BYTES};
use pullback::notes::{Filled, Request, When, Written, decode, derive, fill, shown};

/// Markdown of every kind that a derivation is made of.
const MARKDOWN: &str = "Words, $x_1$ and `code`.\n\n$$\n\\begin{aligned}\na &= b \\\\\n  &= c\n\\end{aligned}\n$$\n\n- a list\n\n  with two parts\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```python\n\n  x = 1\n```\n";

fn stub(asked: &Request<'_>) -> Result<Written, Vec<Diagnostic>> {
    let program = asked.program.trim_end();
    match program.contains("wrong") {
        true => Err(vec![
            Diagnostic::error("E0301", "it is wrong")
                .at(pullback::diagnostic::Span::new(program.find("wrong").unwrap(), program.find("wrong").unwrap() + 5), "here"),
        ]),
        false => Ok(Written { markdown: format!("Of {} bytes.\n\n{MARKDOWN}", program.len()), warnings: vec![] }),
    }
}

fn filled(page: &str) -> Filled {
    fill(page, &mut stub).unwrap_or_else(|wrong| panic!("{page:?}: {wrong:#?}"))
}

/// Fills twice and returns what came of it.
fn twice(page: &str) -> Filled {
    let first = filled(page);
    let again = filled(&first.text);
    assert_eq!(again.text, first.text, "{page:?}");
    assert!(again.stale.is_empty());
    first
}

#[test]
fn a_program_gets_its_derivation() {
    let page = "# Notes\n\n```pullback\nY = X @ W\n```\n\nMore.\n";
    let done = twice(page);
    assert_eq!((done.programs, done.stale.as_slice(), done.is_whole()), (1, &[3][..], true));
    assert!(done.text.starts_with("# Notes\n\n```pullback\nY = X @ W\n```\n<!-- pullback: begin"), "{}", done.text);
    assert!(
        done.text.contains("-->\n\nOf 9 bytes.\n\nWords") && done.text.ends_with("```\n\n<!-- pullback: end -->\n\nMore.\n"),
        "{}",
        done.text
    );
}

#[test]
fn what_is_no_program_is_left_alone() {
    for page in [
        "",
        "\n",
        "no program",
        "```\nY = X\n```\n",
        "```python pullback\nY = X\n```\n",
        "```pullbacks\nY = X\n```\n",
        "```pullback,fails\nY = X\n```\n",
        "`` `pullback ``\n",
        "    ```pullback\n    Y = X\n    ```\n",
        "<!--\n```pullback\nY = X\n```\n-->\n",
        "````\n```pullback\nY = X\n```\n````\n",
        "~~~\n```pullback\nY = X\n```\n~~~\n",
        "````markdown\n```pullback\nY = X\n```\n<!-- pullback: begin -->\n<!-- pullback: end -->\n````\n",
        "<div>\n```pullback\nY = X\n```\n</div>\n",
        "words <!-- pullback -->, `<!-- pullback: begin -->` and <!-- end -->\n",
        "``` pull`back\nY\n```\n",
    ] {
        let done = filled(page);
        assert_eq!((done.text.as_str(), done.programs), (page, 0), "{page:?}");
    }
}

#[test]
fn fences_of_every_kind() {
    for (open, close) in [
        ("```pullback", "```"),
        ("``` pullback", "```"),
        ("```\tpullback  wrt=X ", "```  "),
        ("````pullback", "``````"),
        ("~~~pullback", "~~~"),
        ("~~~~ pullback show=result", "~~~~~"),
        ("   ```pullback", "```"),
        ("```pullback", "   ```"),
    ] {
        let done = twice(&format!("a\n{open}\nY = X\n{close}\nb\n"));
        assert_eq!(done.programs, 1, "{open}");
        assert!(done.text.starts_with(&format!("a\n{open}\nY = X\n{close}\n")) && done.text.ends_with("-->\nb\n"), "{}", done.text);
    }
}

#[test]
fn lists_and_quotes_go_on_around_a_derivation() {
    for (page, prefix) in [
        ("- a\n\n  ```pullback\n  Y = X\n  ```\n\n  b\n", "  "),
        ("- ```pullback\n  Y = X\n  ```\n- b\n", "  "),
        ("12. ```pullback\n    Y = X\n    ```\n", "    "),
        ("-\t```pullback\n\tY = X\n\t```\n", "\t"),
        ("> ```pullback\n> Y = X\n> ```\n> b\n", "> "),
        (">```pullback\n>Y = X\n>```\n", "> "),
        ("> > - ```pullback\n> >   Y = X\n> >   ```\n", "> >   "),
        ("1. > * ```pullback\n   >   Y = X\n   >   ```\n", "   >   "),
        ("> [!NOTE]\n> ```pullback\n> Y = X\n> ```\n", "> "),
        ("[^1]\n\n[^1]: a\n\n    ```pullback\n    Y = X\n    ```\n", "    "),
    ] {
        let done = twice(page);
        assert_eq!(done.programs, 1, "{page:?}");
        let words = done.text.lines().find(|line| line.contains("Of 5 bytes.")).unwrap_or_else(|| panic!("{page:?}: {}", done.text));
        assert_eq!(words, format!("{prefix}Of 5 bytes."));
        // read by others, everything stands in the list or the quote
        let html = |page: &str| {
            let mut html = String::new();
            pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(page, pulldown_cmark::Options::ENABLE_FOOTNOTES));
            html
        };
        assert_eq!(html(&done.text).matches("<blockquote").count(), html(page).matches("<blockquote").count());
        assert!(html(&done.text).contains("class=\"language-python\">\n  x = 1\n</code>"), "{page:?}: {}", html(&done.text));
    }
}

#[test]
fn lines_end_as_the_page_ends_them() {
    for ending in ["\n", "\r\n", "\r"] {
        let page = "a\n\n```pullback\nY = X\nZ = Y\n```\nb".replace('\n', ending);
        let done = twice(&page);
        assert_eq!(done.programs, 1, "{ending:?}");
        assert!(done.text.contains(&format!("{ending}Of 11 bytes.{ending}")), "{:?}", done.text);
        assert_eq!(done.text.matches('\n').count(), if ending == "\r" { 0 } else { done.text.matches(ending).count() });
    }
    // of two kinds in one page, that of the program's first line
    let done = twice("a\n```pullback\r\nY = X\n```\nb\n");
    assert!(done.text.contains("Of 5 bytes.\r\n") && done.text.ends_with("end -->\nb\n"));
    // no end at all
    let done = twice("```pullback\nY = X\n```");
    assert!(done.text.ends_with("<!-- pullback: end -->"));
    // a mark at the beginning
    let done = twice("\u{FEFF}```pullback\nY = X\n```\n");
    assert!(done.programs == 1 && done.text.starts_with("\u{FEFF}```pullback"));
}

#[test]
fn what_the_writer_did_beside_the_markers_stays() {
    let done = filled("```pullback\nY = X\n```\n");
    let moved = done.text.replace("```\n<!--", "```  \n\n  \n <!--").replace("end -->\n", "end -->  \n");
    let again = twice(&moved);
    assert_eq!(again.text, moved);
    // old markers with other words are made new
    let old = "```pullback\nY = X\n```\n<!--pullback: begin-->\nold\n\n<!-- pullback:end -->\n";
    assert_eq!(twice(old).text, done.text);
    // moved into a quote, the derivation goes with its program
    let quoted: String = done.text.lines().map(|line| format!("> {line}\n")).collect();
    let renewed = twice(&quoted);
    assert_eq!(renewed.text.replace(">\n", "> \n"), quoted.replace(">\n", "> \n"));
}

#[test]
fn markers_that_do_not_fit_are_said_and_nothing_is_touched() {
    let begin = "<!-- pullback: begin -->";
    let end = "<!-- pullback: end -->";
    let program = "```pullback\nY = X\n```";
    for (page, title, line) in [
        (format!("{begin}\n\na\n\n{end}\n"), "a derivation begins here, and no program stands right above it", 1),
        (format!("{program}\n{begin}\n\na\n"), "a derivation begins here that does not end", 4),
        (format!("{program}\n\na\n\n{end}\n"), "a derivation ends here that does not begin", 7),
        (format!("{program}\nwords\n\n{begin}\n\na\n\n{end}\n"), "a derivation begins here, and no program stands right above it", 6),
        (format!("{program}\n{begin}\n\n{begin}\n\n{end}\n"), "a derivation begins inside another one", 6),
        (format!("{program}\n{begin}\n\n{program}\n\n{end}\n"), "a program stands inside a derivation, where it would be lost", 6),
        (format!("{program}\n{begin}\n\n- {end}\n"), "a derivation ends in another list or quote than it begins in", 6),
        (format!("> {program}\n").replace("\n", "\n> ") + &format!("{begin}\n\n{end}\n"), "a derivation begins here that does not end", 4),
        (format!("{program}\n{begin} words\n\n{end}\n"), "a marker does not stand on a line of its own", 4),
        (format!("{program}\n{begin}\n\nwords {end}\n"), "a marker does not stand on a line of its own", 6),
        (format!("{program}\n{begin}\n\n{end}\n\n{end}\n"), "a derivation ends here that does not begin", 8),
        (
            format!("{program}\n{begin}\n\n<!-- pullback: ende -->\n"),
            "this is neither the marker that begins a derivation nor the one that ends it",
            6,
        ),
        (format!("{program}\n{begin}\n<div>\n{end}\n</div>\n"), "a marker does not stand on a line of its own", 6),
        (format!("<!--\n{program}\n{begin}\n\n{end}\n"), "a marker does not stand on a line of its own", 5),
    ] {
        let wrong = fill(&page, &mut stub).expect_err(&page);
        assert_eq!((wrong[0].code, wrong[0].title.as_str()), ("E0702", title), "{page}");
        let at = wrong[0].labels[0].span.start as usize;
        assert_eq!(page[..at].matches('\n').count() + 1, line, "{page}");
        assert!(wrong[0].notes.iter().any(|note| note.contains("nothing in the page was changed")));
    }
}

#[test]
fn a_fence_that_is_not_closed_is_said() {
    for page in [
        "```pullback",
        "```pullback\nY = X\n",
        "~~~pullback\nY = X\n```\n",
        "````pullback\nY = X\n```\n",
        "> ```pullback\n> Y = X\n\nb\n",
        "- ```pullback\n  Y = X\n\nb\n",
        "```pullback\nY = X\n    ```\n",
    ] {
        let wrong = fill(page, &mut stub).expect_err(page);
        assert_eq!((wrong[0].code, wrong.len()), ("E0705", 1), "{page:?}");
    }
}

#[test]
fn programs_go_on_from_earlier_ones() {
    let page = "```pullback name=layer dims=n=2,d=3\nZ = X @ W\n```\n\n```pullback\nQ = X\n```\n\n> ```pullback continue=layer dims=d=5 name=b\n> Y = tanh(Z)\n> ```\n\n```pullback continue\nL = sum(Y)\n```\n\n```pullback continue=b show=result\n```\n";
    let mut asked = Vec::new();
    let mut note = |request: &Request<'_>| {
        asked.push((request.program.to_string(), request.settings.dims.clone()));
        Ok(Written::default())
    };
    fill(page, &mut note).unwrap();
    let n = ("n".to_string(), 2);
    let d = |k| ("d".to_string(), k);
    let all = "Z = X @ W\nY = tanh(Z)\n";
    assert_eq!(asked[0], ("Z = X @ W\n".into(), vec![n.clone(), d(3)]));
    assert_eq!(asked[1], ("Q = X\n".into(), vec![]));
    assert_eq!(asked[2], (all.into(), vec![n.clone(), d(5)]));
    assert_eq!(asked[3], (format!("{all}L = sum(Y)\n"), vec![n.clone(), d(5)]));
    assert_eq!(asked[4], (all.into(), vec![n, d(5)]));
}

/// The diagnostics of a page, as `code title`, and the text of the page that the first label marks.
fn said(page: &str, when: When) -> Vec<(String, String)> {
    let done = twice(page);
    let text = if when == When::Before { page } else { &done.text };
    let text = shown(text).into_owned();
    let marked = |d: &Diagnostic| d.labels.first().map_or(String::new(), |label| label.span.slice(&text).to_string());
    assert!(!done.is_whole());
    done.diagnostics(when).iter().map(|d| (format!("{} {}", d.code, d.title), marked(d))).collect()
}

#[test]
fn an_error_stands_in_its_place_and_the_rest_is_done() {
    let page = "```pullback\nY = X\n```\n\n> ```pullback\n> Z = X\n> Y = wrong + 1\n> ```\n\n```pullback\nL = X\n```\n";
    let done = twice(page);
    assert_eq!(done.text.matches("Of 5 bytes.").count(), 2);
    assert!(done.text.contains("> ```text\n> error[E0301]: it is wrong\n>   ╭▸ program:2:5\n"), "{}", done.text);
    for when in [When::Before, When::After] {
        assert_eq!(said(page, when), [("E0301 it is wrong".to_string(), "wrong".to_string())]);
    }
    // a program that goes on from a wrong one is wrong at the same place
    let page = "```pullback name=a\nwrong\n```\n```pullback continue\nY = X\n```\n";
    assert_eq!(said(page, When::After).len(), 2);
    assert_eq!(said(page, When::After)[1].1, "wrong");
}

#[test]
fn options_that_are_wrong_are_said_in_their_place() {
    for (options, title, marked) in [
        ("wrt=X shw=result", "there is no option `shw`: did you mean `show`?", "shw=result"),
        ("wrt=X, W", "the name of an input is missing: write `wrt=X,W`", "wrt=X,"),
        ("wrt=X W", "there is no option `W`: a list has commas and no blanks, as in `wrt=X,W`", "W"),
        ("brief shapes", "there is no option `shapes`: `shapes` belongs right behind `pullback`", "shapes"),
        ("wrt", "`wrt` lacks its value: write `wrt=X,W`", "wrt"),
        ("--wrt", "`wrt` lacks its value: write `wrt=X,W`", "--wrt"),
        ("brief=1", "`brief` takes no value", "brief=1"),
        ("shapes wrt=X", "`wrt` is no option of `shapes`", "wrt=X"),
        ("wrt=X wrt=W", "`wrt` is given twice", "wrt=W"),
        ("brief full", "`full` and `brief` exclude each other", "full"),
        (
            "show=lop",
            "there is no such part; did you mean `loop`? the parts are result, shapes, dims, loop, components, differential, explicit, rewrite, check, reading",
            "show=lop",
        ),
        ("dims=n", "a dimension and a positive length belong here, such as `n=2`", "dims=n"),
        ("dialect=matlap", "the dialects are `numpy` and `matlab`", "dialect=matlap"),
        ("name=a/b", "a name is made of letters, digits, `-`, `_` and `.`", "name=a/b"),
        ("check layout=x", "the layouts are `denominator` and `numerator`", "layout=x"),
        ("--", "there is no option ``: the options are wrt, show, brief, full, no-check, dims, layout, dialect, name, continue", "--"),
    ] {
        let page = format!("- a\n\n  ``` pullback {options}\n  Y = X\n  ```\n");
        for when in [When::Before, When::After] {
            assert_eq!(said(&page, when), [(format!("E0703 {title}"), marked.to_string())], "{options}");
        }
    }
    for (page, title) in [
        ("```pullback continue\nY = X\n```\n", "E0704 there is no program above to go on from"),
        (
            "```pullback name=layer\nY = X\n```\n```pullback continue=layr\n```\n",
            "E0704 no program above is called `layr`: did you mean `layer`?",
        ),
        (
            "```pullback continue=later\nY = X\n```\n```pullback name=later\nY = X\n```\n",
            "E0704 no program above is called `later`: give one `name=later`",
        ),
        ("```pullback name=a continue=a\nY = X\n```\n", "E0704 a program cannot go on from itself"),
        ("```pullback name=a\nY = X\n```\n```pullback name=a\nY = X\n```\n", "E0703 an earlier program is called `a` already"),
        (
            "```pullback name=a dialect=matlab\nY = X\n```\n```pullback continue dialect=numpy\n```\n",
            "E0703 the program that this one goes on from is read as `matlab`",
        ),
    ] {
        assert_eq!(said(page, When::Before)[0].0, title);
    }
    let page = "```pullback wrt\nY = X\n```\n```pullback continue\n```\n";
    assert_eq!(said(page, When::After)[1].0, "E0704 the options of the program that this one goes on from are wrong");
}

#[test]
fn a_derivation_that_would_not_be_found_again_is_refused() {
    for markdown in ["<!-- pullback: end -->", "```pullback\nY = X\n```", "<!-- a comment", "```\nnot closed", "<script>\n", "~~~"] {
        let page = "a\n\n```pullback\nfine\n```\n\n- b\n\n  ```pullback\n  Y = X\n  ```\n\nc\n";
        let mut write = |asked: &Request<'_>| {
            let markdown = if asked.program.contains("fine") { "fine" } else { markdown };
            Ok(Written { markdown: markdown.into(), warnings: vec![] })
        };
        let wrong = fill(page, &mut write).expect_err(markdown);
        assert_eq!((wrong[0].code, wrong.len()), ("E0706", 1), "{markdown}");
        assert_eq!(page[..wrong[0].labels[0].span.start as usize].matches('\n').count() + 1, 9, "{markdown}");
    }
}

#[test]
fn pages_at_their_limits() {
    let program = "```pullback\nY = X\n```\n";
    assert_eq!(filled(&program.repeat(MAX_PAGE_BLOCKS)).programs, MAX_PAGE_BLOCKS);
    for much in [1, 4_000] {
        let wrong = fill(&program.repeat(MAX_PAGE_BLOCKS + much), &mut stub).expect_err("too many");
        assert_eq!(wrong[0].code, "E0701");
    }
    assert!(decode(&vec![b' '; MAX_PAGE_BYTES]).is_ok());
    for much in [1, MAX_PAGE_BYTES] {
        assert_eq!(decode(&vec![b' '; MAX_PAGE_BYTES + much]).unwrap_err().code, "E0701");
    }
    // each program counts with all those it goes on from
    let long = format!("```pullback\n# {}\n```\n", "x".repeat(MAX_INHERITED_BYTES / 40));
    let all: String = long.clone() + &"```pullback continue\n```\n".repeat(60);
    let mut nothing = |_: &Request<'_>| Ok(Written::default());
    let done = fill(&all, &mut nothing).unwrap();
    let codes: Vec<&str> = done.diagnostics(When::After).iter().map(|d| d.code).collect();
    assert!(codes.len() > 15 && codes.len() < 25 && codes.iter().all(|code| *code == "E0701"), "{}", codes.len());
}

#[test]
fn pages_that_are_slow_to_read_for_others() {
    let n = 200_000;
    for page in [
        "<!-- pullback:".repeat(n),
        format!("<div>\n{}", "<!-- pullback:".repeat(n)),
        "> ".repeat(n),
        "- ".repeat(n),
        "```pullback\n".repeat(n),
        "<!-- pullback: begin -->\n".repeat(n),
        format!("{}```pullback\nY = X\n```\n", "> ".repeat(1_000)),
        "\r".repeat(n),
    ] {
        let started = std::time::Instant::now();
        let _ = fill(&page, &mut stub);
        assert!(started.elapsed().as_secs() < 20, "{:?}", &page[..20]);
    }
}

/// The pages of `tests/cases/notes`, as they are filled in: a new behaviour is a new page.
#[test]
fn case_pages() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/notes");
    let mut pages: Vec<_> = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a page").path()).collect();
    pages.sort();
    for path in pages {
        let page = std::fs::read_to_string(&path).expect("a page");
        let done = fill(&page, &mut derive).unwrap_or_else(|wrong| panic!("{}: {wrong:#?}", path.display()));
        assert_eq!(fill(&done.text, &mut derive).expect("it is found again").text, done.text, "{}", path.display());
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert_eq!(done.is_whole(), name != "errors");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots/notes");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, done.text));
    }
}

#[test]
fn the_lecture_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/backprop.md");
    let page = std::fs::read_to_string(path).expect("the lecture");
    let done = fill(&page, &mut derive).expect("its programs are found");
    assert!(done.is_whole() && done.programs >= 10);
    assert!(done.text == page, "`pullback notes examples/backprop.md --write` renews the programs on lines {:?}", done.stale);
}

/// A piece of a page: some text, or a program in a container.
fn piece() -> impl Strategy<Value = String> {
    let container = prop::sample::select(vec![
        ("", ""),
        ("> ", "> "),
        (">", ">"),
        ("- ", "  "),
        ("* ", "  "),
        ("10) ", "    "),
        ("> - ", ">   "),
        ("- > ", "  > "),
        ("1. - > ", "   - > "),
        (" - ", "   "),
        ("-\t", "\t"),
    ]);
    let fence = prop::sample::select(vec!["```", "````", "~~~", "~~~~~"]);
    let options = prop::sample::select(vec!["", " wrt=X", " continue", " name=a", " show=lop", "\tfull "]);
    let body =
        prop::sample::select(vec!["Y = X", "", "wrong", "Z = X\n\nY = Z", "  Y = X", "> Y", "```", "- a", "<!-- pullback: end -->", "\tY"]);
    let program = (container, fence, options, body, prop::bool::ANY).prop_map(|((first, next), fence, options, body, closed)| {
        let mut text = format!("{first}{fence}pullback{options}\n");
        body.lines().for_each(|line| text.push_str(&format!("{next}{line}\n")));
        if closed {
            text.push_str(&format!("{next}{fence}\n"));
        }
        text
    });
    let other = prop::sample::select(vec![
        "words\n",
        "\n",
        "# Title\n",
        "> quote\n",
        "- item\n",
        "  more\n",
        "\n\n",
        "    code\n",
        "<div>\n",
        "</div>\n",
        "<!-- comment -->\n",
        "<!--\n",
        "-->\n",
        "```\n",
        "~~~\n",
        "| a |\n",
        "---\n",
        "$$\nx\n$$\n",
        "Ä\u{FEFF}ß\n",
        "<!-- pullback: begin -->\n",
        "<!-- pullback: end -->\n",
        "[^1]: note\n",
        "[a]: <b>\n",
        "\t",
        "> ",
        "`",
        "\u{0}",
    ])
    .prop_map(String::from);
    prop_oneof![2 => program, 3 => other]
}

fn page() -> impl Strategy<Value = String> {
    let ending = prop::sample::select(vec!["\n", "\n", "\r\n", "\r", "mixed"]);
    (prop::collection::vec(piece(), 0..9), ending, prop::bool::ANY, prop::bool::ANY).prop_map(|(pieces, ending, mark, cut)| {
        let mut text = pieces.concat();
        if cut {
            text.truncate(text.trim_end_matches('\n').len());
        }
        let text = match ending {
            "mixed" => text
                .split_inclusive('\n')
                .enumerate()
                .map(|(k, line)| if k % 3 == 0 { line.replace('\n', "\r\n") } else { line.into() })
                .collect(),
            ending => text.replace('\n', ending),
        };
        if mark { format!("\u{FEFF}{text}") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_the_markers_is_touched(page in page()) {
        if let Ok(first) = fill(&page, &mut stub) {
            // what is new is put in as a whole, behind a closing fence
            let mut rest = first.text.as_str();
            let mut old = page.as_str();
            prop_assert_eq!(first.programs, first.text.matches("<!-- pullback: begin (").count());
            while let Some((before, after)) = rest.split_once("<!-- pullback: begin (") {
                let renewed = old.strip_prefix(before).and_then(|behind| behind.strip_prefix("<!-- pullback: begin -->"));
                old = match renewed {
                    Some(behind) => behind.split_once("<!-- pullback: end -->").expect("an end").1,
                    None => {
                        // a line of its own: an ending, and what the list or the quote wants
                        let line = before.trim_end_matches([' ', '\t', '>']);
                        let kept = line.strip_suffix("\r\n").or(line.strip_suffix(['\n', '\r'])).expect("a line of its own");
                        prop_assert!(old.starts_with(kept));
                        &old[kept.len()..]
                    }
                };
                rest = after.split_once("<!-- pullback: end -->").expect("an end").1;
            }
            prop_assert_eq!(rest, old);
            let again = fill(&first.text, &mut stub);
            prop_assert!(again.is_ok());
            let again = again.unwrap();
            prop_assert_eq!(&again.text, &first.text);
            prop_assert!(again.stale.is_empty());
            // places lie in the page
            for (when, text) in [(When::Before, &page), (When::After, &first.text)] {
                let text = shown(text);
                for label in first.diagnostics(when).iter().flat_map(|d| &d.labels) {
                    prop_assert!(text.get(label.span.start as usize..label.span.end as usize).is_some());
                }
            }
        }
    }

    #[test]
    fn any_text_ends_in_a_page_or_a_diagnostic(page in "(?s).{0,200}") {
        let _ = fill(&page, &mut stub);
    }
}
