//! The text of pages: Markdown in and out for authors, sanitised HTML for readers. (`page` is the pages of lists.)
//!
//! Files and rendering are slow, so neither happens under the store's lock nor on a worker.

use actix_web::http::Method;
use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::beside::beside;
use super::body::{Upload, collect, refuse_unless};
use super::edit::{Edit, revised};
use super::prepared;
#[cfg(test)]
use super::problems::{Changing, Reading};
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::content;
use crate::domain::course::COURSE_TOPIC;
use crate::domain::ids::{CourseId, ItemId};
use crate::domain::page::{self, INLINE_BYTES, MAX_SOURCE_BYTES, PAGE_TOPIC, PageSource};
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::domain::rich_text::{TextFormat, losses};
use crate::state::State;
use crate::store::{self, BodyKey, Class, Topic};

/// The kind of prepared body: a page.
const PAGE_BODY: u8 = 3;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let view = Needs::Course(Permission::ViewCourse);
    let draft = Needs::Course(Permission::ViewDraft);
    let edit = Needs::Course(Permission::EditCourse);
    routes.add(Method::GET, "/api/items/{item}/page", Class::Browse, view, show);
    routes.add(Method::GET, "/api/items/{item}/source", Class::Browse, draft, show_source);
    routes.add(Method::PUT, "/api/items/{item}/source", Class::Interactive, edit, write_source);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(show, show_source, write_source))]
pub struct Api;

/// A page as it is read.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PageView {
    /// The item.
    pub item: ItemId,
    /// Its course.
    pub course: CourseId,
    /// Its title.
    pub title: String,
    /// The text as HTML that is safe to show.
    pub html: String,
}

/// A text that is kept.
pub struct Kept {
    /// Where it is.
    pub source: PageSource,
    /// What of it is not shown.
    pub lost: Vec<String>,
}

/// Keeps a text: in the record when it is short, otherwise in a file that is on disk when this returns. A text that
/// cannot be rendered is refused here rather than shown broken later.
pub async fn keep(state: &State, markdown: String) -> Result<Kept, Refusal> {
    let held = state.clone();
    beside(state, move || {
        page::render(&markdown)?;
        let lost = losses(&markdown, TextFormat::Markdown).into_iter().collect();
        if markdown.len() <= INLINE_BYTES {
            return Ok(Kept { source: PageSource::Inline(markdown), lost });
        }
        let sha256 =
            held.blobs.put(markdown.as_bytes()).map_err(|error| INTERNAL.refuse(error.to_string()))?;
        let bytes = u32::try_from(markdown.len()).unwrap_or(u32::MAX);
        Ok(Kept { source: PageSource::File { sha256, bytes }, lost })
    })
    .await
}

/// The Markdown of a page.
pub fn load(state: &State, source: &PageSource) -> Result<String, Refusal> {
    match source {
        PageSource::Inline(text) => Ok(text.clone()),
        PageSource::File { sha256, .. } => {
            let bytes = state.blobs.get(sha256).map_err(|error| INTERNAL.refuse(error.to_string()))?;
            let bytes = bytes.ok_or_else(|| INTERNAL.refuse(format!("the file {sha256} is missing")))?;
            String::from_utf8(bytes).map_err(|error| INTERNAL.refuse(error.to_string()))
        }
    }
}

/// A page, for who may see it now.
#[cfg_attr(test, utoipa::path(get, path = "/api/items/{item}/page", tag = "content", params(("item" = ItemId, Path)),
    responses((status = 200, description = "The page, with an ETag", body = PageView),
        (status = 304, description = "As you have it (If-None-Match)"), Reading)))]
async fn show(request: HttpRequest, who: SignedIn, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let body = prepared_page(state_of(&request)?, &who.actor, id.into_inner()).await?;
    prepared::respond(&request, body)
}

/// A page as a prepared body, for who may see it now: a [`PageView`] as JSON.
pub async fn prepared_page(state: &State, actor: &Actor, id: ItemId) -> Result<store::Body, Refusal> {
    let (course, _, _) = state.store.read(|read| content::visible_item(read, actor, id))?;
    let key = BodyKey { kind: PAGE_BODY, of: id.0, viewer: 0 };
    let topics = [Topic::new(PAGE_TOPIC, id.0), Topic::new(COURSE_TOPIC, course.id.0)];
    let now_ms = actor.now.ms();
    loop {
        if let Some(body) = state.store.prepared(key, topics, now_ms) {
            return Ok(body);
        }
        let (item, page) =
            state.store.read(|read| Ok::<_, Refusal>((content::item(read, id)?, page::get(read, id)?)))?;
        let (owned, source) = (state.clone(), page.source.clone());
        let html = beside(state, move || page::render(&load(&owned, &source)?)).await?;
        let view = PageView { item: id, course: course.id, title: item.title.clone(), html };
        let made = prepared::body(&view, Timestamp::MAX)?;
        // Kept only when the item and its text are still what was rendered.
        let kept = state.store.read(|snapshot| -> Result<Option<store::Body>, Refusal> {
            if content::item(snapshot, id)? != item || page::get(snapshot, id)? != page {
                return Ok(None);
            }
            snapshot.body(key, topics, now_ms, |_| Ok(made)).map(Some)
        })?;
        if let Some(body) = kept {
            return Ok(body);
        }
    }
}

/// The Markdown of a page, to change it.
#[cfg_attr(test, utoipa::path(get, path = "/api/items/{item}/source", tag = "content", params(("item" = ItemId, Path)),
    responses((status = 200, description = "The text, with an ETag", content_type = "text/markdown", body = String),
        Reading)))]
async fn show_source(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<ItemId>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let page = state.store.read(|read| page::source(read, &who.actor, *id))?;
    let (owned, source) = (state.clone(), page.source.clone());
    let text = beside(state, move || load(&owned, &source)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", page.revision)))
        .content_type("text/markdown; charset=utf-8")
        .body(text))
}

/// The revision of a page's text.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PageRevision {
    /// The item.
    pub item: ItemId,
    /// For `If-Match`.
    pub revision: u32,
    /// What the text has that is not shown: `<svg>` for an element, `<img src>` for what an element loses.
    pub lost: Vec<String>,
}

revised!(PageRevision);

/// Gives a page another text: Markdown of up to 1 MiB as the body, with `Content-Type: text/markdown`. No paragraph, list or table of it
/// has more than 64 KiB as HTML.
#[cfg_attr(test, utoipa::path(put, path = "/api/items/{item}/source", tag = "content",
    params(("item" = ItemId, Path), ("If-Match" = String, Header)),
    request_body(content = String, content_type = "text/markdown"),
    responses((status = 200, description = "Changed", body = PageRevision), Changing)))]
async fn write_source(
    request: HttpRequest,
    edit: Edit<ItemId>,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let (state, id) = (edit.state(), edit.at);
    refuse_unless(&request, "text/markdown")?;
    state.store.read(|read| page::require_write(read, &edit.actor, id))?;
    let bytes = collect(payload.into_inner(), MAX_SOURCE_BYTES, state).await?;
    let markdown = String::from_utf8(bytes.to_vec()).map_err(|_| invalid("", "is not UTF-8"))?;
    let Kept { source, lost } = keep(state, markdown).await?;
    edit.change(move |txn, actor, unchanged| {
        let page = page::write(txn, actor, id, source, unchanged)?;
        Ok(PageRevision { item: id, revision: page.revision, lost })
    })
    .await
}
