//! Why a whole file of questions is refused, in the viewer's language.

use super::problems::{number_or_name, problem};
use super::{Forms, Frame, Pattern, Said};
use crate::web::text::Text;

/// `what` is wrong with a part of a question, `inside` is a reason of this list again.
const FILES: &[Pattern] = &[
    ("", "the file is larger than {count} bytes", "large"),
    ("", "the file has more than {count} questions", "many"),
    ("", "the file is not a text; is it compressed, or a document of another program?", "no-text"),
    ("", "the file looks like {look}; questions are taken as GIFT or Moodle XML", "looks"),
    ("", "the file looks like XML and not like GIFT; choose the format moodle_xml, or auto", "xml-for-gift"),
    ("", "the file does not begin as XML does; choose the format gift, or auto", "no-xml"),
    (
        "",
        "the file has no question: no text in it has answers in braces behind it, as GIFT has",
        "no-question",
    ),
    ("", "the encoding \"{name}\" is not known", "encoding"),
    ("", "the file is not valid {name}", "not-encoded"),
    ("", "a category is deeper than {count} levels", "category-deep"),
    ("", "a category name is longer than {count} characters", "category-name"),
    ("", "the identifier of a category is longer than {count} characters", "category-identifier"),
    ("", "the category \"{name}\" has a description of more than {count} bytes", "category-description"),
    ("", "the file begins with <{element}> and not with <quiz>", "begins"),
    ("", "the file has no XML element", "no-element"),
    ("", "the XML is broken: {reason}", "xml"),
    ("", "elements are nested deeper than {count} levels", "nested"),
    ("", "the file has more than a million elements", "elements"),
    ("", "there is a second element behind the first", "second-root"),
    ("", "an element ends that did not begin", "not-begun"),
    ("", "the element <{element}> is not closed", "not-closed"),
    ("", "an element has more than {count} attributes", "attributes"),
    ("", "the attribute {name} is there twice", "attribute-twice"),
    ("", "an attribute is broken: {reason}", "attribute"),
    ("", "a character reference is broken: {reason}", "reference"),
    ("", "there is text outside of the elements", "outside"),
    ("", "document type declarations are not accepted, since they can define entities", "doctype"),
    ("", "<{element}> has <{tag}> in it as XML; write it as CDATA or with &lt;", "formatted"),
    ("", "the entity &{name}; is not known in XML", "entity"),
    ("", "there is a second brace; write {sample}", "second-brace"),
    ("", "a brace is opened or closed alone (a blank line ends a question)", "lone-brace"),
    ("", "the weight {answer} is not within ±100", "weight"),
    ("", "an option is empty", "option"),
    ("", "there are more than {count} answers", "answers"),
    ("", "a row of a matching question has no ->", "no-arrow"),
    ("", "the answer \"{answer}\" {what}", "answer"),
    ("", "the range \"{answer}\" {what}", "range"),
    ("", "the number \"{answer}\" {what}", "number"),
    ("", "<{element}> has \"{answer}\", which is no number that can be kept", "no-number"),
    ("", "<{element}> has \"{answer}\", which is no count", "no-count"),
    ("", "the fraction \"{answer}\" is no percentage from -100 to 100", "fraction"),
    ("", "true and false are both right", "both-right"),
    ("", "neither true nor false is right", "none-right"),
    ("", "a text {what}", "text"),
    ("", "the text {what}", "text"),
    ("", "the text in <{element}> {what}", "text-of"),
    ("", "a cloze has to have at least one question in its text", "no-cloze"),
    ("", "the file \"{file}\" is larger than {count} bytes", "embedded-large"),
    ("", "a question has more than {count} files", "embedded-many"),
    ("", "an embedded file has no name", "embedded-nameless"),
    (
        "",
        "the embedded file \"{file}\" has the encoding \"{name}\"; only base64 is known",
        "embedded-encoding",
    ),
    ("", "the embedded file \"{file}\" is not base64: {reason}", "embedded-base64"),
    ("", "the question \"{question}\" cannot be used: {place}: {what}", "unusable"),
    ("", "\"{question}\" cannot be used: {place}: {what}", "unusable"),
    ("", "the question \"{question}\": {inside}", "within"),
    ("", "{place}: {what}", "place"),
];

/// What a file looks like that is none of questions.
const LOOKS: &[Pattern] = &[
    ("", "a zip archive, which workbooks and documents are, too", "zip"),
    ("", "a document of an office program", "document"),
    ("", "a PDF", "pdf"),
    ("", "a compressed file (gzip)", "gzip"),
    ("", "a picture", "picture"),
    ("", "an HTML page", "html"),
    ("", "JSON", "json"),
    ("", "a table (CSV)", "table"),
];

/// Why nothing of a file was imported.
pub fn file(frame: &Frame, reason: &str) -> Said {
    Said::of(words(frame.text, reason), reason)
}

