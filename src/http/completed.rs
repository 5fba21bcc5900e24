//! What the OpenAPI document says of all operations by rule, written into it here so that none is forgotten: their names, how one
//! shows who asks, headers of answers, what bytes are, where numbers are read as text, too, limits that are constants, and defaults.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::actor::{COOKIE_NAME, CSRF_HEADER};
use super::live::MAX_NAMED;
use super::page::MAX_LIMIT;
use super::routes::{Needs, RouteInfo, Surface};
use crate::config::MOST_DAYS_AHEAD;
use crate::domain::access::ROLE_NAME_LENGTH;
use crate::domain::account::{
    EMAIL_LENGTH, NAME_LENGTH, PROFILE_FIELDS, PROFILE_VALUE_LENGTH, USERNAME_LENGTH,
};
use crate::domain::attempt::log::{MAX_DETAIL_BYTES, MAX_REPORTS_AT_ONCE};
use crate::domain::attempt::save::MAX_SEQUENCE;
use crate::domain::attempt::supervise::MAX_EXTENSION_MS;
use crate::domain::content::URL_BYTES;
use crate::domain::content_edit::{MAX_ITEMS_PER_SECTION, MAX_SECTIONS};
use crate::domain::course::{CourseInput, MAX_CAPACITY, SHORT_NAME_CHARS, SUMMARY_BYTES, TITLE_CHARS};
use crate::domain::enrolment::MAX_PER_REQUEST;
use crate::domain::enrolment_key::KEY_CHARS;
use crate::domain::grade::category;
use crate::domain::grade::entry::REASON_LENGTH;
use crate::domain::grade::hand::MOST_AT_ONCE;
use crate::domain::grade::scale::{LETTER_LENGTH, MOST_LETTERS};
use crate::domain::group::NAME_CHARS;
use crate::domain::language::MAX_TAG_BYTES;
use crate::domain::limits::{
    ACCESS_CODE_LETTERS, ANSWER_LETTERS, COMMENT_LETTERS, ESSAY_BYTES, REASON_LETTERS, TAG_LETTERS,
    UNIT_LETTERS,
};
use crate::domain::preferences::ZONE_NAME_LENGTH;
use crate::domain::question::QuestionInput;
use crate::domain::question::format::MAX_CATEGORY_CHARS;
use crate::domain::question::validate::{
    MAX_CLOZE_PARTS, MAX_FILES, MAX_ID_NUMBER_CHARS, MAX_LINES, MAX_NAME_CHARS, MAX_OPTIONS, MAX_POINTS,
    MAX_TAGS, MAX_UNITS, MAX_WEIGHT,
};
use crate::domain::question::view::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PartInput, UnitRuleInput, WordInput,
};
use crate::domain::quiz::input::{
    DrawInput, MAX_NETWORKS, MAX_SLOTS, MAX_TIME_LIMIT_MS, MIN_TIME_LIMIT_MS, QuizInput,
};
use crate::domain::quiz::{self, MAX_ATTEMPTS, MAX_PAPER};
use crate::domain::role::DESCRIPTION_LENGTH;
use crate::domain::sign_in::{LOGIN_LENGTH, PASSWORD_LENGTH};
use crate::domain::xapi::{credential, forward, people};
use crate::domain::{bank, capacity, page, rich_text};
use crate::monitor::history::MOST_SAMPLES;

