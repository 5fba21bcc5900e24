//! One person in the learning records: everything of them as a file, and erasing it. `docs/xapi.md` says what goes and what stays.

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::address::Query;
use super::job::{self, Prefers};
use super::once::Once;
#[cfg(test)]
use super::problems::{JobView, OnceHeader, PreferHeader, Reading, Trying};
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::Trail;
use super::xapi_export::{self, Pages};
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::UserId;
use crate::domain::job::Work;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::document::{Bytes, Document};
use crate::domain::xapi::json::parse_text;
#[cfg(test)]
use crate::domain::xapi::people::erase::PersonErasureReport;
use crate::domain::xapi::people::erase::{Erasure, ErasureWay};
use crate::domain::xapi::people::{Person, find, require};
use crate::domain::xapi::query;
use crate::domain::xapi::record::{Stored, file_name};
use crate::domain::xapi::scalar::uuid_text;
use crate::state::State;
use crate::store::{Class, Txn};

/// Statements of one read.
const STATEMENTS_AT_ONCE: usize = 100;
/// Text of statements that is in memory at once: behind so much the next one waits.
const TEXT_BYTES_AT_ONCE: u64 = 1024 * 1024;
/// What the audit trail calls an export of one person. It does not say whose: they may be erased later.
const EXPORT: &str = "person_export";
/// And what that is about.
const RECORDS: &str = "learning records of a person";
/// Bytes of a document that are in memory at once. Threes of them are fours of Base64, so that pieces stand behind each other.
const DOCUMENT_BYTES_AT_ONCE: u64 = 3 * 256 * 1024;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/xapi/people/statements", Class::Bulk, needs, statements);
    routes.add(Method::GET, "/api/xapi/people/statements.zip", Class::Bulk, needs, statements_zip);
    routes.add(Method::GET, "/api/xapi/people/documents", Class::Bulk, needs, documents);
    routes.add(Method::POST, "/api/xapi/people/erase", Class::Bulk, needs, erase);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(statements, statements_zip, documents, erase),
    components(schemas(PersonErasureReport, PersonDocumentView))
)]
pub struct Api;

/// Who.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct PersonQuery {
    /// An agent as JSON, as in a query of statements, or a list of agents that are the same person.
    agent: Option<String>,
    /// An account of this installation, by the agent that its own statements have for it.
    account: Option<UserId>,
}

impl PersonQuery {
    fn parse(self, state: &State, who: &SignedIn) -> Result<Person, Refusal> {
        let at = |text: &str| ("?agent".to_owned(), text.to_owned());
        let several = |text: &str| {
            let list = parse_text(text).ok()?;
            Some(list.items()?.iter().map(|item| at(item.raw)).collect::<Vec<_>>())
        };
        let agents = self.agent.as_deref().map(|text| several(text).unwrap_or_else(|| vec![at(text)]));
        let agents = agents.unwrap_or_default();
        state.store.read(|read| {
            require(read, who)?;
            Person::parse(
                read,
                ("?agent", agents.as_slice()),
                self.account.map(|account| ("?account", account)),
            )
        })
    }
}

/// Who, and where to begin.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct PersonZipQuery {
    /// An agent as JSON, as in a query of statements, or a list of agents that are the same person.
    agent: Option<String>,
    /// An account of this installation, by the agent that its own statements have for it.
    account: Option<UserId>,
    /// What the `next.json` of the zip before says.
    after: Option<String>,
}

/// Statements of a person behind a place, and what voids them: as many as are in memory at once.
fn page(
    state: &State,
    actor: &Actor,
    person: &Person,
    after: Option<Stored>,
) -> Result<query::Page, Refusal> {
    state.store.read(|read| {
        let found = find::statements(read, actor, person, after, STATEMENTS_AT_ONCE)?;
        let (mut page, mut bytes) = (query::Page::default(), 0);
        for statement in found.statements {
            if bytes > TEXT_BYTES_AT_ONCE {
                return Ok(page);
            }
            let voids = find::voiding(read, person, &statement)?;
            bytes += statement.text_bytes() + voids.as_ref().map_or(0, |voids| voids.text_bytes());
            page.next = Some(statement.stored);
            page.statements.push(statement);
            page.statements.extend(voids);
        }
        Ok(query::Page { next: found.next, ..page })
    })
}

