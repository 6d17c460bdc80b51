//! Every bound on what is accepted, in one place.
//!
//! Past a bound there is a diagnostic that names it; `tests/limits.rs` goes to each bound, one past it and far past it.

/// The longest program, in bytes. pest keeps about 400 bytes per token, so this bounds its memory as well.
pub const MAX_SOURCE_BYTES: usize = 1 << 20;

/// How deep brackets may nest. pest recurses on the native stack there: this much fits a debug build on 1 MiB.
pub const MAX_NESTING: usize = 100;

/// How many prefix operators, `**` or postfix marks may stand in one unbroken run.
pub const MAX_RUN: usize = 256;

/// How many axes an array may have.
pub const MAX_AXES: usize = 32;

/// How many terms a length may have when its products are multiplied out.
pub const MAX_LENGTH_TERMS: usize = 256;

/// How many different indices one contraction may have.
pub const MAX_LABELS: usize = 200;

/// How many factors one product node may have; longer chains nest, and are named in parts.
pub const MAX_FACTORS: usize = 32;

/// How many nodes the branch of a `where` may have, with those of the values it names, that it is looked at under its condition.
pub const MAX_BRANCH: usize = 256;

/// How many operations one statement may hold before its parts get names of their own.
pub const MAX_STATEMENT_NODES: u32 = 64;

/// The longest gradient, in operands, that is also written without the gradients of intermediate values.
pub const MAX_CLOSED_TOKENS: usize = 192;

/// How many operations deep it may be: each has up to three brackets, and [`MAX_NESTING`] may be open at once.
pub const MAX_CLOSED_DEPTH: usize = 30;

/// The longest such form, in operands, that is shown to a reader beside the one with them.
pub const MAX_SHOWN_TOKENS: usize = 64;

/// The longest index line, in tokens, that is shown to a reader.
pub const MAX_INDEX_TOKENS: usize = 160;

/// Of how many nodes all gradients together may be for repeated parts to be looked for.
pub const MAX_ABRIDGED_NODES: usize = 400;

/// How many repeated parts get a name.
pub const MAX_ABRIDGEMENTS: usize = 6;

/// The most entries an array may have in the numeric check.
pub const MAX_CHECK_ENTRIES: usize = 1 << 16;

/// How many products one evaluation of a program may take before smaller lengths stand for its literal ones.
pub const MAX_LITERAL_WORK: usize = 1 << 16;

/// The largest literal length for which none stands.
pub const MAX_KEPT_LENGTH: u64 = 8;

/// How many products the numeric check may take at literal lengths, over all evaluations of the program.
pub const MAX_CHECK_WORK: usize = 1 << 26;

/// The most entries an array may have at a point at which a claim is decided, but for the first choice of lengths.
pub const MAX_DECIDE_ENTRIES: usize = 1 << 12;

/// About how many products of numbers a claim may take to be decided; three points are looked at in any case.
pub const MAX_DECIDE_WORK: usize = 400_000;

/// The most entries of any array that is computed, in a claim for instance.
pub const MAX_COMPUTED_ENTRIES: usize = 1 << 20;

/// Up to how many entries in all inputs the check takes a difference for each entry.
pub const MAX_CHECK_ENTRYWISE: usize = 96;

/// Up to how many inputs the check takes directions within each input; beyond, directions go through all inputs at once.
pub const MAX_CHECK_DIRECTIONS_INPUTS: usize = 24;

/// Up to how many statements the check takes differences of the whole program; beyond, of each statement alone.
pub const MAX_CHECK_WHOLE: usize = 64;

/// Up to how many factors the arrangements of a product are looked at.
pub const MAX_ARRANGED_FACTORS: usize = 8;

/// Up to how many factors all of them are: 4 factors have 384.
pub const MAX_ENUMERATED_FACTORS: usize = 4;

/// How many steps are taken in the search for arrangements that fit; all square, 8 factors would have ten million.
pub const MAX_WALKED: usize = 2_000;

/// Statements and gradients with more nodes than this are not written out by components.
pub const MAX_EXPLAINED_NODES: usize = 48;

/// The most products in a sum that two formulas are compared by.
pub const MAX_NORMAL_TERMS: usize = 96;

/// The most factors in one of them.
pub const MAX_NORMAL_FACTORS: usize = 24;

/// How many products and factors are looked at before formulas are compared by numbers alone.
pub const MAX_NORMAL_WORK: usize = 6_000;

/// Of how many nodes a claim and its gradient may be for a chain of rules to be looked for.
pub const MAX_CHAIN_NODES: usize = 256;

/// How many times names are opened on the way.
pub const MAX_CHAIN_ROUNDS: usize = 8;

/// How many lines a chain of rules has when it is shown.
pub const MAX_CHAIN_LINES: usize = 12;

