//! Moodle XML, kind by kind.

use lyceum::domain::bank::QuestionType;
use lyceum::domain::question::QuestionBody;
use lyceum::domain::question::format::{Imported, moodle_xml};
use lyceum::domain::question::kind::{
    Accepts, EssayEditor, Kind, Numbering, OrderingCredit, PenaltyBase, UnitEntry, UnitRule,
};

use crate::samples::{d, n};

fn quiz(questions: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n{questions}\n</quiz>\n")
}

fn import(questions: &str) -> Imported {
    moodle_xml::parse(quiz(questions).as_bytes()).unwrap()
}

fn question(kind: &str, inside: &str) -> String {
    format!(
        "<question type=\"{kind}\"><name><text>A name</text></name>\
         <questiontext format=\"html\"><text>What?</text></questiontext>{inside}</question>"
    )
}

fn one(kind: &str, inside: &str) -> QuestionBody {
    let mut imported = import(&question(kind, inside));
    assert_eq!(imported.questions.len(), 1, "{imported:?}");
    imported.questions.remove(0).body
}

fn refusal(document: &str) -> (u32, String) {
    let error = moodle_xml::parse(document.as_bytes()).unwrap_err();
    (error.line, error.reason)
}

fn answer(fraction: &str, text: &str) -> String {
    format!(
        "<answer fraction=\"{fraction}\"><text>{text}</text><feedback><text>on {text}</text></feedback></answer>"
    )
}

#[test]
fn choices_are_single_unless_told_otherwise() {
    let answers = answer("100", "a") + &answer("-33.33333", "b") + &answer("0", "&lt;i&gt;c&lt;/i&gt;");
    let head = "<shuffleanswers>true</shuffleanswers><answernumbering>IIII</answernumbering><shownumcorrect/>\
                <correctfeedback format=\"html\"><text>Yes</text></correctfeedback>";
    let body = one("multichoice", &format!("{head}{answers}"));
    let Kind::SingleChoice(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.shuffle, it.numbering), (true, Numbering::UpperRoman));
    assert_eq!((it.feedback.correct.html(), it.feedback.show_number_correct), ("Yes", true));
    assert_eq!(it.options[1].fraction, d("-0.3333333"));
    assert_eq!(it.options[2].text.html(), "<i>c</i>");
    assert_eq!(it.options[0].feedback.html(), "on a");
    let body = one("multichoice", &format!("<single>false</single>{answers}"));
    let Kind::MultipleResponse(it) = &body.kind else { panic!("{body:?}") };
    assert!(!it.all_or_nothing && !it.shuffle);
    let body = one("multichoiceset", &answers);
    let Kind::MultipleResponse(it) = &body.kind else { panic!("{body:?}") };
    assert!(it.all_or_nothing);
    assert_eq!(it.options[1].fraction, d("0"));
}

#[test]
fn true_and_false_by_name_or_by_order() {
    let body = one("truefalse", &(answer("0", "false") + &answer("100", "true")));
    let Kind::TrueFalse(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.correct, it.feedback_false.html()), (true, "on false"));
    let imported = import(&question("truefalse", &(answer("0", "wahr") + &answer("100", "falsch"))));
    let Kind::TrueFalse(it) = &imported.questions[0].body.kind else { panic!("{imported:?}") };
    assert_eq!((it.correct, it.feedback_true.html()), (false, "on wahr"));
    assert_eq!(imported.notes.len(), 1);
    // However they are capitalised, and where one is called otherwise it is what the other is not.
    for (right, wrong, correct, notes) in
        [("False", "True", false, 0), ("TRUE", "FALSE", true, 0), ("Falsch", "True", false, 1)]
    {
        let imported = import(&question("truefalse", &(answer("100", right) + &answer("0", wrong))));
        let Kind::TrueFalse(it) = &imported.questions[0].body.kind else { panic!("{imported:?}") };
        assert_eq!((it.correct, imported.notes.len()), (correct, notes), "{right} {wrong}");
        let said = if correct { &it.feedback_true } else { &it.feedback_false };
        assert_eq!(said.html(), format!("on {right}"));
    }
}

