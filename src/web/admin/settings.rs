//! The settings as they are in force, with where each comes from. They are read when the server starts, so the page shows
//! and does not change them. What is secret is never shown, only whether it is set.

use actix_web::HttpResponse;
use askama::Template;
use serde_json::Value;

use super::require;
use crate::config::{self, Config, Kind, Source, is_secret};
use crate::domain::access::Permission;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::routes::{Needs, Routes};
use crate::store::Class;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    routes.page("/admin/settings", Class::Browse, Needs::Site(Permission::ManageSite), show);
}

/// A setting.
struct Line {
    name: String,
    /// `None` for what is secret and set.
    value: Option<String>,
    /// What its number counts, by [`config::unit`].
    unit: Option<String>,
    /// What it may be: the bounds of a number, or the words.
    may_be: Option<String>,
    source: &'static str,
}

/// Settings of a section.
struct Section {
    name: String,
    lines: Vec<Line>,
}

fn words(frame: &Frame, value: &Value) -> String {
    match value {
        Value::Null => frame.t("admin-settings-unset").into_owned(),
        Value::Bool(true) => frame.t("admin-yes").into_owned(),
        Value::Bool(false) => frame.t("admin-no").into_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => frame.t("admin-settings-unset").into_owned(),
        Value::Array(list) => list.iter().map(|value| words(frame, value)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What a setting may be, where that is not clear by itself.
fn may_be(frame: &Frame, kind: Kind) -> Option<String> {
    match kind {
        Kind::Whole(least, most) => Some(frame.t2("admin-settings-from-to", "least", least, "most", most)),
        Kind::Word(words) => Some(words.join(frame.t("admin-list-comma").as_ref())),
        Kind::Text | Kind::Switch | Kind::Address | Kind::Addresses => None,
    }
}

fn line(frame: &Frame, config: &Config, (section, key): (&str, &str), value: &Value) -> Line {
    Line {
        name: key.to_owned(),
        value: (value.is_null() || !is_secret(key)).then(|| words(frame, value)),
        unit: config::unit(key).map(|unit| frame.t_of("admin-settings-unit-", unit).into_owned()),
        may_be: config::kind(section, key).and_then(|kind| may_be(frame, kind)),
        source: config.sources.of(section, key).map_or("default", Source::name),
    }
}

fn sections(frame: &Frame, config: &Config) -> Result<Vec<Section>, Refusal> {
    let value = serde_json::to_value(config).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let mut sections = Vec::new();
    for (section, keys) in value.as_object().into_iter().flatten() {
        let keys = keys.as_object().into_iter().flatten();
        let lines = keys.map(|(key, value)| line(frame, config, (section, key), value));
        sections.push(Section { name: section.clone(), lines: lines.collect() });
    }
    Ok(sections)
}

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage<'a> {
    frame: &'a Frame,
    sections: Vec<Section>,
    version: &'static str,
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    let frame = &visitor.frame;
    let sections = sections(frame, &visitor.state.config)?;
    frame.show(&SettingsPage { frame, sections, version: env!("CARGO_PKG_VERSION") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::preferences::Language;
    use crate::web::text::Text;

    #[test]
    fn every_section_and_every_unit_has_a_name_in_every_language() {
        let value = serde_json::to_value(Config::default()).unwrap();
        let sections = value.as_object().unwrap();
        assert!(sections.len() > 5);
        for name in sections.keys() {
            for language in [Language::En, Language::Ar] {
                let said = Text(language).find_of("admin-settings-section-", name);
                assert!(said.is_some(), "{name} has no name in {language:?}");
            }
        }
        for unit in config::UNITS {
            for language in [Language::En, Language::Ar] {
                let said = Text(language).find_of("admin-settings-unit-", unit);
                assert!(said.is_some(), "{unit} has no name in {language:?}");
            }
        }
    }
}
