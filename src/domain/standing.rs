//! Where a learner stands with a quiz: kept with every start and submission, so that an outline is one short scan.

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::enrolment::LEARNER_TOPIC;
use super::ids::{AttemptId, CourseId, QuizId, UserId};
use crate::store::{Entries, Index, Read, Record, StoreError, Table, TableInfo, Topic};

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
    /// Points that count, of the quiz's maximum, by its grade method; `None` before there are any.
    pub points: Option<Decimal>,
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
    const VERSION: u8 = 1;
    type Key = (CourseId, UserId, QuizId);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.quiz)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<StandingByQuiz>(&self.quiz);
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
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
