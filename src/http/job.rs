//! Jobs: what bulk work is under way, how far it is, its result; and how a route answers that starts one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::actor::SignedIn;
use super::address::Query;
use super::beside::beside_in_time;
use super::body::json;
use super::marking::RegradeView;
use super::once::as_bytes;
use super::page::{Page, PageQuery, respond};
#[cfg(test)]
use super::problems;
use super::routes::{Needs, Routes};
use super::trail::Trail;
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::bank::import::QuestionImportReport;
use crate::domain::course_delete::Gone;
use crate::domain::grade::sheet::ImportReport;
use crate::domain::ids::{CourseId, JobId, UserId};
use crate::domain::job::{self, Job, JobKind, JobStage, JobState, Work};
use crate::domain::once::{self, Answer, OnceKey};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::jobs::kept;
use crate::state::State;
use crate::store::{Class, Read, Txn};

/// Where jobs are.
pub(super) const JOBS: &str = "/api/jobs/";
const PREFER: &str = "Prefer";
const RESPOND_ASYNC: &str = "respond-async";

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/jobs", Class::Browse, Needs::SignIn, list);
    routes.add(Method::GET, "/api/jobs/{job}", Class::Browse, Needs::SignIn, show);
    routes.add(Method::POST, "/api/jobs/{job}/cancel", Class::Interactive, Needs::SignIn, cancel);
    routes.add(Method::GET, "/api/jobs/{job}/result", Class::Bulk, Needs::SignIn, result);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, show, cancel, result))]
pub struct Api;

/// Why a job ended before it was done.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct JobFailureView {
    /// The code, as of a problem.
    pub code: String,
    /// What was wrong.
    pub detail: String,
    /// Where: `line 7`, `behind 300 attempts`.
    pub at: String,
}

/// A job.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What sort of work it is.
    pub kind: JobKind,
    /// What it is about: `quiz 7`.
    pub subject: String,
    /// What that course or quiz is called; `null` when it is about neither, and where you may not see it.
    pub subject_name: Option<String>,
    /// How far it is.
    pub state: JobStage,
    /// How much is done.
    pub done: u64,
    /// Of how much; `null` where that is not known before.
    pub total: Option<u64>,
    /// What is counted: `rows`, `attempts`.
    pub unit: String,
    /// Who asked for it.
    pub owner: UserId,
    /// When.
    pub asked: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it came to its end.
    pub ended: Option<Timestamp>,
    /// Why it failed.
    pub failure: Option<JobFailureView>,
    /// Where its result is, when there is one.
    pub result: Option<String>,
}

impl JobView {
    /// What is shown of a job to the actor, where `parallel` run at once.
    pub fn of(read: &impl Read, actor: &Actor, job: &Job, parallel: usize) -> Result<Self, Refusal> {
        let failure = match &job.state {
            JobState::Failed(_, failure) => Some(failure),
            _ => None,
        };
        let failure = failure.map(|failure| JobFailureView {
            code: failure.code.clone(),
            detail: failure.detail.clone(),
            at: failure.at.clone(),
        });
        Ok(Self {
            id: job.id,
            kind: job.work.kind(),
            subject: job.work.subject(),
            subject_name: job::subject_name(read, actor, job)?,
            state: job.stage(parallel),
            done: job.done,
            total: job.total,
            unit: job.work.unit().to_owned(),
            owner: job.owner,
            asked: job.asked,
            started: job.started,
            ended: job.state.ended(),
            failure,
            result: job::require_result(job).is_ok().then(|| format!("{JOBS}{}/result", job.id)),
        })
    }
}

/// What a client prefers (RFC 7240).
#[derive(Debug, Clone, Copy)]
pub struct Prefers {
    /// Not to wait for the work.
    pub respond_async: bool,
}

/// The header of routes that can start a job, for the documents.
#[cfg(test)]
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
pub struct PreferHeader {
    /// `respond-async`: answer 202 at once with a job that does the work, also when it is small.
    #[param(rename = "Prefer")]
    pub prefer: Option<String>,
}

