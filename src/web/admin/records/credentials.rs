//! Credentials of the learning record store. Key, secret and token are on the page that answers the form, and nowhere else.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{HERE, SCOPES, lines, of_lines, scope_words};
use crate::domain::access::Permission;
use crate::domain::refusal::{Refusal, not_found};
use crate::domain::xapi::credential::{self, CredentialId, LrsScope, NewCredential};
use crate::http::routes::{Needs, Routes};
use crate::secret::LrsSecrets;
use crate::store::Class;
use crate::web::admin::people::site;
use crate::web::admin::require;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let needs = Needs::Site(Permission::ManageSite);
    routes.page("/admin/records/credentials/new", Browse, needs, new);
    routes.form("/admin/records/credentials/new", Interactive, needs, create);
    routes.page("/admin/records/credentials/{credential}/delete", Browse, needs, ask_delete);
    routes.form("/admin/records/credentials/{credential}/delete", Interactive, needs, delete);
}

#[derive(Template)]
#[template(path = "records/credential_new.html")]
struct NewPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    scopes: Vec<(&'static str, String)>,
}

fn page<'a>(frame: &'a Frame, form: &'a Form) -> NewPage<'a> {
    NewPage { frame, form, scopes: SCOPES.iter().map(|(scope, ..)| scope_words(frame, *scope)).collect() }
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    // What most tools need: to write, and to say what things are called.
    let fields = Fields::default().with("scopes", "statements/write").with("scopes", "define");
    let form = Form::of(fields);
    form.show(&visitor.frame, &page(&visitor.frame, &form))
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
    name: &'a str,
    /// What the tool is told: the key of its name, and the value.
    parts: [(&'static str, &'a str); 4],
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
            let endpoint = format!("{}/xapi/", site(&state, &request));
            let parts = [
                ("records-endpoint", endpoint.as_str()),
                ("records-key", secrets.key.as_str()),
                ("records-secret", secrets.secret.as_str()),
                ("records-token", secrets.token.as_str()),
            ];
            let page = MadePage { frame: &frame, name: &made.name, parts };
            let mut response = frame.show_as(StatusCode::CREATED, &page)?;
            // Not even the browser keeps them.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &form))
        }
    }
}

async fn ask_delete(visitor: Visitor, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let (frame, id) = (&visitor.frame, *id);
    let all = visitor.state.store.read(|read| credential::list(read, visitor.actor()))?;
    let found = all.iter().find(|known| known.id == id).ok_or_else(|| not_found("credential", id))?;
    Confirm {
        question: frame.t1("records-credential-delete-question", "name", &found.name),
        what: vec![
            frame.t("records-credential-delete-goes").into_owned(),
            frame.t("records-credential-delete-stays").into_owned(),
        ],
        action: &format!("/admin/records/credentials/{id}/delete"),
        fields: &[],
        button: frame.t("records-delete").into_owned(),
        back: HERE,
    }
    .show(frame)
}

async fn delete(posted: Posted, id: web::Path<CredentialId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    posted.state.store.write(Class::Interactive, move |txn| credential::delete(txn, &actor, id)).await?;
    Ok(posted.frame.go_and_say(HERE, &Flash::done("records-credential-deleted")))
}
