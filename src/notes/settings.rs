//! What follows the word `pullback` on the line that opens a program: options, as on the command line.

use crate::answer::length;
use crate::diagnostic::{Diagnostic, Span};
use crate::ops::nearest_of;
use crate::page::{Part, Parts};
use crate::syntax::Dialect;

/// What is made of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Command {
    /// Its gradients, explained.
    #[default]
    Explain,
    /// Its shapes alone.
    Shapes,
    /// A verdict on the claims in it.
    Check,
}

/// Where a program goes on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The program above.
    Above,
    /// The one of this name.
    Named(String),
}

/// The options of a program.
///
/// ```
/// use pullback::notes::Settings;
/// use pullback::page::Parts;
/// let settings = Settings::read("wrt=X,W brief dims=n=2").unwrap();
/// assert_eq!(settings.wrt.unwrap(), ["X", "W"]);
/// assert_eq!((settings.parts, settings.dims), (Parts::BRIEF, vec![("n".to_string(), 2)]));
/// let wrong = Settings::read("shw=result").unwrap_err();
/// assert_eq!(wrong[0].title, "there is no option `shw`: did you mean `show`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What is made of the program.
    pub command: Command,
    /// Only these inputs; all that are not `const` where nothing is named.
    pub wrt: Option<Vec<String>>,
    /// Which parts of an explanation.
    pub parts: Parts,
    /// Lengths for the explicit example and the numeric check.
    pub dims: Vec<(String, usize)>,
    /// Leave the numeric check out.
    pub unchecked: bool,
    /// How the program is read; where it goes on from another one, like that one if nothing is said.
    pub dialect: Option<Dialect>,
    /// Whether a claim is right in numerator layout.
    pub numerator: bool,
    /// What later programs call this one.
    pub name: Option<String>,
    pub(super) origin: Option<Origin>,
}

/// An option: its name, whether it takes a value, and to which of the commands it belongs.
struct Known {
    name: &'static str,
    value: Takes,
    commands: &'static [Command],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value(&'static str),
    Either,
}

const ALL: &[Command] = &[Command::Explain, Command::Shapes, Command::Check];
const EXPLAIN: &[Command] = &[Command::Explain];

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known { name: "wrt",      value: Takes::Value("X,W"),          commands: EXPLAIN },
    Known { name: "show",     value: Takes::Value("result,check"), commands: EXPLAIN },
    Known { name: "brief",    value: Takes::Nothing,               commands: EXPLAIN },
    Known { name: "full",     value: Takes::Nothing,               commands: EXPLAIN },
    Known { name: "no-check", value: Takes::Nothing,               commands: EXPLAIN },
    Known { name: "dims",     value: Takes::Value("n=2,d=3"),      commands: &[Command::Explain, Command::Check] },
    Known { name: "layout",   value: Takes::Value("numerator"),    commands: &[Command::Check] },
    Known { name: "dialect",  value: Takes::Value("matlab"),       commands: ALL },
    Known { name: "name",     value: Takes::Value("layer"),        commands: ALL },
    Known { name: "continue", value: Takes::Either,                commands: ALL },
];

const COMMANDS: [(&str, Command); 3] = [("explain", Command::Explain), ("shapes", Command::Shapes), ("check", Command::Check)];

impl Default for Settings {
    fn default() -> Self {
        Settings {
            command: Command::Explain,
            wrt: None,
            parts: Parts::DEFAULT,
            dims: Vec::new(),
            unchecked: false,
            dialect: None,
            numerator: false,
            name: None,
            origin: None,
        }
    }
}

