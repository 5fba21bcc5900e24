//! Style, scripts and pictures: compiled in, named after their content, compressed once, kept by browsers for ever.
//!
//! A file names another one as `./other.js`; that becomes the other's full name, so a change in one changes the names of
//! all that use it.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest as _, Sha256};

use crate::domain::refusal::{Refusal, not_found};
use crate::hex;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;
use crate::wanted::wanted;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    // Without them the exam room is a form. They cost next to nothing, and a browser asks for them once.
    routes.page("/assets/{asset}", Class::Exam, Needs::Nothing, serve);
}

/// A file that is compiled in, of one or several parts.
struct Source {
    name: &'static str,
    media: &'static str,
    parts: &'static [&'static str],
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Everything there is. A page names it by `name`.
const SOURCES: &[Source] = &[
    Source {
        name: "style.css",
        media: CSS,
        parts: &[
            include_str!("assets/tokens.css"),
            "@media (prefers-color-scheme: dark) { :root:not([data-theme=\"light\"]) {\n",
            include_str!("assets/dark.css"),
            "} }\n:root[data-theme=\"dark\"] {\n",
            include_str!("assets/dark.css"),
            "}\n",
            include_str!("assets/base.css"),
            include_str!("assets/components.css"),
            include_str!("assets/print.css"),
        ],
    },
    Source { name: "exam.css", media: CSS, parts: &[include_str!("assets/exam/exam.css")] },
    Source { name: "exam.js", media: JS, parts: &[include_str!("assets/exam/exam.js")] },
    Source { name: "exam-clock.js", media: JS, parts: &[include_str!("assets/exam/exam-clock.js")] },
    Source { name: "exam-door.js", media: JS, parts: &[include_str!("assets/exam/exam-door.js")] },
    Source { name: "exam-face.js", media: JS, parts: &[include_str!("assets/exam/exam-face.js")] },
    Source { name: "exam-fields.js", media: JS, parts: &[include_str!("assets/exam/exam-fields.js")] },
    Source { name: "exam-hand-in.js", media: JS, parts: &[include_str!("assets/exam/exam-hand-in.js")] },
    Source { name: "exam-leave.js", media: JS, parts: &[include_str!("assets/exam/exam-leave.js")] },
    Source { name: "exam-link.js", media: JS, parts: &[include_str!("assets/exam/exam-link.js")] },
    Source { name: "exam-queue.js", media: JS, parts: &[include_str!("assets/exam/exam-queue.js")] },
    Source { name: "exam-sheets.js", media: JS, parts: &[include_str!("assets/exam/exam-sheets.js")] },
    Source { name: "exam-tabs.js", media: JS, parts: &[include_str!("assets/exam/exam-tabs.js")] },
    Source { name: "teacher.css", media: CSS, parts: &[include_str!("assets/teacher.css")] },
    Source { name: "api.css", media: CSS, parts: &[include_str!("assets/api/api.css")] },
    Source { name: "api.js", media: JS, parts: &[include_str!("assets/api/api.js")] },
    Source { name: "bank.css", media: CSS, parts: &[include_str!("assets/bank.css")] },
    Source { name: "bank.js", media: JS, parts: &[include_str!("assets/bank.js")] },
    Source { name: "gradebook.js", media: JS, parts: &[include_str!("assets/gradebook.js")] },
    Source { name: "marking.js", media: JS, parts: &[include_str!("assets/marking.js")] },
    Source { name: "live.js", media: JS, parts: &[include_str!("assets/live.js")] },
    Source { name: "health.css", media: CSS, parts: &[include_str!("assets/health.css")] },
    Source { name: "health.js", media: JS, parts: &[include_str!("assets/health.js")] },
    Source { name: "signed-out.js", media: JS, parts: &[include_str!("assets/signed-out.js")] },
    Source { name: "icon.svg", media: SVG, parts: &[include_str!("assets/icon.svg")] },
];

/// A file that is ready to be sent.
struct Asset {
    address: String,
    media: &'static str,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

/// Prepared at the first use: a moment of work for some tens of kilobytes.
static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut ready = HashMap::new();
    for source in SOURCES {
        prepare(source, &mut ready, 0);
    }
    ready
});

