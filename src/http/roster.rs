//! People as files: `POST /api/import/roster`, `GET /api/export/roster`, `GET /api/export/people`.

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::account::AccountView;
use super::actor::{SignedIn, state as state_of};
use super::address::Query;
use super::beside::beside;
use super::body::{collect, json, refuse_encoded, refuse_unless};
use super::job::{self, Prefers};
use super::once::KeyHead;
#[cfg(test)]
use super::problems::{JobView, OnceHeader, PreferHeader, Reading, Starting, Trying};
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::Trail;
use crate::beside::waiting;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account_change;
use crate::domain::job::{JobKind, PeopleExport, RosterImport, Work};
use crate::domain::once::OnceKey;
use crate::domain::refusal::Refusal;
use crate::domain::roster;
use crate::jobs::kept;
use crate::jobs::roster::{self as jobs, Checked, ROWS_AT_ONCE};
#[cfg(test)]
use crate::roster_import::RosterReport;
use crate::roster_import::{Importer, Options, PASSWORDS_OVER_HTTP};
use crate::state::State;
use crate::store::Class;

/// Accounts read at once for an export.
const EXPORT_PAGE: usize = 200;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let people = Needs::Site(Permission::ManagePeople);
    routes.add(Method::POST, "/api/import/roster", Class::Bulk, people, import);
    let see = Needs::Site(Permission::ViewPeople);
    routes.add(Method::GET, "/api/export/roster", Class::Bulk, see, export);
    routes.add(Method::GET, "/api/export/people", Class::Bulk, see, export_people);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(import, export, export_people))]
pub struct Api;

/// How to import.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct ImportQuery {
    /// Say what would happen and write nothing: seats that rows take and addresses that they free count for the rows behind them.
    dry_run: Option<bool>,
    /// Make activation links for accounts that have no password, no link that works and no suspension; the report has their
    /// tokens, once. A personal token may do that for new accounts, and notes the others; the report of a job needs a session. An
    /// answer that is lost takes the tokens with it: `Prefer: respond-async` or an `Idempotency-Key` has a job import, whose
    /// report can be read again.
    links: Option<bool>,
    /// The file's encoding when it is not UTF-8, such as `windows-1252`.
    encoding: Option<String>,
}

/// A CSV body from somebody who may import, with the key that it was sent with: nobody else's upload is read.
struct CsvBody(web::Bytes, Actor, Option<OnceKey>);

impl FromRequest for CsvBody {
    type Error = Refusal;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check(request, payload);
        let key = KeyHead::of(request);
        let payload = payload.take();
        Box::pin(async move {
            let (actor, state) = checked?;
            let bytes = collect(payload, state.config.server.upload_limit_bytes, &state).await?;
            let key = key?.map(|key| key.with(&bytes));
            Ok(Self(bytes, actor, key))
        })
    }
}

fn check(request: &HttpRequest, payload: &mut Payload) -> Result<(Actor, State), Refusal> {
    let state = state_of(request)?;
    let who = SignedIn::from_request(request, payload).into_inner()?;
    state.store.read(|read| access::require(read, &who, Permission::ManagePeople, Scope::Site))?;
    refuse_encoded(request)?;
    // A form cannot send text/csv, so a page of another site cannot either.
    refuse_unless(request, "text/csv")?;
    Ok((who.actor, state.clone()))
}

/// Makes and updates accounts and enrolments from a CSV file with Moodle's column names. A structural error refuses the
/// whole file before anything is written; a wrong row is skipped and reported. Up to 50,000 rows. More than 2,000 are
/// imported by a job, and so is a file with an `Idempotency-Key`; one that is imported at once has up to 1,000 new accounts
/// with a password. Importing the same file again changes nothing and goes on where an import was cut off. With `links` it notes
/// at each account that keeps a link that it may have been lost: `POST /api/accounts/{account}/password-link` makes another one.
/// A new address in other than its capitals withdraws a link. People of a file may hand their addresses on to each other; a job that
/// is cancelled in between may leave one of them without, until the file is imported again. Where a course has no `roleN`, `typeN` is
/// taken: 1 for a learner, 2 for a teacher, 3 for an assistant. A 0 in `enroltimestartN` or `enrolperiodN` says none, as an empty
/// cell does, and changes no date that is there. A day such as `2026-09-07` begins at midnight in the time zone of who imports, or in
/// `server.time_zone` for who has chosen none; a period of days keeps the time of day. `lang` and `timezone` are for who has chosen none.
#[cfg_attr(test, utoipa::path(post, path = "/api/import/roster", tag = "people", params(ImportQuery, PreferHeader, OnceHeader),
    request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What was done, or would be, row by row", body = RosterReport),
    (status = 202, description = "A job does it; its result is the report", body = JobView), Trying)))]
