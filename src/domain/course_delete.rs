//! Removing a course with everything in it: people's places, attempts, grades, content, quizzes, questions, groups.
//!
//! The first transaction marks the course, so that nobody enters it or changes it any more, and its own record goes last.
//! With each some rows go. What is still there says what is still to do, so there is no place to remember. A deletion that
//! never got to its first transaction has touched nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Grants, Permission, Scope};
use super::attempt::code_tries::CodeTries;
use super::attempt::follow::Behind;
use super::attempt::long::{LongPart, LongSave};
use super::attempt::supervise::TakenExtension;
use super::attempt::{self, Attempt, AttemptEvent, AttemptHead, AttemptsByQuiz, ManualMark, Marks, Saved};
use super::audit;
use super::bank::category::Category;
use super::bank::file::{CourseFile, FilesByCourse};
use super::bank::question::{Question, QuestionVersion, QuestionsByName};
use super::bank::usage::{QuestionUse, UsesByQuiz};
use super::content::{Contents, Item, Section};
use super::copying::Twin;
use super::course::{self, COURSE_STATUS, Course, CourseStatus};
use super::course_clone::{self, Copying};
use super::enrolment::Enrolment;
use super::grade::category::GradeCategory;
use super::grade::entry::Grade;
use super::grade::gradebook::Gradebook;
use super::grade::history::GradeChange;
use super::grade::item::GradeItem;
use super::grade::total::Total;
use super::group::{Group, Member};
use super::ids::{CourseId, QuizId, UserId};
use super::job;
use super::page::Page;
use super::progress::Visited;
use super::quiz::due::RegradeDue;
use super::quiz::overrides::Override;
use super::quiz::{Quiz, QuizzesByCourse};
use super::refusal::{Code, Kind, Refusal, invalid};
use super::standing::Standing;
use crate::store::{Exactly, PrefixOf, Read, Record, Txn};

/// Somebody is at work in it.
pub const ATTEMPTS_RUNNING: Code = Code::new(
    "attempts_running",
    Kind::Conflict,
    "Attempts of the course are being worked on, and removing it would take them from their learners; `detail` says how \
     many.",
);
/// A copy needs what would go.
pub const COPY_UNFINISHED: Code = Code::new(
    "copy_unfinished",
    Kind::Conflict,
    "A course that is made from this one is not finished, and would miss what is removed; finish or remove that copy \
     first. `detail` names it.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[ATTEMPTS_RUNNING, COPY_UNFINISHED];

/// Rows that one transaction removes: some milliseconds of the writer.
pub const STEP_ROWS: usize = 200;
/// Rows of grants that one step looks at: a millisecond or two.
const GRANTS_AT_ONCE: usize = 500;

/// What went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Gone {
    /// Enrolments.
    pub enrolments: u64,
    /// Attempts.
    pub attempts: u64,
    /// Grades.
    pub grades: u64,
    /// Pages, links and placed quizzes.
    pub items: u64,
    /// Quizzes.
    pub quizzes: u64,
    /// Questions.
    pub questions: u64,
    /// Rows of all kinds, those above too.
    pub rows: u64,
}

/// How far grants were looked through for roles in the course: nothing leads from a course to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looked {
    /// Up to this person; from the first when there is none.
    To(Option<UserId>),
    /// All of them.
    Through,
}

/// The right to remove the course, its state, and its short name as who asks wrote it.
pub fn check(
    read: &impl Read,
    actor: &Actor,
    id: CourseId,
    short_name: &str,
) -> Result<Arc<Course>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    let course = course::get(read, id)?;
    if course.short_name.as_str() != short_name {
        let problem = format!("is not the short name of course {id}; write it as it is to confirm");
        return Err(invalid("/short_name", problem));
    }
    if job::deletes(read, id)? {
        return Err(COURSE_STATUS.refuse("the course is being deleted already"));
    }
    require_deletable(read, &course)?;
    Ok(course)
}

fn require_deletable(read: &impl Read, course: &Course) -> Result<(), Refusal> {
    match course.status {
        CourseStatus::Archived => {}
        // Copies that were cut off cannot be published, and so not archived.
        CourseStatus::Draft if course.copying.is_some() => {}
        // A deletion that failed is begun again.
        CourseStatus::Deleting => return Ok(()),
        _ => return Err(COURSE_STATUS.refuse("only an archived course is deleted; archive it first")),
    }
    let running = attempt::running_in_course(read, course.id)?;
    if running > 0 {
        let problem = format!("{running} attempts of the course run; wait for them or close them first");
        return Err(ATTEMPTS_RUNNING.refuse(problem));
    }
    if let Some(copy) = course_clone::unfinished_copy(read, course.id)? {
        let problem = format!("the copy in course {copy} is not finished; finish or delete it first");
        return Err(COPY_UNFINISHED.refuse(problem));
    }
    Ok(())
}

