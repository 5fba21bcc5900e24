//! Stores to which statements are forwarded: making, changing, pausing and deleting one, and how far it is.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{HERE, Line, lines, of_lines};
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::xapi::forward::edit::{self, NewTarget, TargetFacts};
use crate::domain::xapi::forward::{ForwardTarget, ForwardTargetId, Login};
use crate::domain::xapi::version::Version;
use crate::http::routes::{Needs, Routes};
use crate::http::xapi_target::{DeadLetterView, ForwardTargetView, ForwardVersion};
use crate::state::State;
use crate::store::Class;
use crate::web::admin::{require, unchanged};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::made;
use crate::web::visitor::{Posted, Visitor};

/// Dead letters that a page shows; the API lists all.
const LETTERS_SHOWN: usize = 50;
const NEW: &str = "/admin/records/targets/new";

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let needs = Needs::Site(Permission::ManageSite);
    routes.page(NEW, Browse, needs, new);
    routes.form(NEW, Interactive, needs, create);
    routes.page("/admin/records/targets/{target}", Browse, needs, show);
    routes.page("/admin/records/targets/{target}/edit", Browse, needs, ask_edit);
    routes.form("/admin/records/targets/{target}/edit", Interactive, needs, save);
    routes.form("/admin/records/targets/{target}/pause", Interactive, needs, pause);
    routes.form("/admin/records/targets/{target}/resume", Interactive, needs, resume);
    routes.page("/admin/records/targets/{target}/delete", Browse, needs, ask_delete);
    routes.form("/admin/records/targets/{target}/delete", Interactive, needs, delete);
}

/// The page of a target.
pub(super) fn address(id: ForwardTargetId) -> String {
    format!("/admin/records/targets/{id}")
}

#[derive(Template)]
#[template(path = "records/target_edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    /// The one that is changed.
    target: Option<&'a ForwardTarget>,
    action: String,
    versions: [(&'static str, &'static str); 2],
    begins: [(&'static str, String); 2],
}

fn page<'a>(frame: &'a Frame, form: &'a Form, target: Option<&'a ForwardTarget>) -> EditPage<'a> {
    EditPage {
        frame,
        form,
        target,
        action: target.map_or_else(|| NEW.to_owned(), |target| format!("{}/edit", address(target.id))),
        versions: [Version::One, Version::Two].map(|version| (version.name(), version.name())),
        begins: ["now", "beginning"].map(|name| (name, frame.t_of("records-begin-", name).into_owned())),
    }
}

fn parse(fields: &Fields) -> Result<NewTarget, Refusal> {
    let text = |name: &str| fields.optional(name).map(str::to_owned);
    let version = Version::parse(fields.get("version"));
    TargetFacts {
        name: fields.get("name").to_owned(),
        endpoint: fields.get("endpoint").to_owned(),
        version: version.ok_or_else(|| invalid("/version", "is not one of the choices"))?,
        key: text("key"),
        secret: text("secret"),
        verbs: lines(fields.get("verbs")),
        activity: text("activity"),
        agent: text("agent"),
        attachments: fields.ticked("attachments"),
    }
    .parse()
    .map_err(|refusal| of_lines(refusal, "verbs"))
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    let fields = Fields::default().with("version", Version::One.name()).with("attachments", true);
    let form = Form::of(fields.with("begin", "now"));
    form.show(&visitor.frame, &page(&visitor.frame, &form, None))
}

