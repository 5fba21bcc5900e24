//! Essays that are too long for the row of an ordinary save: a save of one lies in a table of its own.
//!
//! While an essay is written it is saved every few seconds, and every save stays, because its receipt can be shown. So most rows say
//! only in what their text differs from that of an earlier save, the base, which is kept whole, over several rows. Saves never
//! change: what a difference was made with is what it is read with, whatever happens in between.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::saved::SaveLine;
use super::{Attempt, Saved, head};
use crate::clock::Timestamp;
use crate::domain::ids::AttemptId;
use crate::domain::limits::RESPONSE_BYTES;
use crate::domain::question::Response;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::{Read, Record, Report, Store, StoreError, Table, Txn, each_row};

/// Bytes of a text in one row, because a stored value is at most 16 KiB.
const PART_BYTES: usize = RESPONSE_BYTES;
/// What differs from its base in more bytes is kept whole and is the next base. While 64 KiB are typed that happens some twenty
/// times, and the other saves have half of this on average.
const DIFFERENT_BYTES: usize = 4 * 1024;
/// Bytes that the saves of an attempt keep, short ones too, so that nobody fills the disk. Whoever types to the end of the longest
/// essay needs some megabytes. The page saves at every pause, so one of 12 KiB that is worked on for nine hours, with a save every
/// three seconds, needs about this.
pub const MOST_BYTES: u32 = 128 * 1024 * 1024;
/// What takes no more than this is neither counted nor refused, so that nobody is kept from answering: with as many saves as an
/// attempt may have it is another 20 MiB.
const UNCOUNTED_BYTES: usize = 1024;
/// Rows that one read looks at when they are verified: a megabyte at most.
const PAGE: usize = 64;

/// A save whose text is too long for a [`Saved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongSave {
    attempt: AttemptId,
    number: u32,
    slot: u16,
    sequence: u64,
    at: Timestamp,
    receipt: [u8; 32],
    /// The save with which the text has its beginning and its end in common; 0 for a text that is kept whole.
    base: u32,
    /// Bytes of the base that the text begins with.
    head: u32,
    /// Bytes of the base that it ends with.
    tail: u32,
    /// What is between them, or the beginning of that.
    body: Vec<u8>,
    /// Rows in which it goes on.
    more: u16,
}

impl Record for LongSave {
    const TABLE: Table = Table { tag: 104, name: "long saved response" };
    const VERSION: u8 = 1;
    const PLAIN: bool = true;
    type Key = (AttemptId, u32);

    fn key(&self) -> Self::Key {
        (self.attempt, self.number)
    }
}

/// A further part of a text that is kept whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongPart {
    attempt: AttemptId,
    number: u32,
    place: u16,
    body: Vec<u8>,
}

impl Record for LongPart {
    const TABLE: Table = Table { tag: 105, name: "long saved response part" };
    const VERSION: u8 = 1;
    const PLAIN: bool = true;
    type Key = (AttemptId, u32, u16);

    fn key(&self) -> Self::Key {
        (self.attempt, self.number, self.place)
    }
}

/// How a text is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    base: u32,
    head: u32,
    tail: u32,
    body: Vec<u8>,
}

/// What a response counts among the bytes that an attempt keeps, when it is kept like this or, with `None`, in one row.
pub fn weight(response: &Response, kept: Option<&Kept>) -> usize {
    counting(kept.map_or_else(|| response.text_bytes(), |kept| kept.body.len()))
}

const fn counting(bytes: usize) -> usize {
    if bytes <= UNCOUNTED_BYTES { 0 } else { bytes }
}

/// The bytes that an attempt keeps when so many are added; `None` where that is more than are kept.
pub fn with_weight(bytes: u32, weight: usize) -> Option<u32> {
    if weight == 0 {
        return Some(bytes);
    }
    bytes.checked_add(u32::try_from(weight).ok()?).filter(|bytes| *bytes <= MOST_BYTES)
}

