//! Real files of Moodle, read in place: each imports with its meaning or is refused whole.

use lyceum::domain::question::format::{
    Export, ExportedQuestion, Imported, gift, moodle_xml, write_gift, write_moodle_xml,
};
use lyceum::domain::question::kind::{Accepts, ClozeKind, Kind};
use lyceum::domain::question::response::ClozeResponse;
use lyceum::domain::question::{Response, arrange, mark};

use crate::samples::{d, n};
use crate::shared::shared;

fn bytes(path: &str) -> Option<Vec<u8>> {
    shared(path).map(|path| std::fs::read(path).unwrap())
}

fn read_gift(name: &str) -> Option<Imported> {
    bytes(&format!("moodle/gift/{name}")).map(|bytes| gift::parse(&bytes, None).unwrap())
}

fn read_xml(name: &str) -> Option<Imported> {
    bytes(&format!("moodle/xml/{name}")).map(|bytes| moodle_xml::parse(&bytes).unwrap())
}

fn kinds(imported: &Imported) -> Vec<&'static str> {
    imported.questions.iter().map(|it| it.body.kind.name()).collect()
}

#[test]
fn the_examples_of_gift() {
    let Some(imported) = read_gift("examples.txt") else { return };
    assert_eq!(imported.skipped, []);
    let count = |kind: &str| kinds(&imported).into_iter().filter(|it| *it == kind).count();
    let counts = [
        count("single_choice"),
        count("multiple_response"),
        count("true_false"),
        count("short_answer"),
        count("numerical"),
        count("matching"),
    ];
    assert_eq!((counts, imported.questions.len()), (EXAMPLES, EXAMPLES.iter().sum()));
    let named = |name: &str| imported.questions.iter().find(|it| it.body.name == name).unwrap();
    let Kind::SingleChoice(it) = &named("GIFT Control Characters").body.kind else { panic!() };
    let texts: Vec<&str> = it.options.iter().map(|option| option.text.html()).collect();
    assert_eq!(texts, ["~", "=", "#", "{", "}", "\\"]);
    assert!(it.options[5].feedback.html().starts_with("Correct! \\ (backslash) is not"));
    assert_eq!(it.options[0].feedback.html(), "~ is a control character.");
    let kanji = named("Kanji Origins");
    assert_eq!(kanji.body.text.html(), "Japanese characters originally<br>came from what country?");
    let pi =
        imported.questions.iter().filter(|it| it.body.text.html().starts_with("What is the value of pi"));
    for question in pi {
        assert_eq!(question.body.text.html(), "What is the value of pi (to 3 decimal places)? _____.");
        let Kind::Numerical(it) = &question.body.kind else { panic!() };
        assert_eq!(it.answers[0].accepts, Accepts::Within { value: n("3.1415"), tolerance: n("0.0005") });
    }
}

/// Counted by kind, and the same by another reader of GIFT.
const EXAMPLES: [usize; 6] = [16, 2, 5, 9, 8, 3];

#[test]
fn the_questions_of_moodles_own_gift_tests() {
    let Some(imported) = read_gift("questions.gift.txt") else { return };
    assert_eq!(
        kinds(&imported),
        [
            "essay",
            "matching",
            "single_choice",
            "multiple_response",
            "numerical",
            "short_answer",
            "true_false",
            "true_false",
            "true_false"
        ]
    );
    let body = |index: usize| &imported.questions[index].body;
    let Kind::Matching(it) = &body(1).kind else { panic!() };
    assert_eq!((it.pairs.len(), it.distractors.as_slice()), (4, &["Chat".to_owned()][..]));
    assert_eq!(body(1).text.html(), "Match the <b>activity</b> to the description.");
    assert_eq!(it.pairs[3].stem.html(), "<p>A collection of web pages that anyone can add to or edit.</p>");
    let Kind::MultipleResponse(it) = &body(3).kind else { panic!() };
    let fractions: Vec<String> = it.options.iter().map(|option| option.fraction.to_string()).collect();
    assert_eq!(fractions, ["0.5", "-1", "0.5", "-1"]);
    assert_eq!(body(4).text.html(), "What is a number from 1 to 5? _____\";");
    let Kind::Numerical(it) = &body(4).kind else { panic!() };
    assert_eq!(it.answers[0].accepts, Accepts::Within { value: n("3"), tolerance: n("2") });
    assert_eq!((it.answers[1].accepts, it.answers[1].feedback.html()), (Accepts::Any, "Completely wrong"));
    let Kind::TrueFalse(it) = &body(6).kind else { panic!() };
    assert_eq!(
        (it.correct, it.feedback_true.html(), it.feedback_false.html()),
        (false, "42 is the Ultimate Answer.", "You gave the right answer.")
    );
    assert!(body(6).general_feedback.html().contains("Guide to the Galaxy"));
    assert_eq!(body(7).name, "2-08 TSL");
}

