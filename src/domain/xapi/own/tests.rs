//! Own statements are statements whatever stands in them, and their ids keep meaning what they meant.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::said::{Activity, Outcome, Said, Score, Verb};
use super::{Event, MAX_BASE_BYTES, Site, Voice, is_base, is_settled, settle, tell};
use crate::clock::Timestamp;
use crate::domain::access::{ADMINISTRATOR, Actor, Grants, RoleName};
use crate::domain::attempt::save::{self, SaveInput};
use crate::domain::attempt::{start, submit};
use crate::domain::bank::{Draft, change};
use crate::domain::content_edit::{self, AvailabilityInput, ItemInput, SectionInput};
use crate::domain::course::{Course, CourseStatus, ShortName};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, CourseId, ItemId, QuestionId, QuizId, SectionId, UserId};
use crate::domain::progress;
use crate::domain::question::{QuestionInput, ResponseInput};
use crate::domain::quiz::edit;
use crate::domain::quiz::input::QuizInput;
use crate::domain::refusal::Refusal;
use crate::domain::schema::SCHEMA;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::import::with_statement;
use crate::domain::xapi::keep::{Ready, keep};
use crate::domain::xapi::pack::unpacked;
use crate::domain::xapi::record::{Statement, Text};
use crate::store::{
    Class, Durability, MAX_TRANSACTION_BYTES, Read as _, Store, StoreOptions, decode_value, encode_value,
};

const NOW: Timestamp = Timestamp::from_ms(1_788_768_000_000);

fn course(title: &str) -> Arc<Course> {
    let name = ShortName::parse("C").unwrap();
    let course = Course::draft(CourseId(7), name, title.to_owned(), NOW);
    Arc::new(Course { learning_records: true, ..course })
}

fn voice(base: &str, title: &str) -> Voice {
    let site = Arc::new(Site { base: base.into(), namespace: [9; 16], told: false });
    Voice { caller: Caller::site(&base.into(), NOW), site, course: course(title) }
}

fn answered(text: &str, components: Vec<String>, response: &str, points: i64, max: i64) -> Said {
    let what = Activity::question(QuestionId(1), 2, text, ("choice", vec![("choices", components)]));
    let score = Score { points: Decimal::from_units(points), max: Decimal::from_units(max) };
    Said {
        outcome: Outcome {
            score: Some(score),
            success: Some(false),
            completion: Some(true),
            response: Some(response.to_owned()),
            duration_ms: Some(28 * 24 * 60 * 60 * 1000),
            progress: Some(100),
        },
        quiz: Some(QuizId(u64::MAX)),
        attempt: Some(AttemptId(u64::MAX)),
        role: Some(text.to_owned()),
        ..Said::new(UserId(u64::MAX), Verb::Answered, what, NOW)
    }
}

fn text_of(ready: &Ready) -> String {
    whole(&ready.text)
}

fn whole(text: &Text) -> String {
    match text {
        Text::Here(text) => format!("{text}}}"),
        Text::Packed { lz4, bytes } => format!("{}}}", unpacked(lz4, *bytes).unwrap()),
        Text::File { .. } => panic!("an own statement has no file"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_people_write_and_earn_it_is_a_statement(
        text in any::<String>(),
        response in any::<String>(),
        components in proptest::collection::vec(any::<String>(), 0..9),
        points in -1_000_000_000_i64..1_000_000_000,
        max in 0_i64..1_000_000_000,
    ) {
        let said = answered(&text, components, &response, points, max);
        let ready = said.ready(&voice("https://learn.example.edu", &text)).unwrap();
        let told: serde_json::Value = serde_json::from_str(&text_of(&ready)).unwrap();
        prop_assert_eq!(told["result"]["response"].as_str(), Some(response.as_str()));
    }
}

#[test]
fn the_longest_statement_fits_its_row() {
    // Six bytes of JSON each.
    let worst = "\u{1}".repeat(2_000);
    let base = format!("https://{}", "x".repeat(MAX_BASE_BYTES - 8));
    assert!(is_base(&base) && !is_base(&format!("{base}x")));
    let response = crate::domain::limits::excerpt(&worst, 500);
    let mut said = answered(&worst, vec![worst.clone(); 100], &response, 1, 3);
    said.role = Some("r".repeat(100));
    let told: serde_json::Value =
        serde_json::from_str(&text_of(&said.ready(&voice(&base, &worst)).unwrap())).unwrap();
    let definition = &told["object"]["definition"];
    assert!(definition.get("choices").is_none(), "more than there is room for is left out");
    assert_eq!(definition["interactionType"], "choice");
}

#[test]
fn one_thing_has_one_id_and_another_has_another() {
    let voice = voice("https://learn.example.edu", "Title");
    let ready = |points| answered("?", Vec::new(), "x", points, 10).ready(&voice).unwrap().prepared.id;
    assert_eq!(ready(1), ready(1));
    assert_ne!(ready(1), ready(2));
    assert_eq!((ready(1)[6] >> 4, ready(1)[8] >> 6), (5, 2), "a UUID of version 5");
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut crate::store::Txn<'_>) -> Result<T, Refusal> + Send + 'static,
) -> T {
    store.write_blocking(Class::Interactive, work).unwrap()
}

fn empty() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        durability: Durability::Relaxed,
        segment_bytes: 1024 * 1024,
        low_water_bytes: 1024,
        ..StoreOptions::default()
    };
    let store = Store::open(home.path(), SCHEMA, options).unwrap();
    (home, store)
}