pub(super) fn words(text: Text, reason: &str) -> Option<String> {
    let forms = Forms { patterns: FILES, beginning: "said-file-" };
    let said = forms.say_with(text, "", reason, |name, value| match name {
        "look" => {
            let looks = Forms { patterns: LOOKS, beginning: "said-look-" };
            looks.say_with(text, "", value, |_, value| Some(value.to_owned()))
        }
        "what" => problem(text, value),
        "inside" => words(text, value),
        _ => number_or_name(name, value),
    });
    said.or_else(|| problem(text, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::preferences::Language;
    use crate::domain::question::format::{gift, moodle_xml};

    #[test]
    fn every_form_has_its_message() {
        super::super::tests::every_form_has_its_message(FILES, "said-file-");
        super::super::tests::every_form_has_its_message(LOOKS, "said-look-");
    }

    fn all_of_it_is_said(reason: &str) {
        let said = words(Text(Language::Ar), reason).unwrap_or_else(|| panic!("{reason}"));
        for word in ["cannot", "needed", "which", "not ", "has ", "there"] {
            assert!(!said.contains(word), "{said}");
        }
    }

    #[test]
    fn what_the_reader_of_gift_says_is_said() {
        for broken in [
            "a {=b~c} and {=d}",
            "a { =b",
            "::Q::a {=b~~c}",
            "::Q: r::a {~b~c}",
            "::Q::a {=b -> c d}",
            "::Q::a {=b->c =d}",
            "::Q::a {#zero}",
            "::Q::a {=%200%x}",
            "::Q::a {#3..x}",
            "$CATEGORY: a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z\n\n",
        ] {
            let error = gift::parse(broken.as_bytes(), None).expect_err(broken);
            all_of_it_is_said(&error.reason);
        }
    }

    #[test]
    fn what_a_file_of_another_kind_looks_like_is_said() {
        for other in [
            &b"BM\x8a\x00\x00\xff"[..],
            b"PK\x03\x04\x14\0",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            b"%PDF-1.4",
            b"\x1f\x8b\x08\x00\xec\xc1",
            b"\x89PNG\r\n\x1a\n",
            b"<!doctype html><p>x",
            b"<quiz></quiz>",
            b"[1]",
            b"username,email\nada,ada@x.example\n",
            b"Just read this.",
            b"",
        ] {
            all_of_it_is_said(&gift::parse(other, None).unwrap_err().reason);
        }
        for other in [&b"What? {T}"[..], b"<html></html>", b"{}", b""] {
            all_of_it_is_said(&moodle_xml::parse(other).unwrap_err().reason);
        }
    }

    #[test]
    fn what_the_reader_of_moodle_xml_says_is_said() {
        let question = |kind: &str, inside: &str| {
            format!(
                "<quiz><question type=\"{kind}\"><name><text>Q</text></name>\
                 <questiontext><text>What?</text></questiontext>{inside}</question></quiz>"
            )
        };
        let mut broken = [
            "",
            "<html></html>",
            "<quiz>",
            "<quiz></quiz><quiz></quiz>",
            "<!DOCTYPE x><quiz></quiz>",
            "<quiz>&nothing;</quiz>",
            "<quiz a=\"1\" a=\"2\"></quiz>",
            "<quiz><text>a <b>c</b></text></quiz>",
            "<?xml version=\"1.0\" encoding=\"klingon\"?><quiz></quiz>",
        ]
        .map(str::to_owned)
        .to_vec();
        broken.push(question("multichoice", ""));
        broken.push(question("multichoice", "<answer fraction=\"x\"><text>a</text></answer>"));
        broken.push(question("shortanswer", "<answer fraction=\"50\"><text>a</text></answer>"));
        broken.push(question("numerical", "<answer fraction=\"100\"><text>zero</text></answer>"));
        broken.push(question("truefalse", ""));
        broken.push(question("essay", "<minwordlimit>some</minwordlimit>"));
        broken.push(question("essay", "<defaultgrade>many</defaultgrade>"));
        broken.push(question("cloze", ""));
        let file = "What?</text><file name=\"a\" encoding=\"hex\">00</file>";
        broken.push(question("essay", "").replace("What?</text>", file));
        for cloze in [
            "{1:MC:=a~b",
            "{1:REGEXP:=a}",
            "{1:SA}",
            "{1:SA:=}",
            "{1:SA:%--%a}",
            "{1:NM:=zero}",
            "{#1} {1:SA:=a}",
            "{1:sa:=a}",
        ] {
            broken.push(question("cloze", "").replace("What?", cloze));
        }
        for broken in broken {
            let error = moodle_xml::parse(broken.as_bytes()).expect_err(&broken);
            all_of_it_is_said(&error.reason);
        }
    }
}