async fn import(
    state: web::Data<State>,
    query: Query<ImportQuery>,
    prefers: Prefers,
    body: CsvBody,
) -> Result<HttpResponse, Refusal> {
    let ImportQuery { dry_run, links, encoding } = query.into_inner();
    let options = Options {
        dry_run: dry_run.unwrap_or(false),
        links: links.unwrap_or(false),
        encoding,
        passwords: PASSWORDS_OVER_HTTP,
        password_for_the_rest: None,
    };
    let CsvBody(file, actor, key) = body;
    if let Some(answer) = job::repeated(&state, &actor, prefers, key)? {
        return Ok(answer);
    }
    // At once it is many transactions, and its report may have tokens, which no key keeps. A job is begun once.
    let by_job = prefers.respond_async || key.is_some();
    if by_job || rows_at_most(&file) > ROWS_AT_ONCE {
        let shared = state.clone();
        let checked = beside(&state, move || {
            let checked = jobs::check(&file, &options)?;
            let large = by_job || checked.rows > ROWS_AT_ONCE;
            let kept = if large { Some(kept::keep(&shared, &file)?) } else { None };
            Ok((file, options, kept.map(|kept| (kept, checked))))
        });
        let (file, options, kept) = checked.await?;
        return match kept {
            Some((kept, checked)) => start_import(&state, &actor, prefers, key, kept, checked).await,
            None => import_at_once(state, actor, file, options).await,
        };
    }
    import_at_once(state, actor, file, options).await
}

/// Lines of a file, however they end: at least as many as rows.
fn rows_at_most(file: &[u8]) -> usize {
    file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1
}

async fn start_import(
    state: &web::Data<State>,
    actor: &Actor,
    prefers: Prefers,
    key: Option<OnceKey>,
    file: String,
    checked: Checked,
) -> Result<HttpResponse, Refusal> {
    let Checked { rows, import } = checked;
    let work = Work::RosterImport(RosterImport { file: file.clone(), ..import });
    let answer = job::start(state, actor, prefers, key, move |txn, actor| {
        access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
        Ok((work, Some(rows as u64)))
    })
    .await;
    job::forget_file(state, file).await?;
    answer
}

async fn import_at_once(
    state: web::Data<State>,
    actor: Actor,
    file: web::Bytes,
    options: Options,
) -> Result<HttpResponse, Refusal> {
    let held = state.clone();
    let report = waiting(move || {
        let importer = Importer {
            store: &held.store,
            hashing: &held.hashing,
            password_min_length: held.config.sign_in.password_min_length,
            zone: &held.zone,
        };
        importer.import(&actor, &file, &options)
    })
    .await?;
    json(&report)
}

/// Everybody as CSV, in columns that an import reads: `username`, `firstname`, `lastname`, `email`, `suspended`, `lang`, `timezone`.
/// Extra fields of accounts are in `GET /api/export/people`. Fields that a spreadsheet would run as a formula have an
/// apostrophe in front, which an import takes off again.
#[cfg_attr(test, utoipa::path(get, path = "/api/export/roster", tag = "people", params(PreferHeader), responses(
    (status = 200, description = "The file", content_type = "text/csv", body = String),
    (status = 202, description = "A job writes it; its result is the file", body = JobView), Starting)))]
async fn export(
    who: SignedIn,
    state: web::Data<State>,
    prefers: Prefers,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    if prefers.respond_async {
        return job::start(&state, &who, prefers, None, |txn, actor| {
            access::require(txn, actor, Permission::ViewPeople, Scope::Site)?;
            Ok((Work::PeopleExport(PeopleExport { after: None }), None))
        })
        .await;
    }
    let noted = trail.of(JobKind::PeopleExport.name(), "people", None);
    let mut begun = false;
    let mut after = None;
    stream::file(&state, &who, "text/csv; charset=utf-8", "people.csv", noted, move |state, actor, to| {
        let rows =
            state.store.read(|read| account_change::list(read, actor, None, after.take(), EXPORT_PAGE))?;
        let mut text = String::new();
        if !std::mem::replace(&mut begun, true) {
            text.push_str(roster::EXPORT_COLUMNS);
        }
        for (_, account) in &rows {
            roster::export_line(&mut text, account);
        }
        to.extend_from_slice(text.as_bytes());
        let then = Then::after(rows.len(), EXPORT_PAGE);
        after = rows.into_iter().next_back().map(|(key, _)| key);
        Ok(then)
    })
    .await
}

/// Everybody with all fields, an account per line, in the order of ids.
#[cfg_attr(test, utoipa::path(get, path = "/api/export/people", tag = "people", responses(
    (status = 200, description = "An AccountView per line", content_type = "application/x-ndjson", body = AccountView),
    Reading)))]
async fn export_people(
    who: SignedIn,
    state: web::Data<State>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let noted = trail.of(JobKind::PeopleExport.name(), "people", None);
    let mut after = None;
    stream::file(&state, &who, NDJSON, "people.ndjson", noted, move |state, actor, to| {
        let accounts = state.store.read(|read| account_change::all(read, actor, after, EXPORT_PAGE))?;
        for account in &accounts {
            after = Some(account.id);
            stream::line(to, &AccountView::of(account))?;
        }
        Ok(Then::after(accounts.len(), EXPORT_PAGE))
    })
    .await
}
