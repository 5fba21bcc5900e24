//! Statements with files: `multipart/mixed` both ways, and what is refused of it.

use lyceum::domain::xapi::credential::LrsScope;
use lyceum::domain::xapi::multipart;
use serde_json::{Value, json};

use crate::export::unzip;
use crate::support::{Answer, Lrs, id, statement};

pub fn hash(bytes: &[u8]) -> String {
    lyceum::store::blobs::name_of(bytes)
}

pub fn with_files(number: u32, files: &[&[u8]]) -> Value {
    let mut one = statement(number);
    one["attachments"] = files
        .iter()
        .map(|bytes| {
            json!({ "usageType": "http://example.com/file", "display": { "en": "x" }, "contentType": "text/x-test",
                "length": bytes.len(), "sha2": hash(bytes) })
        })
        .collect();
    one
}

pub fn part(bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "\r\n--b\r\nContent-Type: text/x-test\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {}\r\n\r\n",
        hash(bytes)
    );
    [head.as_bytes(), bytes].concat()
}

pub fn body(statements: &Value, parts: &[Vec<u8>]) -> Vec<u8> {
    let head = format!("--b\r\nContent-Type: application/json\r\n\r\n{statements}");
    [head.as_bytes(), &parts.concat(), b"\r\n--b--\r\n"].concat()
}

pub fn post(lrs: &Lrs, body: Vec<u8>) -> Answer {
    lrs.request("POST", "statements").body("multipart/mixed; boundary=\"b\"", body).send()
}

#[test]
fn files_come_back_once_each_with_the_statements_that_have_them() {
    let lrs = Lrs::start();
    let (one, two): (&[u8], &[u8]) = (b"one\r\n--b-not\r\n\0\xff", b"");
    let both = json!([with_files(1, &[one, two]), with_files(2, &[one])]);
    post(&lrs, body(&both, &[part(one), part(two)])).status(200);
    let answer = lrs.get("statements?attachments=true").send().status(200);
    let media = answer.header("content-type").unwrap().to_owned();
    let boundary = multipart::boundary(&media).unwrap();
    let parts = multipart::parts([answer.bytes.as_slice()], &boundary).unwrap();
    assert_eq!(parts.len(), 3);
    let page: Value = serde_json::from_slice(&parts[0].body).unwrap();
    assert_eq!(page["statements"].as_array().unwrap().len(), 2);
    for (part, bytes) in parts[1..].iter().zip([one, two]) {
        assert_eq!(part.head.header("x-experience-api-hash"), Some(hash(bytes).as_str()));
        assert_eq!(part.head.header("content-type"), Some("text/x-test"));
        assert_eq!(part.body, bytes);
    }
    let plain = lrs.get("statements?attachments=false").send().status(200);
    assert_eq!(plain.header("content-type"), Some("application/json"));
    let single = lrs.get(&format!("statements?statementId={}&attachments=true", id(2))).send().status(200);
    assert!(single.text().contains("one\r\n--b-not"));
}

