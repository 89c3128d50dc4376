//! Any text through every escaper.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::escapers;

fuzz_target!(|text: &str| escapers::check(text));
