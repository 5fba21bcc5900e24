//! Bulk work: what waits, runs and is over, how far it is, stopping it. Everybody sees their own jobs, who manages the
//! installation sees that there are the others; what one came to is for whoever may do its work.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::people::{link_at, site};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::account::known_name;
use crate::domain::activation;
use crate::domain::grade::export::defused;
use crate::domain::ids::JobId;
use crate::domain::job::{self, Failure, Job, JobStage, JobState, Work};
use crate::domain::refusal::{Refusal, not_found};
use crate::domain::roster::{AccountOutcome, RosterReport, RowReport};
use crate::domain::xapi::import::StatementImportReport;
use crate::domain::xapi::people::erase::PersonErasureReport;
use crate::http::actor::SignedIn;
use crate::http::job::forget_file;
use crate::http::page::{Page, PageQuery};
use crate::http::routes::{Needs, Routes};
use crate::http::stream::{self, Then};
use crate::http::trail::Trail;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::frame::Frame;
use crate::web::said::{self, Said};
use crate::web::upload::KeptFor;
use crate::web::visitor::{Posted, Visitor};

/// Rows of the report of an import that the page looks at: the file has all of them.
const PARTS_SHOWN: u32 = 40;
/// Rows with problems that a page shows.
pub(super) const ROWS_SHOWN: usize = 200;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    routes.page("/admin/jobs", Class::Browse, Needs::SignIn, list);
    routes.page("/admin/jobs/{job}", Class::Browse, Needs::SignIn, show);
    routes.page("/admin/jobs/{job}/links", Class::Browse, Needs::SignIn, links);
    routes.page("/admin/jobs/{job}/links.csv", Class::Bulk, Needs::SignIn, links_file);
    routes.page("/admin/jobs/{job}/cancel", Class::Browse, Needs::SignIn, ask_cancel);
    routes.form("/admin/jobs/{job}/cancel", Class::Interactive, Needs::SignIn, cancel);
}

/// A job as a page shows it.
pub(super) struct JobLine {
    pub(super) id: JobId,
    /// The name of its kind.
    pub(super) kind: &'static str,
    /// What it is about, as the domain says it, and what that is called.
    subject: String,
    subject_name: Option<String>,
    pub(super) stage: JobStage,
    pub(super) owner: String,
    asked: Timestamp,
    ended: Option<Timestamp>,
    active: bool,
    done: u64,
    total: Option<u64>,
    unit: &'static str,
}

impl JobLine {
    /// A job with the names of who asked for it and of what it is about, for the actor, where `parallel` run at once.
    pub(super) fn of(read: &impl Read, actor: &Actor, job: &Job, parallel: usize) -> Result<Self, Refusal> {
        let owner = known_name(read, job.owner)?.unwrap_or_default();
        Ok(Self {
            id: job.id,
            kind: job.work.kind().name(),
            subject: job.work.subject(),
            subject_name: job::subject_name(read, actor, job)?,
            stage: job.stage(parallel),
            owner,
            asked: job.asked,
            ended: job.state.ended(),
            active: job.state.ended().is_none(),
            done: job.done,
            total: job.total,
            unit: job.work.unit(),
        })
    }

    /// Is it about one course or quiz, and not about all people or all records, which its kind says?
    pub(super) fn is_about_one(&self) -> bool {
        !said::gaps_of(&self.subject, "", "").is_empty()
    }

    /// What it is about, in words.
    pub(super) fn about(&self, frame: &Frame) -> Said {
        let gaps = said::gaps_of(&self.subject, "", "");
        let named = self.subject_name.iter().zip(gaps);
        let named = named.map(|(name, (gap, number))| (gap, number.to_owned(), name.clone()));
        said::subject(frame, &self.subject, &named.collect::<Vec<_>>())
    }