#[test]
fn numbers_with_units() {
    let inside = "<answer fraction=\"100\"><text>5</text><tolerance>0.1</tolerance></answer>\
        <answer fraction=\"0\"><text>*</text></answer>\
        <units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>\
        <unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>";
    let body = one("numerical", inside);
    let Kind::Numerical(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(it.answers[0].accepts, Accepts::Within { value: n("5"), tolerance: n("0.1") });
    assert_eq!(it.answers[1].accepts, Accepts::Any);
    assert_eq!((it.unit_rule, it.unit_entry), (UnitRule::Optional, UnitEntry::Typed));
    let graded = format!(
        "{inside}<unitgradingtype>2</unitgradingtype><unitpenalty>0.25</unitpenalty>\
         <showunits>2</showunits><unitsleft>1</unitsleft>"
    );
    let body = one("numerical", &graded);
    let Kind::Numerical(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(it.unit_rule, UnitRule::Required { penalty: d("0.25"), penalty_of: PenaltyBase::Question });
    assert_eq!((it.unit_entry, it.units_left), (UnitEntry::Menu, true));
    let imported = import(&question("numerical", &format!("{inside}<showunits>3</showunits>")));
    let Kind::Numerical(it) = &imported.questions[0].body.kind else { panic!("{imported:?}") };
    assert_eq!((it.unit_rule, it.units.len(), imported.notes.len()), (UnitRule::None, 0, 1));
}

#[test]
fn short_answers_matching_ordering_and_essays() {
    let body = one("shortanswer", &format!("<usecase>1</usecase>{}", answer("100", "Pa*s")));
    let Kind::ShortAnswer(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.case_sensitive, it.answers[0].pattern.as_str()), (true, "Pa*s"));

    let row = |stem: &str, answer: &str| {
        format!(
            "<subquestion format=\"html\"><text>{stem}</text><answer><text>{answer}</text></answer></subquestion>"
        )
    };
    let body = one("matching", &(row("a", "1") + &row("", "2") + &row("b", "1")));
    let Kind::Matching(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.pairs.len(), it.distractors.as_slice(), it.shuffle), (2, &["2".to_owned()][..], true));

    let items = answer("1.0000000", "x") + &answer("2.0000000", "y");
    let head = "<layouttype>HORIZONTAL</layouttype><selecttype>ALL</selecttype><selectcount>2</selectcount>\
                <gradingtype>LONGEST_ORDERED_SUBSET</gradingtype>";
    let body = one("ordering", &format!("{head}{items}"));
    let Kind::Ordering(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.credit, it.horizontal), (OrderingCredit::LongestOrderedSubset, true));
    let some = "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>";
    let imported = import(&question("ordering", &format!("{some}{items}{}", answer("3", "z"))));
    assert_eq!((imported.questions.len(), imported.skipped.len()), (0, 1));

    let body = one(
        "essay",
        "<responseformat>monospaced</responseformat><responserequired>0</responserequired>\
         <responsefieldlines>7</responsefieldlines><minwordlimit>5</minwordlimit><maxwordlimit></maxwordlimit>\
         <graderinfo format=\"html\"><text>look</text></graderinfo>",
    );
    let Kind::Essay(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.editor, it.required, it.lines), (EssayEditor::Monospaced, false, 7));
    assert_eq!((it.min_words, it.max_words, it.grader_info.html()), (Some(5), None, "look"));
}

#[test]
fn what_all_questions_have() {
    let body = one(
        "truefalse",
        &format!(
            "<generalfeedback><text>&lt;b&gt;so&lt;/b&gt;</text></generalfeedback><defaultgrade>2.5000000</defaultgrade>\
             <penalty>0.33333</penalty><idnumber>q-1</idnumber>\
             <tags><tag><text>one</text></tag><tag><text>two</text></tag><tag><text>one</text></tag></tags>{}",
            answer("100", "true") + &answer("0", "false")
        ),
    );
    assert_eq!(body.general_feedback.html(), "<b>so</b>");
    assert_eq!((body.default_points, body.penalty), (d("2.5"), d("0.3333333")));
    assert_eq!((body.id_number.as_deref(), body.tags.len()), (Some("q-1"), 2));
}

#[test]
fn embedded_files_are_kept_by_their_hash_and_missing_ones_are_noted() {
    let text = "<question type=\"essay\"><name><text>n</text></name><questiontext format=\"html\"><text><![CDATA[\
        <img src=\"@@PLUGINFILE@@/a%20b.png\"><a href=\"@@PLUGINFILE@@/sub/c.pdf?forcedownload=1\">c</a>\
        <img src=\"@@PLUGINFILE@@/gone.png\" alt=\"gone\">]]></text>\
        <file name=\"a b.png\" path=\"/\" encoding=\"base64\">AQID</file>\
        <file name=\"c.pdf\" path=\"/sub/\" encoding=\"base64\">BAUG\nBwg=</file></questiontext></question>";
    let imported = import(text);
    let question = &imported.questions[0];
    let names: Vec<(&str, &str, u64)> = question
        .body
        .files
        .iter()
        .map(|file| (file.name.as_str(), file.media_type.as_str(), file.bytes))
        .collect();
    assert_eq!(names, [("a b.png", "image/png", 3), ("sub/c.pdf", "application/pdf", 5)]);
    assert_eq!(question.files[0].1, [1, 2, 3]);
    let html = question.body.text.html();
    for file in &question.body.files {
        assert!(html.contains(&format!("\"lyceum-file:{}\"", file.sha256)), "{html}");
    }
    assert!(html.contains("<img alt=\"gone\">"), "{html}");
    assert!(imported.notes[0].text.contains("gone.png"));
}

