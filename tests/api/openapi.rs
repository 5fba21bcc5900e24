//! The OpenAPI document is complete and true: it lists exactly the routes there are, and every answer that any test
//! of this suite receives is checked against it (`check` is called by `Request::send`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use lyceum::http::routes::Surface;
use serde_json::Value;

use crate::support::{Answer, TestApp};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(lyceum::http::openapi::DOCUMENT).unwrap());

/// Statuses that any route may answer with and that stand once in the document's description, not at each route.
const EVERYWHERE: [u16; 4] = [405, 413, 500, 503];

#[test]
fn the_document_lists_exactly_the_routes_there_are() {
    let app = TestApp::start();
    let mut served = BTreeSet::new();
    for route in lyceum::http::table(&app.state).list() {
        if route.surface == Surface::Lrs {
            // The standard documents those.
            assert!(route.path.starts_with("/xapi/"), "{} is not of the record store", route.path);
            continue;
        }
        if route.surface == Surface::Page {
            // Pages are for browsers: none may lie where programs look.
            assert!(!route.path.starts_with("/api"), "{} is a page", route.path);
            continue;
        }
        served.insert(format!("{} {}", route.method.as_str().to_ascii_lowercase(), bare(route.path)));
    }
    let mut documented = BTreeSet::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            documented.insert(format!("{method} {path}"));
        }
    }
    let missing: Vec<_> = served.difference(&documented).collect();
    let invented: Vec<_> = documented.difference(&served).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "not documented: {missing:#?}\nnot served: {invented:#?}"
    );
}

/// Inside one noun the later of two schemas replaces the earlier before anybody can compare them. So no two types that
/// have a schema have one name.
#[test]
fn no_two_types_with_a_schema_have_one_name() {
    fn walk(folder: &Path, seen: &mut BTreeMap<String, String>, clashes: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, seen, clashes);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut derives = false;
            for line in text.lines().map(str::trim) {
                derives |= line.starts_with("#[cfg_attr(test, derive(") && line.contains("ToSchema");
                let item = line.trim_start_matches("pub ").trim_start_matches("pub(super) ");
                let Some(rest) = item.strip_prefix("struct ").or_else(|| item.strip_prefix("enum ")) else {
                    continue;
                };
                if std::mem::take(&mut derives) {
                    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                    let place = path.display().to_string();
                    if let Some(other) = seen.insert(rest[..end].to_owned(), place.clone()) {
                        clashes.push(format!("{} in {place} and in {other}", &rest[..end]));
                    }
                }
            }
        }
    }
    let (mut seen, mut clashes) = (BTreeMap::new(), Vec::new());
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut seen, &mut clashes);
    assert!(clashes.is_empty(), "{}", clashes.join("\n"));
    assert!(seen.len() > 150, "only {} types were found", seen.len());
}

