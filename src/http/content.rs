//! Sections and items: adding, changing, ordering, moving and removing them.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::body::Body;
use super::content_page::keep;
use super::edit::{Edit, revised};
use super::once::{self, Once};
#[cfg(test)]
use super::problems::{Changing, Making, OnceHeader, Reading};
use super::revision;
use super::routes::{Needs, Routes};
use crate::domain::access::{self, Permission, Scope};
use crate::domain::content::{self, Availability, Contents, Item, ItemKind, Section};
use crate::domain::content_edit::{self, ItemChangeInput, ItemContentInput, ItemInput, SectionInput};
use crate::domain::course::View;
use crate::domain::ids::{CourseId, ItemId, QuizId, SectionId};
use crate::domain::refusal::Refusal;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditCourse);
    let draft = Needs::Course(Permission::ViewDraft);
    let view = Needs::Course(Permission::ViewCourse);
    let class = Class::Interactive;
    routes.add(Method::GET, "/api/courses/{course}/order", Class::Browse, draft, order);
    routes.add(Method::PUT, "/api/courses/{course}/order", class, edit, order_sections);
    routes.add(Method::POST, "/api/courses/{course}/sections", class, edit, add_section);
    routes.add(Method::GET, "/api/sections/{section}", Class::Browse, draft, show_section);
    routes.add(Method::PUT, "/api/sections/{section}", class, edit, change_section);
    routes.add(Method::DELETE, "/api/sections/{section}", class, edit, remove_section);
    routes.add(Method::PUT, "/api/sections/{section}/order", class, edit, order_items);
    routes.add(Method::POST, "/api/sections/{section}/items", class, edit, add_item);
    routes.add(Method::GET, "/api/items/{item}", Class::Browse, view, show_item);
    routes.add(Method::PUT, "/api/items/{item}", class, edit, change_item);
    routes.add(Method::DELETE, "/api/items/{item}", class, edit, remove_item);
    routes.add(Method::POST, "/api/items/{item}/move", class, edit, move_item);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    order,
    order_sections,
    add_section,
    show_section,
    change_section,
    remove_section,
    order_items,
    add_item,
    show_item,
    change_item,
    remove_item,
    move_item
))]
pub struct Api;

/// The order of a course's sections.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OrderView {
    /// All of them, in order.
    pub sections: Vec<SectionId>,
    /// For `If-Match`.
    pub revision: u32,
}

revised!(OrderView, SectionView, ItemView);

fn order_view(contents: &Contents) -> OrderView {
    OrderView { sections: contents.sections.clone(), revision: contents.revision }
}

/// A section.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SectionView {
    /// Its id.
    pub id: SectionId,
    /// Its course.
    pub course: CourseId,
    /// Its title.
    pub title: String,
    /// Whether and when learners see it.
    pub availability: Availability,
    /// Its items in order.
    pub items: Vec<ItemId>,
    /// For `If-Match`.
    pub revision: u32,
}

fn section_view(section: &Section) -> SectionView {
    SectionView {
        id: section.id,
        course: section.course,
        title: section.title.clone(),
        availability: section.availability,
        items: section.items.clone(),
        revision: section.revision,
    }
}

/// What an item is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ItemContentView {
    /// A page of text.
    Page,
    /// A link.
    Link {
        /// Where to.
        url: String,
    },
    /// A quiz.
    Quiz {
        /// Which one.
        quiz: QuizId,
    },
}

/// An item.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ItemView {
    /// Its id.
    pub id: ItemId,
    /// Its course.
    pub course: CourseId,
    /// Its section.
    pub section: SectionId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub content: ItemContentView,
    /// For staff: whether and when learners see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// For `If-Match`.
    pub revision: u32,
    /// In the answer to adding a page alone: what its text has that is not shown, `<svg>` for an element, `<img src>` for what an
    /// element loses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<Vec<String>>,
}

fn item_view(item: &Item, how: View) -> ItemView {
    let content = match &item.kind {
        ItemKind::Page => ItemContentView::Page,
        ItemKind::Link(url) => ItemContentView::Link { url: url.as_str().to_owned() },
        ItemKind::Quiz(quiz) => ItemContentView::Quiz { quiz: *quiz },
    };
    ItemView {
        id: item.id,
        course: item.course,
        section: item.section,
        title: item.title.clone(),
        content,
        availability: (how == View::Staff).then_some(item.availability),
        revision: item.revision,
        lost: None,
    }
}

