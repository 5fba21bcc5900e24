//! Refusals as pages. Whatever refused a request for a page (a rule, admission, the router, a body that was too large)
//! wrote a problem document; here it becomes a page with the same status, or leads to signing in.

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, REFRESH, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;

use super::form;
use super::frame::{Frame, go};
use super::sign_in::sign_in_address;
use crate::domain::refusal::{OVERLOADED, UNAUTHENTICATED};
use crate::http::actor;
use crate::http::admit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::http::error::Problem;
use crate::http::routes::Surface;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    status: u16,
    code: &'a str,
    title: String,
    problem: form::Problem,
    instance: Option<&'a str>,
    retry_seconds: Option<u32>,
    sign_in: Option<String>,
    go_back: bool,
}

/// Is the request for a page? The route says so; where there is no route, the browser does.
pub fn is_for_page(request: &HttpRequest) -> bool {
    if request.extensions().get::<Surface>() == Some(&Surface::Page) {
        return true;
    }
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html") && !request.path().starts_with("/api/")
}

/// The page of a problem document; anything else as it is.
pub fn page_of(request: &HttpRequest, response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"application/problem"));
    if !is_problem {
        return response;
    }
    let (head, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return head.set_body(body),
    };
    let Ok(problem) = serde_json::from_slice::<Problem>(&bytes) else {
        return head.set_body(BoxBody::new(bytes));
    };
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if problem.code == UNAUTHENTICATED.name && reading {
        return go(&sign_in_address(request));
    }
    match page(request, &problem, &head, reading) {
        Some(mut page) => {
            for name in [RETRY_AFTER, ALLOW, RATE_LIMIT, RATE_LIMIT_POLICY] {
                if let Some(value) = head.headers().get(&name) {
                    page.headers_mut().insert(name, value.clone());
                }
            }
            // Nobody has to sit there and press a key: whoever waits gets the page once there is room.
            if problem.code == OVERLOADED.name
                && reading
                && let Some(after) = head.headers().get(RETRY_AFTER)
            {
                page.headers_mut().insert(REFRESH, after.clone());
            }
            page
        }
        // A page that cannot be made: the document is better than nothing.
        None => head.set_body(BoxBody::new(bytes)),
    }
}

fn page(
    request: &HttpRequest,
    problem: &Problem,
    head: &HttpResponse<()>,
    reading: bool,
) -> Option<HttpResponse<BoxBody>> {
    let state = actor::state(request).ok()?;
    let status = StatusCode::from_u16(problem.status).unwrap_or_else(|_| head.status());
    // When the machine is full, or somebody sends too much, nothing is looked up for saying so.
    let short = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    let who = if short { None } else { actor::known(request) };
    let frame = Frame::of(request, state, who.as_ref()).ok()?;
    let retry = head.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let title = match status.as_u16() {
        status @ (401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 422 | 429 | 500 | 503) => {
            frame.t_of("error-title-", &status.to_string()).into_owned()
        }
        _ => frame.t("error-title-other").into_owned(),
    };
    let page = ErrorPage {
        frame: &frame,
        status: status.as_u16(),
        code: &problem.code,
        title,
        problem: form::words(&problem.code, &problem.detail, &problem.errors, frame.text),
        instance: problem.instance.as_deref().and_then(|instance| instance.rsplit('/').next()),
        retry_seconds: retry,
        sign_in: (status == StatusCode::UNAUTHORIZED).then(|| sign_in_address(request)),
        go_back: !reading,
    };
    frame.show_as(status, &page).ok()
}
