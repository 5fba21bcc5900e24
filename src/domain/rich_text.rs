//! Formatted text that is safe to show: HTML that went through the sanitiser, and nothing else.
//!
//! A value exists only through the constructors, so a page may print it without looking again. Embedded files are
//! referred to as `lyceum-file:<sha256>`; pictures come from there or from https, never from a `data:` address. Of formulas
//! (`<math>`) what is shown is kept. What a text loses on the way can be asked for ([`losses`]).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
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
/// Losses of a text that are told: enough to see what is the matter with it.
const MAX_LOSSES: usize = 12;
/// Characters of an element's name that are told; those of HTML are shorter.
const LOSS_NAME_CHARS: usize = 24;
/// Bytes of an address that is told: one of a film and what it is to begin with.
const LOSS_ADDRESS_BYTES: usize = 200;
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
        Self::from_html(&html_of_markdown(source))
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
        let mut broken =
            if self.html.contains("<math") { formulas_as_text(&self.html) } else { self.html.clone() };
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

fn html_of_markdown(source: &str) -> String {
    html_of_events(parse_markdown(source))
}

/// The parts of a text in Markdown, one after the other.
pub(super) fn parse_markdown(source: &str) -> pulldown_cmark::Parser<'_> {
    let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
    pulldown_cmark::Parser::new_ext(source, options)
}

/// Some of them as HTML, which is not safe yet.
pub(super) fn html_of_events<'e>(events: impl Iterator<Item = pulldown_cmark::Event<'e>>) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    if html.contains("text-align") { aligned_by_attribute(html) } else { html }
}

/// The columns of a table are aligned by styles, which no text keeps; the attribute says the same.
fn aligned_by_attribute(mut html: String) -> String {
    for cell in ["th", "td"] {
        for side in ["left", "center", "right"] {
            html = html.replace(
                &format!("<{cell} style=\"text-align: {side}\">"),
                &format!("<{cell} align=\"{side}\">"),
            );
        }
    }
    html
}

/// What a source text has and its [`RichText`] does not, as an author finds it again: `<svg>` for an element, `<img src>` for
/// what an element loses. Not what does nothing here by its nature, such as classes and handlers.
#[must_use]
pub fn losses(source: &str, format: TextFormat) -> BTreeSet<String> {
    match format {
        TextFormat::Plain => BTreeSet::new(),
        TextFormat::Markdown => losses_of_html(&html_of_markdown(source)),
        TextFormat::Html | TextFormat::MoodleAuto => losses_of_html(source),
    }
}

fn losses_of_html(html: &str) -> BTreeSet<String> {
    let lower = html.to_ascii_lowercase();
    let mut lost = BTreeSet::new();
    let mut at = 0;
    while let Some(opening) = lower.get(at..).and_then(|rest| rest.find('<')) {
        at += opening + 1;
        let behind = lower.get(at..).unwrap_or_default();
        if behind.starts_with("!--") {
            at += behind.find("-->").unwrap_or(behind.len());
            continue;
        }
        if !behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag = Tag::read(html.get(at..).unwrap_or_default());
        at += tag.bytes;
        if lost.len() < MAX_LOSSES {
            tag.note_losses(&mut lost);
        }
        if GONE_WITH_CONTENT.contains(&tag.name.as_str()) {
            let rest = lower.get(at..).unwrap_or_default();
            at += rest.find(&format!("</{}", tag.name)).unwrap_or(rest.len());
        }
    }
    lost
}

/// An opening tag of a source text.
struct Tag<'html> {
    /// In lower case.
    name: String,
    /// Names in lower case with values as written.
    attributes: Vec<(String, &'html str)>,
    /// How long it is.
    bytes: usize,
}

