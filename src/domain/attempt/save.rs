//! Saving answers: the hot path of an exam. Two rows are written per save, and more for a long essay that changed much; nothing
//! that was acknowledged is ever overwritten by something older, whatever a network repeats, delays or reorders.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::receipt::{self, Receipt};
use super::saved::{self, SaveLine};
use super::{
    ATTEMPT_OVER, Attempt, AttemptHead, DEADLINE_PASSED, HeadSlot, SEQUENCE_REUSED, Saved, TOO_MANY_SAVES,
    TOO_MUCH_TEXT, follow, live, long, start,
};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::bank;
use crate::domain::ids::AttemptId;
use crate::domain::question::{self, Response, ResponseInput};
use crate::domain::quiz;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::store::{Read, Txn};

/// Saves of one attempt: eight hours with one every second and a half.
const MAX_SAVES: u32 = 20_000;
/// Greatest sequence number: exact in every client's numbers.
pub const MAX_SEQUENCE: u64 = (1 << 53) - 1;

/// A response to save.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveInput {
    /// The client's own number of this save: from 1, greater with every save of the slot. Sending the same save again
    /// is safe; one with a lower number than was saved already changes nothing.
    pub sequence: u64,
    /// The response.
    pub response: ResponseInput,
}

/// A response that fits its question.
#[derive(Debug, Clone)]
pub struct Checked {
    slot: u16,
    sequence: u64,
    response: Response,
    digest: [u8; 32],
    not_numbers: Vec<u16>,
    /// How to keep it, where one row is too short.
    long: Option<long::Kept>,
    /// What it counts among the bytes that an attempt keeps.
    weight: usize,
}

/// Parses and checks responses, before the transaction. `at` is where in the body a response stands.
pub fn check(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    address: Option<IpAddr>,
    inputs: Vec<(u16, SaveInput, &str)>,
) -> Result<Vec<Checked>, Refusal> {
    let attempt = super::own(read, actor, attempt)?;
    start::check_address(&*quiz::get(read, attempt.quiz)?, address)?;
    inputs.into_iter().map(|(slot, input, at)| check_one(read, &attempt, slot, input, at)).collect()
}

fn check_one(
    read: &impl Read,
    attempt: &Attempt,
    slot: u16,
    input: SaveInput,
    at: &str,
) -> Result<Checked, Refusal> {
    if !(1..=MAX_SEQUENCE).contains(&input.sequence) {
        return Err(invalid(format!("{at}/sequence"), format!("is not between 1 and {MAX_SEQUENCE}")));
    }
    // Of several responses one that has no place must not look like an attempt that is not there.
    let asked = attempt.slot(slot).map_err(|missing| match at {
        "" => missing,
        at => {
            invalid(format!("{at}/slot"), format!("is not between 0 and {}", attempt.paper.len().max(1) - 1))
        }
    })?;
    let version = bank::version(read, asked.question, asked.version)?;
    let response = Response::from(input.response);
    question::check(&version.body.kind, &asked.arrangement, &response)
        .map_err(|error| invalid(format!("{at}/response"), error.to_string()))?;
    let digest = receipt::digest(&response)?;
    let not_numbers = question::unread_numbers(&version.body.kind, &response);
    let long = long::keep(read, attempt, slot, &response)?;
    let weight = long::weight(&response, long.as_ref());
    Ok(Checked { slot, sequence: input.sequence, response, digest, not_numbers, long, weight })
}

/// What became of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is durable.
    Saved,
    /// It was durable already.
    Repeated,
    /// Something newer was saved before; the receipt is the newer one's.
    Superseded,
    /// Another response has this sequence number; the receipt is that one's. Save again with a higher number.
    Conflict,
    /// The saves of the attempt have as much text as is kept (128 MiB), and this is more than 1 KiB more. It was not saved; the
    /// receipt is that of what is saved, or where nothing is, of `number` 0, the last of the attempt.
    TooMuchText,
}

/// The receipt for a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipted {
    /// The slot.
    pub slot: u16,
    /// What became of it.
    pub outcome: Outcome,
    /// The sequence number that is saved.
    pub sequence: u64,
    /// The number of the save in the attempt.
    pub number: u32,
    /// When the server took it.
    pub at: Timestamp,
    /// The link in the chain.
    pub receipt: Receipt,
    /// The parts of the response that was sent that are numbers which marking cannot read.
    pub not_numbers: Vec<u16>,
}

impl Receipted {
    /// For what was saved before.
    fn of(saved: &Saved, outcome: Outcome, not_numbers: Vec<u16>) -> Self {
        let SaveLine { number, slot, sequence, at, receipt } = saved.line();
        Self { slot, outcome, sequence, number, at, receipt, not_numbers }
    }
}