#[test]
fn unknown_kinds_and_descriptions_are_skipped_aloud() {
    let imported =
        import(&(question("calculated", "") + &question("description", "") + &question("gapselect", "")));
    let reasons: Vec<&str> = imported.skipped.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons.len(), 3);
    assert!(reasons[0].contains("\"calculated\""));
    assert_eq!(imported.skipped[0].name, "A name");
}

#[test]
fn faults_are_refused_with_line_and_reason() {
    for (document, line, reason) in [
        (quiz("<question type=\"multichoice\"></question>"), 3, "at least 2"),
        (quiz(&format!("\n{}", question("multichoice", &answer("150", "a")))), 4, "\"150\""),
        (quiz(&question("numerical", &answer("100", "zero"))), 3, "\"zero\""),
        (quiz(&question("truefalse", &answer("0", "true"))), 3, "neither"),
        (quiz(&question("essay", "<file name=\"x\" encoding=\"base64\">*</file>")), 3, "base64"),
        (quiz(&question("essay", "<defaultgrade>much</defaultgrade>")), 3, "defaultgrade"),
        (
            quiz(&question("multichoice", &answer("100", "CO\n<sub>2</sub>"))),
            4,
            "<text> has <sub> in it as XML",
        ),
        (quiz(&question("cloze", "").replace("What?", "{1:SA:=a}\n{1:sa:=b}")), 4, "only looks like one"),
        ("<manifest></manifest>".to_owned(), 1, "<quiz>"),
        ("<html></html>".to_owned(), 1, "looks like an HTML page"),
        ("[{\"question\": 1}]".to_owned(), 1, "looks like JSON"),
        ("What? {T}".to_owned(), 1, "choose the format gift"),
        (" \n".to_owned(), 1, "is empty"),
        ("<quiz>\n<question>".to_owned(), 2, "not closed"),
        ("<!DOCTYPE quiz [<!ENTITY a \"b\">]>\n<quiz>&a;</quiz>".to_owned(), 1, "document type"),
    ] {
        let (got_line, got_reason) = refusal(&document);
        assert_eq!(got_line, line, "{got_reason}");
        assert!(got_reason.contains(reason), "{got_reason}");
    }
}

#[test]
fn declared_encodings_are_used() {
    let head = "<?xml version='1.0' encoding='ISO-8859-1'?><quiz>";
    let tail = "<question type=\"essay\"><name><text>Gr\u{fc}\u{df}e</text></name></question></quiz>";
    let bytes: Vec<u8> =
        format!("{head}{tail}").chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    let imported = moodle_xml::parse(&bytes).unwrap();
    assert_eq!((imported.encoding, imported.questions[0].body.name.as_str()), ("windows-1252", "Grüße"));
    let utf_16 = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?><quiz>{tail}");
    let bytes: Vec<u8> = utf_16.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(moodle_xml::parse(&bytes).unwrap().questions[0].body.name, "Grüße");
    assert!(moodle_xml::parse(b"<quiz>\xfc</quiz>").is_err());
}

#[test]
fn what_a_question_loses_is_noted_and_formulas_stay() {
    let text = "&lt;p dir=\"rtl\"&gt;q &lt;math&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;mo&gt;=&lt;/mo&gt;&lt;mn&gt;2&lt;/mn&gt;&lt;/math&gt; z&lt;/p&gt;";
    let essay = |text: &str| {
        format!(
            "<question type=\"essay\"><name><text>E</text></name>\
             <questiontext format=\"html\"><text>{text}</text></questiontext></question>"
        )
    };
    let kept = import(&essay(text));
    assert_eq!(
        kept.questions[0].body.text.html(),
        "<p dir=\"rtl\">q <math><mi>x</mi><mo>=</mo><mn>2</mn></math> z</p>"
    );
    assert!(kept.notes.is_empty(), "{:?}", kept.notes);
    let lost = import(&essay(
        "a&lt;svg&gt;&lt;path/&gt;&lt;/svg&gt;&lt;iframe src=\"https://www.youtube.com/embed/x\"&gt;&lt;/iframe&gt;\
         &lt;p style=\"color:red\"&gt;b&lt;/p&gt;&lt;img src=\"pic.png\"&gt;",
    ));
    let notes: Vec<&str> = lost.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "the question \"E\" comes without <iframe src=https://www.youtube.com/embed/x>, <img src>, <p style>, <svg>, \
          which texts do not keep here"
        ]
    );
}