/// Marks the course: from here on nobody enters it. Asks anew what may have changed while the job waited for its turn.
fn mark(txn: &mut Txn<'_>, actor: &Actor, course: &Course) -> Result<(), Refusal> {
    require_deletable(txn, course)?;
    let id = course.id;
    let detail = format!("{} ({})", course.short_name, course.title);
    audit::note(txn, actor, "course.delete", Some(id), format!("course {id}"), detail)?;
    txn.put(Course {
        status: CourseStatus::Deleting,
        key: None,
        revision: course.revision + 1,
        ..course.clone()
    })?;
    Ok(())
}

/// What one step may still remove.
struct Broom {
    left: usize,
    swept: u64,
}

impl Broom {
    const fn is_done(&self) -> bool {
        self.left == 0
    }

    fn one<R: Record>(&mut self, txn: &mut Txn<'_>, key: &R::Key) -> Result<bool, Refusal> {
        let there = txn.delete::<R>(key)?;
        if there {
            self.left = self.left.saturating_sub(1);
            self.swept += 1;
        }
        Ok(there)
    }

    /// Removes rows under a prefix; how many. There may be more when nothing is left to do in this step.
    fn all<R: Record>(&mut self, txn: &mut Txn<'_>, prefix: &impl PrefixOf<R::Key>) -> Result<u64, Refusal> {
        let mut swept = 0;
        for row in txn.list::<R>(prefix, None, self.left)? {
            swept += u64::from(self.one::<R>(txn, &row.key())?);
        }
        Ok(swept)
    }
}

/// Marks the course when nobody did, and removes some more. Is all of it gone?
pub fn step(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    looked: &mut Looked,
    gone: &mut Gone,
) -> Result<(u64, bool), Refusal> {
    access::require(txn, actor, Permission::ManageSite, Scope::Site)?;
    let Some(course) = txn.get::<Course>(&id)? else { return Ok((0, true)) };
    if course.status != CourseStatus::Deleting {
        mark(txn, actor, &course)?;
    }
    let mut broom = Broom { left: STEP_ROWS, swept: 0 };
    let over = revoke(txn, actor, id, looked, &mut broom)? && some_more(txn, id, gone, &mut broom)?;
    gone.rows += broom.swept;
    if over {
        txn.delete::<Course>(&id)?;
        gone.rows += 1;
        let Gone { enrolments, attempts, grades, items, quizzes, questions, rows, .. } = gone;
        let detail = format!(
            "{}: {enrolments} enrolments, {attempts} attempts, {grades} grades, {items} items, {quizzes} quizzes, \
             {questions} questions, {rows} rows in all",
            course.short_name
        );
        audit::note(txn, actor, "course.deleted", Some(id), format!("course {id}"), detail)?;
    }
    Ok((broom.swept + u64::from(over), over))
}

/// Removes rows until the step is full or nothing is there any more. Whatever leads to other rows goes behind them.
fn some_more(txn: &mut Txn<'_>, id: CourseId, gone: &mut Gone, broom: &mut Broom) -> Result<bool, Refusal> {
    gone.enrolments += broom.all::<Enrolment>(txn, &(id,))?;
    if broom.is_done() {
        return Ok(false);
    }
    let quizzes = txn.index_keys::<QuizzesByCourse>(&Exactly(id), None, usize::MAX)?;
    for (_, quiz) in &quizzes {
        attempts(txn, *quiz, gone, broom)?;
        if broom.is_done() {
            return Ok(false);
        }
    }
    broom.all::<Standing>(txn, &(id,))?;
    broom.one::<Gradebook>(txn, &id)?;
    gone.grades += broom.all::<Grade>(txn, &(id,))?;
    broom.all::<Total>(txn, &(id,))?;
    broom.all::<GradeChange>(txn, &(id,))?;
    broom.all::<GradeItem>(txn, &(id,))?;
    broom.all::<GradeCategory>(txn, &(id,))?;
    broom.all::<Visited>(txn, &(id,))?;
    if broom.is_done() || !content(txn, id, gone, broom)? {
        return Ok(false);
    }
    for (_, quiz) in quizzes {
        broom.all::<Override>(txn, &(quiz,))?;
        broom.all::<CodeTries>(txn, &(quiz,))?;
        broom.all::<Behind>(txn, &(quiz,))?;
        broom.one::<RegradeDue>(txn, &quiz)?;
        for (_, key) in txn.index_keys::<UsesByQuiz>(&Exactly(quiz), None, broom.left)? {
            broom.one::<QuestionUse>(txn, &key)?;
        }
        if broom.is_done() {
            return Ok(false);
        }
        gone.quizzes += u64::from(broom.one::<Quiz>(txn, &quiz)?);
    }
    for (_, question) in txn.index_keys::<QuestionsByName>(&(id,), None, broom.left)? {
        broom.all::<QuestionVersion>(txn, &(question,))?;
        if broom.is_done() {
            return Ok(false);
        }
        gone.questions += u64::from(broom.one::<Question>(txn, &question)?);
    }
    broom.all::<Category>(txn, &(id,))?;
    for (_, key) in txn.index_keys::<FilesByCourse>(&Exactly(id), None, broom.left)? {
        broom.one::<CourseFile>(txn, &key)?;
    }
    broom.all::<Member>(txn, &(id,))?;
    broom.all::<Group>(txn, &(id,))?;
    broom.one::<Copying>(txn, &id)?;
    broom.all::<Twin>(txn, &(id,))?;
    Ok(!broom.is_done())
}

