//! Any text as a workflow and as an action whose findings are mended: safe fixes only, and all.
//!
//! Mending ends, leaves nothing that it would mend again, and never makes of YAML something else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll::commands::lint::mended::Mended;
use plimsoll::model::finding::Safety;
use plimsoll::sources::workflows;
use plimsoll_fuzz::{ACTION, WORKFLOW, findings, has_syntax_error};

fuzz_target!(|text: &str| {
    for path in [WORKFLOW, ACTION] {
        let file = workflows::parse(path.to_owned(), text.to_owned());
        for most in [Safety::Safe, Safety::Unsafe] {
            let mended = Mended::new(file.clone(), most, &findings);
            assert!(!mended.is_unfinished, "there is always more to mend");
            assert!(has_syntax_error(&file) || !has_syntax_error(&mended.file), "what was YAML is none now");
            let again = Mended::new(mended.file.clone(), most, &findings);
            assert_eq!((again.fixes, &again.file.text), (0, &mended.file.text));
        }
    }
});
