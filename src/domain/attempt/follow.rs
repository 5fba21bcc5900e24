//! Attempts that run follow their quiz: when its times, somebody's exception or somebody's groups change, who has more time by
//! that gets it. Nobody gets less: whoever wants an attempt to end earlier closes it. An attempt without an end gets one by what
//! is changed in the quiz itself alone, for everybody.
//!
//! That attempts may be behind is noted with the change itself ([`Behind`]), so that a change stands or falls with it. The
//! attempts are changed behind that, some per transaction, and it may be done again at any time: only who is behind is changed.
//! Whatever keeps it from being done at once (the program stops, the store is full), the schedule does it later. Until then an
//! attempt that seems over gets what it is owed first, whoever comes to it: who saves, who hands in, the schedule.
//!
//! What a supervisor said of one attempt counts before what is changed for many: reopened without an end it has none, and
//! reopened for a while it gets more time by a later change only.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::log::Happened;
use super::submit::SCHEDULE_TOPIC;
use super::supervise::{move_deadline, running_in_quiz};
use super::{Attempt, AttemptEvent, AttemptHead, RUNNING_IN_QUIZ};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::ids::{AttemptId, CourseId, GroupId, QuizId, UserId};
use crate::domain::quiz::overrides::{OverrideKey, quizzes_of_group};
use crate::domain::quiz::{self, Override, Quiz, Terms, Who};
use crate::domain::refusal::Refusal;
use crate::domain::standing::Standing;
use crate::domain::{audit, group};
use crate::store::{CodecError, Counter, Read, Record, StoreError, Table, Txn, decode_appended};

/// Why, in the log of each attempt and in the audit trail.
pub const REASON: &str = "the quiz has other times now";

/// What stands in a key for everybody, beside 0 for a learner and 1 for a group.
const EVERYBODY: u8 = 2;

/// Entries of logs behind which a read of attempts ends: some milliseconds, in which nothing is committed. One log more may be
/// looked at, and has about as many at most.
const MOST_ENTRIES: usize = 2_000;
/// Entries of a log that are read in one go, the last ones first.
const ENTRIES: usize = 50;

/// Attempts of a quiz that run may be behind what was changed. It is there until they are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// The quiz.
    pub quiz: QuizId,
    /// Whose attempts; everybody's when absent.
    pub whose: Option<Who>,
    /// When it was changed last.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// Tells one change from the next.
    pub change: u64,
    /// What of the quiz itself is another: by that alone an attempt without an end gets one.
    pub changed: Changed,
}

/// Which times of a quiz are others than they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changed {
    /// When it closes.
    pub closes: bool,
    /// The time for one attempt.
    pub limit: bool,
}

impl Changed {
    fn between(before: &Quiz, after: &Quiz) -> Self {
        Self { closes: before.closes != after.closes, limit: before.time_limit_ms != after.time_limit_ms }
    }

    const fn and(self, other: Self) -> Self {
        Self { closes: self.closes || other.closes, limit: self.limit || other.limit }
    }
}

impl Record for Behind {
    const TABLE: Table = Table { tag: 109, name: "attempts that may be behind" };
    const VERSION: u8 = 2;
    type Key = OverrideKey;

    fn key(&self) -> Self::Key {
        key_of(self.quiz, self.whose)
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not say what it was.
        decode_appended(Self::TABLE.name, (version, 1), body, &Changed { closes: true, limit: true })
    }
}

const fn key_of(quiz: QuizId, whose: Option<Who>) -> OverrideKey {
    match whose {
        Some(who) => Override::key_of(quiz, who),
        None => (quiz, EVERYBODY, 0),
    }
}

/// Does anybody's attempt run who may be behind?
fn runs(read: &impl Read, course: CourseId, quiz: QuizId, whose: Option<Who>) -> Result<bool, StoreError> {
    match whose {
        Some(Who::User(user)) => Ok(running(read, course, quiz, user)?.is_some()),
        Some(Who::Group(_)) | None => Ok(read.counter(&Counter::new(RUNNING_IN_QUIZ, &quiz))? > 0),
    }
}

fn running(
    read: &impl Read,
    course: CourseId,
    quiz: QuizId,
    user: UserId,
) -> Result<Option<AttemptId>, StoreError> {
    let standing = read.get::<Standing>(&(course, user, quiz))?;
    Ok(standing.and_then(|standing| standing.running))
}