/// Every statement that names a person in any place, voided ones too: as who acts or is acted on, instructor, member of a group,
/// authority, and inside a statement that is the object. A statement per line, in the order of storing. Behind a voided one stands the
/// statement that voids it: it may name others alone.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/people/statements", tag = "learning records", params(PersonQuery), responses(
    (status = 200, description = "A statement per line", content_type = "application/x-ndjson", body = serde_json::Value), Reading)))]
async fn statements(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<PersonQuery>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let person = query.into_inner().parse(&state, &who)?;
    let pages: Pages = Box::new(move |state, actor, after| page(state, actor, &person, after));
    let noted = trail.of(EXPORT, RECORDS, None);
    xapi_export::lines(&state, &who, "person-statements.ndjson", noted, None, pages).await
}

/// The same with the files of statements, as a zip like that of all statements (`/api/export/statements.zip`).
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/people/statements.zip", tag = "learning records", params(PersonZipQuery),
    responses((status = 200, description = "The zip", content_type = "application/zip", body = Vec<u8>), Reading)))]
async fn statements_zip(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<PersonZipQuery>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let PersonZipQuery { agent, account, after } = query.into_inner();
    let after = xapi_export::place(after.as_deref())?;
    let person = PersonQuery { agent, account }.parse(&state, &who)?;
    let pages: Pages = Box::new(move |state, actor, after| page(state, actor, &person, after));
    let noted = trail.of(EXPORT, RECORDS, None);
    xapi_export::zip(&state, &who, "person-statements.zip", noted, after, pages).await
}

/// What a document is.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonDocumentKind {
    /// The state of somebody in an activity.
    State,
    /// A profile of an agent.
    AgentProfile,
}

/// A document of a person.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PersonDocumentView {
    /// What it is.
    pub kind: PersonDocumentKind,
    /// The activity of a state.
    pub activity: Option<String>,
    /// The registration of a state, when it has one.
    pub registration: Option<String>,
    /// Its id.
    pub id: String,
    /// Its media type.
    pub content_type: String,
    /// When it was written.
    pub updated: String,
    /// Its bytes in Base64.
    pub content: String,
}

impl PersonDocumentView {
    fn of(document: &Document, content: String) -> Self {
        let kind = if document.activity.is_some() {
            PersonDocumentKind::State
        } else {
            PersonDocumentKind::AgentProfile
        };
        Self {
            kind,
            activity: document.activity.clone(),
            registration: (document.registration != [0; 16]).then(|| uuid_text(&document.registration)),
            id: document.id.clone(),
            content_type: document.content_type.clone(),
            updated: document.updated.text(),
            content,
        }
    }
}

fn failed(error: &io::Error) -> Refusal {
    INTERNAL.refuse(format!("reading a document: {error}"))
}

/// Documents that are being sent. One may be longer than what is to be in memory, so its bytes are read as they go.
struct Documents {
    person: Person,
    place: find::DocumentPlace,
    /// The line of this one has begun.
    open: Option<File>,
}

/// What stands behind the bytes of a document, whose view ends with them.
const END_OF_LINE: &[u8] = b"\"}\n";

impl Documents {
    /// Writes the next line, or some of a long one.
    fn more(&mut self, state: &State, actor: &Actor, to: &mut Vec<u8>) -> Result<Then, Refusal> {
        if let Some(mut file) = self.open.take() {
            state.store.read(|read| require(read, actor))?;
            let mut bytes = Vec::new();
            let read = (&mut file).take(DOCUMENT_BYTES_AT_ONCE).read_to_end(&mut bytes);
            read.map_err(|error| failed(&error))?;
            to.extend_from_slice(STANDARD.encode(&bytes).as_bytes());
            if bytes.len() as u64 == DOCUMENT_BYTES_AT_ONCE {
                self.open = Some(file);
            } else {
                to.extend_from_slice(END_OF_LINE);
            }
            return Ok(Then::More);
        }
        let place = std::mem::take(&mut self.place);
        let (found, next) = state.store.read(|read| find::documents(read, actor, &self.person, place, 1))?;
        let Some(next) = next else { return Ok(Then::End) };
        self.place = next;
        for document in &found {
            self.begin(state, document, to)?;
        }
        Ok(Then::More)
    }