#[test]
fn a_gift_file_in_windows_1252() {
    let Some(imported) = read_gift("questions_encoding_windows-1252.gift.txt") else { return };
    assert_eq!((imported.encoding, imported.notes.len()), ("windows-1252", 1));
    assert_eq!(kinds(&imported), ["essay", "essay", "matching"]);
    assert!(imported.questions.iter().all(|it| it.category_path == ["Default for LTTEST"]));
    let Kind::Matching(it) = &imported.questions[2].body.kind else { panic!() };
    assert_eq!(it.pairs[0].stem.html(), "<p>aödf<br></p>");
    assert_eq!(it.right_column(), ["asdf"]);
}

#[test]
fn categories_come_with_their_description_and_identifier() {
    let Some(imported) = read_xml("nested_categories_with_questions.xml") else { return };
    let read: Vec<(String, &str)> =
        imported.categories.iter().map(|it| (it.path.join("/"), it.description.html())).collect();
    assert_eq!(
        read,
        [
            ("Iota".to_owned(), "This is Iota category for test"),
            ("Iota/Kappa".to_owned(), "<p>This is Kappa category for test</p>"),
            ("Iota/Kappa/Lambda".to_owned(), "This is Lambda category for test"),
            ("Iota/Mu".to_owned(), "This is Mu category for test"),
        ]
    );
    let paths: Vec<String> = imported.questions.iter().map(|it| it.category_path.join("/")).collect();
    assert_eq!(paths, ["Iota", "Iota/Kappa", "Iota/Kappa", "Iota/Kappa/Lambda", "Iota/Mu"]);
    assert_eq!(kinds(&imported), ["true_false", "essay", "true_false", "true_false", "true_false"]);

    let Some(imported) = read_xml("category_with_description.xml") else { return };
    assert_eq!(imported.categories[0].id_number.as_deref(), Some("alpha-idnumber"));

    let Some(imported) = read_xml("html_chars_in_idnumbers.xml") else { return };
    assert_eq!(imported.categories[0].id_number.as_deref(), Some("The inequalities < & >"));
    assert_eq!(imported.questions[0].body.id_number.as_deref(), Some("T & F"));

    let Some(imported) = read_xml("nested_categories.xml") else { return };
    assert_eq!(imported.categories[2].path, ["Delta", "Epsilon", "Zeta"]);
    assert_eq!(imported.questions[0].category_path, ["Delta", "Epsilon", "Zeta"]);

    let Some(imported) = read_xml("categories_reverse_order.xml") else { return };
    let paths: Vec<String> = imported.questions.iter().map(|it| it.category_path.join("/")).collect();
    assert_eq!(paths, ["Sigma/Tau", "Sigma"]);
    let Kind::ShortAnswer(it) = &imported.questions[1].body.kind else { panic!() };
    let answers: Vec<&str> = it.answers.iter().map(|answer| answer.pattern.as_str()).collect();
    assert_eq!(answers, ["yes", "no", "may be"]);
}

