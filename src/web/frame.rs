//! What every page knows of who looks at it: language, zone, rights for the navigation, what was just done. It renders
//! the page with the headers that all pages have, or sends the browser on.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue,
    LOCATION, REFERRER_POLICY, VARY,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use askama::filters::HtmlSafe;

use super::dates::{Calendar, TimeTag};
use super::flash::Flash;
use super::kept::{Basis, KeptPage, PageKey};
use super::text::{Text, ToArg, accepted};
use super::{assets, look};
use crate::clock::Timestamp;
use crate::domain::access::{self, Permission, PermissionSet, Scope};
use crate::domain::account::{self, Account};
use crate::domain::language::LanguageTag;
use crate::domain::preferences::{Language, Theme, ZoneName};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::session;
use crate::http::actor::{SignedIn, cookie, mask};
use crate::state::State;

/// Nothing is loaded from elsewhere, nothing runs that is not a file of ours, nobody frames a page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// A page is for one browser, which asks again every time but may keep it for the way back.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What of a request a page depends on.
const DEPENDS: HeaderValue = HeaderValue::from_static("Accept-Encoding, Accept-Language, Cookie");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// A smaller page fits one packet, compressed or not.
const COMPRESS_FROM_BYTES: usize = 1024;

/// A place in the navigation.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where it is.
    pub address: &'static str,
    /// The key of its name.
    pub name: &'static str,
    /// Is it the page itself or something below it?
    pub current: bool,
}

/// Where the navigation leads: address, key of the name, and the site-wide rights of which one is needed. Without any it
/// is for everybody who is signed in.
const PLACES: &[(&str, &str, &[Permission])] = &[
    ("/", "app-nav-home", &[]),
    ("/account", "app-nav-account", &[]),
    ("/admin", "app-nav-admin", &[Permission::ViewPeople, Permission::ManageRoles, Permission::ManageSite]),
];

/// An attribute of an element, with a space before it; nothing where the page says it already.
#[derive(Debug, Clone, Copy)]
pub struct Lang<'a>(Option<&'a LanguageTag>);

impl std::fmt::Display for Lang<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |tag| write!(f, " lang=\"{tag}\""))
    }
}

// A tag has letters, digits and hyphens alone.
impl HtmlSafe for Lang<'_> {}

/// Who looks at a page, and how.
#[derive(Clone)]
pub struct Frame {
    /// The catalogue in the viewer's language.
    pub text: Text,
    /// Dates in the viewer's zone.
    pub calendar: Calendar,
    /// Light or dark.
    pub theme: Theme,
    /// Now.
    pub now: Timestamp,
    /// The name of who is signed in.
    pub person: Option<String>,
    /// What forms and scripts repeat; masked anew for every page.
    pub csrf: String,
    /// The navigation.
    pub places: Vec<Place>,
    /// What was just done.
    pub flash: Option<Flash>,
    /// Path and query of this page, to come back to.
    pub here: String,
    /// Site-wide rights.
    pub site: PermissionSet,
    gzip: bool,
    state: State,
}

impl Frame {
    /// The frame of a request, for who signed in or for a guest.
    pub fn of(request: &HttpRequest, state: &State, who: Option<&SignedIn>) -> Result<Self, Refusal> {
        let looked = look::Look::read(request, &state.config);
        let accepted = || {
            let header = request.headers().get(ACCEPT_LANGUAGE)?;
            accepted(header.to_str().ok()?)
        };
        let (account, site) = match who {
            None => (None, PermissionSet::NONE),
            Some(who) => state.store.read(|read| -> Result<_, Refusal> {
                let account = account::get(read, who.actor.user).ok();
                Ok((account, access::permissions(read, &who.actor, Scope::Site)?))
            })?,
        };
        let own = account.as_ref().map(|account| &account.preferences);
        let language = own.and_then(|own| own.language).or(looked.language).or_else(accepted);
        let text = Text(language.unwrap_or(Language::En));
        let zone = own.and_then(|own| own.time_zone.as_ref());
        let zone = zone.map_or_else(|| state.zone.clone(), ZoneName::zone);
        let theme = own.map(|own| own.theme).filter(|theme| *theme != Theme::System).or(looked.theme);
        let csrf = match who {
            None => String::new(),
            Some(who) => match cookie(request, state.config.server.is_https()) {
                Some(_) => mask(&session::form_token(&state.form_key, who.actor.user))?,
                None => String::new(),
            },
        };
        let path = request.path();
        let places = PLACES
            .iter()
            .filter(|_| who.is_some())
            .filter(|(_, _, needs)| needs.is_empty() || needs.iter().any(|permission| site.has(*permission)));
        let places = places.map(|(address, name, _)| Place {
            address,
            name,
            current: path == *address
                || path.strip_prefix(*address).is_some_and(|rest| rest.starts_with('/')),
        });
        Ok(Self {
            text,
            calendar: Calendar { text, zone },
            theme: theme.unwrap_or_default(),
            now: state.now(),
            person: who.map(|_| name_of(account.as_deref())),
            csrf,
            places: places.collect(),
            flash: Flash::read(request, &state.config),
            here: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            site,
            gzip: assets::accepts(request, "gzip"),
            state: state.clone(),
        })
    }