impl FromRequest for Prefers {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let headers = request.headers().get_all(PREFER).filter_map(|value| value.to_str().ok());
        let mut tokens = headers.flat_map(|value| value.split(','));
        // A preference may have parameters behind a semicolon, which mean nothing here.
        let respond_async = tokens.any(|token| {
            token.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(RESPOND_ASYNC))
        });
        // Who asks for the head of an answer alone starts no work.
        let respond_async = respond_async && request.method() != Method::HEAD;
        ready(Ok(Self { respond_async }))
    }
}

/// Removes a kept file unless a job is still to read it: it was read, or the job was refused, or done before under the same key.
pub async fn forget_file(state: &State, file: String) -> Result<(), Refusal> {
    let held = state.clone();
    beside_in_time(state, move || kept::forget(&held, &file)).await
}

/// Starts a job, once under a key, and answers 202 with its address and view. `prepare` looks at the right to the work in
/// the transaction that takes it in.
pub(super) async fn start(
    state: &State,
    actor: &Actor,
    prefers: Prefers,
    key: Option<OnceKey>,
    prepare: impl FnOnce(&mut Txn<'_>, &Actor) -> Result<(Work, Option<u64>), Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let (actor, parallel) = (actor.clone(), state.config.jobs.parallel);
    let answer = state
        .store
        .write(Class::Interactive, move |txn| {
            if let Some(answer) = kept_answer(txn, &actor, key)? {
                return Ok(answer);
            }
            once::run(txn, actor.user, actor.now, key, |txn| {
                let (work, total) = prepare(txn, &actor)?;
                let job = job::start(txn, &actor, work, total)?;
                Ok((format!("{JOBS}{}", job.id), as_bytes(&JobView::of(txn, &actor, &job, parallel)?)?))
            })
        })
        .await?;
    state.jobs.wake();
    Ok(answered(answer, prefers))
}

/// The answer that is kept under a key. One about a job is for whoever the job itself is shown to: a right may be gone since,
/// and a token may have less of them than what was shown then.
fn kept_answer(read: &impl Read, actor: &Actor, key: Option<OnceKey>) -> Result<Option<Answer>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let answer = once::kept(read, actor.user, actor.now, key)?;
    let location = answer.as_ref().and_then(|(location, _)| location.strip_prefix(JOBS));
    let id = location.and_then(|id| id.parse().ok()).map(JobId);
    // One that was swept is shown to nobody, and what is kept says only that it was begun.
    if let Some(id) = id
        && read.exists::<job::Job>(&id)?
    {
        job::get(read, actor, id)?;
    }
    Ok(answer)
}

/// Does in one transaction, once under a key, what is too little for a job, and answers 200 with what it came to. Whoever calls
/// has looked at the right to it.
pub(super) async fn at_once<T: Serialize>(
    state: &State,
    actor: &Actor,
    prefers: Prefers,
    key: Option<OnceKey>,
    work: impl FnOnce(&mut Txn<'_>, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let actor = actor.clone();
    let write = state.store.write(Class::Bulk, move |txn| {
        once::run(txn, actor.user, actor.now, key, |txn| Ok((String::new(), as_bytes(&work(txn, &actor)?)?)))
    });
    Ok(answered(write.await?, prefers))
}

/// Answers 200 with what work would come to. Under a key that is kept, as what the work itself comes to is.
pub(super) async fn rehearsed(
    state: &State,
    actor: &Actor,
    prefers: Prefers,
    key: Option<OnceKey>,
    view: impl Serialize + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    match key {
        None => json(&view),
        key => at_once(state, actor, prefers, key, move |_, _| Ok(view)).await,
    }
}

/// The answer to what was sent before under the same key, for who was looked at. Asked before the way is chosen in which the
/// work is done: that may be another one after it.
pub(super) fn repeated(
    state: &State,
    actor: &Actor,
    prefers: Prefers,
    key: Option<OnceKey>,
) -> Result<Option<HttpResponse>, Refusal> {
    let kept = state.store.read(|read| kept_answer(read, actor, key))?;
    Ok(kept.map(|answer| answered(answer, prefers)))
}

/// What a job does has an address, what was done at once has none.
fn answered((location, body): Answer, prefers: Prefers) -> HttpResponse {
    if location.is_empty() {
        return HttpResponse::Ok().content_type("application/json").body(body);
    }
    let mut response = HttpResponse::Accepted();
    if prefers.respond_async {
        response.insert_header((
            HeaderName::from_static("preference-applied"),
            HeaderValue::from_static(RESPOND_ASYNC),
        ));
    }
    response.insert_header((LOCATION, location)).content_type("application/json").body(body)
}

/// Your jobs, the last one first, as far as you (and the token that you show) may still do what they do; all jobs for who
/// manages the installation. A job that is over is kept for 30 days.
#[cfg_attr(test, utoipa::path(get, path = "/api/jobs", tag = "jobs", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<JobView>), problems::Reading)))]
async fn list(
    state: web::Data<State>,
    who: SignedIn,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, before) = (page.limit()?, page.after::<JobId>()?);
    let parallel = state.config.jobs.parallel;
    let jobs = state.store.read(|read| {
        let jobs = job::list(read, &who, before, limit + 1)?;
        jobs.iter().map(|job| JobView::of(read, &who, job, parallel)).collect::<Result<Vec<_>, _>>()
    })?;
    respond(&request, &Page::of(jobs, limit, |job| job.id, |job| job))
}

