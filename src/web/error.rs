//! Refusals as pages. Whatever refused a request for a page (a rule, admission, the router, a body that was too large)
//! wrote a problem document; here it becomes a page with the same status, or leads to signing in.

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ALLOW, CONTENT_TYPE, HeaderValue, REFRESH, RETRY_AFTER, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;

use super::form;
use super::frame::{Frame, go};
use super::sign_in::sign_in_address;
use super::text::{Text, accepted};
use crate::domain::refusal::{OVERLOADED, RECOVERING, UNAUTHENTICATED};
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
    let said =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Of the API a browser goes to what it is to keep as a file: a refusal there must not be the end of the way.
    let goes_there = *request.method() == Method::GET && said("sec-fetch-mode") == "navigate";
    said(ACCEPT.as_str()).contains("text/html") && (goes_there || !request.path().starts_with("/api/"))
}

/// The parts of a response, and the problem document that it is.
fn opened(response: HttpResponse<BoxBody>) -> (HttpResponse<()>, BoxBody, Option<Problem>) {
    let media = response.headers().get(CONTENT_TYPE);
    let is_problem = media.is_some_and(|media| media.as_bytes().starts_with(b"application/problem"));
    let (head, body) = response.into_parts();
    if !is_problem {
        return (head, body, None);
    }
    match body.try_into_bytes() {
        Ok(bytes) => {
            let problem = serde_json::from_slice(&bytes).ok();
            (head, BoxBody::new(bytes), problem)
        }
        Err(body) => (head, body, None),
    }
}

/// The page of a problem document; anything else as it is.
pub fn page_of(request: &HttpRequest, response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    let (head, body, problem) = opened(response);
    let Some(problem) = problem else { return head.set_body(body) };
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
            if [OVERLOADED.name, RECOVERING.name].contains(&problem.code.as_str())
                && reading
                && let Some(after) = head.headers().get(RETRY_AFTER)
            {
                page.headers_mut().insert(REFRESH, after.clone());
            }
            page
        }
        // A page that cannot be made: the document is better than nothing.
        None => head.set_body(body),
    }
}

/// A problem document with what its refusal is in words, where the request says a language of ours. When the
/// machine is full, nothing is looked up for saying so.
pub fn in_words(request: &HttpRequest, response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    let asked = request.headers().get(ACCEPT_LANGUAGE).and_then(|header| accepted(header.to_str().ok()?));
    let Some(language) = asked else { return response };
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        return response;
    }
    let (mut head, body, problem) = opened(response);
    let Some(mut problem) = problem else { return head.set_body(body) };
    problem.words = Some(words_of(&problem, Text(language)));
    head.headers_mut().append(VARY, HeaderValue::from_static("Accept-Language"));
    head.set_body(serde_json::to_vec(&problem).map_or(body, BoxBody::new))
}

/// What only English has stands behind the words, isolated.
fn words_of(problem: &Problem, text: Text) -> String {
    let form::Problem { words, english, .. } =
        form::words(&problem.code, &problem.detail, &problem.errors, text);
    if english.is_empty() { words } else { format!("{words} \u{2068}{english}\u{2069}") }
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn who_goes_somewhere_with_a_browser_gets_pages_and_programs_do_not() {
        let is = |path: &str, accept: &'static str, mode: &'static str| {
            let request = TestRequest::get().uri(path).insert_header((ACCEPT, accept));
            is_for_page(&request.insert_header(("sec-fetch-mode", mode)).to_http_request())
        };
        assert!(is("/nowhere", "text/html,*/*", "navigate"));
        // A gradebook as a file, of somebody whose session has ended.
        assert!(is("/api/courses/1/grades/export", "text/html,*/*", "navigate"));
        assert!(!is("/api/courses/1/grades/export", "*/*", "cors"));
        assert!(!is("/api/courses/1/grades/export", "application/json", "navigate"));
    }
}
