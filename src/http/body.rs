//! JSON bodies in: bounded, with errors that name the place; JSON views out.

use std::future::{self, Future, Ready, ready};
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::{admit, serving};
use crate::admission::bodies::Held;
use crate::config::BodyPatience;
use crate::domain::limits::ANSWERS_BYTES;
use crate::domain::refusal::{Code, INTERNAL, Kind, Refusal, TOO_LARGE, subject};
use crate::json::Json;
use crate::monitor::stages;
use crate::state::State;
use crate::store::Class;

/// The body is not JSON.
pub const MALFORMED_JSON: Code =
    Code::new("malformed_json", Kind::Invalid, "The body is not well-formed JSON.");
/// The body has another media type.
pub const UNSUPPORTED_MEDIA_TYPE: Code = Code::new(
    "unsupported_media_type",
    Kind::UnsupportedMedia,
    "The body's Content-Type is not one that this address takes; `detail` says which it takes.",
);
/// The body ended early or could not be read.
pub const BROKEN_BODY: Code =
    Code::new("broken_body", Kind::Invalid, "The body could not be read to its end.");
/// The body came too slowly.
pub const SLOW_BODY: Code = Code::new(
    "slow_body",
    Kind::TooSlow,
    "The body stood still or took too long altogether; the connection is closed. Send it again, in one go.",
);
/// A field is missing, unknown or of another type.
pub const WRONG_SHAPE: Code = Code::new(
    "wrong_shape",
    Kind::Invalid,
    "The JSON is well-formed but a field is missing, unknown or of another type; `errors` says which.",
);

/// The body is compressed.
pub const ENCODED_BODY: Code = Code::new(
    "encoded_body",
    Kind::UnsupportedMedia,
    "The body has a Content-Encoding; send it as it is. A compressed body could be a thousand times its size.",
);

/// Codes of this file.
pub const CODES: &[Code] =
    &[MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE, BROKEN_BODY, SLOW_BODY, WRONG_SHAPE, ENCODED_BODY];

/// The bytes of an upload. A compressed one is refused, before anything of it is read.
pub struct Upload(pub web::Payload);

impl FromRequest for Upload {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = web::Payload::from_request(request, payload).into_inner();
        ready(
            refuse_encoded(request)
                .and_then(|()| payload.map(Self).map_err(|error| BROKEN_BODY.refuse(error.to_string()))),
        )
    }
}

impl Upload {
    /// The stream of bytes.
    pub fn into_inner(self) -> Payload {
        self.0.into_inner()
    }
}

/// Refuses a body that is compressed.
pub fn refuse_encoded(request: &HttpRequest) -> Result<(), Refusal> {
    match request.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("unknown").trim()) {
        None => Ok(()),
        Some(coding) if coding.eq_ignore_ascii_case("identity") => Ok(()),
        Some(_) => Err(ENCODED_BODY.refuse_at("Content-Encoding", "is not taken; send the body as it is")),
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = json_bytes(request, payload);
        Box::pin(async move { parse(&bytes.await?).map(Self) })
    }
}

/// The bytes of a body that says it is JSON, up to the configured limit.
pub(super) fn json_bytes(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<web::Bytes, Refusal>> + 'static {
    let state = request.app_data::<web::Data<State>>().cloned();
    let json =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            value.split(';').next().is_some_and(|media| is_json(media.trim())) && is_utf8(value)
        });
    let encoded = refuse_encoded(request);
    let payload = payload.take();
    async move {
        encoded?;
        let state = state.ok_or_else(|| INTERNAL.refuse("the server has no state"))?;
        if json {
            collect(payload, limit_bytes(&state), &state).await
        } else {
            Err(UNSUPPORTED_MEDIA_TYPE
                .refuse("send JSON in UTF-8, with Content-Type: application/json")
                .at("Content-Type", "is not application/json in UTF-8"))
        }
    }
}

fn is_json(media: &str) -> bool {
    media.eq_ignore_ascii_case("application/json")
}