/// Notes that a change of a quiz in this transaction gives everybody other times, if it does.
pub fn note_quiz(txn: &mut Txn<'_>, actor: &Actor, before: &Quiz, after: &Quiz) -> Result<(), Refusal> {
    let changed = Changed::between(before, after);
    if changed != Changed::default() {
        put_note(txn, actor, (after.course, after.id), None, changed)?;
    }
    Ok(())
}

/// Notes that a change in this transaction gives a learner or a group other times in a quiz.
pub fn note(txn: &mut Txn<'_>, actor: &Actor, of: (CourseId, QuizId), whose: Who) -> Result<bool, Refusal> {
    put_note(txn, actor, of, Some(whose), Changed::default())
}

fn put_note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, quiz): (CourseId, QuizId),
    whose: Option<Who>,
    changed: Changed,
) -> Result<bool, Refusal> {
    let runs = runs(txn, course, quiz, whose)?;
    if runs {
        // One that not all have followed goes on in this one.
        let known = txn.get::<Behind>(&key_of(quiz, whose))?;
        let changed = known.map_or(changed, |known| changed.and(known.changed));
        let change = txn.new_id()?;
        txn.put(Behind { quiz, whose, at: actor.now, by: actor.user, change, changed })?;
    }
    Ok(runs)
}

/// Notes that these people came into a group or left it, which may have other times in quizzes.
pub fn note_members(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    group: GroupId,
    users: &[UserId],
) -> Result<(), Refusal> {
    let mut noted = false;
    for quiz in quizzes_of_group(txn, group)? {
        if !runs(txn, course, quiz, None)? {
            continue;
        }
        for user in users {
            noted |= note(txn, actor, (course, quiz), Who::User(*user))?;
        }
    }
    if noted {
        txn.announce(SCHEDULE_TOPIC, Arc::new(actor.now));
    }
    Ok(())
}

/// What is noted of one quiz or of all, behind `after`.
pub fn noted(
    read: &impl Read,
    quiz: Option<QuizId>,
    after: Option<&OverrideKey>,
    limit: usize,
) -> Result<Vec<Behind>, Refusal> {
    Ok(match quiz {
        Some(quiz) => read.list::<Behind>(&(quiz,), after, limit)?,
        None => read.list::<Behind>(&(), after, limit)?,
    })
}

/// The deadline of a running attempt by what its learner's terms are now.
fn deadline_now(
    read: &impl Read,
    quiz: &Quiz,
    head: &AttemptHead,
    behind: &Behind,
) -> Result<Deadline, Refusal> {
    let attempt = super::get(read, head.attempt)?;
    let terms = quiz::terms(read, quiz, attempt.user)?;
    let to = match head.deadline {
        Some(has) => terms.deadline(attempt.started).map(|given| has.max(given)),
        None => first_end(behind, (Terms::of(quiz), terms), attempt.started),
    };
    Ok(Deadline { attempt, to })
}

/// The end of an attempt that had none, by what a change for everybody has made another: as the quiz has it, or its learner where
/// that is later. It comes at once where it is past, and not before the change, so that answers on their way are taken.
fn first_end(behind: &Behind, (of_quiz, theirs): (Terms, Terms), started: Timestamp) -> Option<Timestamp> {
    let Changed { closes, limit } = behind.changed;
    let changed = Terms {
        closes: of_quiz.closes.filter(|_| closes),
        time_limit_ms: of_quiz.time_limit_ms.filter(|_| limit),
        ..of_quiz
    };
    let (by_quiz, by_theirs) = (changed.deadline(started)?, theirs.deadline(started)?);
    Some(by_quiz.max(by_theirs).max(behind.at))
}

struct Deadline {
    attempt: Arc<Attempt>,
    to: Option<Timestamp>,
}

/// Is the note about an attempt? `looked` counts the entries of its log that were read to know it.
fn concerns(
    read: &impl Read,
    behind: &Behind,
    attempt: &Attempt,
    head: &AttemptHead,
    looked: &mut usize,
) -> Result<bool, Refusal> {
    let is_theirs = match behind.whose {
        None => true,
        Some(Who::User(user)) => attempt.user == user,
        Some(Who::Group(group)) => group::of_user(read, attempt.course, attempt.user)?.contains(&group),
    };
    Ok(is_theirs && !stays(read, behind, head, looked)?)
}