#[test]
fn a_file_that_is_missing_too_much_or_another_one_is_refused_and_nothing_kept() {
    let lrs = Lrs::start();
    let (one, two): (&[u8], &[u8]) = (b"one", b"two");
    let good = with_files(1, &[one]);
    let other_bytes = [&part(one)[..part(one).len() - 3], b"two"].concat();
    let text = String::from_utf8(body(&good, &[part(one)])).unwrap();
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("no file", "/attachments/0", body(&good, &[])),
        ("one too much", "part 2", body(&good, &[part(one), part(two)])),
        ("other bytes", "part 1", body(&good, &[other_bytes])),
        ("no encoding", "part 1", text.replace("Content-Transfer-Encoding: binary\r\n", "").into_bytes()),
        ("another encoding", "part 1", text.replace("binary", "base64").into_bytes()),
        ("no hash", "part 1", text.replace("X-Experience-API-Hash", "X-Other").into_bytes()),
        ("no colon", "part 1", text.replace("X-Experience-API-Hash:", "X-Experience-API-Hash").into_bytes()),
        ("not JSON first", "part 0", text.replace("application/json", "text/plain").into_bytes()),
        ("no end", "part 1", text.replace("\r\n--b--\r\n", "").into_bytes()),
        ("nothing", "", Vec::new()),
        ("no part", "", b"--b--\r\n".to_vec()),
    ];
    for (what, at, bytes) in cases {
        let answer = post(&lrs, bytes);
        assert_eq!(answer.code, 400, "{what}: {}", answer.text());
        let problem = answer.json();
        let fault = &problem["errors"][0];
        assert_eq!(fault["at"], at, "{what}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        let subject = if at.is_empty() { "the document" } else { at };
        assert!(
            detail.starts_with(subject) && detail.ends_with(fault["problem"].as_str().unwrap()),
            "{detail}"
        );
        assert_eq!(lrs.files(), 0, "{what}: something was left on the disk");
    }
    for media in ["multipart/form-data; boundary=b", "multipart/mixed", "multipart/mixed; boundary=\"\""] {
        let form = lrs.request("POST", "statements").body(media, body(&good, &[part(one)]));
        form.send().refused(400, "invalid_xapi_request", "Content-Type");
    }
    lrs.request("POST", "statements").json(&good).send().refused(400, "invalid_statement", "/attachments/0");
    assert!(lrs.found("").is_empty());
    let mut elsewhere = good;
    elsewhere["attachments"][0]["fileUrl"] = json!("http://example.com/file");
    lrs.post(&elsewhere);
    post(&lrs, body(&statement(2), &[])).status(200);
}

#[test]
fn what_is_wrong_with_a_file_is_named_where_it_is() {
    let lrs = Lrs::start();
    let bytes: &[u8] = b"four";
    let wrong = with_files(1, &[b"", bytes]);
    let (one, both) = ([part(b"")], [part(b""), part(bytes)]);
    post(&lrs, body(&wrong, &one)).refused(400, "invalid_statement", "/attachments/1");
    post(&lrs, body(&json!([wrong]), &one)).refused(400, "invalid_statement", "/0/attachments/1");
    let mut outer = statement(1);
    outer["object"] = statement(2);
    outer["object"].as_object_mut().unwrap().remove("id");
    outer["object"]["objectType"] = json!("SubStatement");
    outer["object"]["attachments"] = wrong["attachments"].clone();
    outer["attachments"] = with_files(1, &[b""])["attachments"].clone();
    post(&lrs, body(&outer, &one)).refused(400, "invalid_statement", "/object/attachments/1");
    assert!(lrs.found("").is_empty(), "nothing was kept");
    // A length is kept as it was said.
    outer["object"]["attachments"][1]["length"] = json!(5);
    post(&lrs, body(&outer, &both)).status(200);
}

#[test]
fn a_file_larger_than_what_is_in_memory_comes_back_and_one_over_the_limit_leaves_nothing() {
    let mib = 1024 * 1024;
    let lrs = Lrs::with(|config| {
        config.xapi.attachment_limit_bytes = 40 * mib;
        config.xapi.request_limit_bytes = 80 * mib;
    });
    let large: Vec<u8> =
        (0..40 * mib).map(|place| u8::try_from((place ^ (place >> 9)) & 0xff).unwrap()).collect();
    let with = |number, bytes: &[u8]| body(&with_files(number, &[bytes]), &[part(bytes)]);
    post(&lrs, with(1, &large)).status(200);
    let answer = lrs.get(&format!("statements?statementId={}&attachments=true", id(1))).send().status(200);
    let boundary = multipart::boundary(answer.header("content-type").unwrap()).unwrap();
    let parts = multipart::parts(answer.bytes.chunks(mib), &boundary).unwrap();
    assert!(parts[1].body == large);
    assert_eq!(lrs.files(), 1);
    let larger = [large.as_slice(), b"x"].concat();
    post(&lrs, with(2, &larger)).refused(413, "too_large", "part 1");
    let (a, b) = (&larger[1..], &larger[..large.len()]);
    post(&lrs, body(&with_files(3, &[a, b]), &[part(a), part(b), part(b)])).refused(413, "too_large", "");
    assert_eq!(lrs.files(), 1, "what was refused left something on the disk");
    let first = "x".repeat(33 * mib);
    post(&lrs, body(&json!({ "x": first }), &[])).refused(413, "too_large", "part 0");
}

