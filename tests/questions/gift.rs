//! GIFT, rule by rule.

use lyceum::domain::question::QuestionBody;
use lyceum::domain::question::format::{Imported, gift};
use lyceum::domain::question::kind::{Accepts, ChoiceOption, Kind};

use crate::samples::n;

fn import(text: &str) -> Imported {
    gift::parse(text.as_bytes(), None).unwrap()
}

fn one(text: &str) -> QuestionBody {
    let mut imported = import(text);
    assert_eq!(imported.questions.len(), 1, "{imported:?}");
    imported.questions.remove(0).body
}

fn refusal(text: &str) -> (u32, String) {
    let error = gift::parse(text.as_bytes(), None).unwrap_err();
    (error.line, error.reason)
}

fn shares(options: &[ChoiceOption]) -> Vec<(&str, String, &str)> {
    options.iter().map(|it| (it.text.html(), it.fraction.to_string(), it.feedback.html())).collect()
}

#[test]
fn a_choice_with_an_equals_sign_has_one_right_option() {
    let body = one("::Tomb:: Who's buried in Grant's tomb?{~Grant#no ~%50%Jefferson =no one #yes}");
    assert_eq!((body.name.as_str(), body.text.html()), ("Tomb", "Who's buried in Grant's tomb?"));
    let Kind::SingleChoice(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(
        shares(&it.options),
        [("Grant", "0".into(), "no"), ("Jefferson", "0.5".into(), ""), ("no one", "1".into(), "yes")]
    );
    assert!(it.shuffle);
}

#[test]
fn a_choice_without_one_takes_several() {
    let body = one("Q{~%-50%a ~%33.333%b ~%33.333%c ~%33.333%d}");
    let Kind::MultipleResponse(it) = &body.kind else { panic!("{body:?}") };
    let fractions: Vec<String> = it.options.iter().map(|it| it.fraction.to_string()).collect();
    assert_eq!(fractions, ["-0.5", "0.3333333", "0.3333333", "0.3333333"]);
}

#[test]
fn a_gap_in_the_text_becomes_a_line() {
    assert_eq!(one("Grant is {~buried =entombed} in it.").text.html(), "Grant is _____ in it.");
    assert_eq!(one("Two plus two equals {=four =4}.").text.html(), "Two plus two equals _____.");
    assert_eq!(one("Two plus two? {=four}").text.html(), "Two plus two?");
}

#[test]
fn true_and_false_have_a_wrong_and_a_right_feedback() {
    for (answer, correct) in [("T", true), ("TRUE", true), ("F", false), ("FALSE", false)] {
        let body = one(&format!("Sure?{{{answer}#wrong#right####general}}"));
        let Kind::TrueFalse(it) = &body.kind else { panic!("{body:?}") };
        let (right, wrong) = if correct {
            (&it.feedback_true, &it.feedback_false)
        } else {
            (&it.feedback_false, &it.feedback_true)
        };
        assert_eq!((it.correct, right.html(), wrong.html()), (correct, "right", "wrong"));
        assert_eq!(body.general_feedback.html(), "general");
        assert_eq!(body.penalty.to_string(), "1");
    }
    assert!(matches!(one("Sure?{true}").kind, Kind::ShortAnswer(_)));
}

#[test]
fn numbers_have_margins_ranges_weights_and_a_feedback_for_the_rest() {
    let body = one("Q{#=1822:0#exactly =%50%1820..1825#near ~#far}");
    let Kind::Numerical(it) = &body.kind else { panic!("{body:?}") };
    let within = |value, tolerance| Accepts::Within { value: n(value), tolerance: n(tolerance) };
    let read: Vec<(Accepts, String, &str)> =
        it.answers.iter().map(|it| (it.accepts, it.fraction.to_string(), it.feedback.html())).collect();
    assert_eq!(
        read,
        [
            (within("1822", "0"), "1".into(), "exactly"),
            (within("1822.5", "2.5"), "0.5".into(), "near"),
            (Accepts::Any, "0".into(), "far"),
        ]
    );
    let Kind::Numerical(it) = one("Q{#-1.5e3:1e-2}").kind else { panic!() };
    assert_eq!(it.answers[0].accepts, within("-1500", "0.01"));
}

#[test]
fn matching_pairs_and_distractors() {
    let body = one("Q{=[html]<b>a</b> -> 1\n=b->2 -> 3\n= -> none}");
    let Kind::Matching(it) = &body.kind else { panic!("{body:?}") };
    let pairs: Vec<(&str, &str)> =
        it.pairs.iter().map(|pair| (pair.stem.html(), pair.answer.as_str())).collect();
    assert_eq!(pairs, [("<b>a</b>", "1"), ("b", "2 -> 3")]);
    assert_eq!(it.distractors, ["none"]);
}

#[test]
fn empty_braces_are_an_essay() {
    let body = one("Why?{####Because.}");
    assert!(matches!(body.kind, Kind::Essay(_)));
    assert_eq!(body.general_feedback.html(), "Because.");
}

#[test]
fn escapes_are_characters() {
    let body = one(r"::a\:\:b:: Is \{x\} \= \~y \# \\ z?\nNew line{=\=1\:2\#3 =a\\b}");
    assert_eq!(body.name, "a::b");
    assert_eq!(body.text.html(), r"Is {x} = ~y # \ z?<br>New line");
    let Kind::ShortAnswer(it) = &body.kind else { panic!("{body:?}") };
    let patterns: Vec<&str> = it.answers.iter().map(|it| it.pattern.as_str()).collect();
    assert_eq!(patterns, ["=1:2#3", r"a\b"]);
}

#[test]
fn each_text_has_its_format() {
    let body = one("[markdown]Is **this** <i>it</i>?{~[plain]1 < *2*#[html]<b>x</b> =[moodle]a\nb ~*c*}");
    assert_eq!(body.text.html(), "<p>Is <strong>this</strong> <i>it</i>?</p>");
    let Kind::SingleChoice(it) = &body.kind else { panic!("{body:?}") };
    let texts: Vec<&str> = it.options.iter().map(|it| it.text.html()).collect();
    assert_eq!(texts, ["1 &lt; *2*", "a<br>b", "<p><em>c</em></p>"]);
    assert_eq!(it.options[0].feedback.html(), "<b>x</b>");
    assert_eq!(one("[1] is a number{T}").text.html(), "[1] is a number");
}

#[test]
fn comments_carry_identifiers_and_tags() {
    let body = one("// question: 1  name: x\n// [id:abc\\]1] [tag:one] [tag:two words]\n::n:: Q{T}");
    assert_eq!(body.id_number.as_deref(), Some("abc]1"));
    assert_eq!(body.tags, ["one", "two words"]);
    assert_eq!(one("// nothing here\nQ{T}\n// nor here").tags, Vec::<String>::new());
}

#[test]
fn categories_hold_until_the_next_one() {
    let imported =
        import("A{T}\n\n$CATEGORY: $course$/top/Physics/Waves // 2\n\nB{T}\n\n$CATEGORY: Other\nC{T}\n");
    let paths: Vec<String> = imported.questions.iter().map(|it| it.category_path.join("|")).collect();
    assert_eq!(paths, ["", "Physics|Waves / 2", "Other"]);
    assert_eq!(imported.categories.len(), 2);
    let lines: Vec<u32> = imported.questions.iter().map(|it| it.line).collect();
    assert_eq!(lines, [1, 5, 8]);
}

#[test]
fn a_name_is_made_of_the_text_where_there_is_none() {
    assert_eq!(one("[html]<p>What <b>is</b> it?</p>{T}").name, "What is it?");
    let name = one(&format!("{} end{{T}}", "word ".repeat(40))).name;
    assert!(name.ends_with(" word...") && name.chars().count() <= 80, "{name}");
}

#[test]
fn descriptions_and_the_ordering_extension_are_skipped_aloud() {
    let imported = import("Just read this.\n\nOrder{>3 ALL VERTICAL ABSOLUTE\na\nb\nc}\n\nQ{T}");
    let skipped: Vec<(u32, &str)> = imported.skipped.iter().map(|it| (it.line, it.name.as_str())).collect();
    assert_eq!(skipped, [(1, "Just read this."), (3, "Order")]);
    assert_eq!(imported.questions.len(), 1);
}

#[test]
fn a_file_of_another_kind_is_refused_whole_and_said_to_be_one() {
    for (text, says) in [
        ("{\"questions\": [{\"text\": \"What?\"}]}", "looks like JSON"),
        ("[{\"text\": \"What?\"}]\n", "looks like JSON"),
        ("{\"id\": 1}\n{\"id\": 2}\n", "looks like JSON"),
        ("<!DOCTYPE html>\n<style>p { color: red }</style>", "looks like an HTML page"),
        ("\u{feff}<html><p>What? {T}</p></html>", "looks like an HTML page"),
        ("<?xml version=\"1.0\"?>\n<quiz></quiz>", "choose the format moodle_xml"),
        ("<quiz><question type=\"essay\"></question></quiz>", "choose the format moodle_xml"),
        ("username,email\nada,ada@x.example\n", "looks like a table"),
        ("PK\u{3}\u{4}\u{a}\0[Content_Types].xml", "looks like a zip archive"),
        ("%PDF-1.4\nWhat? {T}", "looks like a PDF"),
        ("What \0 is it? {T}", "is not a text"),
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("// nothing but a comment", "has no question"),
        ("::Read::Just read this.\n\nAnd that.", "has no question"),
    ] {
        let (line, reason) = refusal(text);
        assert_eq!(line, 1, "{text}");
        assert!(reason.contains(says), "{text}: {reason}");
    }
    // What shows something of GIFT is read as such, and what it loses is told.
    assert_eq!(import("$CATEGORY: Physics\n\nJust read this.").skipped.len(), 1);
    assert_eq!(import("Order{>3 ALL VERTICAL ABSOLUTE\na\nb\nc}").skipped.len(), 1);
    for text in ["[html]<p>Sure?</p>{T}", "[1] is a number{T}", "<b>Bold</b> is it?{T}", "PDF or not?{T}"] {
        one(text);
    }
}

#[test]
fn faults_are_refused_with_line_and_reason() {
    for (text, line, reason) in [
        ("Fine{T}\n\nBroken{=a", 3, "brace"),
        ("\n\nBroken=a}", 3, "brace"),
        ("A {=x} b {=y}", 1, "second brace"),
        ("// c\nQ{#zero}", 2, "\"zero\" is not a number"),
        ("Q{#1:x}", 1, "\"x\""),
        ("Q{~a ~b}", 1, "add up to less than 1"),
        ("Q{=a}{", 1, "second brace"),
        ("Q{~%200%a =b}", 1, "%200%"),
        ("Q{=a -> b =c}", 1, "->"),
        ("Q{=a ~~b}", 1, "empty"),
        ("Q{=%50%a}", 1, "fraction 1"),
        ("Q{~a =b\n\n=c}", 1, "blank line"),
    ] {
        let (got_line, got_reason) = refusal(text);
        assert_eq!(got_line, line, "{text}: {got_reason}");
        assert!(got_reason.contains(reason), "{text}: {got_reason}");
    }
    let long = format!("A{{T}}\n\nB {} {{T}}", "x".repeat(13_000));
    let (line, reason) = refusal(&long);
    assert_eq!(line, 3);
    assert!(reason.contains("at most 12288"), "{reason}");
}

#[test]
fn encodings_are_told_or_found_or_assumed_aloud() {
    let utf_16: Vec<u8> = "\u{feff}Grüße{T}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let imported = gift::parse(&utf_16, None).unwrap();
    assert_eq!((imported.encoding, imported.questions[0].body.text.html()), ("UTF-16LE", "Grüße"));
    let imported = gift::parse(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe{T}", None).unwrap();
    assert_eq!(imported.questions[0].body.text.html(), "Grüße");
    let imported = gift::parse(b"Gr\xfc\xdfe{T}", None).unwrap();
    assert_eq!((imported.encoding, imported.notes.len()), ("windows-1252", 1));
    assert_eq!(imported.questions[0].body.text.html(), "Grüße");
    let imported = gift::parse(b"\xd0\xd2{T}", Some("koi8-r")).unwrap();
    assert_eq!((imported.notes.len(), imported.questions[0].body.text.html()), (0, "пр"));
    assert!(gift::parse(b"\xfc{T}", Some("utf-8")).is_err());
}

#[test]
fn a_name_that_is_cut_is_noted() {
    let imported = import(&format!("::{}::What? {{T}}", "n".repeat(300)));
    let kept = "n".repeat(255);
    assert_eq!(imported.questions[0].body.name, kept);
    let notes: Vec<&str> = imported.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [format!("the name of the question \"{kept}\" was longer than 255 characters and was cut")]
    );
}

#[test]
fn what_a_question_loses_is_noted() {
    let notes = |text: &str| -> Vec<String> {
        let imported = gift::parse(text.as_bytes(), None).unwrap();
        imported.notes.into_iter().map(|note| note.text).collect()
    };
    let file =
        "::Q::a <svg></svg> {~<iframe></iframe>x =<b>y</b>}\n\n::P::[plain]<svg> {=x}\n\n::S::b {=c<d}\n";
    let lost = notes(file);
    assert_eq!(lost, ["the question \"Q\" comes without <iframe>, <svg>, which texts do not keep here"]);
}

#[test]
fn marks_of_direction_beside_control_signs_are_passed_over_and_inside_texts_stay() {
    let body =
        one("\u{200f}::\u{200f}r1\u{200f}::\u{200e}نعم\u{200f} أم لا\u{200f}{\u{200f}T\u{200f}}\u{200f}");
    assert_eq!((body.name.as_str(), body.text.html()), ("r1", "نعم\u{200f} أم لا"));
    assert!(matches!(&body.kind, Kind::TrueFalse(it) if it.correct), "{body:?}");

    let body = one(
        "::c::أيّ؟{\u{200f}=\u{feff}نعم \u{200f}~\u{200f}%50%\u{200f}ل\u{200f}ا\u{61c}#\u{200f}قريب\u{200f}}",
    );
    let Kind::SingleChoice(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(shares(&it.options), [("نعم", "1".into(), ""), ("ل\u{200f}ا", "0.5".into(), "قريب")]);

    let body = one("\u{feff}::n::كم؟{\u{200f}#\u{200f}7\u{200f}:\u{200f}1\u{200f}}");
    let Kind::Numerical(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(it.answers[0].accepts, Accepts::Within { value: n("7"), tolerance: n("1") });

    let body = one("::m::صِل{\u{200f}=أ\u{200f}->\u{200f}ب\u{200f} =ج -> د =ه -> و}");
    let Kind::Matching(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!((it.pairs[0].stem.html(), it.pairs[0].answer.as_str()), ("أ", "ب"));

    let imported =
        import("\u{200f}$CATEGORY: \u{200f}فقه\u{200f}\n\n::a::س{T}\n\u{200f}\n\u{200f}// x\n::b::ص{F}");
    assert_eq!(imported.questions.len(), 2, "{imported:?}");
    assert_eq!(imported.questions[1].category_path, ["فقه"]);
}
