//! Every bound on what is accepted, in one place.
//!
//! Past a bound there is a diagnostic that names it; `tests/limits.rs` goes to each bound, one past it and far past it.

/// The longest program, in bytes. pest keeps about 400 bytes per token, so this bounds its memory as well.
pub const MAX_SOURCE_BYTES: usize = 1 << 20;

/// How deep brackets may nest; pest recurses on the native stack.
pub const MAX_NESTING: usize = 256;

/// How many prefix operators, `**` or postfix marks may stand in one unbroken run.
pub const MAX_RUN: usize = 256;

/// How many axes an array may have.
pub const MAX_AXES: usize = 32;

/// The most entries an array may have in the numeric check.
pub const MAX_CHECK_ENTRIES: usize = 1 << 16;