#[test]
fn a_cloze_with_pictures_can_be_answered() {
    let Some(imported) = read_xml("multianswer.xml") else { return };
    let question = &imported.questions[0];
    let body = &question.body;
    let names: Vec<(&str, &str)> =
        body.files.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
    assert_eq!(
        names,
        [
            ("arizona_2.png", "image/png"),
            ("california-state-flag.png", "image/png"),
            ("moodle.png", "image/png")
        ]
    );
    assert!(question.files.iter().all(|(file, bytes)| {
        bytes.starts_with(b"\x89PNG") && file.bytes == u64::try_from(bytes.len()).unwrap()
    }));
    assert!(body.text.html().contains(&format!("lyceum-file:{}", body.files[1].sha256)));
    assert!(body.general_feedback.html().contains(&format!("lyceum-file:{}", body.files[2].sha256)));
    assert!(!body.text.html().contains("PLUGINFILE"));
    let Kind::Cloze(cloze) = &body.kind else { panic!() };
    assert_eq!((cloze.parts.len(), body.default_points), (5, d("5")));
    let ClozeKind::ShortAnswer { answers, .. } = &cloze.parts[4].kind else { panic!() };
    assert_eq!(answers[0].feedback.html(), "Congratulations!<br>");
    assert_eq!(answers[1].fraction, d("0.5"));
    let arrangement = arrange(&body.kind, true, 1);
    let choice = ClozeResponse::Choice;
    let response = Response::Cloze(vec![
        choice(0),
        choice(1),
        choice(1),
        choice(1),
        ClozeResponse::Text("Marseille".into()),
    ]);
    // Right, right, wrong, right, half: 3.5 of 5.
    assert_eq!(mark(body, &arrangement, &response).share.unwrap().rounded(), d("0.7"));
}

#[test]
fn a_broken_cloze_refuses_the_whole_file_as_in_moodle() {
    let Some(bytes) = bytes("moodle/xml/broken_cloze_questions.xml") else { return };
    let error = moodle_xml::parse(&bytes).unwrap_err();
    assert_eq!(error.line, 8);
    assert!(error.reason.contains("Multianswer question without subquestions"), "{error}");
    assert!(error.reason.contains("at least one question in its text"), "{error}");
    // Each of the five by itself, for Moodle's own reasons.
    let text = String::from_utf8(bytes).unwrap();
    let questions: Vec<&str> = text.split("<question type").skip(1).collect();
    assert_eq!(questions.len(), 5);
    let reasons = ["at least one question", "without answers", "at least 2", "fraction 1", "\"zero\""];
    for (question, reason) in questions.iter().zip(reasons) {
        let question = question.split("</question>").next().unwrap();
        let alone = format!("<quiz><question type{question}</question></quiz>");
        let error = moodle_xml::parse(alone.as_bytes()).unwrap_err();
        assert!(error.reason.contains(reason), "{error}");
    }
}

#[test]
fn every_file_survives_being_written_and_read_again() {
    let mut seen = 0;
    for (folder, is_gift) in [("moodle/gift", true), ("moodle/xml", false)] {
        let Some(folder) = shared(folder) else { return };
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let parsed = if is_gift { gift::parse(&bytes, None) } else { moodle_xml::parse(&bytes) };
            let Ok(imported) = parsed else {
                assert!(path.ends_with("broken_cloze_questions.xml"), "{}: {parsed:?}", path.display());
                continue;
            };
            seen += 1;
            let questions: Vec<ExportedQuestion<'_>> = imported
                .questions
                .iter()
                .map(|it| ExportedQuestion { category_path: &it.category_path, body: &it.body })
                .collect();
            let file = |hash: &str| {
                let all = imported.questions.iter().flat_map(|it| &it.files);
                all.filter(|(file, _)| file.sha256 == hash).map(|(_, bytes)| bytes.clone()).next()
            };
            let export = Export { categories: &imported.categories, questions: &questions, file: &file };
            let xml = write_moodle_xml(&export);
            assert_eq!((xml.left_out.len(), xml.lost.len()), (0, 0));
            let again = moodle_xml::parse(xml.text.as_bytes()).unwrap();
            assert_eq!(again.notes, []);
            let pairs = |imported: &Imported| -> Vec<_> {
                imported
                    .questions
                    .iter()
                    .map(|it| (it.category_path.clone(), it.body.clone(), it.files.clone()))
                    .collect()
            };
            assert_eq!(pairs(&again), pairs(&imported), "{}", path.display());
            let described = |imported: &Imported| -> Vec<_> {
                let categories = imported.categories.iter();
                categories.map(|it| (it.path.clone(), it.description.clone(), it.id_number.clone())).collect()
            };
            assert_eq!(described(&again), described(&imported), "{}", path.display());
            if is_gift {
                let written = write_gift(&export);
                assert_eq!((written.left_out.len(), written.lost.len()), (0, 0), "{:?}", written.lost);
                let again = gift::parse(written.text.as_bytes(), None).unwrap();
                assert_eq!(pairs(&again), pairs(&imported), "{}\n{}", path.display(), written.text);
            }
        }
    }
    assert_eq!(seen, 9);
}
