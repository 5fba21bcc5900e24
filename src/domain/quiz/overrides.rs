//! Other dates, time and attempts for single learners and groups, and the terms that come of them.
//!
//! For each fact: what a learner's own override says counts; where it says nothing, the most generous of the learner's
//! groups; where those say nothing, the quiz.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::edit::MAX_QUIZZES;
use super::{GROUP_OVERRIDES, Quiz, QuizzesByCourse, USER_OVERRIDES};
use crate::clock::Timestamp;
use crate::domain::course::COURSE_TOPIC;
use crate::domain::enrolment::Enrolment;
use crate::domain::grade::gradebook::GRADEBOOK_TOPIC;
use crate::domain::group;
use crate::domain::ids::{CourseId, GroupId, QuizId, UserId};
use crate::domain::refusal::Refusal;
use crate::store::{Cache, Counter, Entries, Exactly, Index, Read, Record, Table, Topic, Txn};

/// How keys of overrides of learners begin, and those of groups.
const USERS: u8 = 0;
const GROUPS: u8 = 1;

/// For whom an override is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// One learner.
    User(UserId),
    /// Everybody in a group.
    Group(GroupId),
}

impl Who {
    const fn parts(self) -> (u8, u64) {
        match self {
            Self::User(user) => (USERS, user.0),
            Self::Group(group) => (GROUPS, group.0),
        }
    }
}

/// Another time for an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeChange {
    /// This instead of the quiz's limit.
    Limit(u64),
    /// This on top of the quiz's limit.
    Extra(u64),
    /// None.
    Unlimited,
}

/// Another number of attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptsChange {
    /// This instead of the quiz's number.
    Allowed(u16),
    /// Without end.
    Unlimited,
}

/// What is different for somebody. What is absent is as the quiz says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Of which quiz.
    pub quiz: QuizId,
    /// The quiz's course.
    pub course: CourseId,
    /// For whom.
    pub who: Who,
    /// Opens then.
    pub opens: Option<Timestamp>,
    /// Closes then.
    pub closes: Option<Timestamp>,
    /// Another time.
    pub time: Option<TimeChange>,
    /// Another number of attempts.
    pub attempts: Option<AttemptsChange>,
}

/// The key of an override: the quiz, 0 for a learner or 1 for a group, and whose.
pub type OverrideKey = (QuizId, u8, u64);

impl Override {
    /// The key of somebody's override.
    pub const fn key_of(quiz: QuizId, who: Who) -> OverrideKey {
        let (kind, id) = who.parts();
        (quiz, kind, id)
    }
}

impl Record for Override {
    const TABLE: Table = Table { tag: 84, name: "quiz override" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = OverrideKey;

    fn key(&self) -> Self::Key {
        Self::key_of(self.quiz, self.who)
    }

    fn index(&self, entries: &mut Entries) {
        let kind = match self.who {
            Who::User(_) => USER_OVERRIDES,
            Who::Group(_) => GROUP_OVERRIDES,
        };
        entries.count(Counter::new(kind, &self.quiz), 1);
        if let Who::Group(group) = self.who {
            entries.add::<OverridesByGroup>(&group);
        }
        entries.touch(Topic::new(COURSE_TOPIC, self.course.0));
        entries.touch(Topic::new(GRADEBOOK_TOPIC, self.course.0));
    }
}

/// What a group has different, in all quizzes.
#[derive(Debug)]
pub struct OverridesByGroup;

impl Index for OverridesByGroup {
    const TABLE: Table = Table { tag: 101, name: "quiz overrides by group" };
    type Key = GroupId;
    type Of = Override;
}

/// The quizzes in which a group has something different: at most the [`MAX_QUIZZES`] that a course can have.
pub fn quizzes_of_group(read: &impl Read, group: GroupId) -> Result<Vec<QuizId>, Refusal> {
    let keys = read.index_keys::<OverridesByGroup>(&Exactly(group), None, MAX_QUIZZES)?;
    Ok(keys.into_iter().map(|(_, (quiz, ..))| quiz).collect())
}

/// Removes what a group has different, with the group itself; the caller has settled the right. The quizzes that had an
/// override.
pub fn remove_of_group(txn: &mut Txn<'_>, group: GroupId) -> Result<Vec<QuizId>, Refusal> {
    let quizzes = quizzes_of_group(txn, group)?;
    for quiz in &quizzes {
        txn.delete::<Override>(&Override::key_of(*quiz, Who::Group(group)))?;
    }
    Ok(quizzes)
}

/// When and how often one learner may take a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Not before.
    pub opens: Option<Timestamp>,
    /// Not after.
    pub closes: Option<Timestamp>,
    /// Time for one attempt.
    pub time_limit_ms: Option<u64>,
    /// How often; without end when absent.
    pub attempts_allowed: Option<u16>,
}

