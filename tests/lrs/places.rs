//! A refusal that is about one header, one parameter, one part or one property names it in `errors`.

use lyceum::domain::xapi::credential::LrsScope;
use serde_json::json;

use crate::files::{body, part, with_files};
use crate::support::{Lrs, Request, id, statement};

const VERSION: &str = "X-Experience-API-Version";
const FORM: &str = "application/x-www-form-urlencoded";
const AGENT: &str = "agent=%7B%22mbox%22:%22mailto:a@b.c%22%7D";

/// Sends each request and looks for its status, its code and its place.
#[track_caller]
fn told<'a>(cases: impl IntoIterator<Item = (Request<'a>, u16, &'a str, &'a str)>) {
    let mut wrong = Vec::new();
    for (number, (request, status, code, at)) in cases.into_iter().enumerate() {
        let answer = request.send();
        let told = format!("{number}, {} with {at}: {}", answer.what, answer.text());
        if answer.code != status {
            wrong.push(told);
            continue;
        }
        let problem = answer.json();
        let fault = &problem["errors"][0];
        let subject = if at.is_empty() { "the document" } else { at };
        let detail = problem["detail"].as_str().unwrap();
        let is_told = fault["at"] == at
            && problem["errors"].as_array().is_some_and(|all| all.len() == 1)
            && detail.starts_with(subject)
            && detail.ends_with(fault["problem"].as_str().unwrap());
        if problem["code"] != code || !is_told {
            wrong.push(told);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_header_is_named() {
    let lrs = Lrs::start();
    let get = |name: &str, value: &str| lrs.get("statements").header(name, value);
    let unknown = lyceum::secret::LrsSecrets {
        secret: "wrong".to_owned(),
        ..lrs.credential("x", &[LrsScope::All], &[])
    };
    let no_text = [VERSION, "If-Match", "If-None-Match", "Content-Type", "Accept-Language"];
    told(no_text.map(|name| (get(name, "\u{e9}"), 400, "invalid_xapi_request", name)));
    told([
        (lrs.get("statements").without(VERSION), 400, "invalid_xapi_request", VERSION),
        (get(VERSION, "0.9"), 400, "invalid_xapi_request", VERSION),
        (get(VERSION, "2.0.0").also(VERSION, "1.0.3"), 400, "invalid_xapi_request", VERSION),
        (get(VERSION, "2.0.0").also(VERSION, "2.0.0"), 400, "invalid_xapi_request", VERSION),
        (lrs.get("about").also(VERSION, "1.0.3"), 400, "invalid_xapi_request", VERSION),
        (lrs.get("statements").without("Authorization"), 401, "unauthenticated", "Authorization"),
        (get("Authorization", "Basic !"), 401, "unauthenticated", "Authorization"),
        (get("Authorization", "Basic eA=="), 401, "unauthenticated", "Authorization"),
        (get("Authorization", "Bearer lyx_no"), 401, "unauthenticated", "Authorization"),
        (get("Authorization", "Bearer no"), 401, "unauthenticated", "Authorization"),
        (lrs.get("statements").by(&unknown), 401, "unauthenticated", "Authorization"),
    ]);
    let post = |media: &str, body: &str| lrs.request("POST", "statements").body(media, body);
    told([
        (post("text/plain", "{}"), 400, "invalid_xapi_request", "Content-Type"),
        (post("multipart/mixed", ""), 400, "invalid_xapi_request", "Content-Type"),
        (
            post("application/json", "{}").header("Content-Encoding", "gzip"),
            415,
            "encoded_body",
            "Content-Encoding",
        ),
    ]);
}

#[test]
fn a_wrong_parameter_is_named() {
    let lrs = Lrs::start();
    let (one, two) = (format!("statementId={}", id(1)), format!("voidedStatementId={}", id(1)));
    let long = format!("profileId={}", "x".repeat(1_025));
    let cases = [
        ("GET", format!("statements?{one}&{two}"), "?voidedStatementId"),
        ("GET", format!("statements?{one}&verb=http://v"), "?verb"),
        ("GET", "statements?statementId=1".to_owned(), "?statementId"),
        ("GET", "statements?limit=1&limit=2".to_owned(), "?limit"),
        ("GET", "statements?surprise=1".to_owned(), "?surprise"),
        ("GET", "statements?more=e.x".to_owned(), "?more"),
        ("GET", "statements?agent=ada".to_owned(), "?agent"),
        ("PUT", "statements".to_owned(), "?statementId"),
        ("GET", "activities".to_owned(), "?activityId"),
        ("GET", "activities?activityId=a".to_owned(), "?activityId"),
        ("GET", "agents".to_owned(), "?agent"),
        ("GET", "about?surprise=1".to_owned(), "?surprise"),
        ("GET", format!("activities/state?{AGENT}"), "?activityId"),
        ("GET", "activities/state?activityId=http://a".to_owned(), "?agent"),
        ("GET", format!("activities/state?activityId=http://a&{AGENT}&since=now"), "?since"),
        ("GET", format!("activities/state?activityId=http://a&{AGENT}&stateId="), "?stateId"),
        ("PUT", format!("activities/state?activityId=http://a&{AGENT}"), "?stateId"),
        ("PUT", format!("activities/state?activityId=http://a&{AGENT}&stateId="), "?stateId"),
        ("DELETE", "activities/profile?activityId=http://a".to_owned(), "?profileId"),
        ("GET", format!("activities/profile?activityId=http://a&{long}"), "?profileId"),
        ("GET", "agents/profile".to_owned(), "?agent"),
        ("GET", format!("agents/profile?{AGENT}&profileId="), "?profileId"),
    ];
    told(
        cases.iter().map(|(method, path, at)| (lrs.request(method, path), 400, "invalid_xapi_request", *at)),
    );
}

#[test]
fn more_parameters_than_any_resource_takes_are_refused_before_they_are_looked_at() {
    let lrs = Lrs::start();
    let many = |count: usize| (0..count).map(|number| format!("p{number}")).collect::<Vec<_>>().join("&");
    let form = lrs.request("POST", "statements?method=GET").header(VERSION, "1.0.3");
    let about = |query: &str| lrs.get(&format!("about?{query}")).without("Authorization");
    let double = format!("{}&p0", many(40));
    told([
        (about(&many(32)), 400, "invalid_xapi_request", "?p0"),
        (about("p0&p0"), 400, "invalid_xapi_request", "?p0"),
        (about(&many(33)), 400, "invalid_xapi_request", "?"),
        (lrs.get(&format!("statements?{double}")), 400, "invalid_xapi_request", "?"),
        (form.body(FORM, many(100_000)), 400, "invalid_xapi_request", "?"),
    ]);
}

#[test]
fn what_is_wrong_with_the_alternate_syntax_is_named() {
    let lrs = Lrs::start();
    let form = |path: &str, body: &[u8]| lrs.request("POST", path).header(VERSION, "1.0.3").body(FORM, body);
    let plain = |media: &str| form("statements?method=GET", b"").header("Content-Type", media);
    let encoded = form("statements?method=GET", b"").header("Content-Encoding", "gzip");
    told([
        (form("statements?method=PATCH", b""), 400, "invalid_xapi_request", "?method"),
        (form("statements?method=GET&method=GET", b""), 400, "invalid_xapi_request", "?method"),
        (form("statements?method=DELETE", b""), 400, "invalid_xapi_request", "?method"),
        (form("activities?method=PUT", b"content="), 400, "invalid_xapi_request", "?method"),
        (form("agents", b""), 400, "invalid_xapi_request", "?method"),
        (form("statements?method=GET&limit=1", b""), 400, "invalid_xapi_request", "?limit"),
        (form("statements?method=GET", b"limit=x"), 400, "invalid_xapi_request", "?limit"),
        (form("statements?method=GET", b"\xff"), 400, "invalid_xapi_request", ""),
        (form("statements?method=PUT", b"statementId=1"), 400, "invalid_xapi_request", "/content"),
        (form("statements?method=GET", b"x-experience-api-version=3"), 400, "invalid_xapi_request", VERSION),
        (form("statements?method=GET", b"authorization=Basic"), 401, "unauthenticated", "Authorization"),
        (plain("application/json"), 400, "invalid_xapi_request", "Content-Type"),
        (encoded, 415, "encoded_body", "Content-Encoding"),
    ]);
}

#[test]
fn what_is_wrong_with_a_document_or_with_what_is_known_of_it_is_named() {
    let lrs = Lrs::start();
    let path = "activities/profile?activityId=http://a&profileId=";
    let send = |method: &str, id: &str, media: &str, body: &str| {
        lrs.request(method, &format!("{path}{id}")).body(media, body)
    };
    let put = |id: &str| send("PUT", id, "application/json", "{}");
    put("json").send().status(204);
    let long = format!("text/{}", "x".repeat(252));
    told([
        (put("json"), 409, "document_conflict", "If-Match"),
        (put("json").header("If-Match", "\"other\""), 412, "changed", "If-Match"),
        (put("json").header("If-None-Match", "*"), 412, "changed", "If-None-Match"),
        (put("new").header(VERSION, "1.0.3"), 400, "invalid_xapi_request", "If-None-Match"),
        (send("PUT", "new", "text", ""), 400, "invalid_xapi_request", "Content-Type"),
        (send("PUT", "new", &long, ""), 400, "invalid_xapi_request", "Content-Type"),
        (send("POST", "json", "text/plain", "{}"), 400, "invalid_xapi_request", "Content-Type"),
        (send("POST", "json", "application/json", "[]"), 400, "invalid_xapi_request", ""),
        (send("POST", "json", "application/json", "{"), 400, "invalid_xapi_request", ""),
        (send("POST", "json", "application/json", r#"{"a":{"b":nul}}"#), 400, "invalid_xapi_request", "/a/b"),
        (send("PUT", "new", "text/plain", &"x".repeat(17 * 1024 * 1024)), 413, "too_large", ""),
    ]);
}

#[test]
fn a_wrong_part_or_property_is_named() {
    let lrs = Lrs::start();
    let mut bad = statement(1);
    bad["verb"]["id"] = json!("no iri");
    let post = |body: Vec<u8>| lrs.request("POST", "statements").body("multipart/mixed; boundary=b", body);
    let (file, good): (&[u8], _) = (b"one", with_files(1, &[b"one"]));
    let plain = String::from_utf8(body(&good, &[part(file)])).unwrap();
    let replaced = |from: &str, to: &str| post(plain.replace(from, to).into_bytes());
    let put = |body| lrs.request("PUT", &format!("statements?statementId={}", id(2))).json(body);
    told([
        (lrs.request("POST", "statements").json(&bad), 400, "invalid_statement", "/verb/id"),
        (lrs.request("POST", "statements").json(&json!([bad])), 400, "invalid_statement", "/0/verb/id"),
        (put(&statement(1)), 400, "invalid_statement", "/id"),
        (post(body(&good, &[])), 400, "invalid_statement", "/attachments/0"),
        (replaced("application/json", "text/plain"), 400, "invalid_xapi_request", "part 0"),
        (replaced("binary", "base64"), 400, "invalid_xapi_request", "part 1"),
        (post(body(&good, &[part(file), part(b"two")])), 400, "invalid_xapi_request", "part 2"),
    ]);
}
