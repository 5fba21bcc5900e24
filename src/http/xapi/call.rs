//! What a request is: its method, version, sender, parameters, headers and body. With the alternate request syntax of 1.0.3 all of
//! them but the version of the interface come in a form that is posted.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::params::{Params, pairs, wrong};
use super::{Resource, VERSION_HEADER, named};
use crate::admission::rate::Counts;
use crate::domain::refusal::{Refusal, UNAUTHENTICATED};
use crate::domain::xapi::INVALID_REQUEST;
use crate::domain::xapi::credential::{self, Caller, PREFIX};
use crate::domain::xapi::document::{Precondition, strong_tags, tags};
use crate::domain::xapi::version::Version;
use crate::http::actor::{counted_address, state as state_of};
use crate::http::body::{Pieces, collect, refuse_encoded};
use crate::http::{admit, body};
use crate::state::State;

/// A form of the alternate syntax is read before anybody is known: it carries a statement or a small document.
const FORM_LIMIT_BYTES: usize = 1024 * 1024;
/// What goes into memory at once: a batch of statements, or a document.
pub const BODY_LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// The body of a request.
pub enum Body {
    /// It came in a form.
    Read(web::Bytes),
    /// It is still to be read.
    Waiting(web::Payload),
    /// It was taken.
    Taken,
}

/// What is known of an answer before there is one.
#[derive(Debug)]
pub struct Told {
    /// Its version.
    pub version: &'static str,
    /// The alternate syntax asks for its head alone. (HEAD itself is looked after around everything.)
    pub bare: bool,
}

/// A request, whichever way it came.
pub struct Call {
    /// What every handler can reach.
    pub state: State,
    /// What is done; HEAD is GET here.
    pub method: Method,
    /// In which version.
    pub version: Version,
    /// By whom.
    pub caller: Arc<Caller>,
    /// Parameters that were not taken yet.
    pub params: Params,
    /// Of what type the body is.
    pub content_type: Option<String>,
    /// Which languages the client reads.
    pub accept_language: String,
    /// Which document the client read.
    pub precondition: Precondition,
    body: Body,
}

/// The headers of a request, or of the form that stands for one.
struct Heads<'r> {
    request: &'r HttpRequest,
    form: Option<Vec<(String, String)>>,
}

/// What refusals call two of them.
const SENDER: &str = "Authorization";
const SPOKEN: &str = "X-Experience-API-Version";

/// Headers that a form may have as fields. All that are read are among them.
const IN_FORMS: [&str; 8] = [
    SENDER,
    SPOKEN,
    "Content-Type",
    "Content-Length",
    "If-Match",
    "If-None-Match",
    "Accept",
    "Accept-Language",
];

/// Refuses a header.
fn wrong_header(name: &HeaderName, problem: &str) -> Refusal {
    let at = IN_FORMS.iter().find(|known| known.eq_ignore_ascii_case(name.as_str()));
    INVALID_REQUEST.refuse_at(at.copied().unwrap_or(name.as_str()), problem)
}

impl Heads<'_> {
    /// Each line of a header; the field of the form is the only one.
    fn lines<'h>(&'h self, name: &HeaderName) -> impl Iterator<Item = Result<&'h str, Refusal>> {
        let fields = self.form.iter().flatten();
        let in_form = fields
            .filter(|(key, _)| key.eq_ignore_ascii_case(name.as_str()))
            .map(|(_, value)| value.as_str())
            .next();
        // The form's own type is not that of what it carries.
        let of_form = in_form.is_some() || self.form.is_some() && name == CONTENT_TYPE;
        let lines = (!of_form).then(|| self.request.headers().get_all(name)).into_iter().flatten();
        let lines = lines.map(|line| line.to_str().map_err(|_| wrong_header(name, "is not plain text")));
        in_form.into_iter().map(Ok).chain(lines)
    }

    /// A header that says one thing.
    fn get<'h>(&'h self, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
        let mut lines = self.lines(name);
        match (lines.next().transpose()?, lines.next().transpose()?) {
            (value, None) => Ok(value),
            _ => Err(wrong_header(name, "is there twice")),
        }
    }

    /// A header that is a list, which may be told in several lines (RFC 9110, 5.3).
    fn list(&self, name: &HeaderName) -> Result<Option<String>, Refusal> {
        let lines = self.lines(name).collect::<Result<Vec<_>, _>>()?;
        Ok((!lines.is_empty()).then(|| lines.join(", ")))
    }
}

