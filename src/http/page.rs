//! Lists in pages: an opaque cursor, `Link: <..>; rel="next"` (RFC 8288).

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::refusal::{INTERNAL, NO_CURSOR, Refusal, invalid};
use crate::store::KeyPart;
use crate::store::key;

/// What a page holds when nothing is said.
const DEFAULT_LIMIT: usize = 50;
/// What a page holds at most: keeps a response and the time under the shared lock short.
pub const MAX_LIMIT: usize = 500;

/// The query of a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct PageQuery {
    /// Items per page, 1 to 500; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl PageQuery {
    /// How many items.
    pub fn limit(&self) -> Result<usize, Refusal> {
        match self.limit.unwrap_or(DEFAULT_LIMIT) {
            limit @ 1..=MAX_LIMIT => Ok(limit),
            _ => Err(invalid("?limit", format!("is not between 1 and {MAX_LIMIT}"))),
        }
    }

    /// The key behind which the page begins.
    pub fn after<K: KeyPart>(&self) -> Result<Option<K>, Refusal> {
        self.after.as_deref().map(read_cursor).transpose()
    }
}

/// The cursor of a key, behind two bytes that say by what kind of key its list is ordered.
pub fn cursor<K: KeyPart>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode([order_of::<K>().to_vec(), key::encode(key)].concat())
}

fn read_cursor<K: KeyPart>(text: &str) -> Result<K, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| no_cursor())?;
    let key = bytes.strip_prefix(&order_of::<K>()).ok_or_else(no_cursor)?;
    key::decode(key).map_err(|_| no_cursor())
}

fn no_cursor() -> Refusal {
    invalid("?after", NO_CURSOR)
}

/// What tells one order from another: a course is no place among people, although both are numbers. The name of the key's type
/// may be another one in another version of the program, whose cursors are not those of this one.
fn order_of<K>() -> [u8; 2] {
    let name = std::any::type_name::<K>();
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let [first, second, ..] = hash.to_be_bytes();
    [first, second]
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; `null` at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of what was read with one more than `limit`; `key` gives an item's cursor.
    pub fn of<R, K: KeyPart>(
        mut rows: Vec<R>,
        limit: usize,
        key: impl Fn(&R) -> K,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| cursor(&key(row))) } else { None };
        Self { items: rows.into_iter().map(view).collect(), next }
    }
}

/// A page as a response with its Link header.
pub fn respond<T: Serialize>(request: &HttpRequest, page: &Page<T>) -> Result<HttpResponse, Refusal> {
    respond_with(request, page.next.as_deref(), page)
}

/// The same for a page that says more than its items.
pub fn respond_with(
    request: &HttpRequest,
    next: Option<&str>,
    page: &impl Serialize,
) -> Result<HttpResponse, Refusal> {
    let bytes = serde_json::to_vec(page).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        let others =
            request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
        let query = others.chain([format!("after={next}").as_str()]).collect::<Vec<_>>().join("&");
        response.insert_header((LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
    }
    Ok(response.content_type("application/json").body(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{CourseId, UserId};

    #[test]
    fn a_cursor_is_for_lists_of_its_own_order() {
        let next = cursor(&CourseId(4));
        assert_eq!(read_cursor::<CourseId>(&next), Ok(CourseId(4)));
        let bare = URL_SAFE_NO_PAD.encode(key::encode(&CourseId(4)));
        for refused in [read_cursor::<UserId>(&next).map(drop), read_cursor::<CourseId>(&bare).map(drop)] {
            assert_eq!(refused.unwrap_err().fields[0].at, "?after");
        }
        assert!(read_cursor::<(String, UserId)>(&cursor(&UserId(4))).is_err());
    }
}