async fn create(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let actor = who.actor;
    require(&state, &actor, Permission::ManageSite)?;
    let since = (fields.get("begin") == "beginning").then_some(Timestamp::EPOCH);
    let done = match parse(&fields) {
        Ok(new) => {
            let by = actor.clone();
            let write = made::once(&state, &actor, made::key(&frame, &fields), move |txn| {
                edit::create(txn, &by, new, since).map(|target| (target.id, target.name.clone()))
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok((id, name)) => {
            state.forwarding.wake();
            let said = Flash::done("records-target-made").with("name", &name);
            Ok(frame.go_and_say(&address(id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &form, None))
        }
    }
}

#[derive(Template)]
#[template(path = "records/target.html")]
struct TargetPage<'a> {
    frame: &'a Frame,
    line: Line,
    address: String,
    letters: Vec<DeadLetterView>,
}

async fn show(visitor: Visitor, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    let now = state.now();
    let (target, letters) = state.store.read(|read| -> Result<_, Refusal> {
        let target = ForwardTargetView::of(read, edit::get(read, actor, *id)?, now)?;
        Ok((target, edit::letters(read, actor, *id, None, LETTERS_SHOWN)?))
    })?;
    let letters = letters.into_iter().map(DeadLetterView::of).collect();
    frame.show(&TargetPage { frame, line: Line::of(target), address: address(*id), letters })
}

fn get(visitor: &Visitor, id: ForwardTargetId) -> Result<ForwardTarget, Refusal> {
    visitor.state.store.read(|read| edit::get(read, visitor.actor(), id))
}

async fn ask_edit(visitor: Visitor, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let target = get(&visitor, *id)?;
    let key = match &target.login {
        Login::Basic { key, .. } => key.as_str(),
        Login::Bearer(_) => "",
    };
    let selection = &target.selection;
    let fields = Fields::default()
        .with("revision", target.revision)
        .with("name", &target.name)
        .with("endpoint", &target.endpoint)
        .with("version", target.version.name())
        .with("key", key)
        .with("verbs", selection.verbs.join("\n"))
        .with("activity", selection.activity.as_deref().unwrap_or_default())
        .with("agent", selection.agent.as_ref().map_or("", |agent| agent.text.as_str()))
        .with("attachments", target.attachments);
    let form = Form::of(fields);
    form.show(&visitor.frame, &page(&visitor.frame, &form, Some(&target)))
}

async fn save(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let target = state.store.read(|read| edit::get(read, &actor, id))?;
    let same = unchanged(fields.get("revision").to_owned());
    let done = match parse(&fields) {
        Ok(new) => {
            state.store.write(Class::Interactive, move |txn| edit::change(txn, &actor, id, new, same)).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(target) => {
            state.forwarding.wake();
            let said = Flash::done("records-target-changed").with("name", &target.name);
            Ok(frame.go_and_say(&address(id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &form, Some(&target)))
        }
    }
}

async fn set_paused(posted: Posted, id: ForwardTargetId, paused: bool) -> Result<HttpResponse, Refusal> {
    let actor = posted.who.actor.clone();
    let state: &State = &posted.state;
    state.store.write(Class::Interactive, move |txn| edit::pause(txn, &actor, id, paused)).await?;
    state.forwarding.wake();
    let said = Flash::done(if paused { "records-target-paused" } else { "records-target-resumed" });
    Ok(posted.frame.go_and_say(&address(id), &said))
}

async fn pause(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    set_paused(posted, *id, true).await
}

async fn resume(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    set_paused(posted, *id, false).await
}

async fn ask_delete(visitor: Visitor, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let (frame, target) = (&visitor.frame, get(&visitor, *id)?);
    Confirm {
        question: frame.t1("records-target-delete-question", "name", &target.name),
        what: vec![
            frame.t("records-target-delete-goes").into_owned(),
            frame.t("records-target-delete-stays").into_owned(),
        ],
        action: &format!("{}/delete", address(target.id)),
        fields: &[("revision", target.revision.to_string())],
        button: frame.t("records-delete").into_owned(),
        back: &address(target.id),
    }
    .show(frame)
}

async fn delete(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    require(&posted.state, &actor, Permission::ManageSite)?;
    let same = unchanged(posted.fields.get("revision").to_owned());
    posted.state.store.write(Class::Interactive, move |txn| edit::delete(txn, &actor, id, same)).await?;
    Ok(posted.frame.go_and_say(HERE, &Flash::done("records-target-deleted")))
}