impl Call {
    /// Reads a request as far as it can be without its body; `None` for `about`, for which nothing is needed. `told` says what is
    /// known of the answer as soon as it is.
    pub async fn read(
        request: &HttpRequest,
        payload: web::Payload,
        resource: Resource,
        told: &mut Told,
    ) -> Result<Option<Self>, Refusal> {
        let state = state_of(request)?.clone();
        let mut query = pairs(request.query_string())?;
        let mut heads = Heads { request, form: None };
        if resource == Resource::About {
            if let Some(version) = heads.get(&VERSION_HEADER)?.and_then(Version::parse) {
                told.version = named(version);
            }
            if request.method() == Method::POST {
                return if alternate_method(&query, told)? == Method::GET {
                    Ok(None)
                } else {
                    Err(wrong("method", "names none that this resource takes"))
                };
            }
            Params::new(query)?.done()?;
            return Ok(None);
        }
        let mut method = request.method().clone();
        let mut body = Body::Waiting(payload);
        let header = request.headers().get(VERSION_HEADER).and_then(|value| value.to_str().ok());
        let is_two = header.and_then(Version::parse) == Some(Version::Two);
        if method == Method::POST && !is_two && query.iter().any(|(name, _)| name == "method") {
            told.version = named(Version::One);
            let form = read_form(request, &state, body).await?;
            method = alternate_method(&query, told)?;
            let mut content = None;
            query.clear();
            let mut kept = Vec::new();
            for (name, value) in form {
                if name == "content" {
                    content = Some(web::Bytes::from(value));
                } else if IN_FORMS.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                    if kept.iter().any(|(known, _): &(String, String)| known.eq_ignore_ascii_case(&name)) {
                        return Err(wrong(&name, "is there twice"));
                    }
                    kept.push((name, value));
                } else {
                    query.push((name, value));
                }
            }
            if matches!(method.as_str(), "PUT" | "POST") && content.is_none() {
                return Err(
                    INVALID_REQUEST.refuse_at("/content", "is missing; it is what stands for the body")
                );
            }
            body = Body::Read(content.unwrap_or_default());
            if !kept.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                kept.push(("Content-Type".to_owned(), "application/json".to_owned()));
            }
            heads.form = Some(kept);
        }
        if method == Method::HEAD {
            method = Method::GET;
        }
        let version = version(&heads, &mut told.version)?;
        if heads.form.is_some() && version == Version::Two {
            return Err(wrong("method", "is of the alternate syntax, which 2.0 does not have"));
        }
        let caller = Arc::new(identify(request, &state, &heads)?);
        let precondition = Precondition {
            matches: heads.list(&IF_MATCH)?.as_deref().map(strong_tags),
            matches_none: heads.list(&IF_NONE_MATCH)?.as_deref().map(tags),
        };
        if heads.form.is_none() {
            refuse_encoded(request)?;
        }
        Ok(Some(Self {
            method,
            version,
            caller,
            params: Params::new(query)?,
            content_type: heads.get(&CONTENT_TYPE)?.map(str::to_owned),
            accept_language: heads.list(&ACCEPT_LANGUAGE)?.unwrap_or_default(),
            precondition,
            body,
            state,
        }))
    }

    /// The whole body.
    pub async fn body(&mut self) -> Result<web::Bytes, Refusal> {
        match std::mem::replace(&mut self.body, Body::Taken) {
            Body::Read(bytes) => Ok(bytes),
            Body::Taken => Ok(web::Bytes::new()),
            Body::Waiting(payload) => collect(payload.into_inner(), BODY_LIMIT_BYTES, &self.state).await,
        }
    }

    /// The body, piece by piece.
    pub fn pieces(&mut self, limit_bytes: usize) -> Pieces {
        let payload = match std::mem::replace(&mut self.body, Body::Taken) {
            Body::Read(bytes) => Payload::from(bytes),
            Body::Taken => Payload::None,
            Body::Waiting(payload) => payload.into_inner(),
        };
        Pieces::of(payload, limit_bytes, self.state.config.server.body_patience())
    }

    /// The type of the body, without parameters, in lower case.
    pub fn media(&self) -> String {
        let text = self.content_type.as_deref().unwrap_or_default();
        text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

async fn read_form(
    request: &HttpRequest,
    state: &State,
    body: Body,
) -> Result<Vec<(String, String)>, Refusal> {
    let Body::Waiting(payload) = body else { return Ok(Vec::new()) };
    admit::address(state, counted_address(request), Counts::Whole)?;
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media
        .split(';')
        .next()
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        let problem = "is not application/x-www-form-urlencoded, and with ?method= the body is a form";
        return Err(INVALID_REQUEST.refuse_at("Content-Type", problem));
    }
    body::refuse_encoded(request)?;
    let bytes = collect(payload.into_inner(), FORM_LIMIT_BYTES, state).await?;
    let text = std::str::from_utf8(&bytes).map_err(|_| INVALID_REQUEST.refuse_at("", "is not UTF-8"))?;
    pairs(text)
}

