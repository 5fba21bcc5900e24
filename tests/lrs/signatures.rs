//! Signed statements whose signature brings its certificate. The signatures in `signed/` were made for these tests with openssl:
//! `openssl req -x509 -newkey rsa:2048 -nodes`, and `openssl dgst -sign` over header and payload.

use lyceum::domain::xapi::credential::LrsScope;
use serde_json::{Value, json};

use crate::files::{body, hash, post};
use crate::import::{ZIP, counts, import, waiting};
use crate::support::{Answer, Lrs, id, statement};
use crate::target::facts_of;

const RS256: &str = include_str!("signed/rs256.jws");
const RS384: &str = include_str!("signed/rs384.jws");
const RS512: &str = include_str!("signed/rs512.jws");
const ANOTHER_CERTIFICATE: &str = include_str!("signed/another_certificate.jws");
const WEAK_KEY: &str = include_str!("signed/weak_key.jws");

/// Sends the statement that was signed with a signature.
fn send(lrs: &Lrs, jws: &str) -> Answer {
    let mut one = statement(1);
    one["attachments"] = json!([{ "usageType": "http://adlnet.gov/expapi/attachments/signature",
        "display": { "en": "Signature" }, "contentType": "application/octet-stream", "length": jws.len(),
        "sha2": hash(jws.as_bytes()) }]);
    let part = format!(
        "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\
         X-Experience-API-Hash: {}\r\n\r\n{jws}",
        hash(jws.as_bytes())
    );
    post(lrs, body(&one, &[part.into_bytes()]))
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// The same signature under another header.
fn under(jws: &str, header: &Value) -> String {
    let (_, rest) = jws.split_once('.').unwrap();
    format!("{}.{rest}", base64url(header.to_string().as_bytes()))
}

#[test]
fn a_signature_is_verified_with_the_certificate_that_comes_with_it() {
    for jws in [RS256, RS384, RS512] {
        let lrs = Lrs::start();
        send(&lrs, jws).status(200);
        assert_eq!(lrs.found("").len(), 1);
    }
}

/// A store gives what it takes a time where there was none: it was not signed, and is no change of what was.
#[test]
fn a_signed_statement_without_a_time_goes_where_others_go() {
    let (lrs, target) = (Lrs::start(), Lrs::start());
    send(&lrs, RS256).status(200);
    let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
    lrs.forward(facts_of(&target, &key));
    assert_eq!(lrs.run(), 1);
    assert_eq!(target.found(""), [id(1)]);
    let archive = lrs.api("GET", "/api/export/statements.zip").send().status(200).bytes;
    assert_eq!(counts(&import(&waiting(), "", ZIP, archive)), [1, 1, 0, 0]);
}

#[test]
fn a_signature_that_its_certificate_does_not_verify_is_refused() {
    let lrs = Lrs::start();
    let (signed, signature) = RS256.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{signed}.{other}{}", &signature[1..]);
    let certificates = |x5c: Value| under(RS256, &json!({ "alg": "RS256", "x5c": x5c }));
    for (what, jws) in [
        ("the signature was changed", changed),
        ("a certificate of another key", ANOTHER_CERTIFICATE.to_owned()),
        ("a key of 1024 bits", WEAK_KEY.to_owned()),
        ("another header was signed", under(RS256, &json!({ "alg": "RS256", "x5c": ["AAAA"] }))),
        ("no certificate", certificates(json!([]))),
        ("no list", certificates(json!("AAAA"))),
        ("no base64", certificates(json!(["!"]))),
    ] {
        let answer = send(&lrs, &jws);
        assert_eq!(answer.code, 400, "{what}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["errors"][0]["at"], "/attachments/0", "{what}: {problem}");
    }
    assert_eq!((lrs.found("").len(), lrs.files()), (0, 0));
    // Without a certificate nobody here knows the key.
    send(&lrs, &under(RS256, &json!({ "alg": "RS256" }))).status(200);
}
