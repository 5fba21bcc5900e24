//! Signed statements: the signature is a file of the statement, a JSON Web Signature whose payload is the statement without it.
//!
//! Checked are the form, the algorithm and that what was signed says what the statement says: an id and a time may have been added by
//! a store that took it, another id than the one that was signed may not stand there. With a certificate (`x5c`) it is also checked
//! that its key made the signature. Whose certificate it is, who vouches for it and until when is for whoever reads the statement:
//! the signature is kept as it came.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use webpki::EndEntityCert;
use webpki::ring::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512};

use super::json::{Node, parse};
use super::sameness::{Compared, fingerprints};

/// The usage type of a signature.
pub const USAGE: &str = "http://adlnet.gov/expapi/attachments/signature";
/// Its media type.
pub const CONTENT_TYPE: &str = "application/octet-stream";
/// It has the statement in it, four thirds as long, and certificates.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;
/// What may sign statements.
const ALGORITHMS: [(&str, &dyn SignatureVerificationAlgorithm); 3] = [
    ("RS256", RSA_PKCS1_2048_8192_SHA256),
    ("RS384", RSA_PKCS1_2048_8192_SHA384),
    ("RS512", RSA_PKCS1_2048_8192_SHA512),
];

/// Checks a signature of a statement.
pub fn check(jws: &[u8], statement: &Node<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(jws).map_err(|_| "is no JSON Web Signature")?.trim_end();
    let signed = text.rsplit_once('.').map(|(signed, _)| signed).unwrap_or_default();
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
    let signature = decode(signature, "a signature")?;
    if signature.is_empty() {
        return Err("has no signature".to_owned());
    }
    let header = parse(&header).map_err(|wrong| format!("has a header that is wrong: {}", wrong.kept()))?;
    let named = header.get("alg").and_then(Node::text);
    let Some((_, algorithm)) = ALGORITHMS.iter().find(|(name, _)| named == Some(name)) else {
        return Err(format!("is not signed by {}", ALGORITHMS.map(|(name, _)| name).join(", ")));
    };
    if let Some(certificates) = header.get("x5c") {
        verify(certificates, *algorithm, signed.as_bytes(), &signature)?;
    }
    let payload =
        parse(&payload).map_err(|wrong| format!("has a payload that is wrong: {}", wrong.kept()))?;
    let id = |node: &Node<'_>| node.get("id").and_then(Node::text).map(str::to_ascii_lowercase);
    let same_id = id(&payload).is_none_or(|signed| id(statement) == Some(signed));
    let signed = fingerprints(&payload, Compared::WithoutSignatures);
    let told = fingerprints(statement, Compared::WithoutSignatures);
    let same = match payload.get("timestamp") {
        Some(_) => signed.says == told.says,
        None => signed.says == told.says_untimed,
    };
    if same && same_id { Ok(()) } else { Err("has a payload that is not the statement".to_owned()) }
}

/// Did the key of the first certificate of a list make a signature?
fn verify(
    certificates: &Node<'_>,
    algorithm: &dyn SignatureVerificationAlgorithm,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), &'static str> {
    let first = certificates.items().and_then(<[_]>::first).and_then(Node::text);
    let first = first.ok_or("has an x5c that is no list of certificates")?;
    let bytes = STANDARD.decode(first).map_err(|_| "has an x5c with a certificate that is not base64")?;
    let bytes = CertificateDer::from(bytes);
    let certificate = EndEntityCert::try_from(&bytes)
        .map_err(|_| "has an x5c whose first item is no X.509 certificate of version 3")?;
    certificate
        .verify_signature(algorithm, signed, signature)
        .map_err(|_| "was not made with the key of the first certificate of x5c (RSA of 2048 to 8192 bits)")
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
        let statement = r#"{"id":"6690E6C9-3ef0-4ed3-8b37-7f3964730bee","verb":{"id":"http://v"},"timestamp":"2026-01-01T00:00:00Z",
            "attachments":[{"usageType":"http://adlnet.gov/expapi/attachments/signature","sha2":"aa"},{"sha2":"bb"}]}"#;
        let node = parse_text(statement).unwrap();
        let check = |text: &str| check(text.as_bytes(), &node);
        let signed = r#"{"verb":{"id":"http://v"},"attachments":[{"sha2":"bb"}]}"#;
        for more in [
            "",
            r#""id":"6690e6c9-3EF0-4ed3-8b37-7f3964730bee","#,
            r#""timestamp":"2026-01-01T01:00:00+01:00","#,
        ] {
            let signed = signed.replacen('{', &format!("{{{more}"), 1);
            assert_eq!(check(&jws(r#"{"alg":"RS384"}"#, &signed)), Ok(()), "{signed}");
        }
        for other in [
            r#"{"id":"7690e6c9-3ef0-4ed3-8b37-7f3964730bee","verb":{"id":"http://v"},"attachments":[{"sha2":"bb"}]}"#,
            r#"{"timestamp":"2026-01-02T00:00:00Z","verb":{"id":"http://v"},"attachments":[{"sha2":"bb"}]}"#,
            r#"{"verb":{"id":"http://v"},"attachments":[{"sha2":"cc"}]}"#,
            r#"{"verb":{"id":"http://v"}}"#,
        ] {
            let said = check(&jws(r#"{"alg":"RS384"}"#, other)).unwrap_err();
            assert!(said.starts_with("has a payload that is not the statement"), "{other}: {said}");
        }
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
