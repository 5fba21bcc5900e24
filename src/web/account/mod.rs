//! One's own account: who the institution takes one for, how things are shown, password, sessions, tokens.

mod details;
mod password;
mod sessions;
mod tokens;

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;

use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::visitor::{Posted, Visitor};
use crate::domain::account::{self, Account};
use crate::domain::account_change;
use crate::domain::ids::UserId;
use crate::domain::preferences::{Language, Preferences, PreferencesInput, Theme, ZoneName};
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::Class;

/// Routes of this noun.
pub fn routes(routes: &mut Routes) {
    use Class::Interactive;
    routes.page("/account", Interactive, Needs::SignIn, show);
    routes.form("/account", Interactive, Needs::SignIn, change);
    routes.page("/account/details", Interactive, Needs::SignIn, details::show);
    routes.form("/account/details", Interactive, Needs::SignIn, details::change);
    routes.page("/account/password", Interactive, Needs::SignIn, password::show);
    routes.form("/account/password", Class::SignIn, Needs::SignIn, password::change);
    routes.page("/account/sessions", Interactive, Needs::SignIn, sessions::show);
    routes.page("/account/sessions/{session}/end", Interactive, Needs::SignIn, sessions::ask);
    routes.form("/account/sessions/{session}/end", Class::SignIn, Needs::SignIn, sessions::end);
    routes.page("/account/sessions/end", Interactive, Needs::SignIn, sessions::ask_others);
    routes.form("/account/sessions/end", Class::SignIn, Needs::SignIn, sessions::end_others);
    routes.page("/account/tokens", Interactive, Needs::SignIn, tokens::show);
    routes.form("/account/tokens", Interactive, Needs::SignIn, tokens::create);
    routes.page("/account/tokens/{token}/delete", Interactive, Needs::SignIn, tokens::ask);
    routes.form("/account/tokens/{token}/delete", Interactive, Needs::SignIn, tokens::delete);
}

/// The parts of the account: address and key of the name.
const PARTS: &[(&str, &str)] = &[
    ("/account", "account-tab-account"),
    ("/account/details", "account-tab-details"),
    ("/account/password", "account-tab-password"),
    ("/account/sessions", "account-tab-sessions"),
    ("/account/tokens", "account-tab-tokens"),
];

/// A part, for the tabs.
struct Part {
    address: &'static str,
    name: &'static str,
    current: bool,
}

fn parts(current: &str) -> Vec<Part> {
    let part =
        |(address, name): &(&'static str, &'static str)| Part { address, name, current: *address == current };
    PARTS.iter().map(part).collect()
}

#[derive(Template)]
#[template(path = "account/show.html")]
struct AccountPage<'a> {
    frame: &'a Frame,
    parts: Vec<Part>,
    account: &'a Account,
    name: String,
    form: &'a Form,
    languages: Vec<(&'static str, String)>,
    themes: Vec<(&'static str, String)>,
    zones: Vec<String>,
    default_zone: &'a str,
}

impl<'a> AccountPage<'a> {
    fn of(frame: &'a Frame, state: &'a State, account: &'a Account, form: &'a Form) -> Self {
        let own = |language: &Language| (language.code(), language.own_name().to_owned());
        let mut languages = vec![("", frame.t("account-language-browser").into_owned())];
        languages.extend(Language::ALL.iter().map(own));
        let theme = |theme: &Theme| (theme.name(), frame.t_of("app-theme-", theme.name()).into_owned());
        Self {
            frame,
            parts: parts("/account"),
            account,
            name: account::display_name(account),
            form,
            languages,
            themes: Theme::ALL.iter().map(theme).collect(),
            // Names with a region; the others are short forms of old.
            zones: jiff::tz::db()
                .available()
                .map(|name| name.to_string())
                .filter(|n| n.contains('/'))
                .collect(),
            default_zone: &state.config.server.time_zone,
        }
    }
}

fn own(state: &State, user: UserId) -> Result<Arc<Account>, Refusal> {
    state.store.read(|read| account::get(read, user))
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let account = own(&visitor.state, visitor.actor().user)?;
    let Preferences { language, time_zone, theme } = &account.preferences;
    let fields = Fields::default()
        .with("language", language.map(Language::code).unwrap_or_default())
        .with("time_zone", time_zone.as_ref().map(ZoneName::as_str).unwrap_or_default())
        .with("theme", theme.name());
    let form = Form::of(fields);
    form.show(&visitor.frame, &AccountPage::of(&visitor.frame, &visitor.state, &account, &form))
}

async fn change(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let account = own(&state, who.actor.user)?;
    let actor = who.actor;
    let changed = match fields.input::<PreferencesInput>().and_then(PreferencesInput::parse) {
        Ok(preferences) => {
            let change = move |txn: &mut crate::store::Txn<'_>| {
                account_change::set_preferences(txn, &actor, preferences)
            };
            state.store.write(Class::Interactive, change).await
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => Ok(frame.go_and_say("/account", &Flash::done("account-saved"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &AccountPage::of(&frame, &state, &account, &form))
        }
    }
}
