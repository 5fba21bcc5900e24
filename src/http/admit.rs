//! Saying no for lack of room, before the body is read: as short as it can be said.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, web::Bytes};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::{Problem, status_of};
use crate::admission::rate::{Counts, Rate};
use crate::domain::ids::{TokenId, UserId};
use crate::domain::refusal::{Code, Kind, OVERLOADED, Refusal};
use crate::monitor::stages;
use crate::state::State;
use crate::store::Class;

/// One person sends too much.
pub const PERSON_RATE: Code = Code::new(
    "person_rate",
    Kind::TooMany,
    "You send more requests a second than one person is served; `RateLimit-Policy` has the limit. Wait for Retry-After.",
);
/// One API token sends too much.
pub const TOKEN_RATE: Code = Code::new(
    "token_rate",
    Kind::TooMany,
    "This API token sends more requests a second than one token is served; `RateLimit-Policy` has the limit. Wait for \
     Retry-After.",
);
/// One address sends too much.
pub const ADDRESS_RATE: Code = Code::new(
    "address_rate",
    Kind::TooMany,
    "Your address sends more requests without a valid sign-in than are answered; `RateLimit-Policy` has the limit. Wait \
     for Retry-After.",
);

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Codes of this file.
pub const CODES: &[Code] = &[PERSON_RATE, TOKEN_RATE, ADDRESS_RATE];

/// The limit that a bucket has: so many in so many seconds (draft-ietf-httpapi-ratelimit-headers).
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// When a refused class may try again: the less urgent, the later.
const fn patience_seconds(class: Class) -> u32 {
    match class {
        // Never refused.
        Class::Exam | Class::Start => 1,
        Class::SignIn | Class::Interactive => 2,
        Class::Browse => 3,
        Class::Report => 5,
        Class::Bulk => 10,
    }
}

/// The machine is full. The body is made once.
pub fn busy(class: Class) -> HttpResponse {
    static BODY: OnceLock<Bytes> = OnceLock::new();
    let body = BODY.get_or_init(|| {
        let status = status_of(OVERLOADED.kind);
        let problem = Problem {
            kind: format!("/problems/{}", OVERLOADED.name),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: OVERLOADED.name.to_owned(),
            detail: "the machine is full, and what is more urgent goes first; try again after Retry-After"
                .to_owned(),
            instance: None,
            errors: Vec::new(),
            waiting: None,
            words: None,
        };
        serde_json::to_vec(&problem).unwrap_or_default().into()
    });
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, patience_seconds(class)))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")))
        .body(body.clone())
}

/// The row of those whose work is done beside the workers is too long.
pub fn long_row(state: &State, class: Class, wait: Duration) -> Refusal {
    state.metrics.admission.turned_away(class);
    let problem = format!(
        "the machine is full, and what is more urgent goes first: this would begin in {} s",
        whole_seconds(wait)
    );
    OVERLOADED.refuse(problem).retry_after(patience_seconds(class))
}

/// The bodies of others fill the memory that bodies have.
pub fn no_memory(state: &State, class: Class) -> Refusal {
    state.metrics.admission.turned_away(class);
    OVERLOADED
        .refuse("others send so much at this moment that there is no memory for this body; try again after Retry-After")
        .retry_after(patience_seconds(class))
}

/// Waits for a place in a row, in the order of asking. It is given back when it is dropped.
pub async fn place(row: &Semaphore) -> Option<SemaphorePermit<'_>> {
    let since = Instant::now();
    // Rows are never closed; without a place one would only go on sooner.
    let place = row.acquire().await.ok();
    stages::admitted(since.elapsed());
    place
}

/// Says how long a request waited for its turn: `Server-Timing: queue;dur=MILLISECONDS` (W3C).
pub fn tell_wait(response: &mut HttpResponse, waited: Duration) {
    let timing = format!("queue;dur={:.1}", waited.as_secs_f64() * 1e3);
    if let Ok(timing) = timing.parse() {
        response.headers_mut().insert(SERVER_TIMING, timing);
    }
}

fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

fn refuse(state: &State, code: Code, rate: Rate, of: impl std::fmt::Display, wait: Duration) -> Refusal {
    state.metrics.admission.rate_refused(rate.name);
    code.refuse(format!("more than {} requests a second{of}", rate.per_second))
        .limited(rate.policy(), rate.name)
        .retry_after(whole_seconds(wait))
}

/// One request of a signed-in person.
pub fn person(state: &State, user: UserId) -> Result<(), Refusal> {
    let rates = &state.admission.rates;
    rates.person(user).map_err(|wait| refuse(state, PERSON_RATE, rates.person, "", wait))
}

/// One request with a token. What is refused here must not count for its owner.
pub fn token(state: &State, token: TokenId) -> Result<(), Refusal> {
    let rates = &state.admission.rates;
    rates.token(token).map_err(|wait| refuse(state, TOKEN_RATE, rates.token, " with this token", wait))
}

/// One request of nobody in particular.
pub fn address(state: &State, address: Option<IpAddr>, counts: Counts) -> Result<(), Refusal> {
    let Some(address) = address else { return Ok(()) };
    let rates = &state.admission.rates;
    let from = format_args!(" from {address}");
    let taken = rates.address(address, counts);
    taken.map_err(|wait| refuse(state, ADDRESS_RATE, rates.of_address(counts), from, wait))
}
