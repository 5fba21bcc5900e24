//! Where one is signed in, and ending that.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Part, parts};
use crate::domain::ids::SessionId;
use crate::domain::refusal::{Refusal, not_found};
use crate::domain::session::{self, Session};
use crate::store::Class;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage<'a> {
    frame: &'a Frame,
    parts: Vec<Part>,
    sessions: &'a [Session],
    current: Option<SessionId>,
}

impl SessionsPage<'_> {
    fn is_current(&self, session: &Session) -> bool {
        self.current == Some(session.id)
    }

    fn device(&self, session: &Session) -> String {
        named(self.frame, session)
    }
}

/// The browser and the system that a User-Agent names, as far as one looks at it.
fn device(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        // A program: what it calls itself.
        (None, None) => agent.chars().take(60).collect(),
    }
}

/// [`device`] of a session, or words for one that did not say.
fn named(frame: &Frame, session: &Session) -> String {
    let device = device(&session.agent);
    if device.is_empty() { frame.t("account-session-unknown").into_owned() } else { device }
}

pub(super) async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let actor = visitor.actor();
    let sessions = visitor.state.store.read(|read| session::list(read, actor, actor.user))?;
    let page = SessionsPage {
        frame: &visitor.frame,
        parts: parts("/account/sessions"),
        sessions: &sessions,
        current: visitor.who.session.as_ref().map(|session| session.id),
    };
    visitor.frame.show(&page)
}

pub(super) async fn ask(visitor: Visitor, id: web::Path<SessionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let sessions = visitor.state.store.read(|read| session::list(read, actor, actor.user))?;
    let session = sessions.iter().find(|session| session.id == id).ok_or_else(|| not_found("session", id))?;
    let frame = &visitor.frame;
    let here = visitor.who.session.as_ref().is_some_and(|own| own.id == id);
    let what = if here { "account-session-end-here" } else { "account-session-end-what" };
    Confirm {
        question: frame.t("account-session-end-question").into_owned(),
        what: vec![
            frame.t2("account-session-facts", "device", named(frame, session), "address", &session.address),
            frame.t(what).into_owned(),
        ],
        action: &format!("/account/sessions/{id}/end"),
        fields: &[],
        button: frame.t("account-session-end").into_owned(),
        back: "/account/sessions",
    }
    .show(frame)
}

pub(super) async fn end(posted: Posted, id: web::Path<SessionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    posted.state.store.write(Class::SignIn, move |txn| session::revoke(txn, &actor, actor.user, id)).await?;
    Ok(posted.frame.go_and_say("/account/sessions", &Flash::done("account-session-ended")))
}

pub(super) async fn ask_others(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let actor = visitor.actor();
    let sessions = visitor.state.store.read(|read| session::list(read, actor, actor.user))?;
    let frame = &visitor.frame;
    Confirm {
        question: frame.t("account-sessions-end-question").into_owned(),
        what: vec![
            frame.t1("account-sessions-end-count", "count", sessions.len().saturating_sub(1)),
            frame.t("account-session-end-what").into_owned(),
        ],
        action: "/account/sessions/end",
        fields: &[],
        button: frame.t("account-sessions-end").into_owned(),
        back: "/account/sessions",
    }
    .show(frame)
}

pub(super) async fn end_others(posted: Posted) -> Result<HttpResponse, Refusal> {
    let actor = posted.who.actor.clone();
    let keep = posted.who.session.as_ref().map(|session| session.token);
    let ended = posted
        .state
        .store
        .write(Class::SignIn, move |txn| session::revoke_all(txn, &actor, actor.user, keep))
        .await?;
    let flash = Flash::done("account-sessions-ended").with("count", ended);
    Ok(posted.frame.go_and_say("/account/sessions", &flash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_as_people_call_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(device(edge), "Edge, Windows");
        assert_eq!(device("curl/8.1"), "curl/8.1");
    }
}
