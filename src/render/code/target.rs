//! What differs between libraries, as data.

use crate::ops::{Python, Spelled, Template};

/// A library that code is emitted for, and how it spells things.
///
/// In templates `{0}` is the operand, `{0!}` the same in brackets unless it is a name or a call, `{ref}` an input, which tells PyTorch
/// type and device; other words in braces are what the field says.
#[derive(Debug)]
pub struct Target {
    /// What `--target` calls it.
    pub name: &'static str,
    /// What is imported, in order: a line, and the word for the sake of which it is (empty: always).
    pub(super) imports: &'static [(&'static str, &'static str)],
    /// What stands before the name of a function.
    pub(super) prefix: &'static str,
    /// The spelling of an entry of the table of operations.
    pub(super) spelling: fn(&Template) -> &'static str,
    /// The spelling of a function of whole arrays.
    pub(super) whole: fn(&Python) -> Spelled,
    /// Whether functions refuse plain numbers.
    pub(super) arrays_only: bool,
    /// The keyword for axes, and the one that keeps them.
    pub(super) axis: (&'static str, &'static str),
    /// A plain number as an array.
    pub(super) number: &'static str,
    /// A mask as numbers.
    pub(super) mask: &'static str,
    /// Whole numbers beside floats.
    pub(super) places: &'static str,
    /// The square root of a plain number.
    pub(super) root: &'static str,
    /// Zeros, ones, and any number in a `{shape}`.
    pub(super) filled: [&'static str; 3],
    /// An array repeated to a `{shape}`.
    pub(super) broadcast: &'static str,
    /// The identity matrix with `{n}` rows.
    pub(super) eye: &'static str,
    /// The last two of more than two axes exchanged.
    pub(super) swap: &'static str,
    /// Axes in another `{order}`.
    pub(super) permute: &'static str,
    /// The diagonal of the last two of more than two axes.
    pub(super) diagonal: &'static str,
    /// The sum of that diagonal.
    pub(super) trace: &'static str,
    /// Normal numbers in a `{shape}`.
    pub(super) normal: &'static str,
    /// Whole numbers from 0 up to, but not including, `{high}` in a `{shape}`.
    pub(super) integers: &'static str,
    /// Numbers between `{low}` and `{high}`.
    pub(super) uniform: &'static str,
    /// How to give the array `{x}`, whose last axis has length `{n}` (`{n!}` in brackets unless it is a name) and whose others are `{rows}`, a
    /// property.
    pub(super) properties: &'static [(&'static str, &'static str)],
    /// The function that compares `backward` with something that it did not make.
    pub(super) check: &'static str,
    /// The same for other derivatives.
    pub(super) second: Second,
    /// What the two checks say where a branch that is not taken may have no value.
    pub(super) untaken: [&'static str; 2],
    /// The largest error that passes.
    pub(super) tolerance: &'static str,
    /// A function that the library's own differentiation takes as it is; nothing where it has none.
    pub(super) autograd: Option<Form>,
}

/// The function that compares Jacobians and Hessians with something that was not made here.
#[derive(Debug)]
pub(super) struct Second {
    /// The function, with a `{body}`.
    pub text: &'static str,
    /// Its middle: for a Jacobian, a Hessian, a Hessian times a direction.
    pub bodies: [&'static str; 3],
}

/// A function whose gradient is `backward`, for a library's own differentiation.
#[derive(Debug)]
pub(super) struct Form {
    /// Its definition.
    pub text: &'static str,
    /// The line that keeps `{values}` for later, and the one that takes them out again.
    pub save: &'static str,
    /// See `save`.
    pub saved: &'static str,
    /// How far to the right its lines are.
    pub indent: usize,
    /// How it is called, up to the bracket.
    pub call: &'static str,
    /// What the check then says instead of calling `backward`.
    pub check: &'static str,
    /// The gradient of what has none.
    pub nothing: &'static str,
}

/// Every target.
pub const TARGETS: [&Target; 3] = [&super::numpy::NUMPY, &super::torch::TORCH, &super::jax::JAX];

impl Target {
    /// The target of this name.
    ///
    /// ```
    /// use pullback::render::code::Target;
    /// assert_eq!(Target::find("torch").unwrap().name, "torch");
    /// assert!(Target::find("fortran").is_none());
    /// ```
    pub fn find(name: &str) -> Option<&'static Target> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Whether there is a form for its own differentiation.
    pub fn has_autograd(&self) -> bool {
        self.autograd.is_some()
    }
}

/// A template with every `{slot}` filled in; doubled braces stand for themselves.
pub(super) fn fill(template: &str, slot: &mut dyn FnMut(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        if after.starts_with("{{") || after.starts_with("}}") {
            text.push_str(&after[..1]);
            rest = &after[2..];
            continue;
        }
        let (name, later) = after[1..].split_once('}').unwrap_or((&after[1..], ""));
        text.push_str(&slot(name));
        rest = later;
    }
    text + rest
}