#[test]
fn ids_begin_with_the_address_of_today_until_there_is_a_statement() {
    let (_home, store) = empty();
    let site = || store.read(|read| read.get::<Site>(&0)).unwrap().unwrap();
    assert!(!store.read(|read| is_settled(read, "http://127.0.0.1:8080")).unwrap());
    write(&store, |txn| settle(txn, "http://127.0.0.1:8080", [1; 16]));
    write(&store, |txn| settle(txn, "https://learn.example.edu/", [2; 16]));
    let settled = Site { base: "https://learn.example.edu".into(), namespace: [1; 16], told: false };
    assert_eq!(*site(), settled);
    // What others wrote, and was imported, has other ids.
    let line = br#"{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://v"},"object":{"id":"http://o"}}"#;
    let caller = Caller::importing(&"https://learn.example.edu".into(), NOW);
    let imported = with_statement(line, &caller, |_, mut prepared| {
        let text = Text::in_row(std::mem::take(&mut prepared.text));
        Ready { prepared, text, files: Vec::new() }
    });
    let imported = imported.unwrap();
    write(&store, move |txn| keep(txn, &caller, vec![imported]));
    assert!(!store.read(|read| is_settled(read, "https://moved.example.edu")).unwrap());
    write(&store, |txn| {
        let role = RoleName::parse("learner").unwrap();
        tell(txn, &course("T"), UserId(3), NOW, &Event::Enrolled { role: &role })
    });
    let settled = Site { told: true, ..settled };
    assert_eq!(*site(), settled);
    // Whatever becomes of the statements: others may have them.
    write(&store, |txn| {
        for statement in txn.list::<Statement>(&(), None, 10)? {
            txn.delete::<Statement>(&statement.stored)?;
        }
        Ok(())
    });
    assert!(store.read(|read| is_settled(read, "https://moved.example.edu")).unwrap());
    write(&store, |txn| settle(txn, "https://moved.example.edu", [3; 16]));
    assert_eq!(*site(), settled);
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn an_address_of_before_stays_as_it_was() {
    let site = Site { base: "https://learn.example.edu".into(), namespace: [1; 16], told: true };
    let mut bytes = encode_value(&site).unwrap();
    assert_eq!((bytes[0], bytes.pop()), (2, Some(1)), "whether anything was told is the last byte");
    bytes[0] = 1;
    assert_eq!(decode_value::<Site>(&bytes).unwrap(), site);
}

/// A store with a published course that keeps records, and a quiz of so many questions with long texts.
fn hall(questions: u16) -> (tempfile::TempDir, Store, QuizId) {
    let (home, store) = empty();
    let quiz = write(&store, move |txn| {
        settle(txn, "https://learn.example.edu", [1; 16])?;
        let site = vec![RoleName::parse(ADMINISTRATOR).unwrap()];
        txn.put(Grants { user: UserId(1), site, courses: Vec::new() })?;
        let course = course("A course").as_ref().clone();
        txn.put(Course { status: CourseStatus::Published, ..course })?;
        let mut slots = Vec::new();
        for number in 0..questions {
            let option = |place: u16| {
                json!({ "text": { "text": format!("{place} {}", "option ".repeat(10)) },
                "fraction": i32::from(place == 0) })
            };
            let input: QuestionInput = serde_json::from_value(json!({
                "name": format!("Q{number}"), "text": { "text": "A question of some length. ".repeat(10) },
                "kind": { "type": "single_choice", "options": [option(0), option(1), option(2), option(3)] }
            }))
            .unwrap();
            let actor = Actor::person(UserId(1), NOW);
            let draft = Draft::parse("", &input)?;
            let question = change::create(txn, &actor, CourseId(7), None, "", draft)?.id;
            slots.push(json!({ "points": 1, "question": question }));
        }
        let input = json!({ "name": "Q", "published": true, "slots": slots, "pass_percent": 50 });
        let input: QuizInput = serde_json::from_value(input).unwrap();
        Ok(edit::create(txn, &Actor::person(UserId(1), NOW), CourseId(7), input.parse([0; 16])?)?.id)
    });
    (home, store, quiz)
}

#[test]
fn the_longest_exam_is_handed_in_with_a_part_of_what_a_transaction_may_change() {
    const QUESTIONS: u16 = 150;
    let (_home, store, quiz) = hall(QUESTIONS);
    let actor = Actor::person(UserId(1), NOW);
    let starting = actor.clone();
    let started =
        write(&store, move |txn| start::start(txn, &starting, quiz, &start::Entry::default(), 0, 7, None));
    let attempt = started.attempt;
    let inputs: Vec<_> = (0..QUESTIONS)
        .map(|slot| (slot, SaveInput { sequence: 1, response: ResponseInput::Choice { option: 0 } }, ""))
        .collect();
    let checked = store.read(|read| save::check(read, &actor, attempt, None, inputs)).unwrap();
    let saving = actor.clone();
    write(&store, move |txn| save::save(txn, &saving, attempt, checked));
    let read = store.read(|read| submit::read_own(read, &actor, attempt)).unwrap().unwrap();
    let prepared = submit::Prepared::of(&read).unwrap();
    assert_eq!(
        prepared.told(),
        usize::from(QUESTIONS) + 3,
        "each answer, completed, scored, passed or failed"
    );
    let (rows, bytes) = write(&store, move |txn| {
        submit::submit(txn, &actor, attempt, Some(prepared))?;
        Ok((txn.changes.len(), txn.bytes))
    });
    assert!(rows <= usize::from(QUESTIONS) * 25, "{rows} rows");
    assert!(bytes <= MAX_TRANSACTION_BYTES / 4, "{bytes} bytes");
    assert!(store.verify().unwrap().is_clean());
}

/// An item of a course, as the API takes it.
fn item(
    txn: &mut crate::store::Txn<'_>,
    section: SectionId,
    content: &serde_json::Value,
) -> Result<ItemId, Refusal> {
    let input: ItemInput = serde_json::from_value(json!({ "title": "Item", "content": content })).unwrap();
    let (heading, kind) = input.parse()?;
    Ok(content_edit::add_item(txn, &Actor::person(UserId(1), NOW), section, heading, kind, None)?.id)
}

/// How far somebody was in the course each time that it was told, and how often it was completed.
fn told_progress(store: &Store) -> (Vec<i64>, usize) {
    let statements = store.read(|read| read.list::<Statement>(&(), None, 1_000)).unwrap();
    let (mut percents, mut completed) = (Vec::new(), 0);
    for statement in statements {
        let told: serde_json::Value = serde_json::from_str(&whole(&statement.text)).unwrap();
        let of_course = told["object"]["id"] == "https://learn.example.edu/courses/7";
        percents
            .extend(told["result"]["extensions"].as_object().and_then(|all| all.values().next()?.as_i64()));
        completed += usize::from(of_course && told["result"]["completion"] == true);
    }
    (percents, completed)
}

#[test]
fn what_there_is_to_do_is_known_before_and_what_is_done_is_looked_at_in_the_transaction() {
    let (_home, store, quiz) = hall(1);
    let actor = Actor::person(UserId(1), NOW);
    let by = actor.clone();
    let (section, page) = write(&store, move |txn| {
        let heading =
            SectionInput { title: "S".to_owned(), availability: AvailabilityInput::default() }.parse()?;
        let section = content_edit::add_section(txn, &by, CourseId(7), heading)?.id;
        item(txn, section, &json!({ "kind": "quiz", "quiz": quiz }))?;
        Ok((section, item(txn, section, &json!({ "kind": "link", "url": "https://a.example/" }))?))
    });
    let starting = actor.clone();
    let started =
        write(&store, move |txn| start::start(txn, &starting, quiz, &start::Entry::default(), 0, 7, None));
    let attempt = started.attempt;
    let handing_in = store.read(|read| submit::read_own(read, &actor, attempt)).unwrap().unwrap();
    let handing_in = submit::Prepared::of(&handing_in).unwrap();
    // Meanwhile the page is visited in another window, and a teacher adds one.
    let marking = store.read(|read| progress::to_mark(read, &actor, page, true)).unwrap().unwrap();
    let by = actor.clone();
    write(&store, move |txn| item(txn, section, &json!({ "kind": "link", "url": "https://b.example/" })));
    write(&store, move |txn| progress::mark(txn, &by, page, true, marking));
    assert_eq!(told_progress(&store), (vec![50], 0), "as the course was when it was asked for");
    assert!(store.read(|read| progress::to_mark(read, &actor, page, true)).unwrap().is_none());
    let by = actor.clone();
    write(&store, move |txn| submit::submit(txn, &by, attempt, Some(handing_in)));
    assert_eq!(told_progress(&store), (vec![50, 100], 1), "both acts count, whichever was prepared first");
    assert!(store.verify().unwrap().is_clean());
}
