//! Importing people from a CSV file: it is tried first, and nothing is written; then the same file is imported. Between
//! the two it is kept beside the store for whoever tried it; a file that is never imported goes a day later.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::jobs::{ROWS_SHOWN, Tried, worth_seeing};
use super::people::link_address;
use super::require;
use crate::beside::waiting;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::ids::JobId;
use crate::domain::job::{RosterImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{AccountOutcome, RosterReport, RowReport};
use crate::http::actor::SignedIn;
use crate::http::beside::{beside, beside_in_time};
use crate::http::job::forget_file;
use crate::http::routes::{Needs, Routes};
use crate::jobs::kept as kept_files;
use crate::jobs::roster::{self, ROWS_AT_ONCE};
use crate::roster_import::{Importer, Options};
use crate::state::State;
use crate::store::Class;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::job;
use crate::web::upload::{KeptFor, UploadRight, Uploaded, file_choices, file_problems, kept_file};
use crate::web::visitor::{Posted, Visitor};

/// Rows that are imported while the browser waits; their passwords take some seconds of a hashing thread. More are a job.
const IMPORTED_AT_ONCE: usize = 100;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let manage = Needs::Site(Permission::ManagePeople);
    routes.page("/admin/people/import", Class::Browse, manage, show);
    routes.form("/admin/people/import", Class::Bulk, manage, try_out);
    routes.form("/admin/people/import/run", Class::Bulk, manage, run);
}

/// The right to send a file of people.
struct MayImport;

impl UploadRight for MayImport {
    fn require(state: &State, actor: &Actor, _: &HttpRequest) -> Result<(), Refusal> {
        require(state, actor, Permission::ManagePeople)
    }
}

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    encodings: Vec<(&'static str, String)>,
}

impl<'a> ImportPage<'a> {
    fn of(frame: &'a Frame, form: &'a Form) -> Self {
        Self { frame, form, encodings: file_choices(frame) }
    }
}

#[derive(Template)]
#[template(path = "admin/imported.html")]
struct ReportPage<'a> {
    frame: &'a Frame,
    report: &'a RosterReport,
    rows: Vec<&'a RowReport>,
    /// Username and address of each activation link.
    links: Vec<(String, String)>,
    tried: Option<Tried>,
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManagePeople)?;
    let form = Form::of(Fields::default().with("links", true));
    form.show(&visitor.frame, &ImportPage::of(&visitor.frame, &form))
}

/// How a file is to be read; passwords are no question of time here, because many rows are a job.
fn options(fields: &Fields, dry_run: bool) -> Options {
    Options {
        dry_run,
        links: fields.ticked("links"),
        encoding: fields.optional("encoding").map(str::to_owned),
        passwords: usize::MAX,
        password_for_the_rest: None,
    }
}

/// What a file came to.
enum Outcome {
    Report(RosterReport),
    Job(JobId),
}

async fn at_once(
    state: &State,
    actor: &Actor,
    file: Vec<u8>,
    options: Options,
) -> Result<RosterReport, Refusal> {
    let (held, actor) = (state.clone(), actor.clone());
    waiting(move || {
        let importer = Importer {
            store: &held.store,
            hashing: &held.hashing,
            password_min_length: held.config.sign_in.password_min_length,
            zone: &held.zone,
        };
        importer.import(&actor, &file, &options)
    })
    .await
}

/// Starts a job that reads a kept file.
async fn start(
    state: &State,
    actor: &Actor,
    kept: &str,
    rows: usize,
    import: RosterImport,
) -> Result<JobId, Refusal> {
    let work = Work::RosterImport(RosterImport { file: kept.to_owned(), ..import });
    job::begin(state, actor, move |txn, actor| {
        access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
        Ok((work, Some(rows as u64)))
    })
    .await
}