/// Does an attempt stay as it was reopened: without an end, or behind what is noted?
fn stays(read: &impl Read, behind: &Behind, head: &AttemptHead, looked: &mut usize) -> Result<bool, Refusal> {
    let mut before = None;
    loop {
        let events = read.list_back::<AttemptEvent>(&(head.attempt,), before.as_ref(), ENTRIES)?;
        for event in &events {
            *looked += 1;
            if let Happened::Reopened { until, .. } = event.what {
                return Ok(until.is_none() || behind.at < event.at);
            }
            // What was reopened before the note matters where it has no end, and then the attempt has none.
            if event.at <= behind.at && head.deadline.is_some() {
                return Ok(false);
            }
        }
        match events.last() {
            Some(first) if events.len() == ENTRIES => before = Some(first.key()),
            _ => return Ok(false),
        }
    }
}

/// What an attempt is owed: by which note, and the deadline that it has by it. Mostly nothing is noted of the quiz, and that is all
/// that is read.
fn owed(read: &impl Read, head: &AttemptHead) -> Result<Option<(Arc<Behind>, Deadline)>, Refusal> {
    if !head.is_running() || noted(read, Some(head.quiz), None, 1)?.is_empty() {
        return Ok(None);
    }
    let (quiz, attempt) = (quiz::get(read, head.quiz)?, super::get(read, head.attempt)?);
    let groups = group::of_user(read, attempt.course, attempt.user)?;
    let somebody = std::iter::once(Who::User(attempt.user)).chain(groups.into_iter().map(Who::Group));
    for whose in std::iter::once(None).chain(somebody.map(Some)) {
        let Some(behind) = read.get::<Behind>(&key_of(quiz.id, whose))? else { continue };
        let deadline = deadline_now(read, &quiz, head, &behind)?;
        if deadline.to != head.deadline && concerns(read, &behind, &attempt, head, &mut 0)? {
            return Ok(Some((behind, deadline)));
        }
    }
    Ok(None)
}

/// What changes of an attempt, by the times that hold: one that seems over has the deadline that it is owed.
pub fn head(read: &impl Read, attempt: AttemptId, now: Timestamp) -> Result<Arc<AttemptHead>, Refusal> {
    let head = super::head(read, attempt)?;
    if !head.is_overdue(now) {
        return Ok(head);
    }
    Ok(match owed(read, &head)? {
        Some((_, Deadline { to, .. })) => Arc::new(AttemptHead { deadline: to, ..AttemptHead::clone(&head) }),
        None => head,
    })
}

/// The same for who is about to end an attempt or to refuse what comes too late: it gets what it is owed.
pub(super) fn caught_up(
    txn: &mut Txn<'_>,
    attempt: AttemptId,
    now: Timestamp,
) -> Result<Arc<AttemptHead>, Refusal> {
    let head = super::head(txn, attempt)?;
    if head.is_overdue(now) { up_to_date(txn, attempt, now) } else { Ok(head) }
}

/// The same for who adds to a deadline, whether it seems over or not: what is added comes on top of what is owed.
pub(super) fn up_to_date(
    txn: &mut Txn<'_>,
    attempt: AttemptId,
    now: Timestamp,
) -> Result<Arc<AttemptHead>, Refusal> {
    let head = super::head(txn, attempt)?;
    let Some((behind, Deadline { attempt, to })) = owed(txn, &head)? else { return Ok(head) };
    move_deadline(txn, &Actor::person(behind.by, now), &attempt, &head, to, REASON.to_owned())?;
    note_followed(txn, now, (behind.quiz, behind.by), 1)?;
    super::head(txn, attempt.id)
}

/// An attempt that is behind, with the entries in its log when it was found so: while there are no more, nobody reopened it.
pub type Late = (AttemptId, u32);

/// Of the next `limit` running attempts that a note is about those that are behind, and where to go on: fewer are looked at where
/// their logs are long.
pub fn late(
    read: &impl Read,
    behind: &Behind,
    after: Option<AttemptId>,
    limit: usize,
) -> Result<(Vec<Late>, Option<AttemptId>), Refusal> {
    let Some(quiz) = read.get::<Quiz>(&behind.quiz)? else { return Ok((Vec::new(), None)) };
    let (attempts, mut next) = match behind.whose {
        Some(Who::User(user)) => (Vec::from_iter(running(read, quiz.course, quiz.id, user)?), None),
        Some(Who::Group(_)) | None => {
            let attempts = running_in_quiz(read, quiz.id, after, limit)?;
            let next = attempts.last().copied().filter(|_| attempts.len() == limit);
            (attempts, next)
        }
    };
    let (last, mut looked) = (attempts.last().copied(), 0);
    let mut late = Vec::new();
    for id in attempts {
        let head = super::head(read, id)?;
        let Deadline { attempt, to } = deadline_now(read, &quiz, &head, behind)?;
        if to != head.deadline && concerns(read, behind, &attempt, &head, &mut looked)? {
            late.push((id, head.events));
        }
        if looked >= MOST_ENTRIES && last != Some(id) {
            next = Some(id);
            break;
        }
    }
    Ok((late, next))
}

