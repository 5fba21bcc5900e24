//! Credentials of the learning record store. Key, secret and token are on the page that answers the form, and nowhere else.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{HERE, SCOPES, lines, of_lines, scope_words};
use crate::domain::access::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::{self, Credential, CredentialId, LrsScope, NewCredential};
use crate::http::routes::{Needs, Routes};
use crate::secret::LrsSecrets;
use crate::state::State;
use crate::store::{Class, Txn};
use crate::web::admin::people::site;
use crate::web::admin::{require, unchanged};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

const NEW: &str = "/admin/records/credentials/new";

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let needs = Needs::Site(Permission::ManageSite);
    routes.page(NEW, Browse, needs, new);
    routes.form(NEW, Interactive, needs, create);
    routes.page("/admin/records/credentials/{credential}/edit", Browse, needs, ask_edit);
    routes.form("/admin/records/credentials/{credential}/edit", Interactive, needs, save);
    routes.page("/admin/records/credentials/{credential}/secret", Browse, needs, ask_renew);
    routes.form("/admin/records/credentials/{credential}/secret", Interactive, needs, renew);
    routes.page("/admin/records/credentials/{credential}/delete", Browse, needs, ask_delete);
    routes.form("/admin/records/credentials/{credential}/delete", Interactive, needs, delete);
}

#[derive(Template)]
#[template(path = "records/credential_edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    /// The one that is changed.
    credential: Option<&'a Credential>,
    action: String,
    scopes: Vec<(&'static str, String)>,
}

fn page<'a>(frame: &'a Frame, form: &'a Form, credential: Option<&'a Credential>) -> EditPage<'a> {
    EditPage {
        frame,
        form,
        credential,
        action: credential.map_or_else(|| NEW.to_owned(), |credential| address(credential.id, "edit")),
        scopes: SCOPES.iter().map(|(scope, ..)| scope_words(frame, *scope)).collect(),
    }
}

fn address(id: CredentialId, what: &str) -> String {
    format!("/admin/records/credentials/{id}/{what}")
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    // What most tools need: to write, and to say what things are called.
    let fields = Fields::default().with("scopes", "statements/write").with("scopes", "define");
    let form = Form::of(fields);
    form.show(&visitor.frame, &page(&visitor.frame, &form, None))
}

fn parse(fields: &Fields) -> Result<NewCredential, Refusal> {
    let named = |name: &str| SCOPES.iter().find(|(_, known, _)| *known == name).map(|(scope, ..)| *scope);
    let scopes: Vec<LrsScope> = fields.all("scopes").filter_map(named).collect();
    NewCredential::parse(fields.get("name"), scopes, lines(fields.get("origins")))
        .map_err(|refusal| of_lines(refusal, "origins"))
}

#[derive(Template)]
#[template(path = "records/credential_made.html")]
struct MadePage<'a> {
    frame: &'a Frame,
    /// The key of what it says that happened.
    title: &'static str,
    name: &'a str,
    /// What the tool is told: the key of its name, and the value.
    parts: [(&'static str, &'a str); 4],
}

/// The page that shows the secrets of a credential, once.
fn shown_once(
    (state, request, frame): (&State, &HttpRequest, &Frame),
    (status, title): (StatusCode, &'static str),
    credential: &Credential,
    secrets: &LrsSecrets,
) -> Result<HttpResponse, Refusal> {
    let endpoint = format!("{}/xapi/", site(state, request));
    let parts = [
        ("records-endpoint", endpoint.as_str()),
        ("records-key", credential.key.as_str()),
        ("records-secret", secrets.secret.as_str()),
        ("records-token", secrets.token.as_str()),
    ];
    let page = MadePage { frame, title, name: &credential.name, parts };
    let mut response = frame.show_as(status, &page)?;
    // Not even the browser keeps them.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn create(request: HttpRequest, posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let actor = who.actor;
    require(&state, &actor, Permission::ManageSite)?;
    let secrets = LrsSecrets::new()?;
    let made = match parse(&fields) {
        Ok(new) => {
            let kept = secrets.kept();
            state.store.write(Class::Interactive, move |txn| credential::create(txn, &actor, new, kept)).await
        }
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(made) => {
            let as_what = (StatusCode::CREATED, "records-credential-made");
            shown_once((&state, &request, &frame), as_what, &made, &secrets)
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &form, None))
        }
    }
}

fn get(visitor: &Visitor, id: CredentialId) -> Result<Credential, Refusal> {
    visitor.state.store.read(|read| credential::get(read, visitor.actor(), id))
}

async fn ask_edit(visitor: Visitor, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let found = get(&visitor, *id)?;
    let fields = Fields::default().with("revision", found.revision).with("name", &found.name);
    let scopes = SCOPES.iter().filter(|(scope, ..)| found.scopes.contains(scope));
    let fields = scopes.fold(fields, |fields, (_, name, _)| fields.with("scopes", name));
    let form = Form::of(fields.with("origins", found.origins.join("\n")));
    form.show(&visitor.frame, &page(&visitor.frame, &form, Some(&found)))
}

async fn save(posted: Posted, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let found = state.store.read(|read| credential::get(read, &actor, id))?;
    let same = unchanged(fields.get("revision").to_owned());
    let done = match parse(&fields) {
        Ok(new) => {
            let change = move |txn: &mut Txn<'_>| credential::change(txn, &actor, id, new, same);
            state.store.write(Class::Interactive, change).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(changed) => {
            let said = Flash::done("records-credential-changed").with("name", &changed.name);
            Ok(frame.go_and_say(HERE, &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &form, Some(&found)))
        }
    }
}

async fn ask_renew(visitor: Visitor, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let (frame, found) = (&visitor.frame, get(&visitor, *id)?);
    Confirm {
        question: frame.t1("records-credential-renew-question", "name", &found.name),
        what: vec![
            frame.t("records-credential-renew-goes").into_owned(),
            frame.t("records-credential-renew-stays").into_owned(),
        ],
        action: &address(*id, "secret"),
        fields: &[],
        button: frame.t("records-credential-renew").into_owned(),
        back: HERE,
    }
    .show(frame)
}

async fn renew(
    request: HttpRequest,
    posted: Posted,
    id: web::Path<CredentialId>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, state, .. } = posted;
    let (actor, id, secrets) = (who.actor, *id, LrsSecrets::new()?);
    let kept = secrets.kept();
    let renewed =
        state.store.write(Class::Interactive, move |txn| credential::renew(txn, &actor, id, &kept)).await?;
    let as_what = (StatusCode::OK, "records-credential-renewed");
    shown_once((&state, &request, &frame), as_what, &renewed, &secrets)
}

async fn ask_delete(visitor: Visitor, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let (frame, id) = (&visitor.frame, *id);
    let found = get(&visitor, id)?;
    Confirm {
        question: frame.t1("records-credential-delete-question", "name", &found.name),
        what: vec![
            frame.t("records-credential-delete-goes").into_owned(),
            frame.t("records-credential-delete-stays").into_owned(),
        ],
        action: &address(id, "delete"),
        fields: &[("revision", found.revision.to_string())],
        button: frame.t("records-delete").into_owned(),
        back: HERE,
    }
    .show(frame)
}

async fn delete(posted: Posted, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let same = unchanged(posted.fields.get("revision").to_owned());
    posted
        .state
        .store
        .write(Class::Interactive, move |txn| credential::delete(txn, &actor, id, same))
        .await?;
    Ok(posted.frame.go_and_say(HERE, &Flash::done("records-credential-deleted")))
}