/// The order of the sections, to change it.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/order", tag = "content", params(("course" = CourseId, Path)),
    responses((status = 200, description = "The order, with an ETag", body = OrderView), Reading)))]
async fn order(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let contents = state_of(&request)?.store.read(|read| {
        access::require(read, &who.actor, Permission::ViewDraft, Scope::Course(*id))?;
        crate::domain::course::get(read, *id)?;
        content::contents(read, *id)
    })?;
    revision::json(contents.revision, &order_view(&contents))
}

/// Another order of sections.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SectionOrderInput {
    /// Every section of the course exactly once.
    pub sections: Vec<SectionId>,
}

/// Puts the sections in another order.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/order", tag = "content",
    params(("course" = CourseId, Path), ("If-Match" = String, Header)), request_body = SectionOrderInput,
    responses((status = 200, description = "In that order", body = OrderView), Changing)))]
async fn order_sections(
    edit: Edit<CourseId>,
    body: Body<SectionOrderInput>,
) -> Result<HttpResponse, Refusal> {
    let (id, sections) = (edit.at, body.0.sections);
    edit.change(move |txn, actor, unchanged| {
        Ok(order_view(&*content_edit::order_sections(txn, actor, id, sections, unchanged)?))
    })
    .await
}

/// Adds a section at the end.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/sections", tag = "content",
    params(("course" = CourseId, Path), OnceHeader), request_body = SectionInput,
    responses((status = 201, description = "Added", body = SectionView), Making)))]
async fn add_section(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<CourseId>,
    input: Once<SectionInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, id, heading) = (who.actor.clone(), id.into_inner(), input.body.parse()?);
    once::create(
        state,
        Class::Interactive,
        &who,
        input.key,
        once::in_course(Permission::EditCourse, id),
        move |txn| {
            let section = content_edit::add_section(txn, &actor, id, heading)?;
            Ok((format!("/api/sections/{}", section.id), section_view(&section)))
        },
    )
    .await
}

/// A section, to change it.
#[cfg_attr(test, utoipa::path(get, path = "/api/sections/{section}", tag = "content", params(("section" = SectionId, Path)),
    responses((status = 200, description = "The section, with an ETag", body = SectionView), Reading)))]
async fn show_section(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<SectionId>,
) -> Result<HttpResponse, Refusal> {
    let section = state_of(&request)?
        .store
        .read(|read| content::section_for(read, &who.actor, Permission::ViewDraft, *id))?;
    revision::json(section.revision, &section_view(&section))
}

/// Changes title and availability of a section.
#[cfg_attr(test, utoipa::path(put, path = "/api/sections/{section}", tag = "content",
    params(("section" = SectionId, Path), ("If-Match" = String, Header)), request_body = SectionInput,
    responses((status = 200, description = "Changed", body = SectionView), Changing)))]
async fn change_section(edit: Edit<SectionId>, body: Body<SectionInput>) -> Result<HttpResponse, Refusal> {
    let (id, heading) = (edit.at, body.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        Ok(section_view(&*content_edit::change_section(txn, actor, id, heading, unchanged)?))
    })
    .await
}

/// Removes a section that is empty.
#[cfg_attr(test, utoipa::path(delete, path = "/api/sections/{section}", tag = "content",
    params(("section" = SectionId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Removed"), Changing)))]
async fn remove_section(edit: Edit<SectionId>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    edit.remove(move |txn, actor, unchanged| content_edit::remove_section(txn, actor, id, unchanged)).await
}

/// Another order of items.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemOrderInput {
    /// Every item of the section exactly once.
    pub items: Vec<ItemId>,
}

/// Puts the items of a section in another order.
#[cfg_attr(test, utoipa::path(put, path = "/api/sections/{section}/order", tag = "content",
    params(("section" = SectionId, Path), ("If-Match" = String, Header)), request_body = ItemOrderInput,
    responses((status = 200, description = "In that order", body = SectionView), Changing)))]
