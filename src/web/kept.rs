//! Whole pages that people ask for often, kept as they were rendered.
//!
//! A page is good for as long as all that it was made of is the same: the prepared JSON that it shows, whose tag the
//! store drops in the commit that changes it, and what the frame says of its viewer. So a kept page is never stale, and
//! needs no dropping of its own. What differs every time, the token of its forms, is left out and put in as it is sent.

use std::io::{self, Write as _};
use std::sync::{Arc, OnceLock};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use jiff::tz::TimeZone;

use crate::domain::access::PermissionSet;
use crate::domain::preferences::{Language, Theme};

/// All pages together; the outlines of a thousand learners.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// What an entry costs beside its text.
const ENTRY_BYTES: usize = 512;

/// Which page, for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageKey {
    /// Of what.
    pub of: u64,
    /// Who looks.
    pub viewer: u64,
}

/// All that a page was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The tag of the prepared JSON.
    pub etag: Arc<str>,
    /// What the viewer may do with what is shown.
    pub may: PermissionSet,
    /// What the viewer may do everywhere.
    pub site: PermissionSet,
    /// The language.
    pub language: Language,
    /// The zone of its dates.
    pub zone: TimeZone,
    /// Light or dark.
    pub theme: Theme,
    /// The viewer's name.
    pub person: Option<String>,
    /// Its address.
    pub here: String,
}

/// A page without the tokens of its forms.
#[derive(Debug)]
pub struct KeptPage {
    basis: Basis,
    /// What stands before, between and behind the tokens.
    plain: Vec<Box<str>>,
    /// The same, compressed once somebody wants it so.
    packed: OnceLock<Vec<Vec<u8>>>,
}

impl KeptPage {
    fn of(basis: Basis, html: &str, token: &str) -> Self {
        Self { basis, plain: html.split(token).map(Box::from).collect(), packed: OnceLock::new() }
    }

    /// The page with a token.
    pub fn html(&self, token: &str) -> String {
        self.plain.join(token)
    }

    /// The same as gzip (RFC 1952). Every part is a piece of a deflate stream that stands for itself (RFC 1951), so that a
    /// token fits between two of them as it is.
    pub fn gzip(&self, token: &str) -> Vec<u8> {
        // Compressing into memory does not fail; were it to, the empty answer would be seen at once.
        let packed = self.packed.get_or_init(|| pack(&self.plain).unwrap_or_default());
        let token = token.as_bytes();
        let mut out =
            Vec::with_capacity(packed.iter().map(|part| part.len() + token.len() + 8).sum::<usize>() + 20);
        // Deflate, no flags, no time, an unknown system.
        out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        let mut sum = Crc::new();
        for (place, (plain, packed)) in self.plain.iter().zip(packed).enumerate() {
            if place > 0 {
                store(token, &mut out);
                sum.update(token);
            }
            out.extend_from_slice(packed);
            sum.update(plain.as_bytes());
        }
        // An empty last block.
        out.extend_from_slice(&[0x03, 0x00]);
        out.extend_from_slice(&sum.sum().to_le_bytes());
        out.extend_from_slice(&sum.amount().to_le_bytes());
        out
    }
}

/// Blocks that are not compressed and begin at a whole byte.
fn store(bytes: &[u8], out: &mut Vec<u8>) {
    for block in bytes.chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
}

/// Compresses every part for itself, up to a whole byte.
fn pack(parts: &[Box<str>]) -> io::Result<Vec<Vec<u8>>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let mut packed = Vec::with_capacity(parts.len());
    for part in parts {
        encoder.write_all(part.as_bytes())?;
        encoder.flush()?;
        // What comes behind would end the stream, which goes on with the next part.
        let length = encoder.get_ref().len();
        let mut bytes = encoder.reset(Vec::new())?;
        bytes.truncate(length);
        packed.push(bytes);
    }
    Ok(packed)
}

/// The pages that are kept.
pub struct KeptPages(moka::sync::Cache<PageKey, Arc<KeptPage>>);

impl Default for KeptPages {
    fn default() -> Self {
        let weigh = |_: &PageKey, page: &Arc<KeptPage>| {
            let text: usize = page.plain.iter().map(|part| part.len()).sum();
            // Half of it again for the compressed parts, which are a third at most.
            u32::try_from(text + text / 2 + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        Self(moka::sync::Cache::builder().weigher(weigh).max_capacity(MAX_BYTES).build())
    }
}

impl KeptPages {
    /// The page, when it was made of the same.
    pub fn get(&self, key: PageKey, basis: &Basis) -> Option<Arc<KeptPage>> {
        self.0.get(&key).filter(|page| page.basis == *basis)
    }

    /// Keeps a page that was rendered with `token` in its forms. Nobody knew the token before, so it stands nowhere else.
    pub fn keep(&self, key: PageKey, basis: Basis, html: &str, token: &str) {
        self.0.insert(key, Arc::new(KeptPage::of(basis, html, token)));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn basis() -> Basis {
        Basis {
            etag: "\"1\"".into(),
            may: PermissionSet::NONE,
            site: PermissionSet::NONE,
            language: Language::En,
            zone: TimeZone::UTC,
            theme: Theme::System,
            person: Some("Ada".to_owned()),
            here: "/courses/1".to_owned(),
        }
    }

    fn unpacked(bytes: &[u8]) -> String {
        let (mut text, mut decoder) = (String::new(), flate2::read::GzDecoder::new(bytes));
        decoder.read_to_string(&mut text).unwrap();
        assert!(decoder.into_inner().is_empty(), "something stands behind the end");
        text
    }

    #[test]
    fn a_page_comes_with_another_token_plain_and_compressed() {
        let html = |token: &str| {
            let list = "<li>Page \u{627}</li>".repeat(200);
            format!("<meta content=\"{token}\"><input value=\"{token}\">{list}<input value=\"{token}\">\n")
        };
        let page = KeptPage::of(basis(), &html("first-token"), "first-token");
        for token in ["second-tokn", "a", &"long".repeat(40_000)] {
            assert_eq!(page.html(token), html(token));
            assert_eq!(unpacked(&page.gzip(token)), html(token));
        }
        assert!(page.gzip("token").len() < 500, "{} bytes", page.gzip("token").len());
        // A token that stands nowhere changes nothing.
        let bare = KeptPage::of(basis(), "<p>x</p>", "token");
        assert_eq!(
            (bare.html("other"), unpacked(&bare.gzip("other"))),
            ("<p>x</p>".into(), "<p>x</p>".into())
        );
    }

    #[test]
    fn a_page_of_something_else_is_not_the_page() {
        let pages = KeptPages::default();
        let key = PageKey { of: 1, viewer: 2 };
        pages.keep(key, basis(), "<p>token</p>", "token");
        assert!(pages.get(key, &basis()).is_some());
        assert!(pages.get(PageKey { viewer: 3, ..key }, &basis()).is_none());
        let vienna = TimeZone::get("Europe/Vienna").unwrap();
        for other in [
            Basis { etag: "\"2\"".into(), ..basis() },
            Basis { may: PermissionSet::EVERYTHING, ..basis() },
            Basis { site: PermissionSet::EVERYTHING, ..basis() },
            Basis { language: Language::Ar, ..basis() },
            Basis { zone: vienna, ..basis() },
            Basis { theme: Theme::Dark, ..basis() },
            Basis { person: None, ..basis() },
            Basis { here: "/courses/1?x".to_owned(), ..basis() },
        ] {
            assert!(pages.get(key, &other).is_none(), "{other:?}");
        }
    }
}
