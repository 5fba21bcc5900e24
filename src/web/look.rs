//! How pages look to somebody: the language and the theme that they chose at the foot of a page.

use actix_web::{HttpRequest, HttpResponse};

use super::cookie;
use super::flash::Flash;
use super::sign_in::inside;
use super::visitor::GuestPosted;
use crate::config::Config;
use crate::domain::preferences::{Language, Preferences, Theme};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::{account, account_change};
use crate::http::actor::SignedIn;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.form("/look", Class::Interactive, Needs::Nothing, change);
}

const NAME: &str = "look";
/// A year: nobody wants to choose again.
const LIFE_SECONDS: u32 = 366 * 24 * 3600;

/// What a guest chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The language.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Option<Theme>,
}

impl Look {
    /// What the browser remembers.
    pub fn read(request: &HttpRequest, config: &Config) -> Self {
        let value = cookie::get(request, config, NAME).unwrap_or_default();
        let (language, theme) = value.split_once('.').unwrap_or((value, ""));
        Self { language: Language::parse(language), theme: Theme::parse(theme) }
    }

    /// Has the browser remember it.
    pub fn keep(self, response: &mut HttpResponse, config: &Config) {
        let language = self.language.map(Language::code).unwrap_or_default();
        let theme = self.theme.map(Theme::name).unwrap_or_default();
        cookie::set(response, config, NAME, &format!("{language}.{theme}"), LIFE_SECONDS);
    }
}

/// A button at the foot of a page.
async fn change(request: HttpRequest, posted: GuestPosted) -> Result<HttpResponse, Refusal> {
    let GuestPosted { who, frame, fields, state } = posted;
    let before = Look::read(&request, &state.config);
    let language = fields.optional("language").map(|tag| {
        Language::parse(tag).ok_or_else(|| invalid("/language", "is not a language of the pages"))
    });
    let theme = fields
        .optional("theme")
        .map(|name| Theme::parse(name).ok_or_else(|| invalid("/theme", "is not system, light or dark")));
    let chosen = (language.is_some(), theme.is_some());
    let look = Look {
        language: language.transpose()?.or(before.language),
        theme: theme.transpose()?.or(before.theme),
    };
    let known = |who: &SignedIn| state.store.read(|read| account::get(read, who.actor.user)).is_ok();
    if let Some(who) = who.filter(known) {
        // Somebody signed in takes their choice along to other devices.
        let actor = who.actor;
        let written = state.store.write(Class::Interactive, move |txn| {
            let own = account::get(txn, actor.user)?.preferences.clone();
            let language = if chosen.0 { look.language } else { own.language };
            let theme = if chosen.1 { look.theme.unwrap_or_default() } else { own.theme };
            account_change::set_preferences(txn, &actor, Preferences { language, theme, ..own })
        });
        written.await?;
    }
    let mut response = frame.go(inside(fields.get("next")));
    look.keep(&mut response, &state.config);
    // What the page before said is said again in the new language.
    if let Some(flash) = &frame.flash {
        Flash::leave(flash, &mut response, &state.config);
    }
    Ok(response)
}