/// A step of what was noted.
#[derive(Debug, Clone)]
pub struct Step {
    /// The note.
    pub behind: Behind,
    /// Attempts that are behind.
    pub attempts: Vec<Late>,
    /// All others that it is about have followed.
    pub last: bool,
}

/// Gives attempts the deadline that they have by now, and takes away the notes that are done. In the name of who made the change;
/// it had their right.
pub fn catch_up(txn: &mut Txn<'_>, now: Timestamp, steps: &[Step]) -> Result<(), Refusal> {
    let mut changed: BTreeMap<(QuizId, UserId), usize> = BTreeMap::new();
    for Step { behind, attempts, last } in steps {
        let by = Actor::person(behind.by, now);
        for (id, events) in attempts {
            let (head, quiz) = (super::head(txn, *id)?, quiz::get(txn, behind.quiz)?);
            if !head.is_running() || head.quiz != quiz.id {
                continue;
            }
            let Deadline { attempt, to } = deadline_now(txn, &quiz, &head, behind)?;
            let as_found = head.events == *events;
            if to != head.deadline && (as_found || concerns(txn, behind, &attempt, &head, &mut 0)?) {
                move_deadline(txn, &by, &attempt, &head, to, REASON.to_owned())?;
                *changed.entry((quiz.id, behind.by)).or_default() += 1;
            }
        }
        // Unless there was another change meanwhile, which some of them may not have seen.
        if *last && txn.get::<Behind>(&behind.key())?.as_deref() == Some(behind) {
            txn.delete::<Behind>(&behind.key())?;
        }
    }
    changed.into_iter().try_for_each(|(change, count)| note_followed(txn, now, change, count))
}