/// Saves responses. Every one of them is durable when this is answered, or none; save for what has an [`Outcome`] of its own.
pub fn save(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: AttemptId,
    responses: Vec<Checked>,
) -> Result<(Vec<Receipted>, Option<Timestamp>), Refusal> {
    let attempt = super::own(txn, actor, id)?;
    let mut head = AttemptHead::clone(&*follow::caught_up(txn, id, actor.now)?);
    let answered_before = head.answered();
    let saves_before = head.saves;
    let mut receipts = Vec::with_capacity(responses.len());
    for checked in responses {
        receipts.push(save_one(txn, actor, &mut head, checked)?);
    }
    // What is over has no time left.
    let deadline = head.deadline.filter(|_| head.is_running());
    if head.saves != saves_before {
        // Listeners are told of progress, not of every keystroke.
        if head.answered() != answered_before {
            live::tell(txn, &attempt, &head);
        }
        txn.put(head)?;
    }
    Ok((receipts, deadline))
}

fn save_one(
    txn: &mut Txn<'_>,
    actor: &Actor,
    head: &mut AttemptHead,
    checked: Checked,
) -> Result<Receipted, Refusal> {
    let place = usize::from(checked.slot);
    let last = head.slots.get(place).copied().unwrap_or_default();
    // What was acknowledged is acknowledged again, also when the attempt is over by now: the answer may have got lost.
    if last.save > 0 && checked.sequence <= last.sequence {
        let saved = last_save(txn, head, last)?;
        let outcome = match checked.sequence == last.sequence {
            true if saved.response == checked.response => Outcome::Repeated,
            true => Outcome::Conflict,
            false => Outcome::Superseded,
        };
        // Saving it under a higher number helps only while something can be saved.
        if outcome == Outcome::Conflict {
            require_open(head, actor.now)?;
        }
        return Ok(Receipted::of(&saved, outcome, checked.not_numbers));
    }
    require_open(head, actor.now)?;
    if head.saves >= MAX_SAVES {
        return Err(TOO_MANY_SAVES.refuse(format!("an attempt keeps {MAX_SAVES} saves")));
    }
    let Some(bytes) = long::with_weight(head.long_bytes, checked.weight) else {
        return not_kept(txn, actor, head, checked);
    };
    head.long_bytes = bytes;
    let number = head.saves + 1;
    let link = receipt::next(&head.receipt, checked.slot, checked.sequence, actor.now, &checked.digest);
    if let Some(slot) = head.slots.get_mut(place) {
        *slot = HeadSlot { sequence: checked.sequence, save: number };
        head.note_blank(checked.slot, checked.response.is_blank());
    }
    head.saves = number;
    head.receipt = link;
    let (attempt, slot, sequence, at, receipt) =
        (head.attempt, checked.slot, checked.sequence, actor.now, link);
    match checked.long {
        None => {
            let response = checked.response;
            txn.put(Saved { attempt, number, slot, sequence, at, response, receipt })?;
        }
        Some(kept) => long::put(txn, attempt, SaveLine { number, slot, sequence, at, receipt }, kept)?,
    }
    let not_numbers = checked.not_numbers;
    Ok(Receipted { slot, outcome: Outcome::Saved, sequence, number, at, receipt, not_numbers })
}

/// Refuses what comes after the end.
fn require_open(head: &AttemptHead, now: Timestamp) -> Result<(), Refusal> {
    if !head.is_running() {
        return Err(ATTEMPT_OVER.refuse("the attempt is handed in"));
    }
    if head.is_overdue(now) {
        return Err(DEADLINE_PASSED.refuse("the time is over"));
    }
    Ok(())
}

/// What is saved in a slot.
fn last_save(read: &impl Read, head: &AttemptHead, last: HeadSlot) -> Result<Arc<Saved>, Refusal> {
    saved::find(read, head.attempt, last.save)?.ok_or_else(|| {
        INTERNAL.refuse(format!("save {} of attempt {} is not there", last.save, head.attempt))
    })
}

/// What is answered for a text that there is no more room for: it must not keep others from being saved that came with it.
fn not_kept(
    read: &impl Read,
    actor: &Actor,
    head: &AttemptHead,
    checked: Checked,
) -> Result<Receipted, Refusal> {
    let Checked { slot, not_numbers, .. } = checked;
    let (last, outcome) =
        (head.slots.get(usize::from(slot)).copied().unwrap_or_default(), Outcome::TooMuchText);
    if last.save > 0 {
        return Ok(Receipted::of(&*last_save(read, head, last)?, outcome, not_numbers));
    }
    let (sequence, number, at, receipt) = (0, 0, actor.now, head.receipt);
    Ok(Receipted { slot, outcome, sequence, number, at, receipt, not_numbers })
}

