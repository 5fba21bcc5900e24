//! States and profiles: `/xapi/activities/state`, `/xapi/activities/profile`, `/xapi/agents/profile`.

use actix_web::HttpResponse;
use actix_web::http::header::{ETAG, HttpDate, LAST_MODIFIED};
use std::time::{Duration, SystemTime};

use super::Resource;
use super::call::Call;
use super::params::{missing, wrong};
use crate::domain::refusal::{INTERNAL, NOT_FOUND, OVERLOADED, Refusal, TOO_LARGE};
use crate::domain::xapi::INVALID_REQUEST;
use crate::domain::xapi::document::{
    self, Bytes, Change, Document, Ids, MAX_INLINE_BYTES, NewBytes, Owner, Place, is_json,
};
use crate::domain::xapi::record::{Stored, file_hash, file_name};
use crate::domain::xapi::scalar;
use crate::domain::xapi::term::Ifi;
use crate::http::beside::{beside, beside_if, is_long};
use crate::state::State;
use crate::store::Class;

/// A document that others change between reading and writing it is read again so often; each time somebody else got through.
const MAX_TRIES: usize = 1_000;
/// A document is in memory when it is written and read.
const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// Media types stand in a header.
const MAX_TYPE_BYTES: usize = 256;

/// What a request is about.
struct Target {
    owner: Owner,
    registration: Option<[u8; 16]>,
    /// Which document; `None` for all of them.
    place: Option<Place>,
    since: Option<u64>,
}

fn target(resource: Resource, call: &mut Call) -> Result<Target, Refusal> {
    let get = call.method == "GET";
    let params = &mut call.params;
    let mut registration = None;
    let mut id_name = "profileId";
    let owner = match resource {
        Resource::States => {
            registration = params.uuid("registration")?;
            id_name = "stateId";
            let activity = params.iri("activityId")?.ok_or_else(|| missing("activityId"))?;
            let (agent, _) = params.agent("agent")?.ok_or_else(|| missing("agent"))?;
            Owner::State { activity, agent }
        }
        Resource::ActivityProfiles => {
            Owner::Activity(params.iri("activityId")?.ok_or_else(|| missing("activityId"))?)
        }
        _ => Owner::Agent(params.agent("agent")?.ok_or_else(|| missing("agent"))?.0),
    };
    // What is kept under another one is still found, and removed.
    if let (true, Owner::State { agent: Ifi::Mbox(mbox), .. } | Owner::Agent(Ifi::Mbox(mbox))) =
        (matches!(call.method.as_str(), "PUT" | "POST"), &owner)
    {
        scalar::one_address(mbox).map_err(|problem| wrong("agent", format!("/mbox {problem}")))?;
    }
    let place = params.maybe(id_name, |id| Place::parse(&owner, registration, id))?;
    let since = if get && place.is_none() { params.moment("since")? } else { None };
    params.done()?;
    let may_be_all = get || (call.method == "DELETE" && owner.is_state());
    if place.is_none() && !may_be_all {
        return Err(missing(id_name));
    }
    let since = since.map(|since| u64::try_from(since.us).unwrap_or(0));
    Ok(Target { owner, registration, place, since })
}

/// Answers for one of the three resources.
pub async fn answer(resource: Resource, call: &mut Call) -> Result<HttpResponse, Refusal> {
    let target = target(resource, call)?;
    let reading = call.method == "GET";
    if reading {
        call.caller.require(&target.owner.reading())?;
    } else {
        call.caller.require(&target.owner.writing())?;
    }
    match (call.method.as_str(), &target.place) {
        ("GET", Some(place)) => show(call, place).await,
        ("GET", None) => list(call, &target).await,
        ("PUT", Some(place)) => write(call, &target.owner, place, Change::Put).await,
        ("POST", Some(place)) => write(call, &target.owner, place, Change::Post).await,
        ("DELETE", Some(place)) => delete(call, &target.owner, place).await,
        _ => delete_all(call, &target).await,
    }
}

fn last_modified(updated: Stored) -> HttpDate {
    HttpDate::from(SystemTime::UNIX_EPOCH + Duration::from_micros(updated.0))
}

async fn list(call: &Call, target: &Target) -> Result<HttpResponse, Refusal> {
    let mut ids = Ids::of(target.owner.term(), target.registration, target.since);
    let store = call.state.store.clone();
    // Mostly the first page is all there is.
    let more = store.read(|read| ids.read_on(read))?;
    let (newest, text) = beside_if(more, &call.state, move || {
        while more && store.read(|read| ids.read_on(read))? {}
        Ok((ids.newest(), ids.json()))
    })
    .await?;
    let mut response = HttpResponse::Ok();
    if let Some(newest) = newest {
        response.insert_header((LAST_MODIFIED, last_modified(newest)));
    }
    Ok(response.content_type("application/json").body(text))
}

async fn show(call: &Call, place: &Place) -> Result<HttpResponse, Refusal> {
    let found = call.state.store.read(|read| document::get(read, place))?;
    let document = found.ok_or_else(|| NOT_FOUND.refuse("there is no such document"))?;
    let (etag, modified) = (format!("\"{}\"", document.etag), last_modified(document.updated));
    if call.precondition.is_known(&document.etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, etag))
            .insert_header((LAST_MODIFIED, modified))
            .finish());
    }
    let bytes = bytes_of(&call.state, &document).await?;
    let content_type = if document.content_type.is_empty() {
        "application/octet-stream"
    } else {
        document.content_type.as_str()
    };
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag))
        .insert_header((LAST_MODIFIED, modified))
        .insert_header(("Content-Security-Policy", "sandbox"))
        .content_type(content_type)
        .body(bytes))
}