/// Completes the document of these routes.
pub fn complete(document: &mut Value, routes: &[RouteInfo]) {
    document["components"]["securitySchemes"] = security_schemes();
    document["components"]["headers"] = headers();
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in members(&mut document["paths"]) {
        let edited = operations.as_object().unwrap().values().any(takes_if_match);
        for (method, operation) in members(operations) {
            operation["operationId"] = json!(name(method, path));
            operation["security"] = security(method, path, routes);
            add_headers(method, operation, &schemas, edited);
            bytes(operation);
            for parameter in list(operation, "parameters") {
                let of_name = parameters().into_iter().find(|(name, ..)| parameter["name"] == *name);
                if let Some((_, of, least, most)) = of_name.filter(|_| parameter["in"] == "query") {
                    bound(&mut parameter["schema"], of, least, most);
                }
            }
        }
    }
    let (sent, got) = (reached(document, "requestBody"), reached(document, "responses"));
    let schemas = &mut document["components"]["schemas"];
    for name in &sent {
        close_choices(&mut schemas[name]);
        if !got.contains(name) {
            as_text_too(&mut schemas[name]);
        }
    }
    schemas["DecimalInput"] = json!({
        "description": "An exact decimal with at most 7 digits behind the point, as a number or as text",
        "oneOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?(\d+\.?\d*|\.\d+)$"}],
    });
    for (place, of, least, most) in limits() {
        bound(field(schemas, place), of, least, most);
    }
    for place in ["OptionInput/fraction", "WordInput/fraction", "NumericalInput/fraction"] {
        let fraction = field(schemas, place);
        (fraction["minimum"], fraction["maximum"]) = (json!(-1), json!(1));
    }
    // Of the HTML alone, beside a choice: what else a description may be has its own.
    schemas["Description"]["oneOf"][0]["maxLength"] = json!(rich_text::MAX_SOURCE_BYTES);
    field(schemas, "QuizInput/description")["maxLength"] = json!(quiz::input::MAX_DESCRIPTION_BYTES);
    field(schemas, "CategoryInput/description")["maxLength"] = json!(bank::category::MAX_DESCRIPTION_BYTES);
    defaults(schemas);
}

/// What fields mean that are left out; some of it decides marks.
fn defaults(schemas: &mut Value) {
    let nothing = json!([]);
    default_of::<CourseInput>(schemas, "CourseInput", &json!({"short_name": "", "title": ""}));
    default_of::<QuizInput>(schemas, "QuizInput", &json!({"name": ""}));
    default_of::<DrawInput>(schemas, "DrawInput", &json!({"count": 1}));
    default_of::<Markup>(schemas, "Markup", &json!({"text": ""}));
    default_of::<OptionInput>(schemas, "OptionInput", &json!({"text": {"text": ""}}));
    default_of::<WordInput>(schemas, "WordInput", &json!({"pattern": ""}));
    default_of::<NumericalInput>(schemas, "NumericalInput", &json!({}));
    default_of::<CombinedInput>(schemas, "CombinedInput", &json!({}));
    let unit_rule = json!({"rule": "required", "penalty": 0});
    default_of::<UnitRuleInput>(schemas, "UnitRuleInput:required", &unit_rule);
    let kinds = [
        json!({"type": "single_choice", "options": nothing}),
        json!({"type": "multiple_response", "options": nothing}),
        json!({"type": "true_false", "correct": true}),
        json!({"type": "numerical", "answers": nothing}),
        json!({"type": "short_answer", "answers": nothing}),
        json!({"type": "matching", "pairs": nothing}),
        json!({"type": "ordering", "items": nothing}),
        json!({"type": "cloze"}),
        json!({"type": "essay"}),
    ];
    for kind in kinds {
        let schema = format!("KindInput:{}", kind["type"].as_str().unwrap());
        default_of::<KindInput>(schemas, &schema, &kind);
    }
    let parts = [
        json!({"type": "choice", "options": nothing}),
        json!({"type": "multiple_response", "display": "column", "options": nothing}),
        json!({"type": "short_answer", "answers": nothing}),
        json!({"type": "numerical", "answers": nothing}),
    ];
    for part in parts {
        let schema = format!("PartInput:{}", part["type"].as_str().unwrap());
        default_of::<PartInput>(schemas, &schema, &part);
    }
    let question = json!({"name": "", "text": {"text": ""}, "kind": {"type": "essay"}});
    default_of::<QuestionInput>(schemas, "QuestionInput", &question);
}

/// What is read of a value that has the least it can have: that cannot be told otherwise than it is.
fn default_of<T: DeserializeOwned + Serialize>(schemas: &mut Value, schema: &str, least: &Value) {
    let read: T = serde_json::from_value(least.clone()).unwrap();
    let read = serde_json::to_value(read).unwrap();
    for (name, value) in read.as_object().unwrap() {
        if least[name].is_null() && !value.is_null() {
            field(schemas, &format!("{schema}/{name}"))["default"] = value.clone();
        }
    }
}