/// How far a job of your own is, whose work you may still do; any job for who manages the installation.
#[cfg_attr(test, utoipa::path(get, path = "/api/jobs/{job}", tag = "jobs", params(("job" = JobId, Path)),
    responses((status = 200, description = "The job", body = JobView), problems::Reading)))]
async fn show(state: web::Data<State>, who: SignedIn, id: web::Path<JobId>) -> Result<HttpResponse, Refusal> {
    let parallel = state.config.jobs.parallel;
    json(&state.store.read(|read| JobView::of(read, &who, &*job::get(read, &who, *id)?, parallel))?)
}

/// Stops a job: at once while it waits, behind its present chunk when it runs. What is done stays done. A deletion that
/// has begun is not stopped. Safe to repeat.
#[cfg_attr(test, utoipa::path(post, path = "/api/jobs/{job}/cancel", tag = "jobs", params(("job" = JobId, Path)),
    responses((status = 200, description = "It is stopped, or will be", body = JobView), problems::Making)))]
async fn cancel(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id, parallel) = (who.actor, *id, state.config.jobs.parallel);
    let cancel = move |txn: &mut Txn<'_>| {
        let job = job::cancel(txn, &actor, id)?;
        Ok::<_, Refusal>((JobView::of(txn, &actor, &job, parallel)?, job))
    };
    let (view, job) = state.store.write(Class::Interactive, cancel).await?;
    if job.state.ended().is_some()
        && let Some(file) = job.work.file().map(str::to_owned)
    {
        forget_file(&state, file).await?;
    }
    json(&view)
}

/// What a deletion came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseDeletionView {
    /// The course.
    pub course: CourseId,
    /// What it was called.
    pub short_name: String,
    /// What went.
    pub gone: Gone,
}

/// What a copy came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseCopyView {
    /// The new course.
    pub course: CourseId,
}

fn fields<const N: usize>(fields: [(&str, u64); N]) -> serde_json::Map<String, serde_json::Value> {
    fields.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}

/// The frame of a result: its media type, what stands before and behind the parts, and the name of a file.
struct Frame {
    media: &'static str,
    before: Vec<u8>,
    behind: String,
    file: Option<String>,
}

impl Frame {
    /// A view whose last field is a list, which the parts fill.
    fn list(view: &impl Serialize) -> Result<Self, Refusal> {
        let mut before = as_bytes(view)?;
        if !before.ends_with(b"[]}") {
            return Err(INTERNAL.refuse("a report does not end with its list"));
        }
        before.truncate(before.len() - 2);
        Ok(Self { media: "application/json", before, behind: "]}".to_owned(), file: None })
    }

    fn view(view: &impl Serialize) -> Result<Self, Refusal> {
        Ok(Self { media: "application/json", before: as_bytes(view)?, behind: String::new(), file: None })
    }

    /// An object that the first part begins, with a list that the parts fill; `later` are the fields behind it.
    fn begun(later: &serde_json::Map<String, serde_json::Value>) -> Result<Self, Refusal> {
        let later =
            String::from_utf8(as_bytes(later)?).map_err(|error| INTERNAL.refuse(error.to_string()))?;
        let behind = format!("],{}", later.strip_prefix('{').unwrap_or_default());
        Ok(Self { media: "application/json", before: Vec::new(), behind, file: None })
    }

