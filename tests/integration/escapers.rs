//! Nothing that was read can break out of where it goes: the same check as the fuzzer's, on texts made of what means
//! something to somebody.

use proptest::prelude::*;

#[expect(unreachable_pub, reason = "the fuzzer's package has it as a module of its own")]
#[path = "../../fuzz/src/escapers.rs"]
mod invariants;

/// Pieces that open, close or escape something in one of the destinations.
const PIECES: &[&str] = &[
    "::error::",
    "::",
    "##[",
    "##",
    "#",
    "[",
    "]",
    "%0A",
    "%25",
    "%",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{1b}[2J",
    "\u{0}",
    "\u{85}",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{FFFE}",
    "<script>",
    "</style>",
    "<!--",
    "-->",
    "&",
    "&lt;",
    "'",
    "\"",
    "`",
    "``",
    "```",
    "|",
    "\\",
    "\\|",
    "*",
    "_",
    "~~",
    "![x](y)",
    "](javascript:x)",
    "@octocat",
    "https://x",
    "://",
    "$",
    "=cmd()",
    "+1",
    "a",
    "ü",
    "🦀",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_escaper_lets_anything_out(text in hostile()) {
        invariants::check(&text);
    }
}