/// The field of a place such as `CourseInput/title`, or `ResponseInput:essay/text` for the one of a choice.
fn field<'a>(schemas: &'a mut Value, place: &str) -> &'a mut Value {
    let (schema, field) = place.split_once('/').unwrap();
    let (schema, choice) = schema.split_once(':').map_or((schema, None), |(schema, tag)| (schema, Some(tag)));
    let of_tag = |schema: &&mut Value, tag: &str| {
        let mut fields = schema["properties"].as_object().into_iter().flat_map(Map::values);
        fields.any(|field| field["enum"] == json!([tag]))
    };
    let holder = match choice {
        Some(tag) => list(&mut schemas[schema], "oneOf").find(|choice| of_tag(choice, tag)),
        None => Some(&mut schemas[schema]),
    };
    let found = holder.and_then(|schema| schema.pointer_mut(&format!("/properties/{field}")));
    found.unwrap_or_else(|| panic!("there is no {place}"))
}

fn members(object: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    object.as_object_mut().unwrap().iter_mut()
}

/// What a member holds that need not be there.
fn list<'a>(object: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

/// A name that follows from what clients rely on anyway, its method and address: the names of our functions are ours to change.
fn name(method: &str, path: &str) -> String {
    let parts = path.strip_prefix("/api").unwrap_or(path).split('/').filter(|part| !part.is_empty());
    let words = parts.map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(parameter) => format!("by_{parameter}"),
        None => part.replace(['-', '.'], "_"),
    });
    std::iter::once(method.to_owned()).chain(words).collect::<Vec<_>>().join("_")
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, or the token of a session that was asked for with the carrier `bearer`",
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE_NAME,
            "description": format!(
                "The cookie of a session; over https its name is `__Host-{COOKIE_NAME}`. A change needs `{CSRF_HEADER}`, too."
            ),
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": CSRF_HEADER,
            "description": "The `csrf_token` that signing in returned: other sites cannot know it",
        },
    })
}

/// How one shows who asks for what the table of routes has there.
fn security(method: &str, path: &str, routes: &[RouteInfo]) -> Value {
    let route = routes.iter().find(|route| {
        route.surface == Surface::Api
            && route.path == path
            && route.method.as_str().eq_ignore_ascii_case(method)
    });
    match route.unwrap_or_else(|| panic!("there is no route {method} {path}")).needs {
        Needs::Nothing => json!([]),
        Needs::Credential => panic!("{path} is of the record store"),
        Needs::SignIn | Needs::Site(_) | Needs::Course(_) if method == "get" => {
            json!([{"bearer": []}, {"cookie": []}])
        }
        Needs::SignIn | Needs::Site(_) | Needs::Course(_) => {
            json!([{"bearer": []}, {"cookie": [], "csrf": []}])
        }
    }
}

fn headers() -> Value {
    let header = |description: &str, required: bool| {
        let schema = json!({"type": "string"});
        json!({"description": description, "required": required, "schema": schema})
    };
    let mut seconds = header("After so many seconds it is worth trying again", false);
    seconds["schema"] = json!({"type": "integer", "minimum": 0});
    json!({
        "ETag": header("What was read, for `If-Match` of a change or `If-None-Match` of the next read", true),
        "Link": header("`<ADDRESS>; rel=\"next\"` where the list goes on", false),
        "Location": header("The address of what was made, or of the job that makes it", true),
        "Retry-After": seconds,
        "WWW-Authenticate": header("`Bearer`", true),
    })
}

fn takes_if_match(operation: &Value) -> bool {
    operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == "If-Match")
}

