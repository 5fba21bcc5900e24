//! What the next page says about what was just done. It travels in a cookie that lives for a minute and is forgotten
//! once shown; it names a message of the catalogue, so that nobody can make a page say something else.

use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookie;
use super::text::{Text, ToArg};
use crate::config::Config;

const NAME: &str = "flash";
/// Long enough for a redirect over a bad network.
const LIFE_SECONDS: u32 = 60;
/// Longest value that is looked at: a message and a few names.
const MAX_BYTES: usize = 1024;

/// A message for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    key: String,
    args: Vec<(String, String)>,
    bad: bool,
}

impl Flash {
    /// Something was done: the key of a message.
    pub fn done(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new(), bad: false }
    }

    /// Something was not done, or needs attention.
    pub fn attention(key: &str) -> Self {
        Self { bad: true, ..Self::done(key) }
    }

    /// With a variable of the message. Values are cut at 100 characters: a cookie is small.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.args.push((name.to_owned(), value.to_string().chars().take(100).collect()));
        self
    }

    /// The message in words. Numbers count as numbers, so that plurals are right.
    pub fn words(&self, text: &Text) -> String {
        let numbers: Vec<Option<i64>> = self.args.iter().map(|(_, value)| value.parse().ok()).collect();
        let args: Vec<(&str, &dyn ToArg)> = self
            .args
            .iter()
            .zip(&numbers)
            .map(|((name, value), number)| {
                let value: &dyn ToArg = match number {
                    Some(number) => number,
                    None => value,
                };
                (name.as_str(), value)
            })
            .collect();
        text.with(&self.key, &args)
    }

    /// Is it about something that was not done?
    pub const fn is_bad(&self) -> bool {
        self.bad
    }

    /// What the page before left.
    pub(super) fn read(request: &HttpRequest, config: &Config) -> Option<Self> {
        let value = cookie::get(request, config, NAME).filter(|value| value.len() <= MAX_BYTES)?;
        let flash: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
        super::text::is_known(&flash.key).then_some(flash)
    }

    /// Leaves it for the next page.
    pub(super) fn leave(&self, response: &mut HttpResponse, config: &Config) {
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        cookie::set(response, config, NAME, &value, LIFE_SECONDS);
    }

    /// It was shown.
    pub(super) fn forget(response: &mut HttpResponse, config: &Config) {
        cookie::set(response, config, NAME, "", 0);
    }
}