/// Is a text of this type in UTF-8, or does it not say?
fn is_utf8(content_type: &str) -> bool {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    parameters.all(|(name, value)| {
        let value = value.trim().trim_matches('"');
        !name.trim().eq_ignore_ascii_case("charset")
            || ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.eq_ignore_ascii_case(known))
    })
}

/// Is it of this media type, in UTF-8?
pub fn refuse_unless(request: &HttpRequest, wanted: &str) -> Result<(), Refusal> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(wanted))
        && is_utf8(media)
    {
        return Ok(());
    }
    Err(UNSUPPORTED_MEDIA_TYPE
        .refuse(format!("send the text itself as the body, with Content-Type: {wanted}; charset=utf-8"))
        .at("Content-Type", format!("is not {wanted} in UTF-8")))
}

/// A body that comes piece by piece, up to a limit, as long as some of it keeps coming and all of it comes in time. Only the
/// time in which the server waits for the client counts, not that in which the client waits for the server.
pub struct Pieces {
    payload: Payload,
    limit_bytes: usize,
    patience: BodyPatience,
    whole: Duration,
    left: Duration,
    have: usize,
}

impl Pieces {
    /// Of a payload.
    pub fn of(payload: Payload, limit_bytes: usize, patience: BodyPatience) -> Self {
        let whole = patience.whole_of(limit_bytes);
        Self { payload, limit_bytes, patience, whole, left: whole, have: 0 }
    }

    /// The next piece; `None` behind the last.
    pub async fn next(&mut self) -> Result<Option<web::Bytes>, Refusal> {
        // Mostly it is there, and so is the end behind it: no clock is needed then.
        let piece = match future::poll_fn(|context| Poll::Ready(self.payload.poll_next_unpin(context))).await
        {
            Poll::Ready(piece) => piece,
            Poll::Pending => self.wait().await?,
        };
        let Some(piece) = piece else { return Ok(None) };
        let piece = piece.map_err(|error| BROKEN_BODY.refuse(error.to_string()))?;
        self.have += piece.len();
        if self.have > self.limit_bytes {
            let hint =
                if serving::class() == Some(Class::Exam) { "; save fewer answers at once" } else { "" };
            return Err(
                TOO_LARGE.refuse_whole(format!("the body is larger than {} bytes{hint}", self.limit_bytes))
            );
        }
        Ok(Some(piece))
    }

    /// The next piece, which is not there yet.
    async fn wait(&mut self) -> Result<Option<Result<web::Bytes, PayloadError>>, Refusal> {
        let (since, idle, left) = (Instant::now(), self.patience.idle, self.left);
        let piece = timeout(idle.min(left), self.payload.next()).await;
        let waited = since.elapsed();
        stages::parsed(waited);
        self.left = self.left.saturating_sub(waited);
        piece.map_err(|_| {
            SLOW_BODY.refuse(if idle < left {
                format!("nothing of the body came for {} s", idle.as_secs())
            } else {
                format!("the body was not complete after {} s", self.whole.as_secs())
            })
        })
    }
}

/// A body that is kept in memory as it comes, within what all bodies have.
pub struct Gathered<'s> {
    state: &'s State,
    held: Held,
    first: Option<web::Bytes>,
    more: web::BytesMut,
}

impl<'s> Gathered<'s> {
    /// Of which nothing came yet.
    pub fn begin(state: &'s State) -> Self {
        Self { state, held: Held::default(), first: None, more: web::BytesMut::new() }
    }

    /// The next piece.
    pub fn take(&mut self, piece: web::Bytes) -> Result<(), Refusal> {
        let class = serving::class().unwrap_or(Class::Bulk);
        if !self.held.more(&self.state.admission.bodies, piece.len(), class) {
            return Err(admit::no_memory(self.state, class));
        }
        // Most bodies come in one piece, which is not copied.
        if self.first.is_none() && self.more.is_empty() {
            self.first = Some(piece);
        } else {
            if let Some(first) = self.first.take() {
                self.more.extend_from_slice(&first);
            }
            self.more.extend_from_slice(&piece);
        }
        Ok(())
    }