/// Tries a file out. What is kept for the import is another copy than the one that a job reads and removes.
async fn tried(
    state: &State,
    actor: &Actor,
    file: Vec<u8>,
    fields: &Fields,
) -> Result<(Outcome, String), Refusal> {
    let (held, how) = (state.clone(), options(fields, true));
    let (file, how, checked, kept) = beside(state, move || {
        let checked = roster::check(&file, &how)?;
        let kept = kept_files::keep(&held, &file)?;
        Ok((file, how, checked, kept))
    })
    .await?;
    if checked.rows <= ROWS_AT_ONCE {
        return Ok((Outcome::Report(at_once(state, actor, file, how).await?), kept));
    }
    let held = state.clone();
    let for_job = beside_in_time(state, move || kept_files::keep(&held, &file)).await?;
    match start(state, actor, &for_job, checked.rows, checked.import).await {
        Ok(job) => Ok((Outcome::Job(job), kept)),
        Err(refusal) => {
            forget_file(state, for_job).await?;
            forget_file(state, kept).await?;
            Err(refusal)
        }
    }
}

async fn try_out(uploaded: Uploaded<MayImport>) -> Result<HttpResponse, Refusal> {
    let file = uploaded.file("file").map(|file| file.bytes.to_vec());
    let Uploaded { who, frame, fields, state, .. } = uploaded;
    let done = match file {
        Ok(file) => tried(&state, &who.actor, file, &fields).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok((outcome, file)) => {
            let encoding = fields.get("encoding").to_owned();
            let file = KeptFor::People.sealed(&who, &file);
            let tried = Tried { file, encoding, links: fields.ticked("links") };
            match outcome {
                Outcome::Report(report) => show_report(&frame, &report, Vec::new(), Some(tried)),
                Outcome::Job(job) => {
                    let Tried { file, encoding, links } = tried;
                    let encoding = crate::web::sign_in::encoded(&encoding);
                    let query = format!("file={file}&encoding={encoding}&links={links}");
                    Ok(frame.go(&format!("/admin/jobs/{job}?{query}")))
                }
            }
        }
        Err(refusal) => refused(&frame, fields, refusal),
    }
}

fn show_report(
    frame: &Frame,
    report: &RosterReport,
    links: Vec<(String, String)>,
    tried: Option<Tried>,
) -> Result<HttpResponse, Refusal> {
    let rows = report.results.iter().filter(|row| worth_seeing(row)).take(ROWS_SHOWN).collect();
    frame.show(&ReportPage { frame, report, rows, links, tried })
}

/// The form with what is wrong.
fn refused(frame: &Frame, fields: Fields, refusal: Refusal) -> Result<HttpResponse, Refusal> {
    let form = Form::refused(fields, file_problems(refusal), frame.text)?;
    form.show(frame, &ImportPage::of(frame, &form))
}

async fn run(request: HttpRequest, posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    require(&state, &who.actor, Permission::ManagePeople)?;
    match imported(&state, &who, &fields).await {
        Ok(Outcome::Job(job)) => Ok(frame.go(&format!("/admin/jobs/{job}"))),
        Ok(Outcome::Report(report)) => {
            let links = report.results.iter().filter_map(|row| {
                let token = row.activation_token.as_deref()?;
                Some((row.username.clone(), link_address(&state, &request, token)))
            });
            show_report(&frame, &report, links.collect(), None)
        }
        Err(refusal) => refused(&frame, fields, refusal),
    }
}

/// Imports a kept file and removes it.
async fn imported(state: &State, who: &SignedIn, fields: &Fields) -> Result<Outcome, Refusal> {
    let (actor, name) = (&who.actor, KeptFor::People.open(who, fields.get("file"))?);
    let (held, how, kept) = (state.clone(), options(fields, false), name.clone());
    let (file, how, checked) = beside(state, move || {
        let file = kept_file(&held, &kept)?;
        let checked = roster::check(&file, &how)?;
        Ok((file, how, checked))
    })
    .await?;
    if checked.rows > IMPORTED_AT_ONCE {
        return Ok(Outcome::Job(start(state, actor, &name, checked.rows, checked.import).await?));
    }
    let report = at_once(state, actor, file, how).await?;
    forget_file(state, name).await?;
    Ok(Outcome::Report(report))
}
