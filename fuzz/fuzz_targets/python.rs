#![no_main]

pullback_fuzz::target!(python);
