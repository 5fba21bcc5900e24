//! The reader: a page or a link of a course, with the one before and the one behind, and marking it as read.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::frame::Frame;
use super::visitor::{Posted, Visitor};
use crate::domain::access::Permission;
use crate::domain::content::{self, Item, ItemKind};
use crate::domain::course::View;
use crate::domain::ids::ItemId;
use crate::domain::outline::{self, Outline, OutlineContent, OutlineItem};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::content_page::{self, PageView};
use crate::http::progress;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let view = Needs::Course(Permission::ViewCourse);
    routes.page("/items/{item}", Class::Browse, view, show);
    routes.form("/items/{item}/visited", Class::Browse, view, mark);
}

/// Another item, to go on to.
struct Neighbour {
    address: String,
    title: String,
}

#[derive(Template)]
#[template(path = "page/show.html")]
struct ReaderPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    item: &'a Item,
    html: &'a str,
    /// `None` for who marks nothing: staff.
    visited: Option<bool>,
    before: Option<Neighbour>,
    behind: Option<Neighbour>,
}

/// Where an item of an outline is opened.
pub fn address(item: &OutlineItem) -> String {
    match &item.content {
        OutlineContent::Quiz { quiz, .. } => format!("/quizzes/{quiz}"),
        _ => format!("/items/{}", item.id),
    }
}

/// The items before and behind, and whether this one is marked.
fn surroundings(outline: &Outline, id: ItemId) -> (Option<Neighbour>, Option<Neighbour>, bool) {
    let items: Vec<&OutlineItem> = outline.sections.iter().flat_map(|section| &section.items).collect();
    let Some(at) = items.iter().position(|item| item.id == id) else { return (None, None, false) };
    let neighbour = |place: Option<usize>| {
        let item = items.get(place?)?;
        Some(Neighbour { address: address(item), title: item.title.clone() })
    };
    let visited = items.get(at).is_some_and(|item| item.is_done());
    (neighbour(at.checked_sub(1)), neighbour(at.checked_add(1)), visited)
}

async fn show(visitor: Visitor, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let (place, item, outline, view) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let (course, item, view) = content::visible_item(read, actor, id)?;
        let place = CoursePlace::of(read, actor, course.id, "")?;
        let (outline, _) = outline::build(read, actor, course.id, view)?;
        Ok((place, item, outline, view))
    })?;
    let html = match &item.kind {
        ItemKind::Quiz(quiz) => return Ok(visitor.frame.go(&format!("/quizzes/{quiz}"))),
        ItemKind::Link(_) => String::new(),
        ItemKind::Page => {
            let body = content_page::prepared_page(&visitor.state, actor, id).await?;
            let page: PageView =
                serde_json::from_slice(&body.bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
            page.html
        }
    };
    let (before, behind, visited) = surroundings(&outline, id);
    let marks = view == View::Learner && !place.course.status.is_over();
    let page = ReaderPage {
        frame: &visitor.frame,
        place: &place,
        item: &item,
        html: &html,
        visited: marks.then_some(visited),
        before,
        behind,
    };
    visitor.frame.show(&page)
}

/// Marks it as read, or takes the mark away, and goes on to the next item when that was asked for.
async fn mark(posted: Posted, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let id = *id;
    progress::mark(&posted.state, &posted.who.actor, id, posted.fields.ticked("visited")).await?;
    let next = super::sign_in::inside(posted.fields.get("next"));
    Ok(if next == "/" { posted.frame.go(&format!("/items/{id}")) } else { posted.frame.go(next) })
}