    /// The colour of how far it is.
    pub(super) const fn colour(&self) -> &'static str {
        match self.stage {
            JobStage::Queued => "",
            JobStage::Running => "accent",
            JobStage::Cancelling | JobStage::Cancelled => "warn",
            JobStage::Done => "good",
            JobStage::Failed => "bad",
        }
    }

    /// How much is done, in words.
    pub(super) fn progress(&self, frame: &Frame) -> String {
        match self.total {
            Some(total) => {
                let total = said::counted(frame.text, total, self.unit);
                frame.t2("admin-job-progress", "done", self.done, "total", total)
            }
            None => said::counted(frame.text, self.done, self.unit),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/jobs.html")]
struct JobsPage<'a> {
    frame: &'a Frame,
    jobs: Vec<JobLine>,
    next: Option<String>,
    behind: bool,
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    after: Option<String>,
}

async fn list(visitor: Visitor, query: web::Query<ListQuery>) -> Result<HttpResponse, Refusal> {
    let (frame, state) = (&visitor.frame, &visitor.state);
    let query = PageQuery { limit: None, after: query.into_inner().after };
    let (limit, before) = (query.limit()?, query.after::<JobId>()?);
    let behind = before.is_some();
    let parallel = state.config.jobs.parallel;
    let (jobs, next) = state.store.read(|read| -> Result<_, Refusal> {
        let jobs = job::list(read, visitor.actor(), before, limit + 1)?;
        let page = Page::of(jobs, limit, |job| job.id, |job| job);
        let lines = page
            .items
            .iter()
            .map(|job| JobLine::of(read, visitor.actor(), job, parallel))
            .collect::<Result<_, _>>()?;
        Ok((lines, page.next))
    })?;
    let next = next.map(|next| format!("/admin/jobs?after={next}"));
    frame.show(&JobsPage { frame, jobs, next, behind })
}

#[derive(Template)]
#[template(path = "admin/job.html")]
struct JobPage<'a> {
    frame: &'a Frame,
    line: JobLine,
    job: &'a Job,
    failure: Option<&'a Failure>,
    /// May it be stopped now?
    stops: bool,
    /// Where the result is.
    result: Option<String>,
    /// Are there activation links that the viewer may see?
    links: bool,
    report: Option<&'a RosterReport>,
    rows: Vec<RowReport>,
    /// What erasing a person came to so far.
    erased: Option<PersonErasureReport>,
    /// What importing learning records came to so far, with the first problems.
    taken: Option<StatementImportReport>,
    /// A file that was only tried and can be imported now.
    tried: Option<Tried>,
}

impl JobPage<'_> {
    /// Where it failed, and why.
    fn why(&self, failure: &Failure) -> String {
        said::failure(self.frame.text, &failure.at, &failure.detail)
    }
}

/// A file that is kept between trying and importing.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tried {
    pub(super) file: String,
    #[serde(default)]
    pub(super) encoding: String,
    #[serde(default)]
    pub(super) links: bool,
}

/// Rows of a report that need to be looked at.
pub(super) fn worth_seeing(row: &RowReport) -> bool {
    row.account == AccountOutcome::Refused || !row.problems.is_empty() || !row.notes.is_empty()
}