    /// A message without variables.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.text.t(key)
    }

    /// A message with one variable.
    pub fn t1(&self, key: &str, name: &str, value: impl ToArg) -> String {
        self.text.t1(key, name, value)
    }

    /// A message with two variables.
    pub fn t2(&self, key: &str, name: &str, value: impl ToArg, name2: &str, value2: impl ToArg) -> String {
        self.text.t2(key, name, value, name2, value2)
    }

    /// A message whose key is a beginning that ends in a dash, and a name that the code knows.
    pub fn t_of(&self, beginning: &str, name: &str) -> Cow<'static, str> {
        self.text.t_of(beginning, name)
    }

    /// The viewer's language.
    pub const fn language(&self) -> Language {
        self.text.0
    }

    /// For an element with texts of a course: which language they are in, where that is not the page's.
    pub fn lang<'a>(&self, told: &'a Option<LanguageTag>) -> Lang<'a> {
        Lang(told.as_ref().filter(|tag| !tag.as_str().eq_ignore_ascii_case(self.language().code())))
    }

    /// Day and clock as an element.
    pub fn time(&self, moment: &Timestamp) -> TimeTag {
        self.calendar.time(*moment)
    }

    /// Hours, minutes and seconds.
    pub fn seconds(&self, moment: &Timestamp) -> String {
        self.calendar.clock_seconds(*moment)
    }

    /// The same, behind the day unless that is today.
    pub fn exact(&self, moment: &Timestamp) -> String {
        self.calendar.exact(*moment, self.now)
    }

    /// The day as an element.
    pub fn date(&self, moment: &Timestamp) -> TimeTag {
        self.calendar.date(*moment)
    }

    /// How far away it is, as an element.
    pub fn from_now(&self, moment: &Timestamp) -> TimeTag {
        self.calendar.from_now(*moment, self.now)
    }

    /// How long something lasts.
    pub fn span(&self, ms: &u64) -> String {
        self.calendar.span(*ms)
    }

    /// The address of a file of style, script or picture.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// The languages to choose from.
    pub const fn languages(&self) -> &'static [Language] {
        Language::ALL
    }

    /// The themes to choose from.
    pub const fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    /// May the viewer do this everywhere?
    pub const fn may(&self, permission: Permission) -> bool {
        self.site.has(permission)
    }

    /// The page, with 200.
    pub fn show(&self, page: &impl Template) -> Result<HttpResponse, Refusal> {
        self.show_as(StatusCode::OK, page)
    }

    /// The page with a status: that of a refusal for a form that comes back.
    pub fn show_as(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, Refusal> {
        Ok(self.send(status, render(page)?))
    }

    /// A rendered page.
    pub(super) fn send(&self, status: StatusCode, html: String) -> HttpResponse {
        let mut response = if self.gzip && html.len() >= COMPRESS_FROM_BYTES {
            packed(status).body(assets::gzip(html.as_bytes(), flate2::Compression::fast()))
        } else {
            plain(status).body(html)
        };
        if self.flash.is_some() {
            Flash::forget(&mut response, &self.state.config);
        }
        response
    }

    /// What a page that shows a prepared body to somebody with these rights is made of; `None` for one that is not to be
    /// kept: it says what was just done, or its forms have no token that could be told from the rest.
    pub fn basis(&self, etag: Arc<str>, may: PermissionSet) -> Option<Basis> {
        let once = self.flash.is_some() || self.csrf.is_empty();
        (!once).then(|| Basis {
            etag,
            may,
            site: self.site,
            language: self.language(),
            zone: self.calendar.zone.clone(),
            theme: self.theme,
            person: self.person.clone(),
            here: self.here.clone(),
        })
    }

    /// A page that was kept.
    pub fn show_kept(&self, page: &KeptPage) -> HttpResponse {
        if self.gzip {
            packed(StatusCode::OK).body(page.gzip(&self.csrf))
        } else {
            plain(StatusCode::OK).body(page.html(&self.csrf))
        }
    }

    /// A page, which is kept for the next time when it has a basis.
    pub fn show_and_keep(
        &self,
        key: PageKey,
        basis: Option<Basis>,
        page: &impl Template,
    ) -> Result<HttpResponse, Refusal> {
        let html = render(page)?;
        if let Some(basis) = basis {
            self.state.pages.keep(key, basis, &html, &self.csrf);
        }
        Ok(self.send(StatusCode::OK, html))
    }

    /// Sends the browser on after something was done (303).
    pub fn go(&self, address: &str) -> HttpResponse {
        go(address)
    }

    /// [`Frame::go`] with what the next page says.
    pub fn go_and_say(&self, address: &str, flash: &Flash) -> HttpResponse {
        let mut response = go(address);
        flash.leave(&mut response, &self.state.config);
        response
    }
}

pub(super) fn render(page: &impl Template) -> Result<String, Refusal> {
    page.render().map_err(|error| INTERNAL.refuse(error.to_string()))
}

/// A page as it is.
fn plain(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponseBuilder::new(status);
    dress(&mut response);
    response.content_type(HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// A page that is compressed.
fn packed(status: StatusCode) -> HttpResponseBuilder {
    let mut response = plain(status);
    response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
    response
}

/// The headers of every page.
fn dress(response: &mut HttpResponseBuilder) {
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((OPENER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((CACHE_CONTROL, PRIVATE))
        .insert_header((VARY, DEPENDS));
}

/// See other: the browser gets the address with GET.
pub(super) fn go(address: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    dress(&mut response);
    response.insert_header((LOCATION, address)).finish()
}

fn name_of(account: Option<&Account>) -> String {
    account.map(account::display_name).unwrap_or_default()
}
