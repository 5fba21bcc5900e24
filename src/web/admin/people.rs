//! Everybody: searching, and making accounts with their activation link.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::require;
use crate::clock::Timestamp;
use crate::domain::access::{self, Permission, Scope};
use crate::domain::account::{Account, AccountStatus, display_name};
use crate::domain::account_change::{self, AccountInput, ListKey};
use crate::domain::activation::Link;
use crate::domain::ids::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::session::token_hash;
use crate::http::forwarded::Peer;
use crate::http::page::{Page, PageQuery};
use crate::http::routes::{Needs, Routes};
use crate::secret;
use crate::state::State;
use crate::store::{Class, Read as _};
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::sign_in::encoded;
use crate::web::visitor::{Posted, Visitor};

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let manage = Needs::Site(Permission::ManagePeople);
    routes.page("/admin/people", Class::Browse, Needs::Site(Permission::ViewPeople), list);
    routes.page("/admin/people/new", Class::Browse, manage, new);
    routes.form("/admin/people/new", Class::Interactive, manage, create);
}

/// How a list goes on.
#[derive(Debug, Deserialize)]
struct ListQuery {
    search: Option<String>,
    after: Option<String>,
}

/// A line of the list.
struct Line {
    id: UserId,
    name: String,
    username: String,
    email: String,
    suspended: bool,
    activated: bool,
}

impl Line {
    fn of(account: &Account) -> Self {
        Self {
            id: account.id,
            name: display_name(account),
            username: account.username.as_str().to_owned(),
            email: account.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
            suspended: account.status == AccountStatus::Suspended,
            activated: account.activated.is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage<'a> {
    frame: &'a Frame,
    search: &'a str,
    people: Vec<Line>,
    /// The address of the next page.
    next: Option<String>,
    /// The address of the first one, from behind it.
    first: Option<String>,
    may_manage: bool,
}

async fn list(visitor: Visitor, query: web::Query<ListQuery>) -> Result<HttpResponse, Refusal> {
    let (frame, state) = (&visitor.frame, &visitor.state);
    let ListQuery { search, after } = query.into_inner();
    let search = search.unwrap_or_default();
    let query = PageQuery { limit: None, after: after.filter(|after| !after.is_empty()) };
    let (limit, after) = (query.limit()?, query.after::<ListKey>()?);
    let first = after.is_some().then(|| format!("/admin/people?search={}", encoded(&search)));
    let rows = state
        .store
        .read(|read| account_change::list(read, visitor.actor(), Some(&search), after, limit + 1))?;
    let page = Page::of(rows, limit, |(key, _)| key.clone(), |(_, account)| Line::of(&account));
    let next = page.next.map(|next| format!("/admin/people?search={}&after={next}", encoded(&search)));
    frame.show(&PeoplePage {
        frame,
        search: &search,
        people: page.items,
        next,
        first,
        may_manage: frame.may(Permission::ManagePeople),
    })
}

#[derive(Template)]
#[template(path = "admin/person_new.html")]
struct NewPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManagePeople)?;
    let form = Form::of(Fields::default());
    form.show(&visitor.frame, &NewPage { frame: &visitor.frame, form: &form })
}

/// The facts that were typed.
pub(super) fn typed(fields: &Fields) -> AccountInput {
    AccountInput {
        username: fields.get("username").to_owned(),
        email: fields.optional("email").map(str::to_owned),
        first_name: fields.get("first_name").to_owned(),
        last_name: fields.get("last_name").to_owned(),
        profile: None,
    }
}

async fn create(request: HttpRequest, posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let actor = who.actor;
    require(&state, &actor, Permission::ManagePeople)?;
    let token = secret::token()?;
    let (hash, input, by) = (token_hash(&token), typed(&fields), actor.clone());
    let made = match input.parse() {
        Ok(new) => {
            state
                .store
                .write(Class::Interactive, move |txn| {
                    access::require(txn, &by, Permission::ManagePeople, Scope::Site)?;
                    account_change::create(txn, &by, new, Some(hash))
                })
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(account) => {
            let link = state.store.read(|read| read.get::<Link>(&hash))?;
            let expires = link.map(|link| link.expires);
            let address = link_address(&state, &request, &token);
            let name = display_name(&account);
            frame.show(&LinkPage { frame: &frame, id: account.id, name, address, expires, made: true })
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &NewPage { frame: &frame, form: &form })
        }
    }
}

/// A one-time link, shown once: only its hash is kept.
#[derive(Template)]
#[template(path = "admin/link.html")]
pub(super) struct LinkPage<'a> {
    pub(super) frame: &'a Frame,
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) expires: Option<Timestamp>,
    /// The account is new.
    pub(super) made: bool,
}

/// Where a one-time token sets a password.
pub(super) fn link_address(state: &State, request: &HttpRequest, token: &str) -> String {
    link_at(&site(state, request), token)
}

/// [`link_address`] at an installation's address.
pub(super) fn link_at(site: &str, token: &str) -> String {
    format!("{site}/activation?token={token}")
}

/// The address of the installation, as it is set or as the request came.
pub(super) fn site(state: &State, request: &HttpRequest) -> String {
    if let Some(url) = &state.config.server.public_url {
        url.trim_end_matches('/').to_owned()
    } else {
        // Not what anybody says the host was: the link has the right to set a password.
        Peer::of(request).site().unwrap_or_else(|| state.config.server.home())
    }
}
