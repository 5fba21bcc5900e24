//! Any bytes as a GIFT file; what is read must be valid and survive being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::domain::question::format::{Export, ExportedQuestion, gift, write_gift};
use lyceum::domain::question::validate;

fuzz_target!(|bytes: &[u8]| {
    let Ok(imported) = gift::parse(bytes, None) else { return };
    let questions: Vec<ExportedQuestion<'_>> = imported
        .questions
        .iter()
        .map(|it| ExportedQuestion { category_path: &it.category_path, body: &it.body })
        .collect();
    for question in &questions {
        assert_eq!(validate(question.body), Ok(()));
    }
    let written = write_gift(&Export { categories: &[], questions: &questions, file: &|_| None });
    // A file without a question is none.
    if !questions.is_empty() && written.left_out.is_empty() {
        let again = gift::parse(written.text.as_bytes(), None).expect("what was written reads");
        let bodies = |it: &lyceum::domain::question::format::Imported| {
            it.questions.iter().map(|it| it.body.clone()).collect::<Vec<_>>()
        };
        assert_eq!(bodies(&again), bodies(&imported));
    }
});