async fn order_items(edit: Edit<SectionId>, body: Body<ItemOrderInput>) -> Result<HttpResponse, Refusal> {
    let (id, items) = (edit.at, body.0.items);
    edit.change(move |txn, actor, unchanged| {
        Ok(section_view(&*content_edit::order_items(txn, actor, id, items, unchanged)?))
    })
    .await
}

/// Adds an item at the end of a section.
#[cfg_attr(test, utoipa::path(post, path = "/api/sections/{section}/items", tag = "content",
    params(("section" = SectionId, Path), OnceHeader), request_body = ItemInput,
    responses((status = 201, description = "Added", body = ItemView), Making)))]
async fn add_item(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<SectionId>,
    input: Once<ItemInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, id) = (who.actor.clone(), id.into_inner());
    let (heading, kind) = input.body.parse()?;
    let (text, lost) = match input.body.content {
        ItemContentInput::Page { markdown } if !markdown.is_empty() => {
            // Before a file is kept, so that only who may write can fill the disk.
            state.store.read(|read| content::section_for(read, &actor, Permission::EditCourse, id))?;
            let kept = keep(state, markdown).await.map_err(|refusal| refusal.under("/content/markdown"))?;
            (Some(kept.source), Some(kept.lost))
        }
        ItemContentInput::Page { .. } => (None, Some(Vec::new())),
        ItemContentInput::Link { .. } | ItemContentInput::Quiz { .. } => (None, None),
    };
    once::create(
        state,
        Class::Interactive,
        &who,
        input.key,
        move |txn, actor| content::section_for(txn, actor, Permission::EditCourse, id).map(drop),
        move |txn| {
            let item = content_edit::add_item(txn, &actor, id, heading, kind, text)?;
            let view = ItemView { lost, ..item_view(&item, View::Staff) };
            Ok((format!("/api/items/{}", item.id), view))
        },
    )
    .await
}

/// An item.
#[cfg_attr(test, utoipa::path(get, path = "/api/items/{item}", tag = "content", params(("item" = ItemId, Path)),
    responses((status = 200, description = "The item, with an ETag", body = ItemView), Reading)))]
async fn show_item(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<ItemId>,
) -> Result<HttpResponse, Refusal> {
    let (_, item, how) =
        state_of(&request)?.store.read(|read| content::visible_item(read, &who.actor, *id))?;
    revision::json(item.revision, &item_view(&item, how))
}

/// Changes title, availability and, for a link, the address of an item.
#[cfg_attr(test, utoipa::path(put, path = "/api/items/{item}", tag = "content",
    params(("item" = ItemId, Path), ("If-Match" = String, Header)), request_body = ItemChangeInput,
    responses((status = 200, description = "Changed", body = ItemView), Changing)))]
async fn change_item(edit: Edit<ItemId>, body: Body<ItemChangeInput>) -> Result<HttpResponse, Refusal> {
    let (id, (heading, url)) = (edit.at, body.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        let item = content_edit::change_item(txn, actor, id, heading, url, unchanged)?;
        Ok(item_view(&item, View::Staff))
    })
    .await
}

/// Removes an item, with the text of a page. A quiz stays in the course, without a place.
#[cfg_attr(test, utoipa::path(delete, path = "/api/items/{item}", tag = "content",
    params(("item" = ItemId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Removed"), Changing)))]
async fn remove_item(edit: Edit<ItemId>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    edit.remove(move |txn, actor, unchanged| content_edit::remove_item(txn, actor, id, unchanged)).await
}

/// Where an item goes.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveInput {
    /// A section of the same course.
    pub section: SectionId,
    /// How many items stand before it; the end when absent.
    #[serde(default)]
    pub position: Option<usize>,
}

/// Moves an item within its section or to another one.
#[cfg_attr(test, utoipa::path(post, path = "/api/items/{item}/move", tag = "content",
    params(("item" = ItemId, Path), ("If-Match" = String, Header)), request_body = MoveInput,
    responses((status = 200, description = "Moved", body = ItemView), Changing)))]
async fn move_item(edit: Edit<ItemId>, body: Body<MoveInput>) -> Result<HttpResponse, Refusal> {
    let (id, MoveInput { section, position }) = (edit.at, body.0);
    edit.change(move |txn, actor, unchanged| {
        let item = content_edit::move_item(txn, actor, id, section, position, unchanged)?;
        Ok(item_view(&item, View::Staff))
    })
    .await
}
