//! Signing in and out.

use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::visitor::{Guest, GuestPosted, Posted};
use crate::domain::refusal::Refusal;
use crate::domain::session;
use crate::http::routes::{Needs, Routes};
use crate::http::session::{Begun, begin, set_cookie};
use crate::percent;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/sign-in", Class::SignIn, Needs::Nothing, show);
    routes.form("/sign-in", Class::SignIn, Needs::Nothing, sign_in);
    routes.form("/sign-out", Class::SignIn, Needs::SignIn, sign_out);
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    next: &'a str,
}

/// A path of this site that a browser may be sent to; the start for anything else. `//host` and `/\host` are elsewhere.
pub fn inside(next: &str) -> &str {
    let rest = next.strip_prefix('/');
    let fine = rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && next.len() <= MAX_NEXT_BYTES
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if fine { next } else { "/" }
}

/// Longer than any address of ours with its query.
const MAX_NEXT_BYTES: usize = 1024;

/// Where somebody signs in who wanted this page, and comes back from. What a form was sent to is no page to come back
/// to; the page that the form stands on is.
pub fn sign_in_address(request: &HttpRequest) -> String {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let wanted = if reading { inside(wanted) } else { "/" };
    if wanted == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encoded(wanted)) }
}

/// For a query: everything but letters, digits and what is safe in an address.
pub fn encoded(text: &str) -> String {
    percent::encoded(text, "~/")
}

#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
}

async fn show(guest: Guest, query: web::Query<Next>) -> Result<HttpResponse, Refusal> {
    let next = inside(query.next.as_deref().unwrap_or("/"));
    if guest.who.is_some() {
        return Ok(guest.frame.go(next));
    }
    let form = Form::of(Fields::default());
    form.show(&guest.frame, &SignInPage { frame: &guest.frame, form: &form, next })
}

async fn sign_in(request: HttpRequest, posted: GuestPosted) -> Result<HttpResponse, Refusal> {
    let GuestPosted { frame, fields, state, .. } = posted;
    let next = inside(fields.get("next")).to_owned();
    let password = fields.get("password").to_owned();
    match begin(&request, &state, fields.get("username"), password, &mut None).await {
        Ok(Begun { token, .. }) => {
            let mut response = frame.go(&next);
            set_cookie(&mut response, &state.config, Some(&token))?;
            Ok(response)
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &SignInPage { frame: &frame, form: &form, next: &next })
        }
    }
}

async fn sign_out(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, state, .. } = posted;
    if let Some(session) = who.session {
        state.store.write(Class::SignIn, move |txn| session::end(txn, session.token)).await?;
    }
    let mut response = frame.go_and_say("/sign-in", &Flash::done("signin-signed-out"));
    set_cookie(&mut response, &state.config, None)?;
    // Pages that the browser keeps for the way back are not for whoever sits there next. Browsers hear this over HTTPS
    // only; over plain HTTP `signed-out.js` sees to it.
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(inside("/courses/7?x=1"), "/courses/7?x=1");
        for elsewhere in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "javascript:1"]
        {
            assert_eq!(inside(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
