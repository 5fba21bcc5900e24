//! Pages: Markdown that is kept as it was written and shown as sanitised HTML.
//!
//! Short texts lie in the record, long ones in a content-addressed file, which is written before the record names it.

use std::sync::Arc;

use pulldown_cmark::Event;
use serde::{Deserialize, Serialize};

use super::access::{Actor, Permission};
use super::content::{self, ItemKind};
use super::ids::{CourseId, ItemId};
use super::refusal::{Refusal, TOO_LARGE, invalid, not_found};
use super::rich_text::{RichText, RichTextError, html_of_events, parse_markdown};
use crate::store::{Entries, Index, Read, Record, Table, TableInfo, Topic, Txn};

/// The topic kind of "the text of this page".
pub const PAGE_TOPIC: u8 = 11;
/// Longest text that lies in the record: a record is at most 16 KiB.
pub const INLINE_BYTES: usize = 12 * 1024;
/// Longest text: a book of three hundred pages. Rendering it takes some tens of milliseconds, once.
pub const MAX_SOURCE_BYTES: usize = 1024 * 1024;
/// Rendered text that the sanitiser gets at a time: below what it takes, so that only a single longer block fails.
const PIECE_BYTES: usize = 48 * 1024;
/// Tags that the sanitiser gets at a time. It refuses when formatting tags times all tags pass 200,000; with so few
/// they cannot, so again only a single longer block fails.
const PIECE_TAGS: usize = 400;
/// Longest HTML: Markdown that grows more than this is made to grow.
const MAX_HTML_BYTES: usize = 4 * MAX_SOURCE_BYTES;

/// Where the text is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageSource {
    /// Here.
    Inline(String),
    /// In the file of this name.
    File {
        /// Its SHA-256 in hexadecimal.
        sha256: String,
        /// Its length.
        bytes: u32,
    },
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The item that it is the text of.
    pub item: ItemId,
    /// The course.
    pub course: CourseId,
    /// The Markdown.
    pub source: PageSource,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Page {
    const TABLE: Table = Table { tag: 47, name: "page" };
    const VERSION: u8 = 1;
    type Key = ItemId;

    fn key(&self) -> ItemId {
        self.item
    }

    fn index(&self, entries: &mut Entries) {
        if let PageSource::File { sha256, .. } = &self.source {
            entries.add::<PagesByFile>(sha256);
        }
        entries.touch(Topic::new(PAGE_TOPIC, self.item.0));
    }
}

/// The pages whose text lies in a file.
#[derive(Debug)]
pub struct PagesByFile;

impl Index for PagesByFile {
    const TABLE: Table = Table { tag: 59, name: "pages by file" };
    type Key = String;
    type Of = Page;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Page>(), TableInfo::index::<PagesByFile>()];

/// Renders Markdown to safe HTML. The whole text is parsed as one; the sanitiser gets top-level blocks in pieces, and
/// each piece comes out balanced, so they can stand one after the other.
pub fn render(markdown: &str) -> Result<String, Refusal> {
    if markdown.len() > MAX_SOURCE_BYTES {
        return Err(TOO_LARGE.refuse_at("", format!("is longer than {MAX_SOURCE_BYTES} bytes")));
    }
    let mut safe = String::with_capacity(markdown.len() * 2);
    let mut piece = String::new();
    let mut piece_tags = 0;
    let mut block: Vec<Event<'_>> = Vec::new();
    let mut depth = 0_usize;
    for event in parse_markdown(markdown) {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        block.push(event);
        if depth == 0 {
            let html = html_of_events(block.drain(..));
            let tags = html.split('<').skip(1).filter(|tag| !tag.starts_with('/')).count();
            if piece.len() + html.len() > PIECE_BYTES || piece_tags + tags > PIECE_TAGS {
                sanitise(&piece, &mut safe)?;
                piece.clear();
                piece_tags = 0;
            }
            piece_tags += tags;
            piece.push_str(&html);
        }
    }
    sanitise(&piece, &mut safe)?;
    Ok(safe)
}

fn sanitise(piece: &str, safe: &mut String) -> Result<(), Refusal> {
    if piece.is_empty() {
        return Ok(());
    }
    let text = RichText::from_html(piece).map_err(|problem| {
        let measured = if problem == RichTextError::TooLong { " as HTML" } else { "" };
        invalid("", format!("has a paragraph, list or table that {problem}{measured}"))
    })?;
    if safe.len() + text.html().len() > MAX_HTML_BYTES {
        return Err(TOO_LARGE.refuse_at("", format!("is longer than {MAX_HTML_BYTES} bytes as HTML")));
    }
    if !safe.is_empty() {
        safe.push('\n');
    }
    safe.push_str(text.html());
    Ok(())
}

/// The text of a page; checks no right.
pub fn get(read: &impl Read, id: ItemId) -> Result<Arc<Page>, Refusal> {
    read.get::<Page>(&id)?.ok_or_else(|| not_found("page", id))
}

/// The text of a page for who may see the whole course, to edit it.
pub fn source(read: &impl Read, actor: &Actor, id: ItemId) -> Result<Arc<Page>, Refusal> {
    content::item_for(read, actor, Permission::ViewDraft, id)?;
    get(read, id)
}

/// May the actor write this page? For handlers that keep a file before the transaction.
pub fn require_write(read: &impl Read, actor: &Actor, id: ItemId) -> Result<(), Refusal> {
    let item = content::item_for(read, actor, Permission::EditCourse, id)?;
    if item.kind == ItemKind::Page { Ok(()) } else { Err(not_found("page", id)) }
}

/// Gives a page another text. `unchanged` refuses another revision than the one that was read.
pub fn write(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ItemId,
    source: PageSource,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Page>, Refusal> {
    require_write(txn, actor, id)?;
    let old = get(txn, id)?;
    unchanged(old.revision)?;
    if old.source == source {
        return Ok(old);
    }
    txn.put(Page { source, revision: old.revision + 1, ..(*old).clone() })?;
    get(txn, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_what_rich_text_makes_of_it() {
        let source = "# Title\n\nA *word* and a [link][1].\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[1]: https://example.org/\n";
        assert_eq!(render(source).unwrap(), RichText::from_markdown(source).unwrap().html());
        assert_eq!(render("").unwrap(), "");
    }

    #[test]
    fn a_long_text_is_rendered_whole_and_every_piece_is_balanced() {
        let mut source = String::new();
        for chapter in 0..4_000 {
            source.extend(["## Chapter ", &chapter.to_string(), "\n\n"]);
            source += "<div>An *open* tag, <script>x()</script> and text\n\n";
        }
        source.push_str("See [the end][e].\n\n[e]: https://example.org/end\n");
        let html = render(&source).unwrap();
        assert!(html.contains("Chapter 0<") && html.contains("Chapter 3999<"), "both ends are there");
        assert!(html.contains("https://example.org/end"), "references reach across pieces");
        assert!(!html.contains("<script") && !html.contains("x()"));
        assert_eq!(html.matches("<div").count(), html.matches("</div>").count());
    }

    #[test]
    fn one_block_too_long_for_the_sanitiser_is_refused_with_a_reason() {
        let refusal = render(&"word ".repeat(20_000)).unwrap_err();
        assert!(refusal.detail.contains("paragraph"), "{refusal}");
        assert_eq!(render(&"x\n\n".repeat(400_000)).unwrap_err().code, TOO_LARGE);
    }
}
