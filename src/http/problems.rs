//! What descriptions of routes name beside views of their own, for the OpenAPI document: the refusals that a route can answer
//! with, one name per kind of route, and what many routes take and answer.

use std::collections::BTreeMap;

use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema as _};

pub(super) use super::error::Problem;
use super::file::{BYTES, KNOWN};
pub(super) use super::job::{JobView, PreferHeader};
pub(super) use super::once::OnceHeader;

fn problems(statuses: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let problem = || Content::new(Some(Ref::from_schema_name("Problem")));
    statuses
        .iter()
        .map(|(status, meaning)| {
            let response =
                ResponseBuilder::new().description(*meaning).content("application/problem+json", problem());
            (status.to_string(), RefOr::T(response.build()))
        })
        .collect()
}

const UNKNOWN: (u16, &str) =
    (400, "The query has a parameter that is not known here; `errors` says which are");
const UNAUTHENTICATED: (u16, &str) = (401, "Nobody is signed in");
const FORBIDDEN: (u16, &str) = (403, "The right is missing");
const NOT_FOUND: (u16, &str) = (404, "Nothing is there, or nothing that you may see");
const CONFLICT: (u16, &str) = (409, "Not in the present state; `code` says why");
const CHANGED: (u16, &str) = (412, "It was changed since it was read");
const GONE: (u16, &str) = (410, "The link was used already or has expired");
const TOO_SLOW: (u16, &str) = (408, "The body took too long; the connection is closed");
const UNSUPPORTED: (u16, &str) = (415, "The body has a media type or a coding that is not taken here");
const TOO_LARGE: (u16, &str) = (413, "The body is too large");
const INVALID: (u16, &str) = (422, "A field is wrong; `errors` says which");
const PRECONDITION: (u16, &str) = (428, "If-Match is missing");
const TOO_MANY: (u16, &str) = (429, "Too often; Retry-After says when again");
const UNAVAILABLE: (u16, &str) = (503, "The machine is full or read-only; Retry-After says when again");

/// Adds what any route may answer, and what any that takes a body may: in one place, so that none is forgotten.
pub fn of_all(document: &mut OpenApi) {
    let of_any = problems(&[TOO_MANY, UNAVAILABLE]);
    let of_bodies = problems(&[TOO_SLOW, UNSUPPORTED]);
    let of_queries = problems(&[UNKNOWN]);
    for (path, item) in &mut document.paths.paths {
        let of_queries = path.starts_with("/api/").then_some(&of_queries);
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            let bodies = operation.request_body.is_some().then_some(&of_bodies);
            let of_this = of_any.iter().chain(bodies.into_iter().flatten());
            for (status, response) in of_this.chain(of_queries.into_iter().flatten()) {
                operation.responses.responses.entry(status.clone()).or_insert_with(|| response.clone());
            }
        }
    }
}

/// Of a route that reads.
#[derive(Debug)]
pub struct Reading;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID, UNAVAILABLE])
    }
}

/// Of a route that makes something.
#[derive(Debug)]
pub struct Making;

impl IntoResponses for Making {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_LARGE, INVALID, UNAVAILABLE])
    }
}

/// Of a route that reads, or starts a job that does.
#[derive(Debug)]
pub struct Starting;

impl IntoResponses for Starting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Reading::responses();
        all.extend(problems(&[TOO_MANY]));
        all
    }
}

/// Of a route that changes something for which it may be said what was read before.
#[derive(Debug)]
pub struct Marking;

impl IntoResponses for Marking {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Making::responses();
        all.extend(problems(&[CHANGED]));
        all
    }
}

/// Of a route that changes something that was read before.
#[derive(Debug)]
pub struct Changing;

impl IntoResponses for Changing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Making::responses();
        all.extend(problems(&[CHANGED, PRECONDITION]));
        all
    }
}

/// Of a route that may be tried a few times only.
#[derive(Debug)]
pub struct Trying;

impl IntoResponses for Trying {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Making::responses();
        all.extend(problems(&[TOO_MANY]));
        all
    }
}

/// Of a route that takes a password or a one-time link.
#[derive(Debug)]
pub struct Proving;

impl IntoResponses for Proving {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Trying::responses();
        all.extend(problems(&[GONE]));
        all
    }
}

/// What a route answers with that sends a file.
#[derive(Debug)]
pub struct Sent;

impl IntoResponses for Sent {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let bytes = |meaning: &str| {
            [BYTES]
                .iter()
                .chain(&KNOWN)
                .fold(ResponseBuilder::new().description(meaning), |response, media| {
                    response.content(*media, Content::new(Some(Vec::<u8>::schema())))
                })
        };
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let beyond = ResponseBuilder::new()
            .description("There are no bytes at `Range`; `Content-Range` has the length")
            .content("application/problem+json", problem);
        let held = ResponseBuilder::new().description("The client has them");
        [
            ("200", bytes("The bytes")),
            ("206", bytes("The bytes of `Range`, of which one is answered")),
            ("304", held),
            ("416", beyond),
        ]
        .into_iter()
        .map(|(status, response)| (status.to_owned(), RefOr::T(response.build())))
        .collect()
    }
}
