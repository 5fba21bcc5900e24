//! The OpenAPI document. Descriptions stand beside the routes and the views that they describe, and tests alone compile them
//! and put them together, with what holds for all of them by rule (`completed`): the program has the document as a file, so that
//! its build does not pay for them and a change of the API is seen as what it is.

/// The document of all routes; `LYCEUM_BLESS=1 cargo test --lib openapi` writes it anew.
pub const DOCUMENT: &str = include_str!("../../docs/openapi.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;
    use utoipa::OpenApi;

    use super::super::*;
    use super::DOCUMENT;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::{app, http};

    #[derive(OpenApi)]
    #[openapi(info(
        title = "Lyceum",
        description = "A learning platform in one binary. Errors are RFC 9457 problem documents with a stable `code`."
    ))]
    struct Base;

    /// What the document is made of, by noun.
    fn documents() -> Vec<(&'static str, utoipa::openapi::OpenApi)> {
        vec![
            ("live", live::Api::openapi()),
            ("statistics", statistics::Api::openapi()),
            ("marking", marking::Api::openapi()),
            ("attempt", attempt::Api::openapi()),
            ("attempt_file", attempt_file::Api::openapi()),
            ("quiz", quiz::Api::openapi()),
            ("audit", audit::Api::openapi()),
            ("system", system::Api::openapi()),
            ("capacity", capacity::Api::openapi()),
            ("readiness", readiness::Api::openapi()),
            ("history", history::Api::openapi()),
            ("docs", docs::Api::openapi()),
            ("codes", codes::Api::openapi()),
            ("bank", bank::Api::openapi()),
            ("session", session::Api::openapi()),
            ("account", account::Api::openapi()),
            ("token", token::Api::openapi()),
            ("role", role::Api::openapi()),
            ("roster", roster::Api::openapi()),
            ("job", job::Api::openapi()),
            ("setup", setup::Api::openapi()),
            ("outline", outline::Api::openapi()),
            ("progress", progress::Api::openapi()),
            ("content_page", content_page::Api::openapi()),
            ("course", course::Api::openapi()),
            ("content", content::Api::openapi()),
            ("enrolment", enrolment::Api::openapi()),
            ("group", group::Api::openapi()),
            ("grade", grade::Api::openapi()),
            ("xapi_credential", xapi_credential::Api::openapi()),
            ("xapi_export", xapi_export::Api::openapi()),
            ("xapi_target", xapi_target::Api::openapi()),
            ("xapi_import", xapi_import::Api::openapi()),
            ("xapi_people", xapi_people::Api::openapi()),
        ]
    }

    /// The table of routes, of a server that serves nobody.
    fn served() -> Vec<routes::RouteInfo> {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.store.directory = home.path().join("store");
        (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
        let state = app::open(config, Clock::System).unwrap();
        let routes = http::table(&state).list();
        state.store.close();
        routes
    }

    /// JSON with a line for each operation and each schema, in their order: what a change of the API changes is seen.
    fn lines(document: &Value) -> String {
        fn write(out: &mut String, value: &Value, apart: usize) {
            match value {
                Value::Object(members) if apart > 0 => {
                    out.push('{');
                    for (place, (key, member)) in members.iter().enumerate() {
                        out.push_str(if place > 0 { ",\n" } else { "\n" });
                        out.push_str(&Value::from(key.as_str()).to_string());
                        out.push(':');
                        write(out, member, apart - 1);
                    }
                    out.push_str("\n}");
                }
                value => out.push_str(&value.to_string()),
            }
        }
        let mut out = String::new();
        write(&mut out, document, 3);
        out.push('\n');
        out
    }

    #[test]
    fn the_document_is_what_stands_beside_routes_and_views() {
        let mut made = Base::openapi();
        for (_, part) in documents() {
            made.merge(part);
        }
        problems::of_all(&mut made);
        let mut made = serde_json::to_value(made).unwrap();
        completed::complete(&mut made, &served());
        let text = lines(&made);
        if std::env::var_os("LYCEUM_BLESS").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"), &text).unwrap();
            return;
        }
        let differs = text.lines().zip(DOCUMENT.lines()).find(|(made, kept)| made != kept);
        let how = "docs/openapi.json is not what the descriptions say; `LYCEUM_BLESS=1 cargo test --lib openapi` writes it";
        assert_eq!(differs, None, "{how}");
        assert_eq!(text.len(), DOCUMENT.len(), "{how}");
    }

    /// Merging lets the first of two schemas with one name win and says nothing.
    #[test]
    fn no_two_nouns_mean_different_things_by_one_schema_name() {
        let mut known: BTreeMap<String, (&str, Value)> = BTreeMap::new();
        let mut clashes = Vec::new();
        for (noun, document) in documents() {
            let document = serde_json::to_value(document).unwrap();
            for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
                match known.get(name) {
                    Some((other, shape)) if shape != schema => {
                        clashes.push(format!("{name} of {noun} is not {name} of {other}"));
                    }
                    Some(_) => {}
                    None => drop(known.insert(name.clone(), (noun, schema.clone()))),
                }
            }
        }
        assert!(clashes.is_empty(), "{}", clashes.join("\n"));
        assert!(known.len() > 150, "only {} schemas", known.len());
    }
}
