//! Formatted text that is safe to show: HTML that went through the sanitiser, and nothing else.
//!
//! A value exists only through the constructors, so a page may print it without looking again. Embedded files are
//! referred to as `lyceum-file:<sha256>`; pictures come from there or from https, never from a `data:` address.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The scheme under which stored text refers to an embedded file.
pub const FILE_SCHEME: &str = "lyceum-file:";
/// Longest source text: what the longest page needs; the records that hold it set tighter limits.
pub const MAX_SOURCE_BYTES: usize = 64 * 1024;
/// Formatting tags times all tags. An HTML parser reopens unclosed formatting in every block, so a short text could
/// grow to gigabytes; 500 bold words in 400 paragraphs stay below this.
const MAX_TAG_PRODUCT: usize = 200_000;
/// Passes until sanitising changes nothing more; one or two are usual, so more means a text made to confuse.
const MAX_PASSES: usize = 4;

/// Sanitised HTML.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct RichText {
    html: String,
}

/// Why a text does not become [`RichText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RichTextError {
    /// Longer than [`MAX_SOURCE_BYTES`].
    #[error("is longer than 65536 bytes")]
    TooLong,
    /// Formatting nested so that it would multiply.
    #[error("has too many formatting tags for its number of blocks")]
    TooTangled,
}

/// How a source text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TextFormat {
    /// HTML.
    #[default]
    Html,
    /// CommonMark.
    Markdown,
    /// Plain text; line ends are kept.
    Plain,
    /// Moodle's own mixture: HTML in which a line end is a line break.
    MoodleAuto,
}

impl RichText {
    /// Nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self { html: String::new() }
    }

    /// From a source text in `format`.
    pub fn from_source(source: &str, format: TextFormat) -> Result<Self, RichTextError> {
        match format {
            TextFormat::Html => Self::from_html(source),
            TextFormat::Markdown => Self::from_markdown(source),
            TextFormat::Plain => Self::from_plain(source),
            TextFormat::MoodleAuto => Self::from_moodle_auto(source),
        }
    }

    /// From HTML of any provenance.
    pub fn from_html(source: &str) -> Result<Self, RichTextError> {
        check_source(source)?;
        let source = source.replace("\r\n", "\n").replace('\r', "\n");
        let mut html = only_text(&source);
        if !html.contains(['<', '&', '>', '\u{a0}']) {
            return Ok(Self { html });
        }
        for _ in 0..MAX_PASSES {
            // Entities can name characters that are none of a text.
            let cleaned = only_text(&SANITISER.clean(&html).to_string());
            if cleaned == html {
                return Ok(Self { html });
            }
            html = cleaned;
        }
        // A text that keeps changing is shown as the characters it is made of.
        Ok(Self { html: escape(&strip(&html)) })
    }

    /// From CommonMark, in which HTML may stand.
    pub fn from_markdown(source: &str) -> Result<Self, RichTextError> {
        check_source(source)?;
        let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
        let mut html = String::with_capacity(source.len() * 2);
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(source, options));
        Self::from_html(&html)
    }

    /// From plain text: every character shows as itself, line ends are kept.
    pub fn from_plain(source: &str) -> Result<Self, RichTextError> {
        check_source(source)?;
        let lines = source.replace("\r\n", "\n").replace('\r', "\n");
        Self::from_html(&escape(lines.trim()).replace('\n', "<br>"))
    }

    /// From Moodle's `moodle_auto_format`: HTML in which a line end between words is a line break.
    pub fn from_moodle_auto(source: &str) -> Result<Self, RichTextError> {
        check_source(source)?;
        let source = source.replace("\r\n", "\n").replace('\r', "\n");
        let mut html = String::with_capacity(source.len());
        let mut lines = source.trim().lines().map(str::trim_end).peekable();
        while let Some(line) = lines.next() {
            html.push_str(line);
            if let Some(next) = lines.peek() {
                let beside_tag = line.ends_with('>') || next.trim_start().starts_with('<');
                html.push_str(if beside_tag { "\n" } else { "<br>" });
            }
        }
        Self::from_html(&html)
    }

    /// The HTML.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Is there nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.html.is_empty()
    }

    /// The text without its formatting, with line ends where blocks end.
    #[must_use]
    pub fn to_plain(&self) -> String {
        if !self.html.contains(['<', '&']) {
            return self.html.clone();
        }
        let mut broken = self.html.clone();
        for tag in ["<br>", "</p>", "</li>", "</div>", "</tr>", "</h1>", "</h2>", "</h3>", "</h4>"] {
            broken = broken.replace(tag, &format!("\n{tag}"));
        }
        let plain = strip(&broken);
        let mut lines = plain.lines().map(str::trim_end).collect::<Vec<_>>();
        lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
        lines.join("\n").trim().to_owned()
    }

    /// The sha256 (hexadecimal) of every embedded file that the text refers to, in order of appearance.
    #[must_use]
    pub fn file_references(&self) -> Vec<&str> {
        file_references(&self.html)
    }
}

