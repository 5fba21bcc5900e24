//! Around everything: an error that no part of this program wrote becomes a problem document, an answer to HEAD goes without
//! its body, what comes in chunks goes to old clients without them, a chunked body that nobody read to its end ends the
//! connection, and nobody keeps an answer or takes it for what it is not unless its handler says so.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{self, Future, Ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::PayloadError;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};
use futures_util::Stream;

use super::error::{respond, status_of};
use crate::domain::refusal::{Code, INTERNAL, Kind, NOT_FOUND, TOO_LARGE};
use crate::web;

/// Said by what reads HTTP, not by a rule.
pub const BAD_REQUEST: Code = Code::new(
    "bad_request",
    Kind::Malformed,
    "The request is not well-formed HTTP, or not as this address takes it.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[BAD_REQUEST];

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Wraps the whole application.
#[derive(Debug, Clone, Copy)]
pub struct Outermost;

impl<S> Transform<S, ServiceRequest> for Outermost
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
    S::Future: Unpin,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Wrapped<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        future::ready(Ok(Wrapped { service }))
    }
}

/// A wrapped application.
#[derive(Debug)]
pub struct Wrapped<S> {
    service: S,
}

impl<S> Service<ServiceRequest> for Wrapped<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
    S::Future: Unpin,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let body = keep_chunked(&mut request);
        Answering { answer: self.service.call(request), body }
    }
}

/// An answer on its way through.
pub struct Answering<F> {
    answer: F,
    body: Option<Shared>,
}

impl<F> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, Error>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(context))?;
        let answer = if is_foreign(&answer) { as_problem(answer) } else { answer };
        let mut answer = without_body_for_head(for_people(answer));
        guard(answer.headers_mut());
        end_with_connection(&mut answer);
        Poll::Ready(Ok(match self.body.take() {
            Some(body) => answer.map_body(|_, answer| BoxBody::new(Holding { answer, _body: body })),
            None => answer,
        }))
    }
}

/// Is it an error that this program did not write?
fn is_foreign(answer: &ServiceResponse<BoxBody>) -> bool {
    let status = answer.status();
    let written = || {
        let media = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        media.is_some_and(|media| media.starts_with("application/") || media.starts_with("text/html"))
    };
    (status.is_client_error() || status.is_server_error()) && !written()
}

/// Who asked for a page gets refusals as pages; who says a language gets words in it with the problem document.
fn for_people(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let refused = answer.status().is_client_error() || answer.status().is_server_error();
    if !refused {
        return answer;
    }
    let (request, response) = answer.into_parts();
    let response = if web::error::is_for_page(&request) {
        web::error::page_of(&request, response)
    } else {
        web::error::in_words(&request, response)
    };
    ServiceResponse::new(request, response)
}

/// What most answers say is about people, and machines are shared: what does not say for whom it may be kept is kept by nobody.
/// And no answer is taken for a page because it looks like one.
fn guard(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, NO_STORE);
    }
}

/// A stream comes in chunks, which HTTP/1.0 does not know (RFC 9112, 6.1): there it ends with the connection.
fn end_with_connection(answer: &mut ServiceResponse<BoxBody>) {
    if answer.request().version() < Version::HTTP_11 && answer.response().body().size() == BodySize::Stream {
        let head = answer.response_mut().head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
}

/// HEAD is answered as GET is, as far as the head goes (RFC 9110, 9.3.2). What would have come behind it, a stream perhaps, is
/// let go of here: the server would read it to its end and throw it away.
fn without_body_for_head(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if answer.request().method() != Method::HEAD {
        return answer;
    }
    answer.map_body(|_, body| BoxBody::new(Unsent(body.size())))
}

/// The length of a body that is not sent.
struct Unsent(BodySize);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

fn as_problem(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let code = match answer.status() {
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        status if status.is_server_error() => INTERNAL,
        _ => BAD_REQUEST,
    };
    let detail = answer.response().error().map_or_else(|| code.meaning.to_owned(), ToString::to_string);
    let problem = respond(status_of(code.kind), code.name, &detail, None);
    answer.into_response(problem)
}

/// A body that both the handler and the answer have a hand on.
#[derive(Clone)]
struct Shared(Rc<RefCell<Payload>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.try_borrow_mut() {
            Ok(mut payload) => Pin::new(&mut *payload).poll_next(context),
            Err(_) => Poll::Ready(Some(Err(PayloadError::Incomplete(None)))),
        }
    }
}

/// An answer that holds the body of its request until all of it is sent.
struct Holding {
    answer: BoxBody,
    _body: Shared,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}

/// What HTTP reads of a chunked body when its handler has let go of it is thrown away, for as long as the client likes to
/// send it. While the answer holds it, its rest counts as unread, and then the connection is closed behind the answer. A
/// body that states its length is treated so anyway.
fn keep_chunked(request: &mut ServiceRequest) -> Option<Shared> {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return None;
    }
    let shared = Shared(Rc::new(RefCell::new(request.take_payload())));
    request.set_payload(Payload::from(Box::pin(shared.clone()) as Pin<Box<dyn Stream<Item = _>>>));
    Some(shared)
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test, web};

    use super::*;

    async fn answer(path: &str) -> (u16, serde_json::Value) {
        let app = App::new()
            .wrap(Outermost)
            .route("/teapot", web::to(|| async { HttpResponse::ImATeapot().body("short and stout") }))
            .route("/bad", web::to(|| async { Err::<String, _>(actix_web::error::ErrorBadRequest("no")) }))
            .route("/broken", web::to(|_: web::Data<String>| async { "a state that nobody gave" }))
            .route("/large", web::to(|_: web::Bytes| async { "never" }))
            .route("/ours", web::to(|| async { respond(StatusCode::CONFLICT, "ours", "as it is", None) }));
        let app = test::init_service(app.app_data(web::PayloadConfig::new(1))).await;
        let request = test::TestRequest::post().uri(path).set_payload("four").to_request();
        let answer = test::call_service(&app, request).await;
        let status = answer.status().as_u16();
        let said = |name| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
        let media = said(CONTENT_TYPE);
        assert_eq!([said(CACHE_CONTROL), said(X_CONTENT_TYPE_OPTIONS)], ["no-store", "nosniff"], "{path}");
        assert_eq!(media, "application/problem+json", "{path}");
        let problem: serde_json::Value = serde_json::from_slice(&test::read_body(answer).await).unwrap();
        assert_eq!(problem["status"], status, "{path}");
        (status, problem)
    }

    #[actix_web::test]
    async fn an_error_that_nobody_here_wrote_becomes_a_problem() {
        for (path, status, code) in [
            ("/teapot", 400, "bad_request"),
            ("/bad", 400, "bad_request"),
            ("/broken", 500, "internal"),
            ("/large", 413, "too_large"),
            ("/nowhere", 404, "not_found"),
            ("/ours", 409, "ours"),
        ] {
            let (answered, problem) = answer(path).await;
            assert_eq!((answered, &problem["code"]), (status, &serde_json::json!(code)), "{path}: {problem}");
        }
    }
}
