//! The learning record store under `/xapi`. One handler per resource and method group: what a request is (its version, who
//! sends it, its parameters, its body, whichever way they came) is found out in `call`, then one function of the resource answers.

mod call;
mod cors;
mod documents;
mod files;
mod known;
mod params;
mod read;
mod write;

use std::cell::RefCell;

use actix_web::body::BoxBody;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};

use super::actor::state as state_of;
use super::routes::{Needs, Routes};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::INVALID_REQUEST;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::record::Stored;
use crate::domain::xapi::version::Version;
use crate::domain::xapi::watermark;
use crate::state::State;
use crate::store::Class;
use call::{Call, Told};

/// Where the store is.
const ROOT: &str = "/xapi/";

/// The version that a request or an answer is in.
pub const VERSION_HEADER: HeaderName = HeaderName::from_static("x-experience-api-version");
/// The moment up to which everything that is stored can be read.
const CONSISTENT_THROUGH: HeaderName = HeaderName::from_static("x-experience-api-consistent-through");

const PATHS: [&str; 7] = [
    "/xapi/statements",
    "/xapi/activities",
    "/xapi/activities/state",
    "/xapi/activities/profile",
    "/xapi/agents",
    "/xapi/agents/profile",
    "/xapi/about",
];

/// A resource of xAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    Statements,
    Activities,
    States,
    ActivityProfiles,
    Agents,
    AgentProfiles,
    About,
}

/// Routes of this folder. Tools report while people learn: what they write is as urgent as what people do, reading is not.
pub fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let (put, post, delete) = (Method::PUT, Method::POST, Method::DELETE);
    let known = Needs::Credential;
    for path in PATHS {
        // What is written from a page of another origin waits for it.
        routes.lrs(Method::OPTIONS, path, Interactive, Needs::Nothing, cors::preflight);
    }
    let mut read = |path, needs, handler| routes.lrs(Method::GET, path, Browse, needs, handler);
    read("/xapi/statements", known, handler(Resource::Statements));
    read("/xapi/activities", known, handler(Resource::Activities));
    read("/xapi/activities/state", known, handler(Resource::States));
    read("/xapi/activities/profile", known, handler(Resource::ActivityProfiles));
    read("/xapi/agents", known, handler(Resource::Agents));
    read("/xapi/agents/profile", known, handler(Resource::AgentProfiles));
    read("/xapi/about", Needs::Nothing, handler(Resource::About));
    for method in [&put, &post, &delete] {
        let mut write = |path, handler| routes.lrs(method.clone(), path, Interactive, known, handler);
        if method != delete {
            write("/xapi/statements", handler(Resource::Statements));
        }
        write("/xapi/activities/state", handler(Resource::States));
        write("/xapi/activities/profile", handler(Resource::ActivityProfiles));
        write("/xapi/agents/profile", handler(Resource::AgentProfiles));
    }
    // The alternate request syntax of 1.0.3 posts what is read.
    for (path, resource) in [("/xapi/activities", Resource::Activities), ("/xapi/agents", Resource::Agents)] {
        routes.lrs(post.clone(), path, Browse, known, handler(resource));
    }
    routes.lrs(post, "/xapi/about", Browse, Needs::Nothing, handler(Resource::About));
}

type Answer = std::pin::Pin<Box<dyn Future<Output = HttpResponse>>>;

fn handler(resource: Resource) -> impl Fn(HttpRequest, web::Payload) -> Answer + Clone + 'static {
    move |request, payload| Box::pin(answer(resource, request, payload))
}

async fn answer(resource: Resource, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let version = if resource == Resource::About { "2.0.0" } else { "0.95" };
    let mut told = Told { version, bare: false };
    let (mut caller, mut through) = (None, None);
    let outcome = match Call::read(&request, payload, resource, &mut told).await {
        Ok(Some(mut call)) => {
            caller = Some(call.caller.clone());
            if call.method == Method::GET {
                // Before the look: what comes between the two is shown, and is not said to be all.
                through = Some(shown_through(&call.state));
            }
            dispatch(resource, &mut call).await
        }
        Ok(None) => known::about(&request),
        Err(refusal) => Err(refusal),
    };
    let mut response = outcome.unwrap_or_else(|refusal| refused(&refusal));
    cors::answered(&mut response, &request, caller.as_deref().map(Caller::origins));
    let headers = response.headers_mut();
    headers.insert(VERSION_HEADER, HeaderValue::from_static(told.version));
    let through = through.unwrap_or_else(|| shown_through(state_of(&request).ok()?));
    if let Some(value) = through.and_then(through_text) {
        headers.insert(CONSISTENT_THROUGH, value);
    }
    if told.bare { response.set_body(BoxBody::new("")) } else { response }
}

/// The moment up to which whoever looks from now on sees everything.
fn shown_through(state: &State) -> Option<Stored> {
    state.store.read(|read| watermark::through(read, state.now())).ok()
}

/// A moment up to which everything can be read, as a header. While nothing is written it is now, the same for all answers of a
/// millisecond, so a thread keeps the last one.
fn through_text(through: Stored) -> Option<HeaderValue> {
    thread_local! {
        static LAST: RefCell<Option<(Stored, HeaderValue)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| {
        if let Some((_, text)) = last.as_ref().filter(|(moment, _)| *moment == through) {
            return Some(text.clone());
        }
        let text = HeaderValue::try_from(through.text()).ok()?;
        *last = Some((through, text.clone()));
        Some(text)
    })
}

/// Names the version of an answer that no resource gave (a method or an address that does not exist, or no room), and lets pages
/// of other origins read it.
pub(super) fn refused_before(request: &HttpRequest, response: &mut HttpResponse) {
    if request.path().starts_with(ROOT) {
        cors::answered(response, request, None);
        response.headers_mut().insert(VERSION_HEADER, HeaderValue::from_static(asked_version(request)));
    }
}

/// The version of an answer for which it does not matter whether the version of the request is spoken here.
fn asked_version(request: &HttpRequest) -> &'static str {
    let header = request.headers().get(VERSION_HEADER).and_then(|value| value.to_str().ok());
    named(header.and_then(Version::parse).unwrap_or(Version::Two))
}

fn refused(refusal: &Refusal) -> HttpResponse {
    let mut response = refusal.error_response();
    if response.headers().contains_key(WWW_AUTHENTICATE) {
        let both = HeaderValue::from_static("Basic realm=\"xAPI\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, both);
        response.headers_mut().append(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

async fn dispatch(resource: Resource, call: &mut Call) -> Result<HttpResponse, Refusal> {
    let method = call.method.clone();
    match (resource, method.as_str()) {
        (Resource::Statements, "GET") => read::statements(call).await,
        (Resource::Statements, "PUT") => write::put(call).await,
        (Resource::Statements, "POST") => write::post(call).await,
        (Resource::Activities, "GET") => known::activity(call),
        (Resource::Agents, "GET") => known::person(call),
        (Resource::States | Resource::ActivityProfiles | Resource::AgentProfiles, _) => {
            documents::answer(resource, call).await
        }
        _ if call.version == Version::Two => {
            Err(INVALID_REQUEST.refuse("this resource does not take this method"))
        }
        // No route takes it: the alternate syntax says it, or would have to.
        _ => Err(params::wrong("method", "names none that this resource takes")),
    }
}

/// What a version calls the answer.
const fn named(version: Version) -> &'static str {
    version.name()
}
