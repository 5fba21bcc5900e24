//! Grades as a spreadsheet, read back with nothing of what wrote it: the archive and its XML.

use std::io::{Cursor, Read as _};

use lyceum::domain::ids::QuizId;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

use crate::grade::School;
use crate::pages::Browser;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A cell as a spreadsheet sees it.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Number(f64),
    Text(String),
}

fn text(cell: &str) -> Cell {
    Cell::Text(cell.to_owned())
}

/// All rows of the first sheet. Fails on a formula.
fn rows(archive: &[u8]) -> Vec<Vec<Option<Cell>>> {
    let xml = member(archive, "xl/worksheets/sheet1.xml");
    let mut reader = Reader::from_str(&xml);
    let (mut rows, mut at, mut kind, mut words, mut in_value) =
        (Vec::<Vec<Option<Cell>>>::new(), 0, String::new(), String::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                b"row" => rows.push(Vec::new()),
                b"c" => {
                    let of = |name: &str| {
                        let found = tag.try_get_attribute(name).unwrap();
                        found.map(|found| String::from_utf8(found.value.into_owned()).unwrap())
                    };
                    let place = of("r").unwrap();
                    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
                    at = letters.fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1) - 1;
                    kind = of("t").unwrap_or_default();
                    words.clear();
                }
                b"v" | b"t" => in_value = true,
                b"f" => panic!("a formula: {xml}"),
                _ => {}
            },
            Event::Text(part) if in_value => words.push_str(&part.decode().unwrap()),
            Event::GeneralRef(entity) if in_value => words.push(match &*entity {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                other => panic!("{other:?}"),
            }),
            Event::End(tag) => match tag.name().as_ref() {
                b"v" | b"t" => in_value = false,
                b"c" if kind == "inlineStr" => place_cell(&mut rows, at, Cell::Text(words.clone())),
                b"c" if kind.is_empty() && !words.is_empty() => {
                    place_cell(&mut rows, at, Cell::Number(words.parse().unwrap()));
                }
                b"c" => assert!(words.is_empty(), "a cell of kind {kind}: {words}"),
                _ => {}
            },
            Event::Eof => return rows,
            _ => {}
        }
    }
}

fn place_cell(rows: &mut [Vec<Option<Cell>>], at: usize, cell: Cell) {
    let row = rows.last_mut().unwrap();
    row.resize(row.len().max(at + 1), None);
    row[at] = Some(cell);
}

fn member(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn grades_are_numbers_names_are_text_and_nothing_is_a_formula() {
    let school = School::open(3);
    let formula = school.item(&json!({ "name": "=1+1, \"quoted\" & <b>", "max": 10 }));
    let quiz = school.quiz_item(QuizId(70), 20);
    school.give(0, formula, 7.5);
    school.quiz_result(QuizId(70), 1, 13);
    let answer = school.app.get(&school.path("/export?format=xlsx")).by(&school.teacher).send().status(200);
    assert_eq!(answer.header("content-type"), Some(XLSX));
    assert!(answer.header("content-disposition").unwrap().ends_with(".xlsx\""));
    let rows = rows(&answer.bytes);
    assert_eq!(rows[0][..3], [Some(text("user_id")), Some(text("username")), Some(text("name"))]);
    assert_eq!(rows[0][3], Some(text(&format!("=1+1, \"quoted\" & <b> [#{formula}]"))));
    assert_eq!(rows[0][4], Some(text(&format!("Test [#{quiz}]"))));
    assert_eq!(rows[0].last().unwrap(), &Some(text("letter")));
    let who = |number: u32| {
        let name = format!("learner{number}");
        vec![
            Some(Cell::Number(f64::from(9_000_100 + number))),
            Some(text(&name)),
            Some(text(&format!("{name} Example"))),
        ]
    };
    let number = |value: f64| Some(Cell::Number(value));
    assert_eq!(rows[1], [who(0), vec![number(7.5), None, number(75.0), Some(text("C"))]].concat());
    assert_eq!(rows[2], [who(1), vec![None, number(13.0), number(65.0), Some(text("D"))]].concat());
    assert_eq!(rows[3], who(2));
    assert_eq!(rows.len(), 4);
    // The header and who it is stay in sight.
    let sheet = member(&answer.bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("xSplit=\"3\" ySplit=\"1\"") && sheet.contains("state=\"frozen\""), "{sheet}");
}

#[test]
fn a_question_for_the_head_of_a_spreadsheet_puts_none_together() {
    let school = School::open(1);
    let address = school.path("/export?format=xlsx");
    let ask = |method, by| school.app.request(method, &address).by(by).send();
    let whole = ask("GET", &school.teacher).status(200);
    // It is put together beside the store's files: without a place for it, it cannot be.
    let (here, away) = (school.app.home.path().join("store"), school.app.home.path().join("away"));
    std::fs::rename(&here, &away).unwrap();
    let (head, cannot) = (ask("HEAD", &school.teacher), ask("GET", &school.teacher));
    std::fs::rename(&away, &here).unwrap();
    assert_eq!((head.code, cannot.code), (200, 500));
    for name in ["content-type", "content-disposition", "transfer-encoding"] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
    assert_eq!(ask("HEAD", &school.learners[0]).code, 403);
}

#[test]
fn the_gradebook_leads_to_the_spreadsheet_and_learners_do_not_get_it() {
    let school = School::open(1);
    school.item(&json!({ "name": "Essay", "max": 10 }));
    let address = school.path("/export?format=xlsx");
    let mut page = Browser::of(&school.app, &school.teacher);
    let path = school.path("").replace("/api/", "/").replace("/grades", "/gradebook");
    assert!(page.get(&path).status(200).text().contains(&address));
    school.app.get(&address).by(&school.learners[0]).send().status(403);
    school.app.get(&school.path("/export?format=pdf")).by(&school.teacher).send().status(422);
    // An empty gradebook is a sheet with a header.
    let empty = School::open(1);
    let answer = empty.app.get(&empty.path("/export?format=xlsx")).by(&empty.teacher).send().status(200);
    assert_eq!(rows(&answer.bytes)[0].last().unwrap(), &Some(text("letter")));
}