impl<'html> Tag<'html> {
    /// Reads what stands behind a `<`, as an HTML parser takes it apart.
    fn read(html: &'html str) -> Self {
        let until = |text: &'html str, ends: &dyn Fn(char) -> bool| {
            text.split_at(text.find(ends).unwrap_or(text.len()))
        };
        let (name, mut rest) = until(html, &|c| c.is_whitespace() || matches!(c, '/' | '>'));
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            // A name may begin with `=`, so that every step goes on.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '>' | '=');
            let length =
                rest.get(first..).and_then(|more| more.find(ends)).map_or(rest.len(), |end| first + end);
            let (key, behind) = rest.split_at(length);
            rest = behind.trim_start();
            let mut value = "";
            if let Some(behind) = rest.strip_prefix('=') {
                rest = behind.trim_start();
                let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
                (value, rest) = match quote {
                    Some(quote) => {
                        let quoted = rest.get(1..).unwrap_or_default();
                        quoted.split_once(quote).unwrap_or((quoted, ""))
                    }
                    None => until(rest, &|c| c.is_whitespace() || c == '>'),
                };
            }
            attributes.push((key.to_ascii_lowercase(), value.trim()));
        }
        Self { name: name.to_ascii_lowercase(), attributes, bytes: html.len() - rest.len() }
    }

    fn note_losses(&self, lost: &mut BTreeSet<String>) {
        let name: String = self.name.chars().filter(|c| is_text(*c)).take(LOSS_NAME_CHARS).collect();
        if !KEPT.contains(self.name.as_str()) {
            if NOTHING_TO_SEE.contains(&self.name.as_str()) {
                return;
            }
            // Where something came from, so that it can be fetched or linked to.
            let from = self.attributes.iter().find(|(key, _)| matches!(key.as_str(), "src" | "data"));
            let from = from.map(|(_, value)| *value).filter(|value| value.len() <= LOSS_ADDRESS_BYTES);
            lost.insert(
                match from.filter(|value| value.starts_with("https:") || value.starts_with("http:")) {
                    Some(address) => format!("<{name} src={address}>"),
                    None => format!("<{name}>"),
                },
            );
            return;
        }
        for (key, value) in &self.attributes {
            let is_lost = match key.as_str() {
                "src" => !value.starts_with("https://") && !is_file_reference(value),
                "href" => {
                    let known = ["https:", "http:", "mailto:", FILE_SCHEME, "#"];
                    !value.is_empty()
                        && !known.iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme))
                }
                // What the editor of Moodle writes into every paragraph.
                "style" => !matches!(value.replace([' ', ';'], "").as_str(), "" | "text-align:left"),
                _ => false,
            };
            if is_lost {
                lost.insert(format!("<{name} {key}>"));
            }
        }
    }
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

/// A sanitised text with its formulas as text: their elements are known inside of a formula alone, and what removes tags removes
/// their text with them.
fn formulas_as_text(html: &str) -> String {
    // Numbers that stand above or behind each other are not one.
    let apart = html.replace("</mn><m", "</mn> <m").replace("</mi><mn", "</mi> <mn");
    FORMULA_TAGS.iter().fold(apart, |text, tag| {
        text.replace(&format!("<{tag}>"), "<span>")
            .replace(&format!("<{tag} "), "<span ")
            .replace(&format!("</{tag}>"), "</span>")
    })
}

/// Elements of formulas that show something. None of them holds other markup than formulas and text, so that a parser takes what is
/// written back as it was (`annotation-xml`, `mglyph` and `malignmark` are not among them, by which it would not), and none does
/// anything.
const FORMULA_TAGS: [&str; 31] = [
    "math",
    "semantics",
    "mrow",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "mstyle",
    "merror",
    "mpadded",
    "mphantom",
    "mfenced",
    "menclose",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "none",
    "mtable",
    "mtr",
    "mlabeledtr",
    "mtd",
];
/// What they may say of themselves: how they look, never an address.
const FORMULA_ATTRIBUTES: [&str; 34] = [
    "accent",
    "accentunder",
    "align",
    "alttext",
    "close",
    "columnalign",
    "columnlines",
    "columnspacing",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "frame",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "open",
    "rowalign",
    "rowlines",
    "rowspacing",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separators",
    "stretchy",
    "width",
];
/// Elements that go with what is in them, up to their end.
const GONE_WITH_CONTENT: [&str; 7] = ["svg", "iframe", "object", "script", "style", "noscript", "template"];
/// Elements without which a text is the same: the frame of a whole page, what is about it, and a formula in another notation.
const NOTHING_TO_SEE: [&str; 8] =
    ["html", "head", "body", "meta", "link", "o:p", "annotation", "annotation-xml"];

static KEPT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| SANITISER.clone_tags());

static STRIPPER: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    let media: HashSet<&str> = ["src", "controls", "width", "height", "title"].into();
    let source: HashSet<&str> = ["src", "type"].into();
    builder
        .add_tags(["audio", "video", "source"])
        .add_tags(FORMULA_TAGS)
        .add_generic_attributes(["dir"])
        .add_tag_attributes("ol", ["type", "reversed"])
        .add_tag_attributes("audio", media.clone())
        .add_tag_attributes("video", media)
        .add_tag_attributes("source", source)
        .tag_attribute_values(HashMap::new())
        .add_clean_content_tags([
            "iframe",
            "object",
            "embed",
            "noscript",
            "template",
            "annotation",
            "annotation-xml",
        ])
        .url_schemes(["https", "http", "mailto", "lyceum-file"].into())
        .url_relative(UrlRelative::Deny)
        .attribute_filter(keep_attribute);
    for tag in FORMULA_TAGS {
        builder.add_tag_attributes(tag, FORMULA_ATTRIBUTES);
    }
    builder
});

