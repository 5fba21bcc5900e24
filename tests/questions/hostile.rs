//! Input made to break the readers: they refuse or read, and never panic or hang.

use std::time::{Duration, Instant};

use lyceum::domain::question::format::{
    Export, ExportedQuestion, FormatError, Imported, gift, moodle_xml, write_gift, write_moodle_xml,
};
use lyceum::domain::question::numeric::{Number, read_with_units, read_written};
use lyceum::domain::question::{Arrangement, Response, arrange, check, cloze, mark, present, validate};
use lyceum::domain::rich_text::RichText;
use proptest::prelude::*;

use crate::samples::all;
use crate::shared::shared;

/// Far more than any of these inputs needs on a busy machine, and far less than a quadratic algorithm takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads; what could be read is valid, can be shown, and survives being written and read again.
fn swallow(bytes: &[u8]) {
    for imported in [gift::parse(bytes, None), moodle_xml::parse(bytes)] {
        match imported {
            Ok(imported) => {
                for question in &imported.questions {
                    assert_eq!(validate(&question.body), Ok(()));
                    let arrangement = arrange(&question.body.kind, true, 1);
                    assert_eq!(present(&question.body, &arrangement).html, question.body.text.html());
                }
                write_and_read(&imported);
            }
            Err(error) => assert!(error.line > 0 && !error.reason.is_empty(), "{error:?}"),
        }
    }
}

fn write_and_read(imported: &Imported) {
    let questions: Vec<ExportedQuestion<'_>> = imported
        .questions
        .iter()
        .map(|it| ExportedQuestion { category_path: &it.category_path, body: &it.body })
        .collect();
    let file = |hash: &str| {
        let mut all = imported.questions.iter().flat_map(|it| &it.files);
        all.find(|(file, _)| file.sha256 == hash).map(|(_, bytes)| bytes.clone())
    };
    let export = Export { categories: &imported.categories, questions: &questions, file: &file };
    let written = write_moodle_xml(&export);
    same(&moodle_xml::parse(written.text.as_bytes()), imported);
    let written = write_gift(&export);
    // A file of GIFT without a question is none.
    if !imported.questions.is_empty() && written.left_out.is_empty() && written.lost.is_empty() {
        same(&gift::parse(written.text.as_bytes(), None), imported);
    }
}

fn same(again: &Result<Imported, FormatError>, imported: &Imported) {
    let again = again.as_ref().unwrap();
    assert_eq!(again.questions.len(), imported.questions.len());
    for (again, question) in again.questions.iter().zip(&imported.questions) {
        assert_eq!(again.body, question.body);
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let mut files = vec![
        b"::n:: [html]Q{~%50%a#x ~%50%b =c####g}".to_vec(),
        b"<quiz><question type=\"cloze\"><questiontext><text>{1:MC:=a~b}</text></questiontext></question></quiz>".to_vec(),
    ];
    for folder in ["moodle/gift", "moodle/xml"] {
        let Some(folder) = shared(folder) else { continue };
        for entry in std::fs::read_dir(folder).unwrap() {
            files.push(std::fs::read(entry.unwrap().path()).unwrap());
        }
    }
    files
}

#[derive(Debug, Clone)]
enum Mutation {
    Set(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Double(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "=",
        "~",
        "#",
        "\\",
        "%",
        "::",
        "->",
        "####",
        "\n\n",
        "<",
        ">",
        "&",
        "]]>",
        "<![CDATA[",
        "\u{fdd3}",
        "{1:MC:",
        "{#1}",
        "..",
        "$CATEGORY:",
        "//",
        "[html]",
        "%-100%",
        "@@PLUGINFILE@@/",
        "</text>",
        "&#0;",
        "\0",
    ]);
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (any::<usize>(), 0_usize..40).prop_map(|(at, count)| Mutation::Remove(at, count)),
        (any::<usize>(), token).prop_map(|(at, token)| Mutation::Insert(at, token.as_bytes().to_vec())),
        (any::<usize>(), 0_usize..200).prop_map(|(at, count)| Mutation::Double(at, count)),
    ]
}