fn alternate_method(query: &[(String, String)], told: &mut Told) -> Result<Method, Refusal> {
    if let Some((name, _)) = query.iter().find(|(name, _)| name != "method") {
        return Err(wrong(name, "is not in the form, as with ?method= every other parameter is"));
    }
    match query {
        [(_, value)] => match value.as_str() {
            "GET" => Ok(Method::GET),
            "HEAD" => {
                told.bare = true;
                Ok(Method::GET)
            }
            "PUT" => Ok(Method::PUT),
            "POST" => Ok(Method::POST),
            "DELETE" => Ok(Method::DELETE),
            _ => Err(wrong("method", "is none of GET, HEAD, PUT, POST, DELETE")),
        },
        _ => Err(wrong("method", "is there twice")),
    }
}

fn version(heads: &Heads<'_>, told: &mut &'static str) -> Result<Version, Refusal> {
    let Some(text) = heads.get(&VERSION_HEADER)? else {
        // Before 1.0 there was no such header, or it said 0.95: the answer is in the version of the question.
        *told = "0.95";
        return Err(INVALID_REQUEST.refuse_at(SPOKEN, "is missing; send 1.0.3 or 2.0.0"));
    };
    let version = Version::parse(text.trim());
    *told = version.map_or("2.0.0", named);
    version.ok_or_else(|| {
        let problem = format!("is {text}, which is not spoken here; send 1.0.x or 2.0.x");
        INVALID_REQUEST.refuse_at(SPOKEN, problem)
    })
}

/// Who sends it. Whoever is not known counts by address.
fn identify(request: &HttpRequest, state: &State, heads: &Heads<'_>) -> Result<Caller, Refusal> {
    let found = heads.get(&AUTHORIZATION).and_then(|header| {
        let header = header.ok_or_else(|| {
            let problem = "is missing; send Basic with key and secret, or Bearer with a token";
            UNAUTHENTICATED.refuse_at(SENDER, problem)
        })?;
        find(state, header)
    });
    found.or_else(|refusal| admit::address(state, counted_address(request), Counts::Whole).and(Err(refusal)))
}

fn find(state: &State, header: &str) -> Result<Caller, Refusal> {
    let (scheme, shown) = header.split_once(' ').unwrap_or((header, ""));
    let shown = shown.trim();
    let credential = if scheme.eq_ignore_ascii_case("basic") {
        let malformed = || UNAUTHENTICATED.refuse_at(SENDER, "has no base64 of key:secret behind Basic");
        let decoded = STANDARD.decode(shown).map_err(|_| malformed())?;
        let decoded = std::str::from_utf8(&decoded).map_err(|_| malformed())?;
        let (key, secret) = decoded.split_once(':').ok_or_else(malformed)?;
        state.store.read(|read| credential::by_secret(read, key, secret))?
    } else if scheme.eq_ignore_ascii_case("bearer") && shown.starts_with(PREFIX) {
        state.store.read(|read| credential::by_token(read, shown))?
    } else {
        let problem = "is neither Basic nor Bearer with a token of this store";
        return Err(UNAUTHENTICATED.refuse_at(SENDER, problem));
    };
    Ok(Caller::of(credential, &state.home, state.now()))
}