/// Writes into the audit trail that attempts followed a change of a quiz by somebody.
fn note_followed(
    txn: &mut Txn<'_>,
    now: Timestamp,
    (quiz, by): (QuizId, UserId),
    count: usize,
) -> Result<(), Refusal> {
    let course = quiz::get(txn, quiz)?.course;
    let (subject, detail) = (format!("quiz {quiz}"), format!("{count} attempts: {REASON}"));
    audit::note(txn, &Actor::person(by, now), "attempt.follow", Some(course), subject, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{ADMINISTRATOR, Grants, RoleName};
    use crate::domain::attempt::save::tests::{at, hall_of, write};
    use crate::domain::attempt::save::{self, SaveInput};
    use crate::domain::attempt::start::{self, Entry, Started};
    use crate::domain::attempt::{AttemptState, DEADLINE_PASSED, FinishedBy, log, submit, supervise};
    use crate::domain::question::ResponseInput;
    use crate::store::{Class, Store, decode_value, encode_value};

    const GRACE_MS: u32 = 10;

    fn person(user: u64, ms: i64) -> Actor {
        Actor::person(UserId(user), at(ms).now)
    }

    fn hall() -> (tempfile::TempDir, Store, QuizId) {
        hall_of(&serde_json::json!({ "type": "essay" }))
    }

    /// Begins an attempt, or comes back to it.
    fn begin(store: &Store, quiz: QuizId, user: u64, ms: i64) -> Started {
        let actor = person(user, ms);
        let laid = store.read(|read| start::prepare(read, &actor, quiz, &Entry::default(), 7)).unwrap();
        write(store, move |txn| start::start(txn, &actor, quiz, &Entry::default(), GRACE_MS, 7, laid))
    }

    /// So many learners begin at once.
    fn begin_all(store: &Store, quiz: QuizId, learners: u64) -> Vec<AttemptId> {
        let one = |user| {
            write(store, move |txn| {
                let site = vec![RoleName::parse(ADMINISTRATOR).unwrap()];
                Ok(txn.put(Grants { user: UserId(user), site, courses: Vec::new() })?)
            });
            begin(store, quiz, user, 0).attempt
        };
        (1..=learners).map(one).collect()
    }

    /// Closes the quiz at another time, which no attempt has followed yet.
    fn close(store: &Store, quiz: QuizId, ms: i64, closes: i64) {
        write(store, move |txn| {
            let known = quiz::get(txn, quiz)?;
            let changed = Quiz { closes: Some(at(closes).now), ..known.as_ref().clone() };
            note_quiz(txn, &at(ms), &known, &changed)?;
            Ok(txn.put(changed)?)
        });
    }

    fn save_at(store: &Store, user: u64, attempt: AttemptId, ms: i64) -> Result<Option<Timestamp>, Refusal> {
        let actor = person(user, ms);
        let response = ResponseInput::Essay { text: "late".to_owned() };
        let inputs = vec![(0, SaveInput { sequence: 1, response }, "")];
        let checked = store.read(|read| save::check(read, &actor, attempt, None, inputs))?;
        store
            .write_blocking(Class::Exam, move |txn| save::save(txn, &actor, attempt, checked))
            .map(|(_, deadline)| deadline)
    }

    #[test]
    fn an_attempt_that_seems_over_gets_first_what_a_change_gave_it_whoever_comes_to_it() {
        let (_home, store, quiz) = hall();
        close(&store, quiz, 0, 100);
        let attempts = begin_all(&store, quiz, 8);
        let [saves, hands_in, forgets, comes_back, closed, looks, reopened, late] = attempts[..] else {
            panic!("{attempts:?}")
        };
        write(&store, move |txn| submit::submit(txn, &person(7, 105), reopened, None));
        close(&store, quiz, 108, 500);
        write(&store, move |txn| {
            supervise::reopen(txn, &at(109), reopened, Some(at(112).now), "a word".to_owned())
        });
        let stored = |id| store.read(|read| super::super::head(read, id)).unwrap();
        // The grace of the old close is over, and none of them has followed.
        let (now, later) = (at(111).now, Some(at(500).now));
        assert_eq!(save_at(&store, 1, saves, 111).unwrap(), later);
        assert_eq!((stored(saves).deadline, stored(saves).saves), (later, 1));
        write(&store, move |txn| submit::submit(txn, &person(2, 111), hands_in, None));
        assert_eq!(stored(hands_in).state, AttemptState::Finished { at: now, by: FinishedBy::Learner });
        assert!(!write(&store, move |txn| submit::hand_in_if_overdue(txn, now, forgets, None)));
        assert_eq!(stored(forgets).deadline, later);
        let log = store.read(|read| read.list::<AttemptEvent>(&(forgets,), None, 9)).unwrap();
        let [AttemptEvent { by, what: Happened::Extended { reason, .. }, .. }] = &log[..] else {
            panic!("{log:?}")
        };
        assert_eq!((*by, reason.as_str()), (Some(UserId(1)), REASON));
        assert_eq!(begin(&store, quiz, 4, 111), Started { attempt: comes_back, fresh: false });
        write(&store, move |txn| supervise::close(txn, &at(111), closed, None));
        assert_eq!(stored(closed).state, AttemptState::Finished { at: now, by: FinishedBy::Supervisor });
        assert_eq!(store.read(|read| head(read, looks, now)).unwrap().deadline, later);
        assert_eq!(stored(looks).deadline, Some(at(100).now), "looking changes nothing");

        // What a supervisor said behind the change counts, and without a note the deadline does.
        assert_eq!(stored(reopened).deadline, Some(at(112).now));
        let now = at(123).now;
        assert!(write(&store, move |txn| submit::hand_in_if_overdue(txn, now, reopened, None)));
        write(&store, move |txn| {
            txn.delete::<Behind>(&key_of(quiz, None))?;
            Ok(())
        });
        assert_eq!(save_at(&store, 8, late, 111).unwrap_err().code, DEADLINE_PASSED);
        assert!(store.verify().unwrap().is_clean());
    }

    #[test]
    fn a_read_ends_behind_some_thousand_entries_of_logs_and_finds_what_is_far_back_in_one() {
        let (_home, store, quiz) = hall();
        let attempts = begin_all(&store, quiz, 4);
        let [first, second, third, endless] = attempts[..] else { panic!("{attempts:?}") };
        write(&store, move |txn| submit::submit(txn, &person(4, 1), endless, None));
        write(&store, move |txn| supervise::reopen(txn, &at(2), endless, None, String::new()));
        for (attempt, entries) in [(first, 700), (second, 700), (third, 700), (endless, 3 * ENTRIES)] {
            write(&store, move |txn| {
                let mut head = AttemptHead::clone(&*super::super::head(txn, attempt)?);
                for _ in 0..entries {
                    let what = Happened::Resumed { address: String::new() };
                    log::write(txn, &mut head, at(3).now, None, what)?;
                }
                Ok(txn.put(head)?)
            });
        }
        close(&store, quiz, 10, 500);
        let (found, rest) = store.read(|read| {
            let behind = noted(read, Some(quiz), None, 1).unwrap().remove(0);
            let late = |after| {
                let (late, next) = late(read, &behind, after, 50).unwrap();
                (late.into_iter().map(|(attempt, _)| attempt).collect::<Vec<_>>(), next)
            };
            (late(None), late(Some(third)))
        });
        assert_eq!(found, (vec![first, second, third], Some(third)));
        assert_eq!(rest, (vec![], None), "it was reopened without an end");
    }

    #[test]
    fn the_first_end_comes_by_a_change_for_everybody_of_what_was_changed_and_at_once_where_that_is_past() {
        let at = Timestamp::from_ms;
        let terms = |(closes, time_limit_ms): (Option<i64>, Option<u64>)| Terms {
            opens: None,
            closes: closes.map(at),
            time_limit_ms,
            attempts_allowed: None,
        };
        let end = |closes, limit, quiz, theirs| {
            let changed = Changed { closes, limit };
            let (quiz_id, by) = (QuizId(1), UserId(2));
            let behind = Behind { quiz: quiz_id, whose: None, at: at(500), by, change: 3, changed };
            first_end(&behind, (terms(quiz), terms(theirs)), at(100)).map(Timestamp::ms)
        };
        let alike = |closes, limit, quiz| end(closes, limit, quiz, quiz);
        assert_eq!(alike(false, false, (Some(900), Some(700))), None, "of one learner or a group");
        assert_eq!(alike(true, true, (Some(900), Some(700))), Some(800));
        assert_eq!(alike(false, true, (None, Some(300))), Some(500), "past, so at once");
        assert_eq!(alike(true, false, (Some(900), Some(300))), Some(900));
        assert_eq!(alike(true, false, (Some(400), None)), Some(500));
        assert_eq!(alike(true, false, (None, Some(300))), None, "the close was taken away");
        assert_eq!(alike(false, true, (Some(400), None)), None, "the limit was");
        assert_eq!(end(false, true, (None, Some(700)), (None, None)), None, "they have no limit");
        assert_eq!(end(false, true, (None, Some(700)), (None, Some(900))), Some(1000), "they have more time");
        let earlier = [(Some(300), Some(700)), (None, Some(10)), (Some(450), None)];
        for theirs in earlier {
            assert_eq!(end(false, true, (None, Some(700)), theirs), Some(800), "an older end of theirs");
        }
    }

    #[test]
    fn of_two_changes_that_attempts_have_not_followed_the_later_one_is_noted_with_what_the_first_changed() {
        let (_home, store, quiz) = hall();
        begin_all(&store, quiz, 1);
        let change = |ms, change: fn(&mut Quiz)| {
            write(&store, move |txn| {
                let known = quiz::get(txn, quiz)?;
                let mut changed = Quiz::clone(&known);
                change(&mut changed);
                note_quiz(txn, &at(ms), &known, &changed)?;
                Ok(txn.put(changed)?)
            });
            let noted = store.read(|read| noted(read, Some(quiz), None, 9)).unwrap();
            noted
                .iter()
                .map(|note| (note.at.ms(), note.changed.closes, note.changed.limit))
                .collect::<Vec<_>>()
        };
        let ms = |ms| at(ms).now.ms();
        assert_eq!(change(5, |quiz| quiz.name.push('!')), []);
        assert_eq!(change(6, |quiz| quiz.closes = Some(at(900).now)), [(ms(6), true, false)]);
        assert_eq!(change(7, |quiz| quiz.time_limit_ms = Some(60_000)), [(ms(7), true, true)]);
        assert_eq!(change(8, |quiz| quiz.closes = None), [(ms(8), true, true)]);
    }

    #[test]
    fn a_note_of_version_1_may_be_of_anything() {
        let note = |changed| Behind {
            quiz: QuizId(1),
            whose: None,
            at: Timestamp::from_ms(2),
            by: UserId(3),
            change: 4,
            changed,
        };
        let mut bytes = encode_value(&note(Changed::default())).unwrap();
        bytes[0] = 1;
        bytes.truncate(bytes.len() - 2);
        assert_eq!(decode_value::<Behind>(&bytes).unwrap(), note(Changed { closes: true, limit: true }));
    }
}