/// Does a response lie in rows of this file?
pub(super) fn is_long(response: &Response) -> bool {
    matches!(response, Response::Essay(text) if text.len() > RESPONSE_BYTES)
}

/// How to keep a response that is too long for one row; `None` for all others. It is worked out before the transaction: an earlier
/// save that it may refer to does not change any more.
pub fn keep(
    read: &impl Read,
    attempt: &Attempt,
    slot: u16,
    response: &Response,
) -> Result<Option<Kept>, Refusal> {
    let Response::Essay(text) = response else { return Ok(None) };
    if !is_long(response) {
        return Ok(None);
    }
    let text = text.as_bytes();
    let last = head(read, attempt.id)?.save_in(slot.into());
    if let Some((base, before)) = base_of(read, attempt.id, last)? {
        let (head, tail) = in_common(&before, text);
        let body = text.get(head..text.len() - tail).unwrap_or_default();
        if body.len() <= DIFFERENT_BYTES
            && let (Ok(head), Ok(tail)) = (u32::try_from(head), u32::try_from(tail))
        {
            return Ok(Some(Kept { base, head, tail, body: body.to_vec() }));
        }
    }
    Ok(Some(Kept { base: 0, head: 0, tail: 0, body: text.to_vec() }))
}

/// How many bytes two texts begin with in common, and end with behind that.
fn in_common(one: &[u8], other: &[u8]) -> (usize, usize) {
    let head = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let rest = one.len().min(other.len()) - head;
    let ends = one.iter().rev().zip(other.iter().rev()).take(rest);
    (head, ends.take_while(|(one, other)| one == other).count())
}

/// The save from which one that follows on `last` may differ, with its text.
fn base_of(read: &impl Read, attempt: AttemptId, last: u32) -> Result<Option<(u32, Vec<u8>)>, Refusal> {
    let base = match read.get::<LongSave>(&(attempt, last))? {
        Some(save) if save.base > 0 => save.base,
        _ => last,
    };
    Ok(whole(read, attempt, base)?.map(|text| (base, text)))
}

/// The text of a save that is no difference; `None` where it is one, or no essay.
fn whole(read: &impl Read, attempt: AttemptId, number: u32) -> Result<Option<Vec<u8>>, Refusal> {
    if let Some(saved) = read.get::<Saved>(&(attempt, number))? {
        return Ok(match &saved.response {
            Response::Essay(text) => Some(text.as_bytes().to_vec()),
            _ => None,
        });
    }
    match read.get::<LongSave>(&(attempt, number))? {
        Some(save) if save.base == 0 => Ok(Some(save.body(read)?)),
        _ => Ok(None),
    }
}

/// Stores a save whose text is kept like this.
pub fn put(txn: &mut Txn<'_>, attempt: AttemptId, line: SaveLine, kept: Kept) -> Result<(), StoreError> {
    let SaveLine { number, slot, sequence, at, receipt } = line;
    let Kept { base, head, tail, body } = kept;
    let mut parts = body.chunks(PART_BYTES);
    let body = parts.next().unwrap_or_default().to_vec();
    let mut more = 0;
    for part in parts {
        txn.put(LongPart { attempt, number, place: more, body: part.to_vec() })?;
        more += 1;
    }
    txn.put(LongSave { attempt, number, slot, sequence, at, receipt, base, head, tail, body, more })
}

impl LongSave {
    /// All but the response.
    pub fn line(&self) -> SaveLine {
        let Self { number, slot, sequence, at, receipt, .. } = *self;
        SaveLine { number, slot, sequence, at, receipt }
    }

    /// All of what the row has of the text or the beginning of.
    fn body(&self, read: &impl Read) -> Result<Vec<u8>, Refusal> {
        let mut body = self.body.clone();
        for place in 0..self.more {
            let part = read.get::<LongPart>(&(self.attempt, self.number, place))?;
            body.extend_from_slice(&part.ok_or_else(|| self.damaged())?.body);
        }
        Ok(body)
    }

    fn damaged(&self) -> Refusal {
        INTERNAL.refuse(format!("the text of save {} of attempt {} is not whole", self.number, self.attempt))
    }
}

