//! The part of a file that a request asks for (RFC 9110, 14): players of sound and film ask so to begin in the middle.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_RANGE, Header as _, HeaderValue, IF_RANGE, Range};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use crate::domain::refusal::{Code, Kind};

/// Nothing is there.
pub const RANGE_BEYOND_END: Code = Code::new(
    "range_beyond_end",
    Kind::OutOfRange,
    "The file has no bytes where the range asks for some; `Content-Range` has its length.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[RANGE_BEYOND_END];

/// What to send of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The bytes from the first to the last of these.
    Bytes(u64, u64),
    /// Nothing of it is asked for.
    Beyond,
}

impl Part {
    /// What a request asks for of a file with this tag and length. Several ranges at once, and ranges that are not well
    /// written, get the whole file, and so does who asks with `If-Range` for a part of another state of it.
    pub fn asked(request: &HttpRequest, etag: &str, length: u64) -> Self {
        // A range is for GET alone (RFC 9110, 14.2).
        if request.method() != Method::GET {
            return Self::Whole;
        }
        let held = request.headers().get(IF_RANGE);
        if held.is_some_and(|held| held.as_bytes() != etag.as_bytes()) {
            return Self::Whole;
        }
        let Ok(Range::Bytes(ranges)) = Range::parse(request) else { return Self::Whole };
        let [range] = ranges.as_slice() else { return Self::Whole };
        match range.to_satisfiable_range(length) {
            Some((first, last)) => Self::Bytes(first, last),
            None => Self::Beyond,
        }
    }
}

/// The refusal of a range that has nothing.
pub fn beyond(length: u64) -> HttpResponse {
    let refusal = RANGE_BEYOND_END.refuse(format!("the file has {length} bytes"));
    let mut response = refusal.error_response();
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{length}")) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::RANGE;
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(range: &str, if_range: Option<&str>) -> Part {
        let mut request = TestRequest::default().insert_header((RANGE, range));
        if let Some(tag) = if_range {
            request = request.insert_header((IF_RANGE, tag));
        }
        Part::asked(&request.to_http_request(), "\"a\"", 100)
    }

    #[test]
    fn one_range_is_a_part_and_what_is_no_range_is_the_whole() {
        assert_eq!(asked("bytes=0-9", None), Part::Bytes(0, 9));
        assert_eq!(asked("bytes=90-", None), Part::Bytes(90, 99));
        assert_eq!(asked("bytes=-5", None), Part::Bytes(95, 99));
        assert_eq!(asked("bytes=50-5000", None), Part::Bytes(50, 99));
        assert_eq!(asked("bytes=100-", None), Part::Beyond);
        for whole in ["bytes=0-1,5-6", "pages=1-2", "bytes=x", ""] {
            assert_eq!(asked(whole, None), Part::Whole, "{whole}");
        }
        assert_eq!(asked("bytes=0-9", Some("\"a\"")), Part::Bytes(0, 9));
        for other in ["\"b\"", "W/\"a\"", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(asked("bytes=0-9", Some(other)), Part::Whole, "{other}");
        }
    }
}