#[test]
fn pictures_in_a_text_itself_become_files() {
    let picture = "iVBORw0KGgo=";
    let img = format!("&lt;img src=\"data:image/png;base64,{picture}\" alt=\"a\"&gt;");
    let imported = import(&format!(
        "<question type=\"essay\"><name><text>E</text></name>\
         <questiontext format=\"html\"><text>{img}{img}</text></questiontext>\
         <generalfeedback format=\"html\"><text>&lt;img src=\"data:image/png;base64,%%\"&gt;</text></generalfeedback>\
         </question>"
    ));
    let question = &imported.questions[0];
    let (file, bytes) = &question.files[0];
    assert_eq!((question.files.len(), file.media_type.as_str()), (1, "image/png"));
    assert_eq!(bytes, b"\x89PNG\r\n\x1a\n");
    assert_eq!(file.name, format!("picture-{}.png", &file.sha256[..12]));
    assert_eq!(question.body.text.file_references(), [file.sha256.as_str()]);
    assert_eq!(imported.notes.len(), 1, "the one that is no picture is missed: {:?}", imported.notes);
}

#[test]
fn what_is_assumed_or_cut_is_noted() {
    let items = "<answer><text>a</text></answer><answer><text>b</text></answer>";
    let ordering =
        |grading: &str| question("ordering", &format!("<gradingtype>{grading}</gradingtype>{items}"));
    let essay = |inside: &str| question("essay", inside);
    let long = |name: &str| essay("").replace("A name", name);
    let notes = |file: &str| import(file).notes.into_iter().map(|note| note.text).collect::<Vec<_>>();
    for (file, wanted) in [
        (
            ordering("99"),
            "the grading type \"99\" is not known and was taken for RELATIVE_NEXT_EXCLUDE_LAST".to_owned(),
        ),
        (
            essay("<responseformat>editorfilepicker</responseformat>"),
            "the response format \"editorfilepicker\" was taken for a formatted text without files"
                .to_owned(),
        ),
        (
            essay("<defaultgrade>1.00000001</defaultgrade>"),
            "<defaultgrade> has \"1.00000001\", of which 7 digits behind the point were kept".to_owned(),
        ),
        (
            long(&"n".repeat(256)),
            format!(
                "the name of the question \"{}\" was longer than 255 characters and was cut",
                "n".repeat(255)
            ),
        ),
    ] {
        assert_eq!(notes(&file), [wanted]);
    }
    for file in [
        ordering(""),
        ordering("relative_next_exclude_last"),
        ordering("REL"),
        essay("<responseformat>editor</responseformat><defaultgrade>2.5000000000</defaultgrade>"),
        long(&"n".repeat(255)),
    ] {
        assert_eq!(notes(&file), [""; 0], "{file}");
    }
    let (_, reason) = refusal(&quiz(&essay("<defaultgrade>1.0000000e5</defaultgrade>")));
    assert!(reason.contains("no number that can be kept"), "{reason}");
}

#[test]
fn a_hidden_question_comes_as_retired() {
    let hidden = question("essay", "<hidden>1</hidden>");
    let imported = import(&(hidden + &question("essay", "<hidden>0</hidden>")));
    let retired: Vec<bool> = imported.questions.iter().map(|question| question.retired).collect();
    assert_eq!(retired, [true, false]);
    assert!(imported.notes.is_empty(), "what becomes of it the bank knows: {:?}", imported.notes);
}

#[test]
fn the_file_that_browsers_import_has_every_type_of_question() {
    let file = include_str!("../browser/every_type.xml");
    let questions = moodle_xml::parse(file.as_bytes()).unwrap().questions;
    let types: Vec<QuestionType> = questions.iter().map(|one| QuestionType::from(&one.body.kind)).collect();
    for kind in QuestionType::ALL {
        assert!(types.contains(&kind), "{} is not in tests/browser/every_type.xml", kind.name());
    }
}