/// Reads the rows of a report out of its parts. A row may lie across two of them.
struct Rows<T> {
    rest: Vec<u8>,
    /// The list is inside of an object, whose other fields before it have none, and has not begun yet.
    head: bool,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned> Rows<T> {
    /// The rows of a list, or of a list that is inside of an object.
    const fn new(inside: bool) -> Self {
        Self { rest: Vec::new(), head: inside, of: PhantomData }
    }

    /// The rows that end in this part.
    fn of_part(&mut self, body: &[u8]) -> Vec<T> {
        self.rest.extend_from_slice(body);
        if self.head {
            let Some(begin) = self.rest.iter().position(|byte| *byte == b'[') else { return Vec::new() };
            self.rest.drain(..=begin);
            self.head = false;
        }
        let (mut found, mut done) = (Vec::new(), 0);
        loop {
            let text = self.rest.get(done..).unwrap_or_default();
            let comma = usize::from(text.first() == Some(&b','));
            let text = text.get(comma..).unwrap_or_default();
            let mut entries = serde_json::Deserializer::from_slice(text).into_iter::<T>();
            // The last one may be cut off.
            let Some(Ok(row)) = entries.next() else { break };
            done += comma + entries.byte_offset();
            found.push(row);
        }
        self.rest.drain(..done);
        found
    }
}

/// The first rows of an import's report that are wanted.
fn rows<T: DeserializeOwned>(
    read: &impl Read,
    job: &Job,
    parts: u32,
    wanted: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Refusal> {
    let inside = matches!(job.work, Work::StatementImport(_));
    let (mut reader, mut found) = (Rows::new(inside), Vec::new());
    for place in 0..job.parts.min(parts) {
        if let Some(part) = job::part(read, job.id, place)? {
            found.extend(reader.of_part(&part.body).into_iter().filter(&wanted));
        }
        if found.len() >= ROWS_SHOWN {
            break;
        }
    }
    found.truncate(ROWS_SHOWN);
    Ok(found)
}

/// What importing learning records came to so far, with the first problems.
fn taken(read: &impl Read, job: &Job) -> Result<Option<StatementImportReport>, Refusal> {
    let Work::StatementImport(import) = &job.work else { return Ok(None) };
    let problems = rows(read, job, PARTS_SHOWN, |_| true)?;
    Ok(Some(StatementImportReport { problems, ..import.report() }))
}

/// Does the link of a row still set a password? What was used, replaced or is over is shown to nobody.
fn works(read: &impl Read, row: &RowReport, now: Timestamp) -> bool {
    let token = row.activation_token.as_deref();
    token.is_some_and(|token| activation::account_of(read, token, now).is_ok())
}

/// The activation link of a row that made an account.
fn link_of(row: &RowReport, site: &str) -> Option<(String, String)> {
    let token = row.activation_token.as_deref()?;
    Some((row.username.clone(), link_at(site, token)))
}

/// The job, when it imported people with links, is over, and is the actor's own, who is there in person: nobody else reads
/// its links.
fn with_links(read: &impl Read, actor: &Actor, id: JobId) -> Result<Arc<Job>, Refusal> {
    let job = job::get(read, actor, id)?;
    job::require_reader(read, actor, &job)?;
    job::require_result(&job)?;
    if !job.work.has_links() {
        return Err(not_found("activation links", format_args!("of job {id}")));
    }
    Ok(job)
}

#[derive(Template)]
#[template(path = "admin/job_links.html")]
struct LinksPage<'a> {
    frame: &'a Frame,
    id: JobId,
    links: Vec<(String, String)>,
    /// There are more than are shown.
    cut: bool,
}

async fn links(
    request: HttpRequest,
    visitor: Visitor,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    let site = site(state, &request);
    let links = state.store.read(|read| {
        let job = with_links(read, actor, *id)?;
        let rows = rows(read, &job, u32::MAX, |row| works(read, row, actor.now))?;
        Ok::<_, Refusal>(rows.iter().filter_map(|row| link_of(row, &site)).collect::<Vec<_>>())
    })?;
    let cut = links.len() == ROWS_SHOWN;
    let mut response = frame.show(&LinksPage { frame, id: *id, links, cut })?;
    // Not even the browser keeps them.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// All links as CSV: a part of the report at a time.
async fn links_file(
    request: HttpRequest,
    who: SignedIn,
    state: web::Data<State>,
    id: web::Path<JobId>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let (id, site) = (*id, site(&state, &request));
    let noted = trail.of("links_export", format!("job {id}"), None);
    let (mut reader, mut place) = (Rows::<RowReport>::new(false), 0);
    let name = format!("activation-links-{id}.csv");
    stream::file(&state, &who, "text/csv; charset=utf-8", &name, noted, move |state, actor, to| {
        if place == 0 {
            to.extend_from_slice(b"username,link\r\n");
        }
        let (rows, parts) = state.store.read(|read| -> Result<_, Refusal> {
            let job = with_links(read, actor, id)?;
            let part = job::part(read, id, place)?;
            let mut rows = part.map(|part| reader.of_part(&part.body)).unwrap_or_default();
            rows.retain(|row| works(read, row, actor.now));
            Ok((rows, job.parts))
        })?;
        for row in rows {
            if let Some((username, link)) = link_of(&row, &site) {
                // Neither has a character that would need quotes.
                to.extend_from_slice(format!("{},{link}\r\n", defused(&username)).as_bytes());
            }
        }
        place += 1;
        Ok(if place < parts { Then::More } else { Then::End })
    })
    .await
}

async fn show(
    visitor: Visitor,
    id: web::Path<JobId>,
    query: web::Query<TriedQuery>,
) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    let (line, rows, taken, job, may, readable) = state.store.read(|read| -> Result<_, Refusal> {
        let job = job::get(read, actor, *id)?;
        let may = job::may_do(read, actor, &job)?;
        let shown = may && matches!(job.work, Work::RosterImport(_)) && job.state.ended().is_some();
        let rows = if shown { rows(read, &job, PARTS_SHOWN, worth_seeing)? } else { Vec::new() };
        let taken = if may { taken(read, &job)? } else { None };
        let readable = job::require_result(&job).is_ok() && job::require_reader(read, actor, &job).is_ok();
        Ok((JobLine::of(read, actor, &job, state.config.jobs.parallel)?, rows, taken, job, may, readable))
    })?;
    let report = match &job.work {
        Work::RosterImport(import) if may => Some(&import.report),
        _ => None,
    };
    let erased = match &job.work {
        Work::PersonErasure(erasure) if may => Some(erasure.report()),
        _ => None,
    };
    let tried = query.into_inner().tried(&visitor.who);
    let finished_trial =
        report.is_some_and(|report| report.dry_run) && matches!(job.state, JobState::Done(_));
    let page = JobPage {
        frame,
        failure: match &job.state {
            JobState::Failed(_, failure) => Some(failure),
            _ => None,
        },
        stops: match job.state {
            JobState::Queued => true,
            JobState::Running => job.work.stops_half_way(),
            _ => false,
        },
        links: readable && job.work.has_links(),
        result: readable.then(|| format!("/api/jobs/{}/result", job.id)),
        tried: tried.filter(|_| finished_trial),
        line,
        report,
        rows,
        erased,
        taken,
        job: &job,
    };
    let active = page.line.active;
    let mut response = frame.show(&page)?;
    if active {
        // Works without scripts, too.
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, HeaderValue::from_static("3"));
    }
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct TriedQuery {
    file: Option<String>,
    encoding: Option<String>,
    links: Option<bool>,
}

impl TriedQuery {
    /// The file that was tried, where it is the viewer's own: whoever made the address may be somebody else.
    fn tried(self, who: &SignedIn) -> Option<Tried> {
        let file = self.file.filter(|file| KeptFor::People.open(who, file).is_ok())?;
        Some(Tried { file, encoding: self.encoding.unwrap_or_default(), links: self.links.unwrap_or(false) })
    }
}

async fn ask_cancel(visitor: Visitor, id: web::Path<JobId>) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (job, line) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let job = job::get(read, visitor.actor(), *id)?;
        let line = JobLine::of(read, visitor.actor(), &job, visitor.state.config.jobs.parallel)?;
        Ok((job.clone(), line))
    })?;
    let question = Confirm {
        question: frame.t1("admin-job-cancel-title", "kind", frame.t_of("admin-job-kind-", line.kind)),
        what: vec![line.progress(frame), frame.t("admin-job-cancel-stays").into_owned()],
        action: &format!("/admin/jobs/{}/cancel", job.id),
        button: frame.t("admin-job-cancel").into_owned(),
        back: &format!("/admin/jobs/{}", job.id),
        fields: &[],
    };
    question.show(frame)
}