/// Takes back roles granted in the course, before anything goes. Were all grants looked through?
fn revoke(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    looked: &mut Looked,
    broom: &mut Broom,
) -> Result<bool, Refusal> {
    let Looked::To(after) = *looked else { return Ok(true) };
    let page = txn.list::<Grants>(&(), after.as_ref(), GRANTS_AT_ONCE)?;
    *looked = match page.last() {
        Some(last) if page.len() == GRANTS_AT_ONCE => Looked::To(Some(last.user)),
        _ => Looked::Through,
    };
    for grants in page {
        if grants.courses.iter().any(|(course, _)| *course == id) {
            let user = grants.user;
            let courses = grants.courses.into_iter().filter(|(course, _)| *course != id).collect();
            txn.put(Grants { courses, ..grants })?;
            audit::note(txn, actor, "role.revoke", Some(id), format!("user {user}"), "with the course")?;
            broom.left = broom.left.saturating_sub(1);
        }
    }
    Ok(*looked == Looked::Through && !broom.is_done())
}

/// Removes attempts at a quiz: the head first, so that nothing looks at what is half gone.
fn attempts(txn: &mut Txn<'_>, quiz: QuizId, gone: &mut Gone, broom: &mut Broom) -> Result<(), Refusal> {
    for (_, attempt) in txn.index_keys::<AttemptsByQuiz>(&(quiz,), None, broom.left)? {
        broom.one::<AttemptHead>(txn, &attempt)?;
        broom.one::<Marks>(txn, &attempt)?;
        broom.all::<ManualMark>(txn, &(attempt,))?;
        broom.all::<AttemptEvent>(txn, &(attempt,))?;
        broom.all::<TakenExtension>(txn, &(attempt,))?;
        broom.all::<Saved>(txn, &(attempt,))?;
        broom.all::<LongPart>(txn, &(attempt,))?;
        broom.all::<LongSave>(txn, &(attempt,))?;
        if broom.is_done() {
            return Ok(());
        }
        gone.attempts += u64::from(broom.one::<Attempt>(txn, &attempt)?);
    }
    Ok(())
}

/// Removes sections with their items. Are all gone?
fn content(txn: &mut Txn<'_>, id: CourseId, gone: &mut Gone, broom: &mut Broom) -> Result<bool, Refusal> {
    let Some(contents) = txn.get::<Contents>(&id)? else { return Ok(true) };
    let mut contents = Arc::unwrap_or_clone(contents);
    while let Some(last) = contents.sections.last().copied() {
        if broom.is_done() {
            txn.put(contents)?;
            return Ok(false);
        }
        if let Some(section) = txn.get::<Section>(&last)? {
            let mut section = Arc::unwrap_or_clone(section);
            while !broom.is_done()
                && let Some(item) = section.items.pop()
            {
                broom.one::<Page>(txn, &item)?;
                gone.items += u64::from(broom.one::<Item>(txn, &item)?);
            }
            if !section.items.is_empty() {
                txn.put(section)?;
                continue;
            }
            broom.one::<Section>(txn, &last)?;
        }
        contents.sections.pop();
    }
    broom.one::<Contents>(txn, &id)?;
    Ok(!broom.is_done())
}