/// A path without the patterns of its parameters: `/a/{id:\d+}` is `/a/{id}` in the document.
fn bare(path: &str) -> String {
    path.split('/')
        .map(|part| match part.split_once(':') {
            Some((name, _)) if part.starts_with('{') => format!("{name}}}"),
            _ => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn every_operation_has_a_summary_a_tag_and_its_refusals() {
    let mut wrong = Vec::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["summary"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{method} {path} has no summary"));
            }
            if operation["tags"].as_array().is_none_or(Vec::is_empty) {
                wrong.push(format!("{method} {path} has no tag"));
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = &response["content"]["application/problem+json"];
                if (status.starts_with('4') || status.starts_with('5'))
                    && problem.is_null()
                    && !path.ends_with("readyz")
                {
                    wrong.push(format!("{method} {path} answers {status} without a problem document"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, at: &str, found: &mut usize, wrong: &mut Vec<String>) {
        if let Some(reference) = value["$ref"].as_str() {
            *found += 1;
            if reference.strip_prefix('#').and_then(|place| DOCUMENT.pointer(place)).is_none() {
                wrong.push(format!("{at} refers to {reference}"));
            }
        }
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}"), found, wrong));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, at, found, wrong)),
            _ => {}
        }
    }
    let (mut found, mut wrong) = (0, Vec::new());
    walk(&DOCUMENT, "", &mut found, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 1_000, "only {found} references");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_how_one_shows_who_asks() {
    let (mut names, mut open) = (BTreeSet::new(), Vec::new());
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name} is no identifier");
            assert!(names.insert(name), "{method} {path} is not the only {name}");
            let ways =
                operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path}: who asks?"));
            if ways.is_empty() {
                open.push(format!("{method} {path}"));
            }
            for scheme in ways.iter().flat_map(|way| way.as_object().unwrap().keys()) {
                assert!(!DOCUMENT["components"]["securitySchemes"][scheme].is_null(), "{scheme} is not told");
            }
            let csrf = ways.iter().any(|way| !way["csrf"].is_null());
            assert_eq!(
                csrf,
                !ways.is_empty() && method != "get",
                "{method} {path}: a change by cookie repeats it"
            );
        }
    }
    let expected = [
        "post /api/activation",
        "get /api/docs",
        "get /api/openapi.json",
        "post /api/session",
        "get /api/setup",
        "post /api/setup",
        "get /healthz",
        "get /metrics",
        "get /problems",
        "get /problems/{code}",
        "get /readyz",
    ];
    assert_eq!(open, expected);
}

#[test]
fn bytes_are_no_list_of_numbers_and_limits_are_told() {
    let operations =
        || DOCUMENT["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
    let contents = operations().flat_map(|(_, operation)| {
        let responses = operation["responses"].as_object().unwrap().values();
        responses.chain([&operation["requestBody"]]).filter_map(|part| part["content"].as_object())
    });
    let mut binary = 0;
    for (media, content) in contents.flatten() {
        assert!(media.ends_with("json") || content["schema"]["type"] != "array", "{media}: {content}");
        binary += usize::from(content["schema"]["format"] == "binary");
    }
    assert!(binary > 50, "only {binary} bodies of bytes");
    let schemas = &DOCUMENT["components"]["schemas"];
    assert_eq!(schemas["CourseInput"]["properties"]["capacity"]["minimum"], 1);
    assert_eq!(schemas["CourseInput"]["properties"]["title"]["maxLength"], 200);
    assert_eq!(schemas["AnswersInput"]["properties"]["answers"]["maxItems"], 200);
    let points = schemas["MarkInput"]["properties"]["points"]["$ref"].as_str().unwrap();
    assert_eq!(schemas[points.rsplit('/').next().unwrap()]["oneOf"][1]["type"], "string");
    // What is erased by `null` is not left out.
    for place in ["PointsInput/points", "HandGradeInput/points", "KeyInput/key", "Placement/category"] {
        let (schema, field) = place.split_once('/').unwrap();
        assert!(schemas[schema]["required"].as_array().unwrap().contains(&field.into()), "{place}");
    }
    // Some defaults decide marks.
    let default = |schema: &str, field: &str| schemas[schema]["properties"][field]["default"].clone();
    assert_eq!(default("WordInput", "fraction"), 1.0);
    assert_eq!(default("OptionInput", "fraction"), 0.0);
    assert_eq!(default("QuizInput", "grade_method"), "highest");
    let kinds = schemas["KindInput"]["oneOf"].as_array().unwrap();
    let essay = kinds.iter().find(|kind| kind["properties"]["lines"].is_object()).unwrap();
    assert_eq!(essay["properties"]["lines"]["default"], 15);
    assert_eq!(schemas["QuizInput"]["properties"]["description"]["maxLength"], 6144);
    for choice in schemas["GradeVisibility"]["oneOf"].as_array().unwrap() {
        assert!(choice["type"] == "string" || choice["additionalProperties"] == false, "{choice}");
    }
}

/// What is sent without a bound of its own: compared with something, or read by rules of its own, or bounded with others together.
const UNBOUNDED: [&str; 21] = [
    "ActivationInput/token",
    "ByKeyInput/key",
    "ByKeyInput/short_name",
    "CapacityInput/broken/0",
    "DeleteCourseInput/short_name",
    "DrawInput/tag",
    "FileRef/media_type",
    "ForwardTargetInput/activity",
    "ForwardTargetInput/verbs/0",
    "LrsCredentialInput/origins/0",
    "NumericalInput/max",
    "NumericalInput/min",
    "NumericalInput/tolerance",
    "NumericalInput/value",
    "PersonInput/login",
    "PersonInput/username",
    "PreferencesInput/language",
    "QuizInput/networks/0",
    "SetupInput/code",
    "StartInput/access_code",
    "UnitInput/multiplier",
];

#[test]
fn every_text_and_list_that_is_sent_says_how_long_it_may_be() {
    fn walk(
        schema: &Value,
        place: &str,
        schemas: &Value,
        seen: &mut BTreeSet<String>,
        found: &mut Vec<String>,
    ) {
        if schema.is_null() {
            return;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            if seen.insert(name.to_owned()) {
                walk(&schemas[name], name, schemas, seen, found);
            }
            return;
        }
        let is = |kind: &str| {
            schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&kind.into()))
        };
        let said = |bounds: &[&str]| bounds.iter().any(|bound| !schema[*bound].is_null());
        let of_names = |items: &Value| {
            let name = items["$ref"].as_str().and_then(|name| name.rsplit('/').next());
            name.is_some_and(|name| !schemas[name]["enum"].is_null())
        };
        let lacks = is("string") && !said(&["maxLength", "enum", "format", "pattern"])
            || is("array") && !said(&["maxItems"]) && !of_names(&schema["items"]);
        if lacks {
            found.push(place.to_owned());
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            walk(field, &format!("{place}/{name}"), schemas, seen, found);
        }
        walk(&schema["items"], &format!("{place}/0"), schemas, seen, found);
        for choice in
            ["oneOf", "anyOf", "allOf"].iter().flat_map(|all| schema[*all].as_array().into_iter().flatten())
        {
            walk(choice, place, schemas, seen, found);
        }
    }
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for item in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            walk(body, "", &DOCUMENT["components"]["schemas"], &mut seen, &mut found);
        }
    }
    found.sort_unstable();
    assert_eq!(found, UNBOUNDED);
    let schemas = &DOCUMENT["components"]["schemas"];
    assert_eq!(schemas["QuizInput"]["properties"]["slots"]["maxItems"], 150);
    assert_eq!(schemas["SaveInput"]["properties"]["sequence"]["maximum"], (1_u64 << 53) - 1);
}