impl Settings {
    /// Reads what follows the word `pullback`: `wrt=X`, `--wrt=X` or `--wrt X`.
    ///
    /// # Errors
    /// An option that does not exist, that lacks its value or has a wrong one, or that does not belong there; with its place in `info`.
    pub fn read(info: &str) -> Result<Settings, Vec<Diagnostic>> {
        let mut settings = Settings::default();
        let mut seen: Vec<&str> = Vec::new();
        let mut words = words(info).peekable();
        if let Some((_, command)) = words.peek().and_then(|word| COMMANDS.iter().find(|(name, _)| *name == word.text)) {
            settings.command = *command;
            words.next();
        }
        while let Some(word) = words.next() {
            let bare = word.text.trim_start_matches('-');
            let (name, mut value) = bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value)));
            let fault = |title: String| vec![Diagnostic::error("E0703", title).at(word.span, "")];
            let known = KNOWN.iter().find(|known| known.name == name).ok_or_else(|| fault(unknown(name, word.text)))?;
            if value.is_none() && matches!(known.value, Takes::Value(_)) && bare != word.text {
                value = words.next().map(|word| word.text);
            }
            match known.value {
                Takes::Value(example) if value.is_none_or(str::is_empty) => {
                    return Err(fault(format!("`{name}` lacks its value: write `{name}={example}`")));
                }
                Takes::Nothing if value.is_some() => return Err(fault(format!("`{name}` takes no value"))),
                _ => {}
            }
            if !known.commands.contains(&settings.command) {
                let (command, _) = COMMANDS.iter().find(|(_, command)| *command == settings.command).unwrap_or(&COMMANDS[0]);
                return Err(fault(format!("`{name}` is no option of `{command}`")));
            }
            if seen.contains(&name) {
                return Err(fault(format!("`{name}` is given twice")));
            }
            let parts = ["show", "brief", "full"];
            if let Some(other) = seen.iter().find(|other| parts.contains(other) && parts.contains(&name)) {
                return Err(fault(format!("`{name}` and `{other}` exclude each other")));
            }
            seen.push(known.name);
            settings.set(name, value).map_err(fault)?;
        }
        Ok(settings)
    }

    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        let values = || value.unwrap_or_default().split(',').map(str::trim);
        match name {
            "wrt" => {
                self.wrt = Some(values().map(String::from).collect());
                if values().any(str::is_empty) {
                    return Err("the name of an input is missing: write `wrt=X,W`".into());
                }
            }
            "show" => self.parts = Parts::of(values().map(Part::named).collect::<Result<Vec<_>, _>>()?),
            "brief" => self.parts = Parts::BRIEF,
            "full" => self.parts = Parts::FULL,
            "no-check" => self.unchecked = true,
            "dims" => {
                self.dims = values().map(length).collect::<Result<_, _>>()?;
                let twice = |&(place, (name, _)): &(usize, &(String, usize))| self.dims[..place].iter().any(|(other, _)| other == name);
                if let Some((_, (name, _))) = self.dims.iter().enumerate().find(twice) {
                    return Err(format!("`dims` gives `{name}` two lengths"));
                }
            }
            "layout" => {
                self.numerator = match value {
                    Some("numerator") => true,
                    Some("denominator") => false,
                    _ => return Err("the layouts are `denominator` and `numerator`".into()),
                }
            }
            "dialect" => {
                let names = || Dialect::ALL.map(Dialect::name).join("` and `");
                let found = Dialect::ALL.into_iter().find(|dialect| Some(dialect.name()) == value);
                self.dialect = Some(found.ok_or_else(|| format!("the dialects are `{}`", names()))?);
            }
            "name" => {
                let name = value.unwrap_or_default();
                if !name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
                    return Err("a name is made of letters, digits, `-`, `_` and `.`".into());
                }
                self.name = Some(name.into());
            }
            _ => self.origin = Some(value.map_or(Origin::Above, |name| Origin::Named(name.into()))),
        }
        Ok(())
    }
}

fn unknown(name: &str, word: &str) -> String {
    let near = nearest_of(name, KNOWN.iter().map(|known| known.name).chain(COMMANDS.map(|(name, _)| name)));
    match near {
        Some(near) if COMMANDS.iter().any(|(command, _)| *command == near) => {
            format!("there is no option `{name}`: `{near}` belongs right behind `pullback`")
        }
        Some(near) => format!("there is no option `{name}`: did you mean `{near}`?"),
        None if word.contains(',') || word.len() == 1 => {
            format!("there is no option `{word}`: a list has commas and no blanks, as in `wrt=X,W`")
        }
        None => format!("there is no option `{name}`: the options are {}", KNOWN.iter().map(|k| k.name).collect::<Vec<_>>().join(", ")),
    }
}

/// A word of an info string.
struct Word<'a> {
    text: &'a str,
    span: Span,
}

fn words(info: &str) -> impl Iterator<Item = Word<'_>> {
    info.split([' ', '\t'])
        .scan(0, |at, text| {
            let start = *at;
            *at += text.len() + 1;
            Some(Word { text, span: Span::new(start, start + text.len()) })
        })
        .filter(|word| !word.text.is_empty())
}