impl std::fmt::Debug for RichText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.html.fmt(f)
    }
}

impl Serialize for RichText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.html)
    }
}

impl<'de> Deserialize<'de> for RichText {
    /// Stored bytes were sanitised when they were made; JSON comes from outside and is sanitised here.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let outside = deserializer.is_human_readable();
        let html = String::deserialize(deserializer)?;
        if outside { Self::from_html(&html).map_err(de::Error::custom) } else { Ok(Self { html }) }
    }
}

/// The sha256 of every embedded file that an HTML text refers to, once each, in order of appearance.
#[must_use]
pub fn file_references(html: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (start, _) in html.match_indices(FILE_SCHEME) {
        if let Some(hash) = html.get(start + FILE_SCHEME.len()..start + FILE_SCHEME.len() + 64)
            && is_file_hash(hash)
            && !found.contains(&hash)
        {
            found.push(hash);
        }
    }
    found
}

/// Is this a sha256 in lower-case hexadecimal?
#[must_use]
pub fn is_file_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Is this a character of a text, and none of those that only steer a terminal or stand for no character?
#[must_use]
pub fn is_text(character: char) -> bool {
    let code = character as u32;
    matches!(character, '\n' | '\t')
        || !(character.is_control() || code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code))
}

/// `&`, `<`, `>` and `"` as entities.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Entities as the characters they stand for; tags stay characters.
#[must_use]
pub fn decode_entities(text: &str) -> String {
    if text.contains('&') { strip(&text.replace('<', "&lt;")) } else { text.to_owned() }
}

fn check_source(source: &str) -> Result<(), RichTextError> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(RichTextError::TooLong);
    }
    let mut tags = 0_usize;
    let mut formatting = 0_usize;
    for part in source.split('<').skip(1) {
        let name: String = part
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(8)
            .collect::<String>()
            .to_ascii_lowercase();
        tags += usize::from(!name.is_empty());
        formatting += usize::from(matches!(
            name.as_str(),
            "a" | "b"
                | "big"
                | "code"
                | "em"
                | "font"
                | "i"
                | "nobr"
                | "s"
                | "small"
                | "strike"
                | "strong"
                | "tt"
                | "u"
        ));
    }
    if formatting.saturating_mul(tags) > MAX_TAG_PRODUCT { Err(RichTextError::TooTangled) } else { Ok(()) }
}

fn only_text(html: &str) -> String {
    let text: String = html.chars().filter(|character| is_text(*character)).collect();
    text.trim().to_owned()
}

/// All tags away, the characters that stay.
fn strip(html: &str) -> String {
    STRIPPER
        .clean(html)
        .to_string()
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

static STRIPPER: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    let media: HashSet<&str> = ["src", "controls", "width", "height", "title"].into();
    let source: HashSet<&str> = ["src", "type"].into();
    builder
        .add_tags(["audio", "video", "source"])
        .add_tag_attributes("audio", media.clone())
        .add_tag_attributes("video", media)
        .add_tag_attributes("source", source)
        .tag_attribute_values(HashMap::new())
        .add_clean_content_tags(["iframe", "object", "embed", "noscript", "template"])
        .url_schemes(["https", "http", "mailto", "lyceum-file"].into())
        .url_relative(UrlRelative::Deny)
        .attribute_filter(keep_attribute);
    builder
});

