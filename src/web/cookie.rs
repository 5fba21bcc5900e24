//! Small cookies of the pages, beside that of the session: what the next page says, how a guest wants things to look.

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse};

use crate::config::Config;
use crate::http::actor::cookie_named;

/// The full name: behind TLS bound to this host, as that of the session.
fn full_name(config: &Config, name: &str) -> String {
    let prefix = if config.server.is_https() { "__Host-" } else { "" };
    format!("{prefix}lyceum_{name}")
}

/// The value of a cookie.
pub fn get<'r>(request: &'r HttpRequest, config: &Config, name: &str) -> Option<&'r str> {
    cookie_named(request, &full_name(config, name))
}

/// Has the browser keep a value, for so many seconds; none at all forgets it. Values have no characters that a header
/// could not have; one that had would not be set.
pub fn set(response: &mut HttpResponse, config: &Config, name: &str, value: &str, life_seconds: u32) {
    let secure = if config.server.is_https() { "; Secure" } else { "" };
    let name = full_name(config, name);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={life_seconds}{secure}");
    if let Ok(text) = text.parse() {
        response.headers_mut().append(SET_COOKIE, text);
    }
}