fn add_headers(method: &str, operation: &mut Value, schemas: &Value, edited: bool) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let pages = parameters.iter().any(|parameter| parameter["name"] == "limit");
    let cached = !operation["responses"]["304"].is_null();
    for (status, response) in members(&mut operation["responses"]) {
        let view = &response["content"]["application/json"]["schema"]["$ref"];
        let view = view.as_str().and_then(|view| view.rsplit('/').next()).unwrap_or_default();
        let revised = !schemas[view]["properties"]["revision"].is_null();
        let tagged = cached || revised || edited && method == "get";
        let names: &[&str] = match status.as_str() {
            "200" | "206" | "304" if tagged => &["ETag"],
            "200" if pages => &["Link"],
            "201" | "202" => &["Location"],
            "401" => &["WWW-Authenticate"],
            "429" | "503" => &["Retry-After"],
            _ => continue,
        };
        let told: Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
            .collect();
        response["headers"] = Value::Object(told);
    }
}

/// Bytes are described as a list of numbers, which they are in Rust alone.
fn bytes(operation: &mut Value) {
    for (_, response) in members(&mut operation["responses"]) {
        if let Some(content) = response.get_mut("content") {
            bytes_of(content);
        }
    }
    if let Some(content) = operation.pointer_mut("/requestBody/content") {
        bytes_of(content);
    }
}

fn bytes_of(content: &mut Value) {
    for (media, content) in members(content) {
        if !media.ends_with("json") && content["schema"]["type"] == "array" {
            content["schema"] = json!({"type": "string", "format": "binary", "contentMediaType": media});
        }
    }
}

/// Names of the schemas that a part of the operations leads to.
fn reached(document: &Value, part: &str) -> BTreeSet<String> {
    fn walk(value: &Value, schemas: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str);
                let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
                if let Some(name) = name
                    && found.insert(name.to_owned())
                {
                    walk(&schemas[name], schemas, found);
                }
                members.values().for_each(|member| walk(member, schemas, found));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, schemas, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            walk(&operation[part], &document["components"]["schemas"], &mut found);
        }
    }
    found
}

/// A choice that is sent has nothing beside it that is not known.
fn close_choices(schema: &mut Value) {
    for choice in list(schema, "oneOf") {
        if choice["properties"].is_object() {
            choice["additionalProperties"] = json!(false);
        }
    }
}

/// A decimal that is only sent may be text.
fn as_text_too(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get_mut("$ref")
                && name == "#/components/schemas/Decimal"
            {
                *name = json!("#/components/schemas/DecimalInput");
            }
            members.values_mut().for_each(as_text_too);
        }
        Value::Array(items) => items.iter_mut().for_each(as_text_too),
        _ => {}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Text,
    List,
    Map,
    /// A whole number.
    Number,
    /// One with digits behind the point.
    Exact,
}

fn bound(schema: &mut Value, of: Of, least: u64, most: u64) {
    let (kind, lowest, highest) = match of {
        Of::Text => ("string", "minLength", "maxLength"),
        Of::List => ("array", "minItems", "maxItems"),
        Of::Map => ("object", "minProperties", "maxProperties"),
        Of::Number => ("integer", "minimum", "maximum"),
        Of::Exact => ("number", "minimum", "maximum"),
    };
    let is_kind = |schema: &Value| {
        let types = &schema["type"];
        types == kind || types.as_array().is_some_and(|types| types.contains(&json!(kind)))
    };
    assert!(is_kind(schema), "{schema} is no {kind}");
    if least > 0 || matches!(of, Of::Number | Of::Exact) {
        schema[lowest] = json!(least);
    }
    schema[highest] = json!(most);
}