/// Whoever sends the bytes: their hash is what the statement says.
#[test]
fn files_that_come_later_than_their_statement_are_kept_with_it() {
    let lrs = Lrs::start();
    let (one, two): (&[u8], &[u8]) = (b"came first", b"came later");
    let elsewhere = |number: u32| {
        let mut statement = with_files(number, &[one, two]);
        for file in statement["attachments"].as_array_mut().unwrap() {
            file["fileUrl"] = json!("http://example.com/file");
        }
        statement
    };
    let mut long = elsewhere(2);
    long["result"] = json!({ "response": "x".repeat(40_000) });
    let other = lrs.credential("Another tool", &[LrsScope::StatementsWrite], &[]);
    for statement in [elsewhere(1), long] {
        let told = || {
            let path =
                format!("statements?statementId={}&attachments=true", statement["id"].as_str().unwrap());
            lrs.get(&path).send().status(200).text()
        };
        lrs.post(&statement);
        post(&lrs, body(&statement, &[part(one)])).status(200);
        assert!(told().contains("came first") && !told().contains("came later"));
        let both = body(&statement, &[part(one), part(two)]);
        let again = lrs.request("POST", "statements").by(&other);
        again.body("multipart/mixed; boundary=\"b\"", both.clone()).send().status(200);
        let whole = told();
        assert!(whole.contains("came first") && whole.contains("came later"));
        assert_eq!(whole.matches("X-Experience-API-Hash").count(), 2);
        let json =
            lrs.request("PUT", &format!("statements?statementId={}", statement["id"].as_str().unwrap()));
        json.json(&statement).send().status(204);
        post(&lrs, both).status(200);
        assert_eq!(told().matches("X-Experience-API-Hash").count(), 2, "again it changes nothing");
    }
    let mut another = elsewhere(1);
    another["verb"]["id"] = json!("http://example.com/other");
    post(&lrs, body(&another, &[part(one)])).refused(409, "statement_conflict", "");
}

#[test]
fn a_hash_may_be_any_of_the_family() {
    use sha2::Digest as _;
    let lrs = Lrs::start();
    let bytes: &[u8] = b"any of the family";
    let sha2 =
        sha2::Sha512::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02X}"));
    let mut one = with_files(1, &[bytes]);
    one["attachments"][0]["sha2"] = json!(sha2);
    let part = String::from_utf8(part(bytes)).unwrap().replace(&hash(bytes), &sha2).into_bytes();
    post(&lrs, body(&one, &[part])).status(200);
    let answer = lrs.get("statements?attachments=true").send().status(200);
    assert!(answer.text().contains("any of the family"));
    let other = body(&one, &[super::files::part(b"other")]);
    let other = String::from_utf8(other).unwrap().replace(&hash(b"other"), &sha2);
    post(&lrs, other.into_bytes()).status(400);
}

#[test]
fn the_hash_of_a_file_is_told_in_the_letters_of_its_statement() {
    let lrs = Lrs::start();
    let bytes: &[u8] = b"upper";
    let upper = hash(bytes).to_uppercase();
    let mut one = with_files(1, &[bytes]);
    one["attachments"][0]["sha2"] = json!(upper);
    post(&lrs, body(&one, &[part(bytes)])).status(200);
    let answer = lrs.get(&format!("statements?statementId={}&attachments=true", id(1))).send().status(200);
    assert!(answer.text().contains(&format!("X-Experience-API-Hash: {upper}\r\n")), "{}", answer.text());
    // Another statement names it in other letters; a zip has it once, under those that an import takes.
    post(&lrs, body(&with_files(2, &[bytes]), &[part(bytes)])).status(200);
    let zip = lrs.api("GET", "/api/export/statements.zip").send().status(200);
    let names: Vec<String> = unzip(&zip.bytes).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["statements.ndjson".to_owned(), format!("attachments/{}", hash(bytes))]);
}
