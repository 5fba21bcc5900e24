//! One person in the learning records: everything of them as a file, and erasing it. `docs/xapi.md` says what goes and what stays.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;

use super::actor::SignedIn;
use super::job::{self, JobView, PreferHeader, Prefers};
use super::once::{Once, OnceHeader};
use super::problems::{Reading, Trying};
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::xapi;
use crate::domain::access::Permission;
use crate::domain::ids::UserId;
use crate::domain::job::Work;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::document::{Bytes, Document};
use crate::domain::xapi::own::Site;
use crate::domain::xapi::people::erase::{Erasure, ErasureWay, PersonErasureReport};
use crate::domain::xapi::people::{Person, find, require};
use crate::domain::xapi::record::file_name;
use crate::domain::xapi::scalar::uuid_text;
use crate::state::State;
use crate::store::{Class, Read as _};

/// Statements of one read.
const STATEMENTS_AT_ONCE: usize = 100;
/// Documents of one read; each may have some megabytes.
const DOCUMENTS_AT_ONCE: usize = 10;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/xapi/people/statements", Class::Bulk, needs, statements);
    routes.add(Method::GET, "/api/xapi/people/documents", Class::Bulk, needs, documents);
    routes.add(Method::POST, "/api/xapi/people/erase", Class::Bulk, needs, erase);
}

/// The documents of this file.
#[derive(OpenApi)]
#[openapi(paths(statements, documents, erase), components(schemas(PersonErasureReport, PersonDocumentView)))]
pub struct Api;

/// Who.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PersonQuery {
    /// An agent as JSON, as in a query of statements.
    agent: Option<String>,
    /// An account of this installation, by the agent that its own statements have for it.
    account: Option<UserId>,
}

impl PersonQuery {
    fn parse(self, state: &State, who: &SignedIn) -> Result<Person, Refusal> {
        let agents: Vec<(String, String)> =
            self.agent.into_iter().map(|text| ("?agent".to_owned(), text)).collect();
        state.store.read(|read| {
            require(read, who)?;
            Person::parse(read, &agents, self.account)
        })
    }
}

/// Every statement that names a person in any place, voided ones too: as who acts or is acted on, instructor, member of a group,
/// authority, and inside a statement that is the object. A statement per line, in the order of storing.
#[utoipa::path(get, path = "/api/xapi/people/statements", tag = "learning records", params(PersonQuery), responses(
    (status = 200, description = "A statement per line", content_type = "application/x-ndjson", body = String), Reading))]
async fn statements(
    who: SignedIn,
    state: web::Data<State>,
    query: web::Query<PersonQuery>,
) -> Result<HttpResponse, Refusal> {
    let person = query.into_inner().parse(&state, &who)?;
    let mut after = None;
    stream::file(&state, &who, NDJSON, "person-statements.ndjson", move |state, actor, to| {
        let page =
            state.store.read(|read| find::statements(read, actor, &person, after, STATEMENTS_AT_ONCE))?;
        for statement in &page.statements {
            to.extend_from_slice(xapi::told_line(state, statement)?.as_bytes());
        }
        after = page.next;
        Ok(Then::from(&after))
    })
    .await
}

/// What a document is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonDocumentKind {
    /// The state of somebody in an activity.
    State,
    /// A profile of an agent.
    AgentProfile,
}

/// A document of a person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
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
    fn of(state: &State, document: &Document) -> Result<Self, Refusal> {
        let kind = if document.activity.is_some() {
            PersonDocumentKind::State
        } else {
            PersonDocumentKind::AgentProfile
        };
        let content = match &document.bytes {
            Bytes::Here(bytes) => STANDARD.encode(bytes),
            Bytes::File { sha256, .. } => {
                let name = file_name(sha256);
                let found = state.blobs.get(&name).map_err(|error| INTERNAL.refuse(error.to_string()))?;
                let missing = || INTERNAL.refuse(format!("the file {name} of a document is missing"));
                STANDARD.encode(found.ok_or_else(missing)?)
            }
        };
        Ok(Self {
            kind,
            activity: document.activity.clone(),
            registration: (document.registration != [0; 16]).then(|| uuid_text(&document.registration)),
            id: document.id.clone(),
            content_type: document.content_type.clone(),
            updated: document.updated.text(),
            content,
        })
    }
}

/// Every state and every profile of a person, a `PersonDocumentView` per line.
#[utoipa::path(get, path = "/api/xapi/people/documents", tag = "learning records", params(PersonQuery), responses(
    (status = 200, description = "A document per line", content_type = "application/x-ndjson", body = String), Reading))]
async fn documents(
    who: SignedIn,
    state: web::Data<State>,
    query: web::Query<PersonQuery>,
) -> Result<HttpResponse, Refusal> {
    let person = query.into_inner().parse(&state, &who)?;
    let mut place = (0, None);
    stream::file(&state, &who, NDJSON, "person-documents.ndjson", move |state, actor, to| {
        let begin = std::mem::take(&mut place);
        let (found, next) =
            state.store.read(|read| find::documents(read, actor, &person, begin, DOCUMENTS_AT_ONCE))?;
        for document in &found {
            stream::line(to, &PersonDocumentView::of(state, document)?)?;
        }
        let then = Then::from(&next);
        place = next.unwrap_or_default();
        Ok(then)
    })
    .await
}

/// Who is to be erased, and how.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonErasureInput {
    /// Everything that identifies the person: agents as statements have them.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
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
/// was erased does not come back when it is sent again. Nothing of it can be undone.
#[utoipa::path(post, path = "/api/xapi/people/erase", tag = "learning records", params(PreferHeader, OnceHeader),
    request_body = PersonErasureInput,
    responses((status = 202, description = "A job does it", body = JobView), Trying))]
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
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let home = state.config.server.home();
    job::start(&state, &who, prefers, input.key, move |txn, actor| {
        require(txn, actor)?;
        let person = Person::parse(txn, &agents, account)?;
        let base = txn.get::<Site>(&0)?.map_or(home, |site| site.base.clone());
        Ok((Work::PersonErasure(Erasure::of(person, how, dry_run, &base, random)), None))
    })
    .await
}