/// Limits of parameters of queries: one of a name has the same in all operations that bound it.
fn parameters() -> [(&'static str, Of, u64, u64); 3] {
    [
        ("limit", Of::Number, 1, MAX_LIMIT as u64),
        ("days", Of::Number, 1, MOST_DAYS_AHEAD.into()),
        ("samples", Of::Number, 1, MOST_SAMPLES as u64),
    ]
}

/// Limits of what is sent, by schema and field: from the constants that the rules have.
fn limits() -> Vec<(&'static str, Of, u64, u64)> {
    use Of::{Exact, List, Map, Number, Text};
    let of = |place, of, least: usize, most: usize| (place, of, least as u64, most as u64);
    vec![
        of("AccountInput/username", Text, 1, USERNAME_LENGTH),
        of("AccountInput/email", Text, 0, EMAIL_LENGTH),
        of("AccountInput/first_name", Text, 1, NAME_LENGTH),
        of("AccountInput/last_name", Text, 1, NAME_LENGTH),
        of("OwnInput/first_name", Text, 1, NAME_LENGTH),
        of("OwnInput/last_name", Text, 1, NAME_LENGTH),
        of("SetupInput/username", Text, 1, USERNAME_LENGTH),
        of("SetupInput/first_name", Text, 1, NAME_LENGTH),
        of("SetupInput/last_name", Text, 1, NAME_LENGTH),
        of("SetupInput/email", Text, 0, EMAIL_LENGTH),
        of("SetupInput/password", Text, 1, PASSWORD_LENGTH),
        of("ActivationInput/password", Text, 1, PASSWORD_LENGTH),
        of("PasswordInput/new_password", Text, 1, PASSWORD_LENGTH),
        of("PasswordInput/old_password", Text, 0, PASSWORD_LENGTH),
        of("SignInInput/password", Text, 0, PASSWORD_LENGTH),
        of("AccountInput/profile", Map, 0, PROFILE_FIELDS),
        of("AccountInput/profile/additionalProperties", Text, 0, PROFILE_VALUE_LENGTH),
        of("SignInInput/username", Text, 1, LOGIN_LENGTH),
        of("PreferencesInput/time_zone", Text, 1, ZONE_NAME_LENGTH),
        of("TokenInput/name", Text, 1, NAME_LENGTH),
        of("NewRoleInput/name", Text, 1, ROLE_NAME_LENGTH),
        of("PersonInput/role", Text, 1, ROLE_NAME_LENGTH),
        of("EnrolmentChange/role", Text, 1, ROLE_NAME_LENGTH),
        of("RoleInput/description", Text, 0, DESCRIPTION_LENGTH),
        of("NewRoleInput/description", Text, 0, DESCRIPTION_LENGTH),
        of("CourseInput/short_name", Text, 1, SHORT_NAME_CHARS),
        of("CourseInput/title", Text, 1, TITLE_CHARS),
        of("CourseInput/summary", Text, 0, SUMMARY_BYTES),
        of("CourseInput/language", Text, 1, MAX_TAG_BYTES),
        of("CloneInput/short_name", Text, 1, SHORT_NAME_CHARS),
        of("CloneInput/title", Text, 1, TITLE_CHARS),
        of("KeyInput/key", Text, *KEY_CHARS.start(), *KEY_CHARS.end()),
        ("CourseInput/capacity", Number, 1, MAX_CAPACITY.into()),
        of("SectionInput/title", Text, 1, TITLE_CHARS),
        of("ItemInput/title", Text, 1, TITLE_CHARS),
        of("ItemChangeInput/title", Text, 1, TITLE_CHARS),
        of("ItemChangeInput/url", Text, 1, URL_BYTES),
        of("ItemContentInput:link/url", Text, 1, URL_BYTES),
        of("ItemContentInput:page/markdown", Text, 0, page::MAX_SOURCE_BYTES),
        of("SectionOrderInput/sections", List, 0, MAX_SECTIONS),
        of("ItemOrderInput/items", List, 0, MAX_ITEMS_PER_SECTION),
        of("EnrolInput/people", List, 1, MAX_PER_REQUEST),
        of("GroupInput/name", Text, 1, NAME_CHARS),
        of("MembersInput/users", List, 1, MAX_PER_REQUEST),
        of("CategoryInput/name", Text, 1, MAX_CATEGORY_CHARS),
        of("CategoryInput/id_number", Text, 0, bank::category::MAX_ID_NUMBER_CHARS),
        of("Markup/text", Text, 0, rich_text::MAX_SOURCE_BYTES),
        of("QuestionInput/name", Text, 1, MAX_NAME_CHARS),
        of("QuestionInput/id_number", Text, 0, MAX_ID_NUMBER_CHARS),
        of("QuestionInput/tags", List, 0, MAX_TAGS),
        of("QuestionInput/tags/items", Text, 1, TAG_LETTERS),
        of("QuestionInput/files", List, 0, MAX_FILES),
        ("QuestionInput/default_points", Exact, 0, MAX_POINTS.unsigned_abs().into()),
        of("QuestionInput/penalty", Exact, 0, 1),
        of("FileRef/name", Text, 1, bank::file::MAX_NAME_BYTES),
        of("FileRef/sha256", Text, 64, 64),
        of("KindInput:single_choice/options", List, 2, MAX_OPTIONS),
        of("KindInput:multiple_response/options", List, 2, MAX_OPTIONS),
        of("KindInput:numerical/answers", List, 1, MAX_OPTIONS),
        of("KindInput:numerical/units", List, 0, MAX_UNITS),
        of("KindInput:short_answer/answers", List, 1, MAX_OPTIONS),
        of("KindInput:matching/pairs", List, 1, MAX_OPTIONS),
        of("KindInput:matching/distractors", List, 0, MAX_OPTIONS - 1),
        of("KindInput:matching/distractors/items", Text, 1, ANSWER_LETTERS),
        of("KindInput:ordering/items", List, 2, MAX_OPTIONS),
        of("KindInput:cloze/parts", List, 0, MAX_CLOZE_PARTS),
        of("KindInput:essay/lines", Number, 0, MAX_LINES.into()),
        of("UnitRuleInput:required/penalty", Exact, 0, 1),
        of("UnitInput/name", Text, 1, UNIT_LETTERS),
        of("WordInput/pattern", Text, 1, ANSWER_LETTERS),
        of("PairInput/answer", Text, 1, ANSWER_LETTERS),
        of("PartInput:choice/weight", Number, 0, MAX_WEIGHT.into()),
        of("PartInput:choice/options", List, 2, MAX_OPTIONS),
        of("PartInput:multiple_response/weight", Number, 0, MAX_WEIGHT.into()),
        of("PartInput:multiple_response/options", List, 2, MAX_OPTIONS),
        of("PartInput:short_answer/weight", Number, 0, MAX_WEIGHT.into()),
        of("PartInput:short_answer/answers", List, 1, MAX_OPTIONS),
        of("PartInput:numerical/weight", Number, 0, MAX_WEIGHT.into()),
        of("PartInput:numerical/answers", List, 1, MAX_OPTIONS),
        of("Tags/tags", List, 0, MAX_TAGS),
        of("Tags/tags/items", Text, 1, TAG_LETTERS),
        of("QuizInput/name", Text, 1, quiz::input::MAX_NAME_CHARS),
        of("QuizInput/slots", List, 0, MAX_SLOTS),
        of("QuizInput/access_code", Text, 1, ACCESS_CODE_LETTERS),
        of("QuizInput/networks", List, 0, MAX_NETWORKS),
        of("QuizCopyInput/name", Text, 1, quiz::input::MAX_NAME_CHARS),
        ("QuizInput/time_limit_ms", Number, MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS),
        ("QuizInput/attempts_allowed", Number, 1, MAX_ATTEMPTS.into()),
        of("QuizInput/pass_percent", Number, 1, 100),
        of("DrawInput/count", Number, 1, MAX_PAPER),
        ("QuizOverrideInput/time_limit_ms", Number, MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS),
        ("QuizOverrideInput/attempts_allowed", Number, 1, MAX_ATTEMPTS.into()),
        ("QuizOverrideInput/extra_time_ms", Number, 0, MAX_TIME_LIMIT_MS),
        of("AnswersInput/answers", List, 1, MAX_PAPER),
        ("AnswerInput/sequence", Number, 1, MAX_SEQUENCE),
        ("SaveInput/sequence", Number, 1, MAX_SEQUENCE),
        of("ResponseInput:number/text", Text, 0, ANSWER_LETTERS),
        of("ResponseInput:number/unit", Text, 0, UNIT_LETTERS),
        of("ResponseInput:text/text", Text, 0, ANSWER_LETTERS),
        of("ResponseInput:essay/text", Text, 0, ESSAY_BYTES),
        of("ResponseInput:choices/options", List, 0, MAX_OPTIONS),
        of("ResponseInput:pairs/answers", List, 0, MAX_OPTIONS),
        of("ResponseInput:order/order", List, 0, MAX_OPTIONS),
        of("ResponseInput:cloze/answers", List, 0, MAX_CLOZE_PARTS),
        of("ClozeResponseInput:choices/options", List, 0, MAX_OPTIONS),
        of("ClozeResponseInput:text/text", Text, 0, ANSWER_LETTERS),
        of("ReportsInput/reports", List, 1, MAX_REPORTS_AT_ONCE),
        of("ReportInput/detail", Text, 0, MAX_DETAIL_BYTES),
        ("ExtensionInput/extra_ms", Number, 1, MAX_EXTENSION_MS),
        of("ExtensionInput/reason", Text, 0, REASON_LETTERS),
        ("ExtendRunningInput/extra_ms", Number, 1, MAX_EXTENSION_MS),
        of("ExtendRunningInput/reason", Text, 0, REASON_LETTERS),
        of("ExtendRunningInput/attempts", List, 0, MAX_NAMED),
        ("GiveBackInput/extra_ms", Number, 1, MAX_EXTENSION_MS),
        of("GiveBackInput/reason", Text, 0, REASON_LETTERS),
        ("ReopenInput/extra_ms", Number, 1, MAX_EXTENSION_MS),
        of("ReopenInput/reason", Text, 0, REASON_LETTERS),
        of("MarkInput/comment", Text, 0, COMMENT_LETTERS),
        of("OverrideInput/reason", Text, 0, REASON_LENGTH),
        of("ExclusionInput/reason", Text, 0, REASON_LENGTH),
        of("HandGradesInput/grades", List, 1, MOST_AT_ONCE),
        of("GradeItemInput/name", Text, 1, category::NAME_LENGTH),
        of("GradeCategoryInput/name", Text, 1, category::NAME_LENGTH),
        ("GradeCategoryInput/drop_lowest", Number, 0, category::MOST_DROPPED.into()),
        of("GradeOrderInput/children", List, 0, category::MOST_CHILDREN),
        of("ScaleInput/letters", List, 1, MOST_LETTERS),
        of("Letter/letter", Text, 1, LETTER_LENGTH),
        of("ScaleInput/decimals", Number, 0, 5),
        ("CapacityInput/carried", Number, 0, capacity::MAX_LEARNERS.into()),
        ("CapacityInput/failed", Number, 1, capacity::MAX_LEARNERS.into()),
        ("CapacityInput/margin_percent", Number, 0, capacity::MAX_MARGIN_PERCENT.into()),
        of("CapacityInput/broken", List, 0, capacity::MAX_BROKEN),
        of("CapacityInput/evidence", List, 0, capacity::MAX_EVIDENCE),
        of("CapacityInput/rungs", List, 0, capacity::MAX_RUNGS),
        of("CapacityInput/explanation", Text, 0, capacity::MAX_TEXT_BYTES),
        of("CapacityInput/settings", Map, 0, capacity::MAX_FACTS),
        of("CapacityInput/hardware", Map, 0, capacity::MAX_FACTS),
        of("CapacityInput/versions", Map, 0, capacity::MAX_FACTS),
        of("LrsCredentialInput/name", Text, 1, credential::NAME_CHARS),
        of("LrsCredentialInput/origins", List, 0, credential::MAX_ORIGINS),
        of("ForwardTargetInput/name", Text, 1, forward::edit::NAME_CHARS),
        of("ForwardTargetInput/endpoint", Text, 1, forward::edit::MAX_ENDPOINT_BYTES),
        of("ForwardTargetInput/key", Text, 1, forward::edit::MAX_SECRET_BYTES),
        of("ForwardTargetInput/secret", Text, 1, forward::edit::MAX_SECRET_BYTES),
        of("ForwardTargetInput/verbs", List, 0, forward::edit::MAX_VERBS),
        of("ForwardTargetInput/agent", Text, 1, forward::edit::MAX_AGENT_BYTES),
        of("LettersInput/letters", List, 0, forward::edit::MAX_LETTERS),
        of("PersonErasureInput/agents", List, 0, people::MAX_AGENTS),
    ]
}