/// A response that was not saved as a refusal, where only one was sent.
pub fn refuse_unsaved(receipted: &Receipted) -> Result<(), Refusal> {
    match receipted.outcome {
        Outcome::Saved | Outcome::Repeated | Outcome::Superseded => Ok(()),
        Outcome::Conflict if receipted.sequence == MAX_SEQUENCE => Err(SEQUENCE_REUSED.refuse(format!(
            "slot {} has another response under sequence {MAX_SEQUENCE}, the greatest there is, so that one stays",
            receipted.slot
        ))),
        Outcome::Conflict => Err(SEQUENCE_REUSED.refuse(format!(
            "slot {} has another response under sequence {}; read the attempt and save with a higher number",
            receipted.slot, receipted.sequence
        ))),
        Outcome::TooMuchText => Err(TOO_MUCH_TEXT.refuse_at(
            "/response",
            "is more text than is still kept of the attempt; up to 1 KiB can always be saved",
        )),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    use super::*;
    use crate::domain::access::{ADMINISTRATOR, Grants, RoleName};
    use crate::domain::attempt::material::material;
    use crate::domain::attempt::start::Entry;
    use crate::domain::attempt::{AttemptState, submit};
    use crate::domain::bank::{Draft, change};
    use crate::domain::course::{Course, CourseStatus, ShortName};
    use crate::domain::ids::{CourseId, QuizId, UserId};
    use crate::domain::question::QuestionInput;
    use crate::domain::quiz::edit;
    use crate::domain::quiz::input::QuizInput;
    use crate::domain::schema::SCHEMA;
    use crate::store::{Class, Durability, Store, StoreOptions};

    const SLOTS: u16 = 3;

    pub(in crate::domain::attempt) fn at(ms: i64) -> Actor {
        Actor::person(UserId(1), Timestamp::from_ms(1_000_000 + ms))
    }

    pub(in crate::domain::attempt) fn write<T: Send + 'static>(
        store: &Store,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> T {
        store.write_blocking(Class::Exam, work).unwrap()
    }

    fn hall() -> (tempfile::TempDir, Store, QuizId) {
        hall_of(&serde_json::json!(
            { "type": "short_answer", "answers": [{ "pattern": "yes", "fraction": 1 }] }
        ))
    }

    /// A store with a quiz of three questions of a kind that anybody may take without end.
    pub(in crate::domain::attempt) fn hall_of(
        kind: &serde_json::Value,
    ) -> (tempfile::TempDir, Store, QuizId) {
        let kind = kind.clone();
        let home = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            durability: Durability::Relaxed,
            segment_bytes: 1024 * 1024,
            low_water_bytes: 1024,
            ..StoreOptions::default()
        };
        let store = Store::open(home.path(), SCHEMA, options).unwrap();
        let quiz = write(&store, move |txn| {
            let site = vec![RoleName::parse(ADMINISTRATOR).unwrap()];
            txn.put(Grants { user: UserId(1), site, courses: Vec::new() })?;
            let course = CourseId(2);
            let mut draft = Course::draft(course, ShortName::parse("C").unwrap(), "C".to_owned(), at(0).now);
            draft.status = CourseStatus::Published;
            txn.put(draft)?;
            let mut slots = Vec::new();
            for number in 0..SLOTS {
                let input: QuestionInput = serde_json::from_value(serde_json::json!({
                    "name": format!("Q{number}"), "text": { "text": "?" },
                    "kind": kind
                }))
                .unwrap();
                let draft = Draft::parse("", &input)?;
                let question = change::create(txn, &at(0), course, None, "", draft)?.id;
                slots.push(serde_json::json!({ "points": 1, "question": question }));
            }
            let input = serde_json::json!({ "name": "Q", "published": true, "slots": slots });
            let input: QuizInput = serde_json::from_value(input).unwrap();
            Ok(edit::create(txn, &at(0), course, input.parse([0; 16])?)?.id)
        });
        (home, store, quiz)
    }

    fn save_text(
        store: &Store,
        attempt: AttemptId,
        ms: i64,
        slot: u16,
        sequence: u64,
        text: &str,
    ) -> Receipted {
        let response = ResponseInput::Text { text: text.to_owned() };
        let inputs = vec![(slot, SaveInput { sequence, response }, "")];
        let checked = store.read(|read| check(read, &at(ms), attempt, None, inputs)).unwrap();
        write(store, move |txn| save(txn, &at(ms), attempt, checked)).0.remove(0)
    }

    #[test]
    fn any_order_and_repetition_of_saves_ends_with_the_last_by_sequence_and_an_unbroken_chain() {
        let (_home, store, quiz) = hall();
        let sends = proptest::collection::vec((0..SLOTS, 1_u64..8, 0_u8..2), 1..40);
        let mut runner =
            TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
        runner
            .run(&sends, |sends| {
                let started = write(&store, move |txn| {
                    super::start::start(txn, &at(0), quiz, &Entry::default(), 0, 7, None)
                });
                let attempt = started.attempt;
                let mut expected: BTreeMap<u16, (u64, String)> = BTreeMap::new();
                let mut receipts = Vec::new();
                for (ms, (slot, sequence, text)) in (1..).zip(sends) {
                    let text = format!("{sequence}-{text}");
                    let receipted = save_text(&store, attempt, ms, slot, sequence, &text);
                    match expected.get(&slot) {
                        Some((last, known)) if sequence == *last => {
                            let same = *known == text;
                            prop_assert_eq!(
                                receipted.outcome,
                                if same { Outcome::Repeated } else { Outcome::Conflict }
                            );
                        }
                        Some((last, _)) if sequence < *last => {
                            prop_assert_eq!(receipted.outcome, Outcome::Superseded);
                        }
                        _ => {
                            prop_assert_eq!(receipted.outcome, Outcome::Saved);
                            receipts.push(receipted);
                            expected.insert(slot, (sequence, text));
                        }
                    }
                }
                let (head, found, saves) = store.read(|read| {
                    let attempt = super::super::get(read, attempt).unwrap();
                    let head = super::super::head(read, attempt.id).unwrap();
                    let saves = read.list::<Saved>(&(attempt.id,), None, 1000).unwrap();
                    let slots = material(read, attempt, &head).unwrap().slots;
                    (head, slots, saves)
                });
                for (slot, it) in (0..).zip(&found) {
                    let text = expected.get(&slot).map(|(_, text)| Response::Text(text.clone()));
                    prop_assert_eq!(&it.response, &text);
                }
                let mut link = receipt::first(attempt, at(0).now);
                for saved in &saves {
                    let digest = receipt::digest(&saved.response).unwrap();
                    link = receipt::next(&link, saved.slot, saved.sequence, saved.at, &digest);
                    prop_assert_eq!(saved.receipt, link);
                }
                prop_assert_eq!(head.receipt, link);
                let acknowledged: Vec<_> = receipts.iter().map(|it| it.receipt).collect();
                let kept: Vec<_> = saves.iter().map(|it| it.receipt).collect();
                prop_assert_eq!(acknowledged, kept, "every receipt that was given out is in the chain");
                write(&store, move |txn| submit::submit(txn, &at(100), attempt, None));
                Ok(())
            })
            .unwrap();
        assert!(store.verify().unwrap().is_clean());
    }

    #[test]
    fn a_save_writes_two_rows_and_touches_no_index() {
        let (_home, store, quiz) = hall();
        let started =
            write(&store, move |txn| super::start::start(txn, &at(0), quiz, &Entry::default(), 0, 7, None));
        let inputs = vec![(
            0,
            SaveInput { sequence: 1, response: ResponseInput::Text { text: "yes".to_owned() } },
            "",
        )];
        let checked = store.read(|read| check(read, &at(1), started.attempt, None, inputs)).unwrap();
        let rows = write(&store, move |txn| {
            save(txn, &at(1), started.attempt, checked)?;
            Ok(txn.changes.len())
        });
        assert_eq!(rows, 2);
    }

    #[test]
    fn a_save_that_was_prepared_before_the_end_is_refused_after_it() {
        let (_home, store, quiz) = hall();
        let started =
            write(&store, move |txn| super::start::start(txn, &at(0), quiz, &Entry::default(), 0, 7, None));
        let inputs = vec![(
            0,
            SaveInput { sequence: 1, response: ResponseInput::Text { text: "yes".to_owned() } },
            "",
        )];
        let checked = store.read(|read| check(read, &at(1), started.attempt, None, inputs)).unwrap();
        write(&store, move |txn| submit::submit(txn, &at(2), started.attempt, None));
        let late = store
            .write_blocking(Class::Exam, move |txn| save(txn, &at(1), started.attempt, checked))
            .unwrap_err();
        assert_eq!(late.code, ATTEMPT_OVER);
        let head = store.read(|read| super::super::head(read, started.attempt)).unwrap();
        assert!(matches!(head.state, AttemptState::Finished { .. }));
        assert_eq!(head.saves, 0);
    }
}
