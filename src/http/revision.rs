//! `ETag` and `If-Match` on what people edit: nobody's change is lost unseen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderValue, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::refusal::{CHANGED, INTERNAL, PRECONDITION_REQUIRED, Refusal, invalid};

/// The revisions that a client says it read: `If-Match: "7"`, or `*` for whatever is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// One of these, as text. A weak tag or another text is never the one of a record, and is left out.
    Revisions(Vec<u32>),
    /// Any.
    Any,
}

impl IfMatch {
    /// Exactly this revision.
    pub fn of(revision: u32) -> Self {
        Self::Revisions(vec![revision])
    }

    /// Refuses when the record is at another revision.
    pub fn check(&self, revision: u32) -> Result<(), Refusal> {
        match self {
            Self::Any => Ok(()),
            Self::Revisions(read) if read.contains(&revision) => Ok(()),
            Self::Revisions(read) => Err(CHANGED.refuse(match read.as_slice() {
                [] => format!("what you sent is no ETag of this record, it is at revision {revision} now"),
                [read] => format!("you read revision {read}, it is at revision {revision} now"),
                _ => format!("it is at revision {revision} now, which is none of those that you read"),
            })),
        }
    }

    /// Reads the header (RFC 9110, 13.1.1). `None` is malformed.
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        // Empty elements of a list mean nothing (5.6.1).
        let empty = [',', ' ', '\t'];
        let (mut revisions, mut rest) = (Vec::new(), text.trim_start_matches(empty));
        loop {
            let weak = rest.strip_prefix("W/");
            let (tag, behind) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
            if tag.contains(|letter: char| letter.is_control() || letter == ' ') {
                return None;
            }
            // Compared as text: a number that is written otherwise is another tag.
            let revision = tag.parse::<u32>().ok().filter(|number| number.to_string() == tag);
            revisions.extend(revision.filter(|_| weak.is_none()));
            let behind = behind.trim_start();
            if behind.is_empty() {
                return Some(Self::Revisions(revisions));
            }
            rest = behind.strip_prefix(',')?.trim_start_matches(empty);
            if rest.is_empty() {
                return Some(Self::Revisions(revisions));
            }
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines: Result<Vec<_>, _> = request.headers().get_all(IF_MATCH).map(HeaderValue::to_str).collect();
        ready(match lines.as_deref() {
            Ok([]) => Err(PRECONDITION_REQUIRED
                .refuse("send If-Match with the ETag that you read, or *")
                .at("If-Match", "is missing")),
            Ok(lines) => Self::parse(lines.join(", ").trim()).ok_or_else(malformed),
            Err(_) => Err(malformed()),
        })
    }
}

fn malformed() -> Refusal {
    invalid("If-Match", "is not an ETag in quotes such as \"3\", several of them, or *")
}

/// A view with the `ETag` of its revision.
pub fn json(revision: u32, view: &impl Serialize) -> Result<HttpResponse, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{revision}\"")))
        .content_type("application/json")
        .body(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_list_are_compared_strongly_and_as_text() {
        let read = |text: &str| match IfMatch::parse(text) {
            Some(IfMatch::Revisions(revisions)) => Some(revisions),
            _ => None,
        };
        assert_eq!(IfMatch::parse("*"), Some(IfMatch::Any));
        for (text, revisions) in [
            ("\"4\"", vec![4]),
            ("\"4\", \"5\"", vec![4, 5]),
            ("\"4\",\"5\" ,, \"6\",", vec![4, 5, 6]),
            ("W/\"5\"", vec![]),
            ("W/\"5\", \"6\"", vec![6]),
            ("\"+4\", \"04\", \"x,y\", \"\"", vec![]),
        ] {
            assert_eq!(read(text), Some(revisions), "{text}");
        }
        for text in
            ["", "4", "+4", "\"4", "4\"", "w/\"4\"", "W/4", "\"4\" \"5\"", "*, \"4\"", "\"4\", *", ", \"4"]
        {
            assert_eq!(IfMatch::parse(text), None, "{text}");
        }
        let several = IfMatch::Revisions(vec![4, 5]);
        assert!(several.check(5).is_ok());
        assert_eq!(several.check(6).unwrap_err().code, CHANGED);
        assert_eq!(IfMatch::Revisions(Vec::new()).check(6).unwrap_err().code, CHANGED);
    }
}