/// Addresses that load by themselves may point to embedded files and to https only; links may also be http and mail.
fn keep_attribute<'value>(element: &str, attribute: &str, value: &'value str) -> Option<Cow<'value, str>> {
    let allowed = match attribute {
        "src" => value.starts_with("https://") || is_file_reference(value),
        "href" => !value.starts_with(FILE_SCHEME) || is_file_reference(value),
        "dir" => matches!(value, "ltr" | "rtl" | "auto"),
        "type" if element == "ol" => matches!(value, "1" | "a" | "A" | "i" | "I"),
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
    fn formulas_directions_and_numberings_stay() {
        let formula =
            "<p>q <math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><msqrt><mn>2</mn></msqrt></mfrac></math> z</p>";
        assert_eq!(html(formula), formula);
        assert_eq!(RichText::from_html(formula).unwrap().to_plain(), "q x=1 2 z");
        let written = "<math display=\"block\"><semantics><mi mathvariant=\"bold\">x</mi>\
                       <annotation encoding=\"application/x-tex\">\\mathbf x</annotation></semantics></math>";
        let kept = html(written);
        assert!(
            kept.contains("<mi mathvariant=\"bold\">x</mi>") && kept.contains("display=\"block\""),
            "{kept}"
        );
        assert!(!kept.contains("mathbf"), "a formula is there once: {kept}");
        assert!(losses(written, TextFormat::Html).is_empty());
        for kept in ["<p dir=\"rtl\">a</p>", "<ol type=\"a\" start=\"3\"><li>a</li></ol>"] {
            assert_eq!(html(kept), kept);
            assert!(losses(kept, TextFormat::Html).is_empty());
        }
        assert_eq!(html("<p dir=\"x\">a</p><ol type=\"x\"><li>b</li></ol>"), "<p>a</p><ol><li>b</li></ol>");
    }

    /// Texts that mean one thing to a sanitiser and another to a browser, as they became known.
    #[test]
    fn nothing_gets_out_of_a_formula() {
        for hostile in [
            "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
            "<math><mi xlink:href=\"javascript:alert(1)\" href=\"javascript:alert(1)\">x</mi></math>",
            "<math><maction actiontype=\"statusline#http://x\" xlink:href=\"javascript:alert(1)\">x</maction></math>",
            "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
            "<math><mtext><svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg></mtext></math>",
            "<math><mo onclick=alert(1) style=\"x\" id=\"y\">+</mo></math>",
        ] {
            let kept = html(hostile);
            assert_eq!(html(&kept), kept, "{hostile}");
            let mut rest = kept.as_str();
            while let Some((_, behind)) = rest.split_once('<') {
                let tag = Tag::read(behind);
                assert!(tag.name.is_empty() || KEPT.contains(tag.name.as_str()), "{hostile} became {kept}");
                for (key, _) in &tag.attributes {
                    let bad = ["on", "href", "xlink", "src", "style", "id", "action"];
                    assert!(!bad.iter().any(|bad| key.starts_with(bad)), "{hostile} became {kept}");
                }
                rest = &behind[tag.bytes..];
            }
        }
    }

    #[test]
    fn what_a_text_loses_is_told() {
        let lost = |source: &str| -> Vec<String> { losses(source, TextFormat::Html).into_iter().collect() };
        assert_eq!(lost("<p>a<svg viewBox='0 0 1 1'><path d='M0'/></svg><b>b</b></p>"), ["<svg>"]);
        assert_eq!(
            lost("<IFRAME width=1 src=\"https://www.youtube.com/embed/x\" allowfullscreen></IFRAME>"),
            ["<iframe src=https://www.youtube.com/embed/x>"]
        );
        assert_eq!(lost("<object data=x><b>c</b></object><embed src=y>"), ["<embed>", "<object>"]);
        assert_eq!(lost("<img src=\"data:image/png;base64,AA\" alt='a > b'>"), ["<img src>"]);
        assert_eq!(lost("<p style='color:red' class=x onclick=y>a</p>"), ["<p style>"]);
        assert_eq!(lost("<a href='view.php?id=1'>a</a><a href=#b>c</a>"), ["<a href>"]);
        assert_eq!(
            lost(
                "<!-- <svg> --><p style=\"text-align: left;\" dir=ltr>1 < 2 <b>x</b> <img src='https://x/y'></p>"
            ),
            [""; 0]
        );
        assert_eq!(lost("x<y and z"), ["<y>"]);
        assert_eq!(lost("<font color=red>a</font><script>if (a<b) {}</script>"), ["<font>", "<script>"]);
        assert_eq!(lost("<a =\"><b"), [""; 0]);
        assert!(losses("<svg>", TextFormat::Plain).is_empty());
        assert_eq!(losses("a `<svg>` <iframe></iframe>", TextFormat::Markdown).len(), 1);
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
    fn columns_of_a_table_in_markdown_stand_as_they_are_written() {
        let table = "| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |\n";
        let shown = RichText::from_markdown(table).unwrap();
        for cell in [
            "<th align=\"left\">a</th>",
            "<td align=\"center\">2</td>",
            "<td align=\"right\">3</td>",
            "<td>4</td>",
        ] {
            assert!(shown.html().contains(cell), "{cell}: {shown:?}");
        }
        assert_eq!(losses(table, TextFormat::Markdown), BTreeSet::new());
        // What an author writes as HTML is told as before.
        let own = "<p style=\"text-align: right\">a</p>";
        assert_eq!(losses(own, TextFormat::Markdown).into_iter().collect::<Vec<_>>(), ["<p style>"]);
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