fn mutated(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let length = bytes.len().max(1);
        match mutation {
            Mutation::Set(at, byte) => {
                if let Some(slot) = bytes.get_mut(at % length) {
                    *slot = *byte;
                }
            }
            Mutation::Remove(at, count) => {
                let start = at % length;
                bytes.drain(start.min(bytes.len())..(start + count).min(bytes.len()));
            }
            Mutation::Insert(at, token) => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, token.iter().copied());
            }
            Mutation::Double(at, count) => {
                let start = (at % length).min(bytes.len());
                let piece = bytes[start..(start + count).min(bytes.len())].to_vec();
                bytes.splice(start..start, piece);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        swallow(&bytes);
    }

    #[test]
    fn any_text_of_meaningful_characters_is_read_or_refused(text in "[a:=~#{}%\\\\<>&/\\[\\]\n .0-9T*-]{0,120}") {
        swallow(text.as_bytes());
        let _ = cloze::extract(&text);
        let _ = read_written(&text);
        let _ = read_with_units(&text, |unit| unit.len() < 3);
        let _ = Number::parse(&text);
    }

    #[test]
    fn changed_files_are_read_or_refused(file in any::<prop::sample::Index>(), changes in prop::collection::vec(mutation(), 1..12)) {
        let corpus = corpus();
        let bytes = file.get(&corpus).clone();
        swallow(&mutated(bytes, &changes));
    }

    #[test]
    fn sanitising_twice_changes_nothing(text in "[a<>/&;=\"'pbuli !-]{0,200}") {
        let once = RichText::from_html(&text).unwrap();
        let twice = RichText::from_html(once.html()).unwrap();
        prop_assert_eq!(&once, &twice);
        prop_assert!(!once.html().contains("<script"));
        let plain = RichText::from_plain(&text).unwrap();
        prop_assert_eq!(plain.to_plain().replace('\u{a0}', " "), text.trim());
    }

    #[test]
    fn any_response_to_any_question_is_marked_within_bounds(
        index in any::<prop::sample::Index>(),
        seed in any::<u64>(),
        positions in prop::collection::vec(0_u16..6, 0..6),
        text in "[0-9a-z,. *-]{0,20}",
        which in 0_u8..8,
    ) {
        let bodies = all();
        let body = index.get(&bodies);
        let arrangement = arrange(&body.kind, true, seed);
        let response = match which {
            0 => Response::Empty,
            1 => Response::Choice(positions.first().copied().unwrap_or(0)),
            2 => Response::Choices(positions),
            3 => Response::Truth(true),
            4 => Response::Number { text, unit: None },
            5 => Response::Text(text),
            6 => Response::Pairs(positions.into_iter().map(Some).collect()),
            _ => Response::Order(positions),
        };
        let it = mark(body, &arrangement, &response);
        let fraction = it.share.unwrap().rounded();
        prop_assert!(fraction.units().abs() <= 10_000_000);
        if check(&body.kind, &arrangement, &response).is_err() {
            prop_assert_eq!(fraction.units(), 0);
        }
        // With no arrangement at all, marking still answers.
        prop_assert!(mark(body, &Arrangement::default(), &response).share.is_some());
    }
}

#[test]
fn large_hostile_files_are_answered_in_time() {
    let bombs: Vec<Vec<u8>> = vec![
        "{".repeat(2_000_000).into_bytes(),
        "\\".repeat(2_000_000).into_bytes(),
        format!("Q{{{}}}", "~a".repeat(500_000)).into_bytes(),
        format!("Q{{{}}}", "=".repeat(500_000)).into_bytes(),
        format!("// {}\nQ{{T}}", "[tag:".repeat(100_000)).into_bytes(),
        "Q{T}\n\n".repeat(30_000).into_bytes(),
        "<quiz>".repeat(300_000).into_bytes(),
        format!("<quiz>{}</quiz>", "<question/>".repeat(30_000)).into_bytes(),
        format!("<quiz {}/>", "a='1' ".repeat(300_000)).into_bytes(),
        format!("<quiz>{}</quiz>", "&amp;".repeat(400_000)).into_bytes(),
        format!(
            "<quiz><question type=\"cloze\"><questiontext><text>{}</text></questiontext></question></quiz>",
            "{1:SA:".repeat(200_000)
        )
        .into_bytes(),
        format!(
            "<quiz><question type=\"essay\"><questiontext><text><![CDATA[{}]]></text></questiontext></question></quiz>",
            "<b><p>".repeat(10_000)
        )
        .into_bytes(),
    ];
    for (index, bomb) in bombs.iter().enumerate() {
        let start = Instant::now();
        let _ = gift::parse(bomb, None);
        let _ = moodle_xml::parse(bomb);
        let took = start.elapsed();
        assert!(took < PATIENCE, "bomb {index} took {took:?}");
    }
}

#[test]
fn a_file_over_the_limit_is_refused_before_it_is_read() {
    let large = vec![b' '; 32 * 1024 * 1024 + 1];
    assert!(gift::parse(&large, None).unwrap_err().reason.contains("larger than"));
    assert!(moodle_xml::parse(&large).unwrap_err().reason.contains("larger than"));
}