async fn cancel(posted: Posted, id: web::Path<JobId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor, *id);
    let job = posted.state.store.write(Class::Interactive, move |txn| job::cancel(txn, &actor, id)).await?;
    if job.state.ended().is_some()
        && let Some(file) = job.work.file()
    {
        forget_file(&posted.state, file.to_owned()).await?;
    }
    Ok(posted.frame.go_and_say(&format!("/admin/jobs/{id}"), &Flash::done("admin-job-cancelled")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_wherever_the_parts_are_cut() {
        let row = |line: u32| RowReport {
            line,
            username: format!("p{line}"),
            user: None,
            account: AccountOutcome::Created,
            enrolments: Vec::new(),
            problems: vec!["a, b".to_owned()],
            notes: Vec::new(),
            activation_token: None,
        };
        let all: Vec<RowReport> = (0..5).map(row).collect();
        let text = all.iter().map(|row| serde_json::to_string(row).unwrap()).collect::<Vec<_>>().join(",");
        for size in [1, 7, 150, 10_000] {
            for head in ["", r#"{"dry_run":true,"problems":["#] {
                let mut reader = Rows::<RowReport>::new(!head.is_empty());
                let text = format!("{head}{text}");
                let read: Vec<RowReport> =
                    text.as_bytes().chunks(size).flat_map(|part| reader.of_part(part)).collect();
                assert_eq!(read, all, "in parts of {size} behind {head}");
            }
        }
    }
}