    fn csv(name: String) -> Self {
        Self { media: "text/csv; charset=utf-8", before: Vec::new(), behind: String::new(), file: Some(name) }
    }

    fn of(job: &Job) -> Result<Self, Refusal> {
        match &job.work {
            // Stopped before anything was done.
            Work::QuestionImport(import) if job.parts == 0 => {
                let encoding = import.encoding.clone();
                Self::view(&QuestionImportReport::empty(import.format, encoding, import.dry_run))
            }
            Work::QuestionImport(import) => Self::begun(&fields([
                ("created", import.created),
                ("unchanged", import.next - import.created),
            ])),
            Work::GradesImport(_) if job.parts == 0 => Self::view(&ImportReport::default()),
            Work::GradesImport(import) => Self::begun(&fields([
                ("learners", import.next),
                ("changed", import.changed),
                ("unchanged", import.unchanged),
            ])),
            Work::StatementImport(import) if job.parts == 0 => Self::view(&import.report()),
            Work::StatementImport(import) => {
                let mut later = fields([
                    ("lines", import.lines),
                    ("imported", import.imported),
                    ("unchanged", import.unchanged),
                    ("refused", import.refused),
                ]);
                let compared = import.report().repeats_compared;
                later.insert("repeats_compared".to_owned(), compared.into());
                Self::begun(&later)
            }
            Work::PersonErasure(erasure) => Self::view(&erasure.report()),
            Work::RosterImport(import) => Self::list(&import.report),
            Work::Regrade(regrade) => Self::list(&RegradeView {
                dry_run: regrade.dry_run,
                changed: regrade.changed,
                changes: Vec::new(),
            }),
            Work::PeopleExport(_) => Ok(Self::csv("people.csv".to_owned())),
            Work::GradesExport(export) => Ok(Self::csv(format!("grades-{}.csv", export.course))),
            Work::CourseDeletion(deletion) => Self::view(&CourseDeletionView {
                course: deletion.course,
                short_name: deletion.short_name.clone(),
                gone: deletion.gone.clone(),
            }),
            Work::CourseCopy(copy) => Self::view(&CourseCopyView { course: copy.to }),
        }
    }
}

/// The result of a job that is over: the report that the route would have answered with, or the file. A job that was
/// stopped or failed reports what was done until then. It needs the right to the work itself at the time of reading. The
/// report of an import that made activation links has their tokens in it, and is for who asked only, with a session.
#[cfg_attr(test, utoipa::path(get, path = "/api/jobs/{job}/result", tag = "jobs", params(("job" = JobId, Path)),
    responses((status = 200, description = "The report or the file", content(
        (serde_json::Value = "application/json"), (String = "text/csv"))), problems::Making)))]
async fn result(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<JobId>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let job = state.store.read(|read| {
        let job = job::get(read, &who, *id)?;
        job::require_reader(read, &who, &job)?;
        Ok::<_, Refusal>(job)
    })?;
    job::require_result(&job)?;
    let Frame { media, before, behind, file } = Frame::of(&job)?;
    // Of who asked for a file the trail has that they did.
    if file.is_some()
        && job.owner != who.actor.user
        && let Some(noted) = trail.of(job.work.kind().name(), format!("job {}", job.id), None)
    {
        noted.write(&state, &who).await?;
    }
    let (id, parts) = (job.id, job.parts);
    let part = move |place| -> Result<web::Bytes, Refusal> {
        let part = state.store.read(|read| {
            job::require_reader(read, &who.still(read, state.now())?, &job)?;
            job::part(read, id, place)
        })?;
        let part = part.ok_or_else(|| INTERNAL.refuse("a part of a report is missing"))?;
        Ok(web::Bytes::copy_from_slice(&part.body))
    };
    let parts = stream::iter(0..parts).map(move |place| {
        part(place).inspect_err(|refusal| tracing::warn!(%refusal, "a report was not sent to its end"))
    });
    let before = stream::once(ready(Ok(web::Bytes::from(before))));
    let behind = stream::once(ready(Ok(web::Bytes::from(behind))));
    let mut response = HttpResponse::Ok();
    if let Some(file) = file {
        response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    }
    Ok(response.content_type(media).streaming(before.chain(parts).chain(behind)))
}
