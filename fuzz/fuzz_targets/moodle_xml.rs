//! Any bytes as a Moodle XML file; what is read must be valid and survive being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::domain::question::format::{Export, ExportedQuestion, moodle_xml, write_moodle_xml};
use lyceum::domain::question::validate;

fuzz_target!(|bytes: &[u8]| {
    let Ok(imported) = moodle_xml::parse(bytes) else { return };
    let questions: Vec<ExportedQuestion<'_>> = imported
        .questions
        .iter()
        .map(|it| ExportedQuestion { category_path: &it.category_path, body: &it.body })
        .collect();
    for question in &questions {
        assert_eq!(validate(question.body), Ok(()));
    }
    let file = |hash: &str| {
        let mut all = imported.questions.iter().flat_map(|it| &it.files);
        all.find(|(file, _)| file.sha256 == hash).map(|(_, bytes)| bytes.clone())
    };
    let written =
        write_moodle_xml(&Export { categories: &imported.categories, questions: &questions, file: &file });
    let again = moodle_xml::parse(written.text.as_bytes()).expect("what was written reads");
    let bodies = |it: &lyceum::domain::question::format::Imported| {
        it.questions.iter().map(|it| it.body.clone()).collect::<Vec<_>>()
    };
    assert_eq!(bodies(&again), bodies(&imported));
});
