//! Inputs that nobody thought of, for every way a text can go through pullback.
//!
//! A target is a function of a text that panics where something is wrong; libFuzzer looks for such texts, led by what the compiler counts.
//! Inputs are text, so that a finding can be read, and are changed by whole words and brackets far more often than by bytes.

pub mod generate;
pub mod last;
pub mod mutate;
pub mod targets;

/// What a binary of libFuzzer consists of: a target, and how its inputs are changed.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            if let Ok(text) = std::str::from_utf8(bytes) {
                $crate::last::remember(stringify!($name), bytes, || $crate::targets::$name(text));
            }
        });
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate::mutate(data, size, max_size, seed, $crate::generate::$name)
        });
    };
}