#[test]
fn the_checker_finds_what_is_not_as_documented() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": ["string", "null"]}}
    });
    let wrong = |value: Value| {
        let mut found = Vec::new();
        compare(&value, &schema, "", &mut found);
        found.len()
    };
    assert_eq!(wrong(serde_json::json!({"a": 1, "b": null})), 0);
    assert_eq!(wrong(serde_json::json!({"a": "x"})), 1);
    assert_eq!(wrong(serde_json::json!({"b": 3})), 2);
    assert_eq!(wrong(serde_json::json!({"a": 1, "c": 1})), 1);
}

/// Fails the test when `answer` is not as the document says.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let Some((template, operations)) = find(path) else {
        // Pages are not in the document; `pages.rs` looks at them.
        let page = !path.starts_with("/api");
        let foreseen = [404, 429].contains(&answer.code) || EVERYWHERE.contains(&answer.code);
        assert!(page || foreseen, "{} is not documented but answered {}", answer.what, answer.code);
        return;
    };
    let operation = &operations[method.to_ascii_lowercase()];
    if operation.is_null() || EVERYWHERE.contains(&answer.code) {
        return;
    }
    let response = &operation["responses"][answer.code.to_string()];
    assert!(
        !response.is_null(),
        "{method} {template} answered {}, which is not documented: {}",
        answer.code,
        String::from_utf8_lossy(&answer.bytes)
    );
    for (name, header) in DOCUMENT["components"]["headers"].as_object().unwrap() {
        let (told, sent) = (!response["headers"][name].is_null(), answer.header(name).is_some());
        let as_told = if told { sent || header["required"] == false } else { !sent };
        assert!(as_told, "{method} {template} {}: {name} is {sent}, not as documented", answer.code);
    }
    let content = &response["content"];
    let media =
        answer.header("content-type").unwrap_or_default().split(';').next().unwrap().trim().to_owned();
    if answer.bytes.is_empty() || content.is_null() {
        assert!(
            answer.bytes.is_empty() == content.is_null()
                || answer.code == 304
                // A list of lines may have none.
                || media == "application/x-ndjson" && !content[&media].is_null(),
            "{method} {template} {}: the document says {content}, the body has {} bytes",
            answer.code,
            answer.bytes.len()
        );
        return;
    }
    let schema = &content[media.as_str()]["schema"];
    assert!(
        !content[media.as_str()].is_null(),
        "{method} {template} {}: {media} is not documented",
        answer.code
    );
    if media.ends_with("json") {
        let mut wrong = Vec::new();
        let values = if media.ends_with("ndjson") { answer.lines() } else { vec![answer.json()] };
        for value in &values {
            compare(value, schema, "", &mut wrong);
        }
        assert!(
            wrong.is_empty(),
            "{method} {template} {} is not as documented:\n{}\n{}",
            answer.code,
            wrong.join("\n"),
            answer.text()
        );
    }
}