impl Terms {
    /// As the quiz says for everybody.
    pub const fn of(quiz: &Quiz) -> Self {
        Self {
            opens: quiz.opens,
            closes: quiz.closes,
            time_limit_ms: quiz.time_limit_ms,
            attempts_allowed: quiz.attempts_allowed,
        }
    }

    /// The last moment of an attempt that starts at `start`: when the time is over or the quiz closes, whichever is
    /// first.
    pub fn deadline(&self, start: Timestamp) -> Option<Timestamp> {
        let limit = self.time_limit_ms.map(|limit| start.plus(std::time::Duration::from_millis(limit)));
        match (limit, self.closes) {
            (Some(limit), Some(closes)) => Some(limit.min(closes)),
            (limit, closes) => limit.or(closes),
        }
    }
}

/// A limit: `None` is no limit at all, the most generous.
fn larger<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    }
}

/// The terms that come of a quiz, a learner's override and those of the learner's groups.
pub fn combine(quiz: &Quiz, own: Option<&Override>, groups: &[impl std::borrow::Borrow<Override>]) -> Terms {
    let base = Terms::of(quiz);
    let groups = || groups.iter().map(std::borrow::Borrow::borrow);
    let time = |change: TimeChange| match change {
        TimeChange::Limit(limit) => Some(limit),
        TimeChange::Extra(extra) => base.time_limit_ms.map(|limit| limit.saturating_add(extra)),
        TimeChange::Unlimited => None,
    };
    let count = |change: AttemptsChange| match change {
        AttemptsChange::Allowed(allowed) => Some(allowed),
        AttemptsChange::Unlimited => None,
    };
    Terms {
        opens: own
            .and_then(|own| own.opens)
            .or_else(|| groups().filter_map(|group| group.opens).min())
            .or(base.opens),
        closes: own
            .and_then(|own| own.closes)
            .or_else(|| groups().filter_map(|group| group.closes).max())
            .or(base.closes),
        time_limit_ms: own
            .and_then(|own| own.time)
            .map(time)
            .or_else(|| groups().filter_map(|group| group.time).map(time).reduce(larger))
            .unwrap_or(base.time_limit_ms),
        attempts_allowed: own
            .and_then(|own| own.attempts)
            .map(count)
            .or_else(|| groups().filter_map(|group| group.attempts).map(count).reduce(larger))
            .unwrap_or(base.attempts_allowed),
    }
}

/// The terms of one learner.
pub fn terms(read: &impl Read, quiz: &Quiz, user: UserId) -> Result<Terms, Refusal> {
    let own = if read.counter(&Counter::new(USER_OVERRIDES, &quiz.id))? > 0 {
        read.get::<Override>(&Override::key_of(quiz.id, Who::User(user)))?
    } else {
        None
    };
    Ok(combine(quiz, own.as_deref(), &of_groups(read, quiz, user)?))
}