/// Puts texts together; the base that several have in common is read once.
pub struct Texts<'r, R: Read> {
    read: &'r R,
    base: Option<(u32, Vec<u8>)>,
}

impl<'r, R: Read> Texts<'r, R> {
    /// Of the saves of one attempt.
    pub const fn of(read: &'r R) -> Self {
        Self { read, base: None }
    }

    /// The save with its text.
    pub fn saved(&mut self, save: &LongSave) -> Result<Saved, Refusal> {
        let text = self.text(save)?;
        let text = String::from_utf8(text).map_err(|_| save.damaged())?;
        let SaveLine { number, slot, sequence, at, receipt } = save.line();
        let response = Response::Essay(text);
        Ok(Saved { attempt: save.attempt, number, slot, sequence, at, response, receipt })
    }

    fn text(&mut self, save: &LongSave) -> Result<Vec<u8>, Refusal> {
        let body = save.body(self.read)?;
        if save.base == 0 {
            self.base = Some((save.number, body.clone()));
            return Ok(body);
        }
        if self.base.as_ref().is_none_or(|(number, _)| *number != save.base) {
            let text = whole(self.read, save.attempt, save.base)?.ok_or_else(|| save.damaged())?;
            self.base = Some((save.base, text));
        }
        let base = self.base.as_ref().map_or(&[][..], |(_, text)| text);
        let (head, tail) = (save.head as usize, save.tail as usize);
        let ends = base.len().checked_sub(tail).and_then(|from| base.get(..head).zip(base.get(from..)));
        let (head, tail) = ends.ok_or_else(|| save.damaged())?;
        Ok([head, &body, tail].concat())
    }
}

/// The save with its text, where there is a long one of this number.
pub fn find(read: &impl Read, attempt: AttemptId, number: u32) -> Result<Option<Arc<Saved>>, Refusal> {
    let Some(save) = read.get::<LongSave>(&(attempt, number))? else { return Ok(None) };
    Texts::of(read).saved(&save).map(|saved| Some(Arc::new(saved)))
}

