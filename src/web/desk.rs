//! On the start page: what waits for who runs courses (exams that are being worked on, answers to be marked), and what
//! somebody may read who only looks on.

use std::sync::Arc;

use super::course::{CoursePlace, Tab};
use super::quiz_list::Count;
use crate::domain::access::{Actor, Permission, PermissionSet};
use crate::domain::course::Course;
use crate::domain::ids::CourseId;
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// Quizzes of a course that are looked at: more than most courses have, and few for one read.
const MOST_QUIZZES: usize = 100;

/// A quiz that wants somebody.
pub(super) struct Duty {
    pub(super) course: Arc<Course>,
    pub(super) quiz: Arc<Quiz>,
    pub(super) running: Count,
    pub(super) waiting: Count,
}

/// A course that somebody looks at, with the pages that they may read.
pub(super) struct Observed {
    pub(super) course: Arc<Course>,
    pub(super) tabs: Vec<Tab>,
}

/// What the start page shows of both.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) duties: Vec<Duty>,
    pub(super) observed: Vec<Observed>,
    /// May the viewer look at every course of the installation?
    pub(super) everywhere: bool,
}

impl Desk {
    /// What waits in a course that the actor helps to run or looks at.
    pub(super) fn duties(
        &mut self,
        read: &impl Read,
        actor: &Actor,
        may: PermissionSet,
        course: &Arc<Course>,
    ) -> Result<(), Refusal> {
        if !may.has(Permission::ViewAttempts) || course.status.is_over() {
            return Ok(());
        }
        let (quizzes, _) = quiz::of_course(read, actor, course.id, None, MOST_QUIZZES)?;
        for quiz in quizzes {
            let running = Count::running(read, quiz.id)?;
            let waiting = Count::waiting(read, actor, may, quiz.id)?;
            if running.is_some() || waiting.is_some() {
                self.duties.push(Duty { course: course.clone(), quiz, running, waiting });
            }
        }
        Ok(())
    }

    /// A course that the actor looks at.
    pub(super) fn observe(&mut self, read: &impl Read, actor: &Actor, id: CourseId) -> Result<(), Refusal> {
        // None of them is the present page.
        let CoursePlace { course, tabs, .. } = CoursePlace::of(read, actor, id, "/")?;
        self.observed.push(Observed { course, tabs });
        Ok(())
    }
}

/// Does somebody with these rights look on, instead of learning?
pub(super) const fn looks_on(may: PermissionSet) -> bool {
    let sees_others = may.has(Permission::ViewRoster)
        || may.has(Permission::ViewAttempts)
        || may.has(Permission::ViewGrades);
    sees_others && !may.has(Permission::TakeQuiz)
}