/// Addresses that load by themselves may point to embedded files and to https only; links may also be http and mail.
fn keep_attribute<'value>(_element: &str, attribute: &str, value: &'value str) -> Option<Cow<'value, str>> {
    let allowed = match attribute {
        "src" => value.starts_with("https://") || is_file_reference(value),
        "href" => !value.starts_with(FILE_SCHEME) || is_file_reference(value),
        _ => true,
    };
    allowed.then_some(Cow::Borrowed(value))
}

fn is_file_reference(value: &str) -> bool {
    value.strip_prefix(FILE_SCHEME).is_some_and(is_file_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(source: &str) -> String {
        RichText::from_html(source).unwrap().html().to_owned()
    }

    #[test]
    fn scripts_handlers_and_frames_are_gone() {
        assert_eq!(html("<p onclick=\"x()\">a<script>alert(1)</script></p>"), "<p>a</p>");
        assert_eq!(html("<iframe src=\"https://evil.example\">x</iframe>b"), "b");
        assert!(!html("<a href=\"javascript:alert(1)\">x</a>").contains("javascript"));
        assert!(!html("<svg><style><img src=x onerror=alert(1)></style></svg>").contains("onerror"));
    }

    #[test]
    fn pictures_come_from_embedded_files_and_https_only() {
        let hash = "a".repeat(64);
        assert!(html(&format!("<img src=\"lyceum-file:{hash}\">")).contains(&hash));
        assert!(html("<img src=\"https://example.org/a.png\">").contains("https://example.org/a.png"));
        for bad in
            ["data:image/png;base64,AAAA", "http://example.org/a.png", "a.png", "lyceum-file:short", "//x/y"]
        {
            assert!(!html(&format!("<img src=\"{bad}\">")).contains("src"), "{bad}");
        }
    }

    #[test]
    fn the_four_formats_mean_what_they_say() {
        assert_eq!(RichText::from_plain("a <b>\nc").unwrap().html(), "a &lt;b&gt;<br>c");
        assert_eq!(RichText::from_markdown("a **b**").unwrap().html(), "<p>a <strong>b</strong></p>");
        assert_eq!(
            RichText::from_moodle_auto("a\nb <b>c</b>\n<p>d</p>").unwrap().html(),
            "a<br>b <b>c</b>\n<p>d</p>"
        );
        assert_eq!(html("  1 < 2 & 3 "), "1 &lt; 2 &amp; 3");
        assert_eq!(html("a&#1;b\u{7}c&#xfdd0;d"), "abcd");
    }

    #[test]
    fn plain_text_of_formatted_text() {
        assert_eq!(RichText::from_html("<p>a &lt; b</p><p>c<br>d</p>").unwrap().to_plain(), "a < b\nc\nd");
    }

    #[test]
    fn references_are_found_once_each() {
        let hash = "0123456789abcdef".repeat(4);
        let text = RichText::from_html(&format!(
            "<img src=\"lyceum-file:{hash}\"><a href=\"lyceum-file:{hash}\">again</a>"
        ))
        .unwrap();
        assert_eq!(text.file_references(), vec![hash.as_str()]);
    }

    #[test]
    fn multiplying_formatting_is_refused() {
        let bomb: String =
            (0..3000).map(|n| format!("<b x={n}>")).chain((0..3000).map(|_| "<p>".to_owned())).collect();
        assert_eq!(RichText::from_html(&bomb), Err(RichTextError::TooTangled));
        assert_eq!(RichText::from_html(&"x".repeat(70_000)), Err(RichTextError::TooLong));
    }
}