/// Files that name each other in a circle have no names; deeper than this is a circle.
const MAX_DEPTH: usize = 8;

fn prepare(source: &Source, ready: &mut HashMap<&'static str, Asset>, depth: usize) {
    if ready.contains_key(source.name) || depth > MAX_DEPTH {
        return;
    }
    let mut text = source.parts.join("\n");
    if source.media != SVG {
        text = lean(&text);
    }
    for other in SOURCES {
        let reference = format!("./{}", other.name);
        if other.name != source.name && text.contains(&reference) {
            prepare(other, ready, depth + 1);
            if let Some(other) = ready.get(other.name) {
                text = text.replace(&reference, &other.address);
            }
        }
    }
    let mut hash = hex::of(&Sha256::digest(text.as_bytes()));
    hash.truncate(12);
    let (stem, ending) = source.name.rsplit_once('.').unwrap_or((source.name, ""));
    let address = format!("/assets/{stem}.{hash}.{ending}");
    let gzip = gzip(text.as_bytes(), flate2::Compression::best()).into();
    let brotli = brotli(text.as_bytes()).into();
    ready.insert(source.name, Asset { address, media: source.media, plain: text.into(), gzip, brotli });
}

/// Without what is there for those who read the source: comments on lines of their own, indentation, empty lines. Of what a
/// page weighs that is a fifth. No text of ours runs over several lines, which a test looks at.
fn lean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines() {
        let mut line = line.trim();
        while in_comment || line.starts_with("/*") {
            let behind = line.split_once("*/");
            in_comment = behind.is_none();
            line = behind.map_or("", |(_, behind)| behind.trim());
            if in_comment {
                break;
            }
        }
        if !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Compresses into memory, which does not fail; were it to, the empty answer would be seen at once.
pub(super) fn gzip(bytes: &[u8], level: flate2::Compression) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let _ = brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters);
    out
}

/// The address of a file. A name that is not in `SOURCES` leads to a 404, and a test finds it.
pub fn address(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/assets/missing", |asset| asset.address.as_str())
}

/// Can the client read this coding? A coding with a quality of nothing is refused.
pub(super) fn accepts(request: &HttpRequest, coding: &str) -> bool {
    use actix_web::http::header::ACCEPT_ENCODING;
    request
        .headers()
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .any(|value| wanted(value).any(|(name, quality)| name.eq_ignore_ascii_case(coding) && quality > 0.0))
}

async fn serve(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let wanted = format!("/assets/{name}");
    let asset = ASSETS.values().find(|asset| asset.address == wanted);
    let asset = asset.ok_or_else(|| not_found("file", &name))?;
    let mut response = HttpResponse::Ok();
    let bytes = if accepts(&request, "br") {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("br")));
        &asset.brotli
    } else if accepts(&request, "gzip") {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        &asset.gzip
    } else {
        &asset.plain
    };
    Ok(response
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")))
        .insert_header((VARY, HeaderValue::from_static("Accept-Encoding")))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
        ))
        .content_type(asset.media)
        .body(bytes.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_left_out_and_nothing_else() {
        let text = "// one\n/** two */\nconst a = \"http://x/*y*/\";\n\n/* three\n   four */ let b;\n  if (c) { // five\n    /* six */ d();\n  }\n";
        assert_eq!(lean(text), "const a = \"http://x/*y*/\";\nlet b;\nif (c) { // five\nd();\n}\n");
        for part in SOURCES.iter().filter(|source| source.media == JS).flat_map(|source| source.parts) {
            for line in part.lines() {
                assert_eq!(
                    line.matches('`').count() % 2,
                    0,
                    "a text over several lines begins or ends in {line}"
                );
            }
        }
    }

    #[test]
    fn every_file_has_a_name_of_its_own_and_no_reference_is_left() {
        assert_eq!(ASSETS.len(), SOURCES.len());
        for asset in ASSETS.values() {
            assert!(!asset.brotli.is_empty() && !asset.gzip.is_empty(), "{}", asset.address);
            let text = std::str::from_utf8(&asset.plain).unwrap();
            for source in SOURCES {
                assert!(!text.contains(&format!("./{}", source.name)), "{}", asset.address);
            }
        }
    }
}