/// What the long saves of an attempt count among the bytes that it keeps, by what is there.
pub(super) fn weight_of_all(store: &Store, attempt: AttemptId) -> Result<Result<u64, Refusal>, StoreError> {
    let (mut bytes, mut after) = (0, None);
    loop {
        let saves = store.read(|read| read.list::<LongSave>(&(attempt,), after.as_ref(), PAGE))?;
        let Some(last) = saves.last() else { return Ok(Ok(bytes)) };
        after = Some(last.key());
        for save in &saves {
            match store.read(|read| save.body(read)) {
                Ok(body) => bytes += counting(body.len()) as u64,
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    }
}

/// Adds rows to the report that belong to nothing: saves without an attempt, parts that no save names.
pub(super) fn verify(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    each_row::<LongSave>(store, report, PAGE, |read, save| {
        let is_lost = !read.exists::<Attempt>(&save.attempt)?;
        Ok(is_lost.then(|| "the attempt of this save is not there".to_owned()).into_iter().collect())
    })?;
    each_row::<LongPart>(store, report, PAGE, |read, part| {
        let save = read.get::<LongSave>(&(part.attempt, part.number))?;
        let is_lost = save.is_none_or(|save| part.place >= save.more);
        Ok(is_lost.then(|| "no save goes on in this row".to_owned()).into_iter().collect())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use serde_json::json;

    use super::super::save::tests::{at, hall_of, write};
    use super::super::save::{self, Checked, Outcome, Receipted, SaveInput};
    use super::super::start::{Entry, start};
    use super::super::{AttemptHead, material, saved, submit};
    use super::*;
    use crate::domain::ids::QuizId;
    use crate::domain::limits::ESSAY_BYTES;
    use crate::domain::question::ResponseInput;
    use crate::hex;
    use crate::store::{decode_value, encode_value};

    fn hall() -> (tempfile::TempDir, Store, QuizId) {
        hall_of(&json!({ "type": "essay" }))
    }

    fn begin(store: &Store, quiz: QuizId) -> AttemptId {
        write(store, move |txn| start(txn, &at(0), quiz, &Entry::default(), 0, 7, None)).attempt
    }

    fn prepare(store: &Store, attempt: AttemptId, slot: u16, sequence: u64, text: &str) -> Vec<Checked> {
        let response = ResponseInput::Essay { text: text.to_owned() };
        let inputs = vec![(slot, SaveInput { sequence, response }, "")];
        store.read(|read| save::check(read, &at(1), attempt, None, inputs)).unwrap()
    }

    fn commit(store: &Store, attempt: AttemptId, ms: i64, checked: Vec<Checked>) -> Receipted {
        write(store, move |txn| save::save(txn, &at(ms), attempt, checked)).0.remove(0)
    }

    fn save(store: &Store, attempt: AttemptId, slot: u16, sequence: u64, text: &str) -> Outcome {
        commit(store, attempt, 1, prepare(store, attempt, slot, sequence, text)).outcome
    }

    fn text_of(saved: &Saved) -> &str {
        match &saved.response {
            Response::Essay(text) => text,
            other => panic!("{other:?}"),
        }
    }

    /// As many bytes of words that are not the same in another text.
    fn words(of: u64, bytes: usize) -> String {
        let (mut text, mut numbers) = (String::new(), (of..).step_by(31));
        let mut words = ["word", "كلمة", "語"].into_iter().cycle();
        while text.len() < bytes {
            let number = numbers.next().unwrap().to_string();
            text.extend([number.as_str(), "ة", words.next().unwrap(), " "]);
        }
        fitted(text, bytes)
    }

    fn fitted(mut text: String, bytes: usize) -> String {
        while text.len() > bytes {
            text.pop();
        }
        text
    }

    /// The character boundary nearest below a share of the text.
    fn place(text: &str, permille: usize) -> usize {
        let mut at = text.len() * permille / 1000;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    #[derive(Debug, Clone)]
    enum Change {
        Fresh(u64, usize),
        Put(usize, u64, usize),
        Cut(usize, usize),
        Repeated,
        Late,
        Another,
    }

    fn changes() -> impl Strategy<Value = Vec<(u16, Change)>> {
        let near = |bytes: usize| bytes - 3..bytes + 4;
        let length = prop_oneof![
            0..200_usize,
            near(RESPONSE_BYTES),
            near(2 * PART_BYTES),
            near(5 * PART_BYTES),
            ESSAY_BYTES - 5..=ESSAY_BYTES,
            0..=ESSAY_BYTES,
        ];
        let some = prop_oneof![0..60_usize, near(DIFFERENT_BYTES), 0..9_000_usize];
        let change = prop_oneof![
            3 => (any::<u32>(), length).prop_map(|(of, bytes)| Change::Fresh(of.into(), bytes)),
            5 => (0..=1000_usize, any::<u32>(), some)
                .prop_map(|(at, of, bytes)| Change::Put(at, of.into(), bytes)),
            3 => (0..=1000_usize, 0..=1000_usize)
                .prop_map(|(one, other)| Change::Cut(one.min(other), one.max(other))),
            1 => Just(Change::Repeated),
            1 => Just(Change::Late),
            1 => Just(Change::Another),
        ];
        proptest::collection::vec((0..2_u16, change), 1..16)
    }

    #[test]
    fn essays_of_any_length_in_any_order_of_changes_are_read_as_they_were_saved() {
        let (_home, store, quiz) = hall();
        let mut runner =
            TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
        runner
            .run(&changes(), |changes| {
                let attempt = begin(&store, quiz);
                let mut last: BTreeMap<u16, (u64, String)> = BTreeMap::new();
                let mut history = Vec::new();
                for (slot, change) in changes {
                    let (sequence, before) = last.get(&slot).cloned().unwrap_or_default();
                    let text = match change {
                        Change::Fresh(of, bytes) => words(of, bytes),
                        Change::Put(at, of, bytes) => {
                            let (head, tail) = before.split_at(place(&before, at));
                            fitted(format!("{head}{}{tail}", words(of, bytes)), ESSAY_BYTES)
                        }
                        Change::Cut(from, to) => {
                            format!("{}{}", &before[..place(&before, from)], &before[place(&before, to)..])
                        }
                        Change::Repeated | Change::Late | Change::Another if sequence == 0 => continue,
                        Change::Repeated => {
                            prop_assert_eq!(
                                save(&store, attempt, slot, sequence, &before),
                                Outcome::Repeated
                            );
                            continue;
                        }
                        Change::Late => {
                            let outcome = save(&store, attempt, slot, sequence - 1, &words(3, 20_000));
                            prop_assert_eq!(outcome, Outcome::Superseded);
                            continue;
                        }
                        Change::Another => {
                            let other = fitted(format!("!{before}"), ESSAY_BYTES);
                            prop_assert_eq!(save(&store, attempt, slot, sequence, &other), Outcome::Conflict);
                            continue;
                        }
                    };
                    let sequence = sequence.max(1) + 1;
                    prop_assert_eq!(save(&store, attempt, slot, sequence, &text), Outcome::Saved);
                    history.push((slot, text.clone()));
                    last.insert(slot, (sequence, text));
                }
                let (slots, saves, lines) = store.read(|read| {
                    let found = super::super::get(read, attempt).unwrap();
                    let head = head(read, attempt).unwrap();
                    let slots = material::material(read, found, &head).unwrap().slots;
                    let mut saves: Vec<Saved> = Vec::new();
                    loop {
                        let after = saves.last().map_or(0, |saved| saved.number);
                        let (page, more) = saved::list(read, attempt, after, 3).unwrap();
                        saves.extend(page);
                        if !more {
                            break;
                        }
                    }
                    (slots, saves, saved::lines(read, attempt, 0, 1000).unwrap())
                });
                for (slot, it) in (0..).zip(&slots) {
                    let text = last.get(&slot).map(|(_, text)| Response::Essay(text.clone()));
                    prop_assert!(it.response == text, "slot {} has another text", slot);
                }
                prop_assert_eq!(saves.iter().map(Saved::line).collect::<Vec<_>>(), lines);
                let kept = saves.iter().map(|saved| (saved.slot, text_of(saved).to_owned()));
                prop_assert!(kept.eq(history), "what was saved before is not as it was");
                write(&store, move |txn| submit::submit(txn, &at(100), attempt, None));
                Ok(())
            })
            .unwrap();
        let report = crate::domain::verify(&store).unwrap();
        assert!(report.is_clean(), "{:#?}", report.differences);
    }

    #[test]
    fn an_essay_that_is_typed_is_not_written_again_with_every_word() {
        let (_home, store, quiz) = hall();
        let attempt = begin(&store, quiz);
        let mut text = words(1, 40_000);
        for sequence in 1..=300 {
            let at = place(&text, 400);
            text.insert_str(at, "fifty letters that were typed since the last save. ");
            assert_eq!(save(&store, attempt, 0, sequence, &text), Outcome::Saved);
        }
        let stored = store.read(|read| {
            assert_eq!(text_of(&saved::find(read, attempt, 300).unwrap().unwrap()), text);
            let saves = read.list::<LongSave>(&(attempt,), None, 1000).unwrap();
            let parts = read.list::<LongPart>(&(attempt,), None, 1000).unwrap();
            assert_eq!(saves.len(), 300);
            saves.iter().map(|row| encode_value(row).unwrap().len()).sum::<usize>()
                + parts.iter().map(|row| encode_value(row).unwrap().len()).sum::<usize>()
        });
        assert!(stored < 1024 * 1024, "{stored} bytes; 300 whole texts would be 14 megabytes");
    }

    fn set_long_bytes(store: &Store, attempt: AttemptId, bytes: u32) {
        write(store, move |txn| {
            let before = AttemptHead::clone(&*head(txn, attempt)?);
            Ok(txn.put(AttemptHead { long_bytes: bytes, ..before })?)
        });
    }

    #[test]
    fn texts_are_kept_up_to_a_bound_and_what_takes_a_kilobyte_beyond_it() {
        let (_home, store, quiz) = hall();
        let attempt = begin(&store, quiz);
        let counted = || store.read(|read| head(read, attempt)).unwrap().long_bytes;
        let text = words(1, 50_000);
        assert_eq!(save(&store, attempt, 0, 1, &text), Outcome::Saved);
        let first = u32::try_from(text.len()).unwrap();
        assert_eq!(counted(), first);
        let more = format!("{text} And so on.");
        assert_eq!(save(&store, attempt, 0, 2, &more), Outcome::Saved);
        assert_eq!(save(&store, attempt, 1, 1, "So."), Outcome::Saved);
        assert_eq!(save(&store, attempt, 0, 2, &more), Outcome::Repeated);
        assert_eq!(counted(), first, "a small difference, a short text and a repetition are not counted");
        // What takes more is, whichever row it lies in.
        let [short, change] = [words(5, UNCOUNTED_BYTES + 4), words(6, 2 * UNCOUNTED_BYTES)];
        assert_eq!(save(&store, attempt, 1, 2, &short), Outcome::Saved);
        assert_eq!(save(&store, attempt, 0, 3, &format!("{more}{change}")), Outcome::Saved);
        let both = counted() - first;
        let sure = u32::try_from(short.len() + change.len()).unwrap();
        assert!((sure - 50..sure + 50).contains(&both), "{both} bytes are counted, {sure} were added");
        assert!(crate::domain::verify(&store).unwrap().is_clean());

        let next = words(2, 60_000);
        set_long_bytes(&store, attempt, MOST_BYTES - u32::try_from(next.len()).unwrap());
        assert_eq!(save(&store, attempt, 0, 4, &next), Outcome::Saved);
        assert_eq!(counted(), MOST_BYTES);
        let before = store.read(|read| head(read, attempt)).unwrap();
        for (slot, last) in [(0, 6), (2, 0)] {
            for bytes in [13_000, RESPONSE_BYTES, UNCOUNTED_BYTES + 4] {
                let text = words(3, bytes);
                let receipted = commit(&store, attempt, 2, prepare(&store, attempt, slot, 9, &text));
                assert_eq!((receipted.outcome, receipted.number), (Outcome::TooMuchText, last));
                assert_eq!(receipted.receipt, before.receipt);
                assert!(save::refuse_unsaved(&receipted).is_err());
            }
        }
        assert_eq!(*store.read(|read| head(read, attempt)).unwrap(), *before);
        // What was acknowledged, what differs little and what is short are taken as ever.
        assert_eq!(save(&store, attempt, 0, 4, &next), Outcome::Repeated);
        assert_eq!(save(&store, attempt, 0, 5, &words(2, 58_000)), Outcome::Saved);
        assert_eq!(save(&store, attempt, 1, 3, &words(4, UNCOUNTED_BYTES)), Outcome::Saved);
        assert_eq!(save(&store, attempt, 2, 1, "Short."), Outcome::Saved);
        assert_eq!(counted(), MOST_BYTES);
    }

    #[test]
    fn a_text_that_is_not_kept_keeps_no_other_back() {
        let (_home, store, quiz) = hall();
        let attempt = begin(&store, quiz);
        set_long_bytes(&store, attempt, MOST_BYTES);
        let mut both = prepare(&store, attempt, 0, 1, &words(1, 20_000));
        both.extend(prepare(&store, attempt, 1, 1, "Short."));
        let (receipts, _) = write(&store, move |txn| save::save(txn, &at(1), attempt, both));
        let outcomes: Vec<_> = receipts.iter().map(|it| (it.outcome, it.number)).collect();
        assert_eq!(outcomes, [(Outcome::TooMuchText, 0), (Outcome::Saved, 1)]);
        set_long_bytes(&store, attempt, 1);
        let report = crate::domain::verify(&store).unwrap();
        let problem = &report.differences.first().expect("more is counted than is there").problem;
        assert!(problem.contains("bytes of its saves"), "{problem}");
    }

    #[test]
    fn a_difference_holds_whatever_is_saved_between_its_check_and_its_transaction() {
        let (_home, store, quiz) = hall();
        let attempt = begin(&store, quiz);
        let first = words(1, 50_000);
        save(&store, attempt, 0, 1, &first);
        let mine = format!("{first} And so on.");
        let (late, newest) = (prepare(&store, attempt, 0, 2, &mine), prepare(&store, attempt, 0, 4, &mine));
        save(&store, attempt, 0, 3, &words(2, 60_000));
        assert_eq!(commit(&store, attempt, 2, late).outcome, Outcome::Superseded);
        assert_eq!(commit(&store, attempt, 3, newest).outcome, Outcome::Saved);
        store.read(|read| {
            assert_eq!(text_of(&saved::find(read, attempt, 3).unwrap().unwrap()), mine);
            assert_eq!(saved::lines(read, attempt, 0, 10).unwrap().len(), 3);
        });
    }

    #[test]
    fn rows_that_belong_to_nothing_and_texts_that_are_not_whole_are_found() {
        let (_home, store, quiz) = hall();
        let attempt = begin(&store, quiz);
        save(&store, attempt, 0, 1, &words(1, ESSAY_BYTES));
        assert!(crate::domain::verify(&store).unwrap().is_clean());
        let stranger = AttemptId(77_777);
        write(&store, move |txn| {
            let body = vec![1];
            txn.put(LongPart { attempt, number: 1, place: 5, body: body.clone() })?;
            txn.put(LongPart { attempt: stranger, number: 1, place: 0, body: body.clone() })?;
            let line = SaveLine { number: 2, slot: 0, sequence: 1, at: at(0).now, receipt: [0; 32] };
            put(txn, stranger, line, Kept { base: 1, head: 0, tail: 0, body })?;
            txn.delete::<LongPart>(&(attempt, 1, 2))?;
            Ok(())
        });
        let report = crate::domain::verify(&store).unwrap();
        let mut found: Vec<_> = report.differences.iter().map(|it| it.table.as_str()).collect();
        found.sort_unstable();
        let of = [LongSave::TABLE.name, LongPart::TABLE.name, LongPart::TABLE.name];
        assert_eq!(found, ["attempt head", of[0], of[1], of[2]], "{:#?}", report.differences);
    }

    #[test]
    fn the_bytes_of_saves_do_not_change() {
        let (attempt, number, slot, sequence) = (AttemptId(300), 2, 1, 70_000);
        let (at, receipt) = (Timestamp::from_ms(1_000), [7; 32]);
        let response = Response::Essay("So.".to_owned());
        let saved = Saved { attempt, number, slot, sequence, at, response, receipt };
        let [body, more] = [vec![b'S', b'o'], vec![b'.']];
        let (base, head, tail) = (1, 13_000, 20);
        let long = LongSave { attempt, number, slot, sequence, at, receipt, base, head, tail, body, more: 0 };
        let part = LongPart { attempt, number, place: 4, body: more };
        let receipt = "07".repeat(32);
        let expected = [
            format!("01fb2c010201fc70110100fbd0070903536f2e{receipt}"),
            format!("01fb2c010201fc70110100fbd007{receipt}01fbc8321402536f00"),
            "01fb2c010204012e".to_owned(),
        ];
        let written =
            [encode_value(&saved).unwrap(), encode_value(&long).unwrap(), encode_value(&part).unwrap()];
        assert_eq!(written.each_ref().map(|bytes| hex::of(bytes)), expected);
        assert_eq!(decode_value::<Saved>(&written[0]).unwrap(), saved);
        assert_eq!(decode_value::<LongSave>(&written[1]).unwrap(), long);
        assert_eq!(decode_value::<LongPart>(&written[2]).unwrap(), part);
    }
}
