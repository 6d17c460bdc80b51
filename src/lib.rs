//! Derives, explains and checks the gradients of matrix programs.
//!
//! # From a text to an answer
//!
//! [`answer::answer`] takes a program's text and gives an [`answer::Answer`], or [diagnostics](diagnostic::Diagnostic) that say what is
//! wrong, where, and what to type instead.
//!
//! ```
//! use pullback::answer::{Options, answer};
//! use pullback::formula::{Charset, text};
//!
//! let answer = answer("Y = X @ W", &Options::default()).unwrap();
//! let d = &answer.derivation;
//! let shown: Vec<String> = d.wanted().map(|g| text(d.arena(), g.value, Charset::Unicode)).collect();
//! assert_eq!(shown, ["dL/dY @ Wᵀ", "Xᵀ @ dL/dY"]);
//! assert!(answer.agreement.unwrap().max_error < 1e-6);
//! ```
//!
//! A program that does not fit is refused by name, and a fix is offered that has been tried:
//!
//! ```
//! let source = "X: (n, d); W: (m, d); Y = X @ W";
//! let wrong = pullback::answer::shapes(source).unwrap_err();
//! assert_eq!(wrong[0].title, "the inner dimensions of `X @ W` do not agree: (n, d) @ (m, d)");
//! assert_eq!(wrong[0].fixes[0].apply(source), "X: (n, d); W: (m, d); Y = X @ W.T");
//! ```
//!
//! # From an answer to a page
//!
//! [`page::explain`] puts an answer into words, as a [document](render::document::Document) without layout or colour;
//! [`render::terminal::render`] draws it. [`record::record`] makes an object for other programs, [`render::code::module`] a Python module.
//!
//! ```
//! use pullback::{answer, formula::Charset, page, render::terminal};
//!
//! let answer = answer::answer("f = x @ A @ x", &answer::Options::default()).unwrap();
//! let document = page::explain(&answer, page::Parts::DEFAULT);
//! let style = terminal::Style { width: 80, charset: Charset::Ascii, color: false };
//! let screen = terminal::render(&document, &style);
//! assert!(screen.contains("df/dx = (A + A.T) @ x"));
//! assert!(screen.contains("x stands in 2 places"));
//! ```
//!
//! # What happens in between
//!
//! | module | what it does |
//! | --- | --- |
//! | [`syntax`] | text into a vector of nodes, children first |
//! | [`shape`] | every length, by unification, each with the place that forced it |
//! | [`real`] | floats, and balls that know how far they may be off |
//! | [`expr`] | the typed, hash-consed arena; signatures, and the cut |
//! | [`ops`] | one entry for each operation, and nowhere else a word about any |
//! | [`derive`](mod@derive) | differentials, the backward pass, and everything that explains it |
//! | [`rewrite`] | named rules that put a result into the notation people write |
//! | [`numeric`] | every printed formula against central differences |
//! | [`explicit`](mod@explicit) | a statement and its gradient at small lengths, every entry written out |
//!
//! A multilinear operation needs only its signature: its shape, differential, gradient, index line, loop and numeric value follow from
//! it. Every other operation brings one differential. No operation has a rule for the backward direction.
//!
//! # References
//!
//! Magnus and Neudecker, *Matrix Differential Calculus* (the differential); Laue, Mitterreiter and Giesen, *Computing Higher Order
//! Derivatives of Matrix and Tensor Expressions*, 2018 (index notation and back); Radul et al., *You Only Linearize Once*, 2023 (the
//! backward pass as a transposition); Johnson, *Backpropagation for a Linear Layer* (the small example).

#![forbid(unsafe_code)]

pub mod answer;
pub mod claim;
#[cfg(feature = "cli")]
pub mod cli;
pub mod derive;
pub mod diagnostic;
pub mod error;
pub mod explain;
pub mod explicit;
pub mod expr;
pub mod formula;
pub mod limits;
pub mod notes;
pub mod numeric;
pub mod ops;
pub mod page;
pub mod real;
pub mod record;
pub mod render;
pub mod rewrite;
pub mod shape;
pub mod syntax;
mod visible;
