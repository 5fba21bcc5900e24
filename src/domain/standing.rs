//! Where a learner stands with a quiz: kept with every start and submission, so that an outline is one short scan.

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::enrolment::LEARNER_TOPIC;
use super::ids::{AttemptId, CourseId, QuizId, UserId};
use crate::store::{
    CodecError, Entries, Index, Read, Record, StoreError, Table, TableInfo, Topic, decode_appended,
};

/// A learner and a quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The course of the quiz.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The quiz.
    pub quiz: QuizId,
    /// Attempts begun.
    pub attempts: u16,
    /// The attempt that is being worked on.
    pub running: Option<AttemptId>,
    /// Attempts handed in.
    pub finished: u16,
    /// An attempt waits for marks by hand.
    pub awaits_marking: bool,
    /// Points that count by the quiz's grade method; `None` before there are any.
    pub points: Option<Decimal>,
    /// The quiz's maximum that they are of, which may change afterwards. Rows of older programs do not say it.
    pub of: Option<Decimal>,
}

impl Standing {
    /// The points that count, of the quiz's present maximum.
    pub fn points_of(&self, max: Decimal) -> Option<Decimal> {
        self.points.map(|points| self.of.map_or(points, |of| points.scaled(max, of)))
    }
}

/// Is a quiz done? It was handed in once; another attempt takes nothing of that away.
pub const fn is_done(finished: u16) -> bool {
    finished > 0
}

/// Where somebody is at work in a course. An attempt stays its learner's whatever becomes of its quiz or its course.
pub fn running(read: &impl Read, course: CourseId, user: UserId) -> Result<Vec<Standing>, StoreError> {
    let mut standings = read.list::<Standing>(&(course, user), None, usize::MAX)?;
    standings.retain(|standing| standing.running.is_some());
    Ok(standings)
}

impl Record for Standing {
    const TABLE: Table = Table { tag: 80, name: "standing" };
    const VERSION: u8 = 2;
    type Key = (CourseId, UserId, QuizId);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.quiz)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<StandingByQuiz>(&self.quiz);
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not say what the points are of, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &None::<Decimal>)
    }
}

/// Everybody who began a quiz.
#[derive(Debug)]
pub struct StandingByQuiz;

impl Index for StandingByQuiz {
    const TABLE: Table = Table { tag: 81, name: "standing by quiz" };
    type Key = QuizId;
    type Of = Standing;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Standing>(), TableInfo::index::<StandingByQuiz>()];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    #[test]
    fn points_go_with_the_maximum_and_a_row_of_before_does_not_say_what_they_are_of() {
        let (course, user, quiz) = (CourseId(1), UserId(2), QuizId(3));
        let (points, of) = (Some(Decimal::from_int(8)), None);
        let (attempts, finished) = (1, 1);
        let old = Standing {
            course,
            user,
            quiz,
            attempts,
            running: None,
            finished,
            awaits_marking: false,
            points,
            of,
        };
        let mut bytes = encode_value(&old).unwrap();
        assert_eq!((bytes[0], bytes.pop()), (2, Some(0)), "what the points are of comes last");
        bytes[0] = 1;
        assert_eq!(decode_value::<Standing>(&bytes).unwrap(), old);
        bytes[0] = 0;
        assert!(decode_value::<Standing>(&bytes).is_err());
        let twenty_five = Decimal::from_int(25);
        assert_eq!(old.points_of(twenty_five), points);
        let new = Standing { of: Some(Decimal::from_int(10)), ..old };
        assert_eq!(new.points_of(twenty_five), Some(Decimal::from_int(20)));
    }
}
