//! Signed statements: the signature is a file of the statement, a JSON Web Signature whose payload is the statement without it.
//!
//! Checked are the form, the algorithm and that what was signed says what the statement says. The signature's own bytes are kept
//! for whoever knows the signer's key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::json::{Node, parse};
use super::sameness::{Compared, fingerprint};

/// The usage type of a signature.
pub const USAGE: &str = "http://adlnet.gov/expapi/attachments/signature";
/// Its media type.
pub const CONTENT_TYPE: &str = "application/octet-stream";
/// It has the statement in it, four thirds as long, and certificates.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;
const ALGORITHMS: [&str; 3] = ["RS256", "RS384", "RS512"];

/// Checks a signature of a statement.
pub fn check(jws: &[u8], statement: &Node<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(jws).map_err(|_| "is no JSON Web Signature")?.trim_end();
    let mut parts = text.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("is no JSON Web Signature in its compact form".to_owned());
    };
    let decode = |part: &str, what: &str| {
        URL_SAFE_NO_PAD.decode(part).map_err(|_| format!("has {what} that is not base64url"))
    };
    let (header, payload) = (decode(header, "a header")?, decode(payload, "a payload")?);
    if decode(signature, "a signature")?.is_empty() {
        return Err("has no signature".to_owned());
    }
    let header = parse(&header).map_err(|wrong| format!("has a header that is wrong: {wrong}"))?;
    match header.get("alg").and_then(Node::text) {
        Some(algorithm) if ALGORITHMS.contains(&algorithm) => {}
        _ => return Err(format!("is not signed by {}", ALGORITHMS.join(", "))),
    }
    let payload = parse(&payload).map_err(|wrong| format!("has a payload that is wrong: {wrong}"))?;
    let same =
        fingerprint(&payload, Compared::WithSignature) == fingerprint(statement, Compared::WithSignature);
    if same { Ok(()) } else { Err("has a payload that is not the statement".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse_text;
    use super::*;

    fn jws(header: &str, payload: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_signature_is_of_the_statement_and_by_a_known_algorithm() {
        let statement = r#"{"verb":{"id":"http://v"},"attachments":[{"sha2":"aa"}]}"#;
        let signed = r#"{"verb":{"id":"http://v"}}"#;
        let node = parse_text(statement).unwrap();
        let check = |text: &str| check(text.as_bytes(), &node);
        assert_eq!(check(&jws(r#"{"alg":"RS384"}"#, signed)), Ok(()));
        for (bad, says) in [
            (jws(r#"{"alg":"HS256"}"#, signed), "is not signed by"),
            (jws(r#"{"alg":"none"}"#, signed), "is not signed by"),
            (jws(r#"{"alg":"RS256"}"#, r#"{"verb":{"id":"http://w"}}"#), "has a payload that is not"),
            (jws(r#"{"alg":"RS256"}"#, "{"), "has a payload that is wrong"),
            (jws("[", signed), "has a header that is wrong"),
            ("a.b".to_owned(), "is no JSON Web Signature"),
            ("a.b.c.d".to_owned(), "is no JSON Web Signature"),
            ("!.b.c".to_owned(), "has a header that is not"),
        ] {
            assert!(check(&bad).unwrap_err().starts_with(says), "{bad}: {says}");
        }
    }
}