async fn bytes_of(state: &State, document: &Document) -> Result<Vec<u8>, Refusal> {
    match &document.bytes {
        Bytes::Here(bytes) => Ok(bytes.clone()),
        Bytes::File { sha256, .. } => {
            let (held, name) = (state.clone(), file_name(sha256));
            beside(state, move || {
                let bytes = held.blobs.get(&name).map_err(|error| INTERNAL.refuse(error.to_string()))?;
                bytes.ok_or_else(|| INTERNAL.refuse(format!("the file {name} is missing")))
            })
            .await
        }
    }
}

/// Bytes as they are kept: many of them in a file.
async fn kept(state: &State, content_type: &str, bytes: Vec<u8>) -> Result<NewBytes, Refusal> {
    let (held, content_type) = (state.clone(), content_type.to_owned());
    let many = bytes.len() > MAX_INLINE_BYTES;
    beside_if(many, state, move || {
        let (etag, length) = (document::etag(&bytes), bytes.len() as u64);
        if !many {
            return Ok(NewBytes { content_type, etag, bytes: Bytes::Here(bytes) });
        }
        let put = held.blobs.put(&bytes);
        let name = put.map_err(|error| INTERNAL.refuse(format!("keeping a file failed: {error}")))?;
        let sha256 = file_hash(&name).ok_or_else(|| INTERNAL.refuse("a file has no name"))?;
        Ok(NewBytes { content_type, etag, bytes: Bytes::File { sha256, bytes: length } })
    })
    .await
}

fn content_type(call: &Call) -> Result<String, Refusal> {
    let given = call.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
    let checked = if given.len() > MAX_TYPE_BYTES {
        Err(format!("is longer than {MAX_TYPE_BYTES} bytes"))
    } else {
        scalar::media_type(&given)
    };
    checked.map_err(|problem| INVALID_REQUEST.refuse_at("Content-Type", problem))?;
    Ok(given)
}

fn too_long(verb: &str) -> Refusal {
    TOO_LARGE.refuse_at("", format!("{verb} longer than {MAX_DOCUMENT_BYTES} bytes"))
}

async fn write(
    call: &mut Call,
    owner: &Owner,
    place: &Place,
    change: Change,
) -> Result<HttpResponse, Refusal> {
    let sent_type = content_type(call)?;
    let sent = call.body().await?;
    if sent.len() > MAX_DOCUMENT_BYTES {
        return Err(too_long("is"));
    }
    let merging = change == Change::Post;
    let state = &call.state;
    if merging && is_json(&sent_type) {
        let sent = sent.clone();
        beside_if(is_long(sent.len()), state, move || document::check_object(&sent)).await?;
    }
    for _ in 0..MAX_TRIES {
        let known = state.store.read(|read| document::get(read, place))?;
        let seen = known.as_ref().map(|known| known.etag.clone());
        call.precondition.check(call.version, owner, change, seen.as_deref())?;
        let bytes = match &known {
            Some(known) if merging => {
                if !is_json(&sent_type) {
                    let problem = "is not application/json, and only JSON objects can be merged";
                    return Err(INVALID_REQUEST.refuse_at("Content-Type", problem));
                }
                if !is_json(&known.content_type) {
                    return Err(INVALID_REQUEST.refuse(
                        "the document that is here is no JSON, so nothing can be merged; replace it",
                    ));
                }
                let (known, sent) = (bytes_of(state, known).await?, sent.clone());
                let long = is_long(known.len() + sent.len());
                beside_if(long, state, move || document::merge(&known, &sent)).await?
            }
            _ => sent.to_vec(),
        };
        if bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(too_long("would become"));
        }
        let new = kept(state, &sent_type, bytes).await?;
        let (caller, place) = (call.caller.clone(), place.clone());
        let written = state
            .store
            .write(Class::Interactive, move |txn| document::put(txn, &caller, &place, seen.as_deref(), new))
            .await?;
        if written {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(OVERLOADED.refuse("the document is being changed all the time").retry_after(1))
}

async fn delete(call: &Call, owner: &Owner, place: &Place) -> Result<HttpResponse, Refusal> {
    let state = &call.state;
    for _ in 0..MAX_TRIES {
        let known = state.store.read(|read| document::get(read, place))?;
        let seen = known.map(|known| known.etag.clone());
        call.precondition.check(call.version, owner, Change::Delete, seen.as_deref())?;
        if seen.is_none() {
            return Ok(HttpResponse::NoContent().finish());
        }
        let place = place.clone();
        let deleted = state
            .store
            .write(Class::Interactive, move |txn| document::delete(txn, &place, seen.as_deref()))
            .await?;
        if deleted {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(OVERLOADED.refuse("the document is being changed all the time").retry_after(1))
}

async fn delete_all(call: &Call, target: &Target) -> Result<HttpResponse, Refusal> {
    let tags = [("If-Match", &call.precondition.matches), ("If-None-Match", &call.precondition.matches_none)];
    if let Some((header, _)) = tags.into_iter().find(|(_, tags)| tags.is_some()) {
        let problem = "names one document, and this removes all; say which one in stateId";
        return Err(INVALID_REQUEST.refuse_at(header, problem));
    }
    let (owner, registration) = (target.owner.term(), target.registration);
    loop {
        let more = call
            .state
            .store
            .write(Class::Interactive, move |txn| document::delete_some(txn, owner, registration))
            .await?;
        if !more {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
}