/// The documented path that `path` is an instance of; the one with fewest parameters when several are.
fn find(path: &str) -> Option<(&'static str, &'static Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(template, _)| {
            let pattern: Vec<&str> = template.split('/').collect();
            pattern.len() == parts.len()
                && pattern
                    .iter()
                    .zip(&parts)
                    .all(|(pattern, part)| pattern.starts_with('{') || pattern == part)
        })
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, operations)| (template.as_str(), operations))
}

fn resolve(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(name) => {
            let name = name.rsplit('/').next().unwrap();
            let found = &DOCUMENT["components"]["schemas"][name];
            assert!(!found.is_null(), "the document refers to {name}, which it does not have");
            resolve(found)
        }
        None => schema,
    }
}

fn compare(value: &Value, schema: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = resolve(schema);
    for key in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[key].as_array() {
            let fits = choices.iter().any(|choice| {
                let mut found = Vec::new();
                compare(value, choice, at, &mut found);
                found.is_empty()
            });
            if !fits {
                wrong.push(format!("{at}: {value} is none of the documented forms"));
            }
            return;
        }
    }
    if schema["allOf"].is_array() {
        // Parts describe one object together: take their properties as one.
        let whole = serde_json::json!({"type": "object", "properties": {}, "required": []});
        let mut forms = vec![whole];
        gather(schema, &mut forms);
        // With a choice among the parts there are several forms; the closest one tells what is wrong.
        let closest = forms
            .iter()
            .map(|whole| {
                let mut found = Vec::new();
                compare(value, whole, at, &mut found);
                found
            })
            .min_by_key(Vec::len);
        wrong.extend(closest.unwrap_or_default());
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        wrong.push(format!("{at}: {value} is not one of {allowed:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.contains(&kind) || (kind == "integer" && types.contains(&"number"));
    if !fits {
        wrong.push(format!("{at}: {value} is not {types:?}"));
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                compare(item, &schema["items"], &format!("{at}/{index}"), wrong);
            }
        }
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    wrong.push(format!("{at}: {name} is missing"));
                }
            }
            let Some(properties) = schema["properties"].as_object() else { return };
            for (name, field) in fields {
                match properties.get(name) {
                    Some(schema) => compare(field, schema, &format!("{at}/{name}"), wrong),
                    None if schema["additionalProperties"].is_object() => {
                        compare(field, &schema["additionalProperties"], &format!("{at}/{name}"), wrong);
                    }
                    None => wrong.push(format!("{at}: {name} is not documented")),
                }
            }
        }
        _ => {}
    }
}

/// Adds what a schema says of an object to every form that it may have so far; a choice multiplies the forms.
fn gather(schema: &Value, forms: &mut Vec<Value>) {
    let schema = resolve(schema);
    for whole in forms.iter_mut() {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            whole["properties"][name] = property.clone();
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            whole["required"].as_array_mut().unwrap().push(name.clone());
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(part, forms);
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let before = std::mem::take(forms);
        for choice in choices {
            let mut with_choice = before.clone();
            gather(choice, &mut with_choice);
            forms.append(&mut with_choice);
        }
    }
}