/// How many fixes one diagnostic offers.
pub const MAX_FIXES: usize = 2;

/// How many diagnostics are drawn.
pub const MAX_DIAGNOSTICS: usize = 100;

/// The most entries of a value that are written out one by one.
pub const MAX_EXPLICIT_ENTRIES: usize = 16;

/// The most products that one entry is written out as.
pub const MAX_EXPLICIT_TERMS: usize = 24;

/// The most factors that one entry is written out with, those in brackets and in functions with them.
pub const MAX_EXPLICIT_FACTORS: usize = 96;

/// The most factors that all entries of an array are written out with.
pub const MAX_EXPLICIT_WHOLE: usize = 320;

/// The most entries of an array, and the most products, that are looked at on the way to a value that is written out.
pub const MAX_EXPLICIT_STEPS: usize = 10_000;

/// Statements with more nodes than this are not looked at as a whole for each of their variables.
pub const MAX_WHOLE_STATEMENT: usize = 256;

/// The longest claim, in nodes, in which a mistake is looked for.
pub const MAX_EDITED_NODES: usize = 96;

/// The largest program, in nodes, about whose claims mistakes are looked for.
pub const MAX_EDITED_ARENA: usize = 1 << 16;

/// How many edits of one claim are tried.
pub const MAX_EDITS: usize = 3_000;

/// How many parts of a gradient are tried in a claim, and how long their text may be.
pub const MAX_KNOWN_PARTS: usize = 24;
/// See [`MAX_KNOWN_PARTS`].
pub const MAX_KNOWN_TEXT: usize = 60;

/// How many causes of a wrong claim are named.
pub const MAX_CAUSES: usize = 2;

/// On how many statements, those next to the output first, the steps of a derivation are made with a mistake.
pub const MAX_MISTAKEN_STATEMENTS: usize = 24;

/// How many steps of a derivation are made with a mistake, those next to the variable first.
pub const MAX_MISTAKEN_STEPS: usize = 32;

/// How many values are computed in search of a mistake.
pub const MAX_MISTAKEN_TRIALS: usize = 1_500;

/// How many uses of a variable a claim is taken apart into.
pub const MAX_MISTAKEN_USES: usize = 8;

/// The most matrices of a claim that are looked at as if they were stored transposed.
pub const MAX_STORED: usize = 5;

/// How many mistakes are named.
pub const MAX_MISTAKEN_CAUSES: usize = 2;

/// How many formulas one picture shows.
pub const MAX_FIGURES: usize = 60;

/// How many pieces, arrays and signs, one row of boxes has.
pub const MAX_ROW: usize = 33;

/// How many values the graph of a program may have to be drawn.
pub const MAX_GRAPH_NODES: usize = 48;

/// How many arrows between them.
pub const MAX_GRAPH_LINKS: usize = 120;

/// The longest page of notes, in bytes.
pub const MAX_PAGE_BYTES: usize = 4 << 20;

/// How many programs a page may have.
pub const MAX_PAGE_BLOCKS: usize = 1_000;

/// How long what the programs of a page go on from may be, counted for each: all of it is derived and written again.
pub const MAX_INHERITED_BYTES: usize = 256 << 10;

/// The longest book, in bytes of the JSON that mdBook writes.
pub const MAX_BOOK_BYTES: u64 = 256 << 20;

/// How many factors one part of a Jacobian may have for views of arrays among them to be opened.
pub const MAX_MAP_FACTORS: usize = 48;

/// How many indices one part of a Jacobian may have: two for each matrix of a deep network.
pub const MAX_MAP_LABELS: usize = 96;

/// How many parts a Jacobian is kept in; past it they are added up into one array.
pub const MAX_MAP_PARTS: usize = 24;

/// The longest Jacobian or Hessian, in operands, that is written out.
pub const MAX_DERIVATIVE_TOKENS: usize = 4_000;

/// How many entries times nodes the check of a derivative moves one by one; beyond, directions go through all inputs at once.
pub const MAX_ENTRYWISE_WORK: usize = 1 << 16;

/// How many inputs Jacobians are shown for.
pub const MAX_JACOBIANS: usize = 128;

/// Through how many operations, those on the way from each input counted for each, times inputs, Jacobians are written out.
pub const MAX_JACOBIAN_STEPS: usize = 1 << 17;

/// Through how many Hessians are, which have about as many products as the square of it.
pub const MAX_HESSIAN_STEPS: usize = 160;

/// The same for third derivatives.
pub const MAX_THIRD_STEPS: usize = 48;

/// How many blocks a Hessian may have.
pub const MAX_BLOCKS: usize = 64;

/// The highest derivative there is.
pub const MAX_ORDER: usize = 3;

/// The largest norm of a matrix whose exponential is computed; its tenth power must not overflow.
pub const MAX_EXPONENT_NORM: f64 = 1e25;
