//! Marking a quiz again: first whose marks would change, then the change. What is too large for a request is a job
//! with a page that says how far it is.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::flash::Flash;
use super::form::Fields;
use super::frame::Frame;
use super::quiz_place::QuizPlace;
use super::visitor::{Posted, Visitor};
use crate::domain::access::{Actor, Permission};
use crate::domain::account::name_of;
use crate::domain::attempt::regrade::{self as marks, Change};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{JobId, QuizId};
use crate::domain::job::{self, Job, JobStage, Regrade, Work};
use crate::domain::quiz;
use crate::domain::quiz::due::{self, RegradeDue};
use crate::domain::refusal::{Refusal, not_found};
use crate::http::marking::regrade_now;
use crate::http::routes::{Needs, Routes};
use crate::jobs::regrade::{ATTEMPTS_AT_ONCE, MOST_LISTED};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let mark = Needs::Course(Permission::MarkAttempts);
    routes.page("/quizzes/{quiz}/regrade", Class::Bulk, mark, show);
    routes.form("/quizzes/{quiz}/regrade", Class::Bulk, mark, regrade);
    routes.page("/quizzes/{quiz}/regrade/{job}", Class::Browse, mark, show_job);
}

/// Changes that a page lists: those of all attempts of a quiz that is no job.
const LISTED: usize = 500;

/// What is asked for in the address. A box sends two values; the last one counts.
struct Wish {
    preview: bool,
    latest_versions: Option<bool>,
}

impl Wish {
    fn of(fields: &Fields) -> Self {
        let asked = fields.optional("latest_versions").is_some();
        Self {
            preview: fields.ticked("preview"),
            latest_versions: asked.then(|| fields.ticked("latest_versions")),
        }
    }
}

/// A learner whose marks would change.
struct Line {
    name: String,
    from: String,
    to: String,
    slots: usize,
    kept: bool,
    recounted: bool,
}

struct Preview {
    changed: usize,
    /// Attempts that keep an older version.
    kept: usize,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "regrade/show.html")]
struct RegradePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    due: Option<&'a RegradeDue>,
    attempts: u64,
    latest_versions: bool,
    large: bool,
    preview: Option<Preview>,
}

fn points(frame: &Frame, points: Option<Decimal>, max: Decimal) -> String {
    points.map_or_else(|| "–".to_owned(), |points| frame.t2("grade-of", "points", points, "max", max))
}

/// Changes of marks: an attempt that runs has none yet.
fn of_marks(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().filter(|change| change.counts() && !change.running).collect()
}

fn work(at: &QuizPlace, dry_run: bool, latest_versions: bool) -> Regrade {
    Regrade {
        quiz: at.quiz.id,
        course: at.quiz.course,
        dry_run,
        latest_versions,
        question: None,
        after: None,
        changed: 0,
    }
}

fn lines(frame: &Frame, state: &State, changes: &[Change]) -> Result<Vec<Line>, Refusal> {
    state.store.read(|read| {
        let line = |change: &Change| {
            Ok(Line {
                name: name_of(read, change.user)?,
                from: points(frame, change.from, change.max.0),
                to: points(frame, change.to, change.max.1),
                slots: change.slots.len(),
                kept: !change.kept_versions.is_empty(),
                recounted: change.recounted,
            })
        };
        changes.iter().map(line).collect()
    })
}

fn place_of(state: &State, actor: &Actor, id: QuizId) -> Result<(QuizPlace, u64), Refusal> {
    state.store.read(|read| {
        let at = QuizPlace::of(read, actor, Permission::MarkAttempts, id, "regrade")?;
        Ok((at, marks::attempts(read, id)?))
    })
}

async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let wish = Wish::of(&Fields::parse(request.query_string().as_bytes())?);
    let (at, attempts) = place_of(&visitor.state, visitor.actor(), *id)?;
    let due = visitor.state.store.read(|read| due::of(read, *id))?;
    let due = due.as_deref();
    // A key that was corrected is what people come for; points alone need no other version.
    let latest = wish.latest_versions.unwrap_or_else(|| due.is_some_and(|due| !due.questions.is_empty()));
    let large = attempts > ATTEMPTS_AT_ONCE;
    let preview = if wish.preview && !large {
        let (_, changes) =
            regrade_now(&visitor.state, visitor.actor(), work(&at, true, latest), LISTED).await?;
        let kept = changes.iter().filter(|change| !change.kept_versions.is_empty()).count();
        let changes = of_marks(changes);
        let lines = lines(&visitor.frame, &visitor.state, &changes)?;
        Some(Preview { changed: changes.len(), kept, lines })
    } else {
        None
    };
    visitor.frame.show(&RegradePage {
        frame: &visitor.frame,
        place: &at.course,
        at: &at,
        due,
        attempts,
        latest_versions: latest,
        large,
        preview,
    })
}

async fn regrade(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, quiz) = (who.actor, *id);
    let (at, attempts) = place_of(&state, &actor, quiz)?;
    let work = work(&at, fields.ticked("dry_run"), fields.ticked("latest_versions"));
    if attempts > ATTEMPTS_AT_ONCE {
        let begun = super::job::begin(&state, &actor, move |txn, actor| {
            quiz::require(txn, actor, Permission::MarkAttempts, quiz)?;
            Ok((Work::Regrade(work), Some(attempts)))
        });
        return Ok(frame.go(&format!("/quizzes/{quiz}/regrade/{}", begun.await?)));
    }
    let (_, changes) = regrade_now(&state, &actor, work, LISTED).await?;
    let flash = Flash::done("regrade-done").with("count", of_marks(changes).len());
    Ok(frame.go_and_say(&format!("/quizzes/{quiz}/regrade"), &flash))
}

#[derive(Template)]
#[template(path = "regrade/job.html")]
struct JobPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    job: &'a Job,
    /// Jobs that run at once.
    parallel: usize,
    regrade: &'a Regrade,
}

impl JobPage<'_> {
    fn is_over(&self) -> bool {
        self.job.state.ended().is_some()
    }

    /// Changes in the file, where it has not all of them.
    fn cut(&self) -> Option<usize> {
        (self.regrade.changed > MOST_LISTED as u64).then_some(MOST_LISTED)
    }
}

async fn show_job(visitor: Visitor, path: web::Path<(QuizId, JobId)>) -> Result<HttpResponse, Refusal> {
    let (quiz, id) = *path;
    let (at, _) = place_of(&visitor.state, visitor.actor(), quiz)?;
    let job = visitor.state.store.read(|read| job::get(read, visitor.actor(), id))?;
    let Work::Regrade(regrade) = &job.work else { return Err(not_found("job", id)) };
    if regrade.quiz != quiz {
        return Err(not_found("job", id));
    }
    let parallel = visitor.state.config.jobs.parallel;
    let frame = &visitor.frame;
    frame.show(&JobPage { frame, place: &at.course, at: &at, job: &job, parallel, regrade })
}