    /// All of it. What it holds is given back with the last of these bytes.
    pub fn whole(self) -> web::Bytes {
        let bytes = self.first.unwrap_or_else(|| self.more.freeze());
        if self.held.is_free() { bytes } else { web::Bytes::from_owner(Kept { bytes, _held: self.held }) }
    }
}

/// A body and its room.
struct Kept {
    bytes: web::Bytes,
    _held: Held,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// How much a body that is not a file may have. Whatever is configured, the answers of a sheet have their room: an exam is no place
/// to find out that they had not.
pub fn limit_bytes(state: &State) -> usize {
    let configured = state.config.server.body_limit_bytes;
    if serving::class() == Some(Class::Exam) { configured.max(ANSWERS_BYTES) } else { configured }
}

/// Reads a payload up to a limit, as long as some of it keeps coming, all of it comes in time and there is memory for it.
pub async fn collect(payload: Payload, limit_bytes: usize, state: &State) -> Result<web::Bytes, Refusal> {
    let mut pieces = Pieces::of(payload, limit_bytes, state.config.server.body_patience());
    let mut gathered = Gathered::begin(state);
    while let Some(piece) = pieces.next().await? {
        gathered.take(piece)?;
    }
    Ok(gathered.whole())
}

/// Reads JSON; errors name the place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let began = Instant::now();
    let value = read(bytes);
    stages::parsed(began.elapsed());
    value
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let json: Json<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        MALFORMED_JSON.refuse(error.to_string()).at(place, error.to_string())
    })?;
    T::deserialize(json).map_err(|wrong| wrong_shape(wrong.pointer(), wrong.problem))
}

/// The refusal of a value that is not of the type which has its place there: a JSON pointer.
pub fn wrong_shape(pointer: String, problem: String) -> Refusal {
    WRONG_SHAPE.refuse(format!("{}: {problem}", subject(&pointer))).at(pointer, problem)
}

/// A view as a JSON response.
pub fn json(view: &impl Serialize) -> Result<HttpResponse, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(bytes))
}

/// A view of something new, with its address.
pub fn created(address: &str, view: &impl Serialize) -> Result<HttpResponse, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Created()
        .insert_header((actix_web::http::header::LOCATION, address))
        .content_type("application/json")
        .body(bytes))
}

#[cfg(test)]
mod tests {
    use futures_util::{Stream, stream};

    use super::*;
    use crate::monitor::stages::{Stage, Stages};

    const SHORT: Duration = Duration::from_millis(40);

    fn pieces(
        of: impl Stream<Item = Result<web::Bytes, actix_web::error::PayloadError>> + 'static,
    ) -> Pieces {
        let of: Pin<Box<dyn Stream<Item = _>>> = Box::pin(of);
        let patience = BodyPatience { idle: Duration::from_mins(1), whole: Duration::ZERO };
        Pieces { left: SHORT, ..Pieces::of(Payload::from(of), 100, patience) }
    }

    #[actix_web::test]
    async fn the_clock_of_a_body_stands_still_while_the_client_waits_for_the_server() {
        let piece = || Ok(web::Bytes::from_static(b"some"));
        let mut prompt = pieces(stream::iter([piece(), piece(), piece()]));
        while prompt.next().await.unwrap().is_some() {
            // As long as in a row of long work.
            actix_web::rt::time::sleep(SHORT).await;
        }
        assert_eq!(prompt.have, 12);
        let mut slow = pieces(stream::iter([piece()]).chain(stream::pending()));
        assert!(slow.next().await.unwrap().is_some());
        assert_eq!(slow.next().await.unwrap_err().code, SLOW_BODY);
        let mut stages = Stages::default();
        stages.collect();
        assert_eq!(stages.slowest().0, Stage::Parse);
        assert!(stages.slowest().1 >= SHORT, "whatever the body is, the wait for it is known: {stages:?}");
    }
}