    fn begin(&mut self, state: &State, document: &Arc<Document>, to: &mut Vec<u8>) -> Result<(), Refusal> {
        match &document.bytes {
            Bytes::Here(bytes) => {
                stream::line(to, &PersonDocumentView::of(document, STANDARD.encode(bytes)))?;
            }
            Bytes::File { sha256, .. } => {
                let name = file_name(sha256);
                let file = state.blobs.reader(&name).map_err(|error| failed(&error))?;
                self.open =
                    Some(file.ok_or_else(|| failed(&io::Error::other(format!("{name} is missing"))))?);
                stream::line(to, &PersonDocumentView::of(document, String::new()))?;
                if !to.ends_with(END_OF_LINE) {
                    return Err(INTERNAL.refuse("a document does not end with its bytes"));
                }
                to.truncate(to.len() - END_OF_LINE.len());
            }
        }
        Ok(())
    }
}

/// Every state and every profile of a person, a `PersonDocumentView` per line.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/people/documents", tag = "learning records", params(PersonQuery), responses(
    (status = 200, description = "A document per line", content_type = "application/x-ndjson", body = PersonDocumentView),
    Reading)))]
async fn documents(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<PersonQuery>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let person = query.into_inner().parse(&state, &who)?;
    let noted = trail.of(EXPORT, RECORDS, None);
    let mut documents = Documents { person, place: (0, None), open: None };
    stream::file(&state, &who, NDJSON, "person-documents.ndjson", noted, move |state, actor, to| {
        documents.more(state, actor, to)
    })
    .await
}

/// Who is to be erased, and how.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonErasureInput {
    /// Everything that identifies the person: agents as statements have them.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Vec<Object>))]
    pub agents: Vec<serde_json::Value>,
    /// An account of this installation, by the agent that its own statements have for it.
    pub account: Option<UserId>,
    /// How.
    pub how: ErasureWay,
    /// Say what would happen and write nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Erases a person from the learning records, or makes them nameless. A job does it; its result is a `PersonErasureReport`. What
/// was erased does not come back when it is sent again. Nothing of it can be undone. Imports of statements that were taken in before are
/// done first; a dry run waits for none.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/people/erase", tag = "learning records", params(PreferHeader, OnceHeader),
    request_body = PersonErasureInput,
    responses((status = 202, description = "A job does it", body = JobView), Trying)))]
async fn erase(
    who: SignedIn,
    state: web::Data<State>,
    prefers: Prefers,
    input: Once<PersonErasureInput>,
) -> Result<HttpResponse, Refusal> {
    let PersonErasureInput { agents, account, how, dry_run } = input.body;
    let agents: Vec<(String, String)> = agents
        .iter()
        .enumerate()
        .map(|(place, agent)| (format!("/agents/{place}"), agent.to_string()))
        .collect();
    let prepare = erasure(&state, agents, account, (how, dry_run))?;
    job::start(&state, &who, prefers, input.key, move |txn, actor| Ok((prepare(txn, actor)?, None))).await
}

/// What takes an erasure in, in the transaction that starts its job.
pub fn erasure(
    state: &State,
    agents: Vec<(String, String)>,
    account: Option<UserId>,
    how: (ErasureWay, bool),
) -> Result<impl FnOnce(&mut Txn<'_>, &Actor) -> Result<Work, Refusal> + Send + use<>, Refusal> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let home = state.home.clone();
    Ok(move |txn: &mut Txn<'_>, actor: &Actor| {
        require(txn, actor)?;
        let person =
            Person::parse(txn, ("/agents", agents.as_slice()), account.map(|account| ("/account", account)))?;
        Ok(Work::PersonErasure(Erasure::of(txn, person, how, &home, random)?))
    })
}
