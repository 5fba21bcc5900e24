//! Taking in the statements of another store from a file, and handing out all of them. The file becomes a job, whose page says what
//! came of it.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::super::require;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::JobId;
use crate::domain::job::{StatementImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::import;
use crate::http::beside::beside;
use crate::http::job::forget_file;
use crate::http::routes::{Needs, Routes};
use crate::jobs::kept;
use crate::state::State;
use crate::statement_import::{self, Packing};
use crate::store::Class;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::job;
use crate::web::upload::{UploadRight, Uploaded, file_problems};
use crate::web::visitor::Visitor;

/// The address of the form.
const HERE: &str = "/admin/records/import";

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let manage = Needs::Site(Permission::ManageSite);
    routes.page(HERE, Class::Browse, manage, show);
    routes.form(HERE, Class::Bulk, manage, begin);
}

/// The right to send a file of statements.
struct MayImport;

impl UploadRight for MayImport {
    fn require(state: &State, actor: &Actor, _: &HttpRequest) -> Result<(), Refusal> {
        require(state, actor, Permission::ManageSite)
    }
}

#[derive(Template)]
#[template(path = "records/import.html")]
struct ImportPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    /// The longest file that a form may bring, in MiB.
    most: u64,
}

impl<'a> ImportPage<'a> {
    fn of(frame: &'a Frame, form: &'a Form, state: &State) -> Self {
        let most = state.config.server.upload_limit_bytes as u64 / (1024 * 1024);
        Self { frame, form, most }
    }
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    let form = Form::of(Fields::default().with("dry_run", true));
    form.show(&visitor.frame, &ImportPage::of(&visitor.frame, &form, &visitor.state))
}

async fn begin(uploaded: Uploaded<MayImport>) -> Result<HttpResponse, Refusal> {
    let file = uploaded.file("file").map(|file| file.bytes.to_vec());
    let Uploaded { who, frame, fields, state, .. } = uploaded;
    let dry_run = fields.ticked("dry_run");
    let begun = match file {
        Ok(file) => begun(&state, &who.actor, file, dry_run).await,
        Err(refusal) => Err(refusal),
    };
    match begun {
        Ok(job) => {
            let said = if dry_run { "records-import-tried" } else { "records-import-begun" };
            Ok(frame.go_and_say(&format!("/admin/jobs/{job}"), &Flash::done(said)))
        }
        Err(refusal) => {
            let form = Form::refused(fields, file_problems(refusal), frame.text)?;
            form.show(&frame, &ImportPage::of(&frame, &form, &state))
        }
    }
}

/// Keeps a file and starts the job that reads it.
async fn begun(state: &State, actor: &Actor, file: Vec<u8>, dry_run: bool) -> Result<JobId, Refusal> {
    let held = state.clone();
    let (name, lines) = beside(state, move || {
        let breaks = file.split(|byte| *byte == b'\n').skip(1).count() as u64;
        let lines = breaks + u64::from(file.last().is_some_and(|byte| *byte != b'\n'));
        Ok((kept::keep(&held, &file)?, lines))
    })
    .await?;
    let started = started(state, actor, &name, lines, dry_run).await;
    if started.is_err() {
        forget_file(state, name).await?;
    }
    started
}

async fn started(
    state: &State,
    actor: &Actor,
    name: &str,
    lines: u64,
    dry_run: bool,
) -> Result<JobId, Refusal> {
    let (held, file) = (state.clone(), name.to_owned());
    let packing = beside(state, move || {
        let (opened, begin) = kept::open(&held, &file)?;
        statement_import::check(&held.config.xapi, opened, begin, Packing::Ndjson)
    })
    .await?;
    let zip = packing == Packing::Zip;
    let work = StatementImport::of(name.to_owned(), zip, dry_run);
    job::begin(state, actor, move |txn, actor| {
        import::require(txn, actor)?;
        // How many lines a zip has is known at its end.
        Ok((Work::StatementImport(work), (!zip).then_some(lines)))
    })
    .await
}