/// When a quiz is closed for everybody: the last close of its own and of all overrides of who is enrolled. Nothing where it never
/// closes for those who have none.
pub fn closes_for_all(read: &impl Read, quiz: &Quiz) -> Result<Option<Timestamp>, Refusal> {
    let Some(closes) = quiz.closes else { return Ok(None) };
    let mut later = Vec::new();
    for (kind, part) in [(USER_OVERRIDES, USERS), (GROUP_OVERRIDES, GROUPS)] {
        if read.counter(&Counter::new(kind, &quiz.id))? > 0 {
            read.each::<Override>(&(quiz.id, part), |row| {
                later.extend(row.closes.filter(|other| *other > closes).map(|other| (other, row.who)));
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    // The last one of somebody who can still come decides, which almost always is the last one.
    later.sort_unstable_by_key(|(closes, _)| std::cmp::Reverse(*closes));
    for (closes, who) in later {
        if is_for_somebody(read, quiz.course, who)? {
            return Ok(Some(closes));
        }
    }
    Ok(Some(closes))
}

/// Is anybody enrolled who has this override? Members of groups always are.
fn is_for_somebody(read: &impl Read, course: CourseId, who: Who) -> Result<bool, Refusal> {
    Ok(match who {
        Who::User(user) => read.exists::<Enrolment>(&(course, user))?,
        Who::Group(group) => read.counter(&Counter::new(group::MEMBERS, &group))? > 0,
    })
}

/// Somebody came into a course or left it: from now on what they have different counts in [`closes_for_all`], or does not any more.
pub fn renew_of_user(txn: &mut Txn<'_>, course: CourseId, user: UserId) -> Result<(), Refusal> {
    for (_, quiz) in txn.index_keys::<QuizzesByCourse>(&Exactly(course), None, MAX_QUIZZES)? {
        if txn.counter(&Counter::new(USER_OVERRIDES, &quiz))? > 0 {
            renew(txn, &Override::key_of(quiz, Who::User(user)))?;
        }
    }
    Ok(())
}

/// The same for a group that so many came into or left: what it has different counts while it has members.
pub fn renew_of_group(txn: &mut Txn<'_>, group: GroupId, count: usize) -> Result<(), Refusal> {
    let members = txn.counter(&Counter::new(group::MEMBERS, &group))?;
    if members == 0 || usize::try_from(members).is_ok_and(|members| members <= count) {
        for quiz in quizzes_of_group(txn, group)? {
            renew(txn, &Override::key_of(quiz, Who::Group(group)))?;
        }
    }
    Ok(())
}

/// Writes an override as it is, so that nothing is shown any more that was prepared when it counted otherwise.
fn renew(txn: &mut Txn<'_>, key: &OverrideKey) -> Result<(), Refusal> {
    if let Some(row) = txn.get::<Override>(key)? {
        txn.put(Arc::unwrap_or_clone(row))?;
    }
    Ok(())
}

/// What a learner's groups have different.
pub(super) fn of_groups(read: &impl Read, quiz: &Quiz, user: UserId) -> Result<Vec<Arc<Override>>, Refusal> {
    let mut groups = Vec::new();
    if read.counter(&Counter::new(GROUP_OVERRIDES, &quiz.id))? > 0 {
        for group in group::of_user(read, quiz.course, user)? {
            groups.extend(read.get::<Override>(&Override::key_of(quiz.id, Who::Group(group)))?);
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::decimal::Decimal;
    use crate::domain::rich_text::RichText;

    fn quiz() -> Quiz {
        Quiz {
            id: QuizId(1),
            course: CourseId(2),
            name: "A quiz".to_owned(),
            description: RichText::empty(),
            published: true,
            slots: Vec::new(),
            max_points: Decimal::ZERO,
            shuffle_questions: false,
            shuffle_options: false,
            opens: Some(Timestamp::from_ms(1_000)),
            closes: Some(Timestamp::from_ms(9_000)),
            time_limit_ms: Some(3_000),
            attempts_allowed: Some(1),
            grade_method: super::super::GradeMethod::Highest,
            review: super::super::ReviewRules::usual(None),
            access_code: None,
            networks: Vec::new(),
            created: Timestamp::EPOCH,
            revision: 1,
            pass_percent: None,
        }
    }

    #[test]
    fn who_lacks_the_last_digit_of_a_rounding_passes() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        let quiz = Quiz { pass_percent: Some(60), ..quiz() };
        assert_eq!(quiz.is_passed(d("6"), d("10")), Some(true));
        assert_eq!(quiz.is_passed(d("5.9999999"), d("10")), Some(true));
        assert_eq!(quiz.is_passed(d("5.9999"), d("10")), Some(false));
        assert_eq!(quiz.is_passed(d("0"), d("0")), None);
        assert_eq!(Quiz { pass_percent: None, ..quiz }.is_passed(d("6"), d("10")), None);
    }

    fn nothing(who: Who) -> Override {
        Override {
            quiz: QuizId(1),
            course: CourseId(2),
            who,
            opens: None,
            closes: None,
            time: None,
            attempts: None,
        }
    }

    fn own() -> Override {
        nothing(Who::User(UserId(7)))
    }

    fn group(id: u64) -> Override {
        nothing(Who::Group(GroupId(id)))
    }

    const NO_GROUPS: [Override; 0] = [];

    #[test]
    fn without_overrides_the_quiz_counts() {
        assert_eq!(combine(&quiz(), None, &NO_GROUPS), Terms::of(&quiz()));
    }

    #[test]
    fn the_learners_own_override_counts_before_any_group_even_when_it_is_less_generous() {
        let own = Override { time: Some(TimeChange::Limit(1_000)), ..own() };
        let groups = [Override { time: Some(TimeChange::Unlimited), ..group(1) }];
        assert_eq!(combine(&quiz(), Some(&own), &groups).time_limit_ms, Some(1_000));
    }

    #[test]
    fn what_the_own_override_leaves_open_a_group_may_say() {
        let own = Override { closes: Some(Timestamp::from_ms(5_000)), ..own() };
        let groups = [Override { attempts: Some(AttemptsChange::Allowed(4)), ..group(1) }];
        let terms = combine(&quiz(), Some(&own), &groups);
        assert_eq!(terms.closes, Some(Timestamp::from_ms(5_000)));
        assert_eq!(terms.attempts_allowed, Some(4));
        assert_eq!(terms.time_limit_ms, Some(3_000));
    }

    #[test]
    fn of_several_groups_the_most_generous_counts_for_each_fact() {
        let first = Override {
            opens: Some(Timestamp::from_ms(500)),
            closes: Some(Timestamp::from_ms(9_500)),
            time: Some(TimeChange::Extra(1_000)),
            ..group(1)
        };
        let second = Override {
            opens: Some(Timestamp::from_ms(800)),
            closes: Some(Timestamp::from_ms(12_000)),
            time: Some(TimeChange::Limit(3_500)),
            attempts: Some(AttemptsChange::Unlimited),
            ..group(2)
        };
        let third = Override { attempts: Some(AttemptsChange::Allowed(9)), ..group(3) };
        let terms = combine(&quiz(), None, &[first, second, third]);
        assert_eq!(terms.opens, Some(Timestamp::from_ms(500)));
        assert_eq!(terms.closes, Some(Timestamp::from_ms(12_000)));
        assert_eq!(terms.time_limit_ms, Some(4_000));
        assert_eq!(terms.attempts_allowed, None);
    }

    #[test]
    fn extra_time_on_no_limit_is_no_limit() {
        let quiz = Quiz { time_limit_ms: None, ..quiz() };
        let own = Override { time: Some(TimeChange::Extra(1_000)), ..own() };
        assert_eq!(combine(&quiz, Some(&own), &NO_GROUPS).time_limit_ms, None);
    }

    #[test]
    fn the_deadline_is_the_limit_or_the_close_whichever_is_first() {
        let terms = Terms::of(&quiz());
        assert_eq!(terms.deadline(Timestamp::from_ms(2_000)), Some(Timestamp::from_ms(5_000)));
        assert_eq!(terms.deadline(Timestamp::from_ms(8_000)), Some(Timestamp::from_ms(9_000)));
        let unlimited = Terms { time_limit_ms: None, ..terms };
        assert_eq!(unlimited.deadline(Timestamp::from_ms(2_000)), Some(Timestamp::from_ms(9_000)));
        let endless = Terms { closes: None, ..unlimited };
        assert_eq!(endless.deadline(Timestamp::from_ms(2_000)), None);
    }

    proptest! {
        #[test]
        fn the_order_of_groups_does_not_matter(limits in proptest::collection::vec(0_u64..20_000, 0..6)) {
            let groups: Vec<Override> = (0..).zip(&limits).map(|(id, limit)| Override {
                time: Some(if limit % 2 == 0 { TimeChange::Limit(*limit) } else { TimeChange::Extra(*limit) }),
                ..group(id)
            }).collect();
            let reversed: Vec<Override> = groups.iter().rev().cloned().collect();
            prop_assert_eq!(combine(&quiz(), None, &groups), combine(&quiz(), None, &reversed));
        }
    }
}
