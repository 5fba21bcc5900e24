//! Taking something out of a gradebook, after saying what will go.

use actix_web::{HttpResponse, web};

use super::{address, address_of, found, tree};
use crate::domain::grade::category::{self, Node};
use crate::domain::grade::{edit, item, report};
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId};
use crate::domain::refusal::Refusal;
use crate::http::beside::beside;
use crate::state::State;
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::gradebook::{PER_READ, learners};
use crate::web::visitor::{Posted, Visitor};

/// How many learners have something that would go: some of them per read, so that commits do not wait for all.
pub(in crate::web) async fn holders(state: &State, course: CourseId, node: Node) -> Result<usize, Refusal> {
    let held = state.clone();
    let count = move || -> Result<usize, Refusal> {
        let mut count = 0;
        for some in learners(&held, course)?.chunks(PER_READ) {
            count += held.store.read(|read| report::holders(read, course, node, some))?;
        }
        Ok(count)
    };
    beside(state, count).await
}

/// Asks; with `key` the grades of so many learners go.
async fn ask(
    visitor: &Visitor,
    course: CourseId,
    node: Node,
    (name, revision): (&str, u32),
    (what, key): (String, Option<&str>),
) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let mut what = vec![what];
    if let Some(key) = key {
        what.push(frame.t1(key, "count", holders(&visitor.state, course, node).await?));
    }
    Confirm {
        question: frame.t1("grading-delete-question", "name", name),
        what,
        action: &format!("{}/delete", address_of(course, node)),
        fields: &[("revision", revision.to_string())],
        button: frame.t("grading-delete").into_owned(),
        back: &address(course),
    }
    .show(frame)
}

pub(super) async fn ask_item(
    visitor: Visitor,
    at: web::Path<(CourseId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id), frame) = (*at, &visitor.frame);
    let item = visitor.state.store.read(|read| {
        found(read, visitor.actor(), course)?;
        item::get(read, course, id)
    })?;
    let what = match item.source {
        item::Source::Hand => (frame.t("grading-delete-item-what"), Some("grading-delete-grades")),
        item::Source::Quiz(_) => (frame.t("grading-delete-quiz-what"), None),
    };
    let what = (what.0.into_owned(), what.1);
    ask(&visitor, course, Node::Item(id), (item.name.as_str(), item.revision), what).await
}

pub(super) async fn ask_category(
    visitor: Visitor,
    at: web::Path<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id), frame) = (*at, &visitor.frame);
    let category = visitor.state.store.read(|read| {
        found(read, visitor.actor(), course)?;
        category::get(read, course, id)
    })?;
    let what = match category.children.len() {
        0 => (frame.t("grading-delete-category-what").into_owned(), Some("grading-delete-totals")),
        count => (frame.t1("grading-not-empty", "count", count), None),
    };
    ask(&visitor, course, Node::Category(id), (category.name.as_str(), category.revision), what).await
}

/// The tree again, with what was done or why not.
async fn remove(posted: Posted, course: CourseId, node: Node) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, by) = (who.actor.clone(), who.actor);
    state.store.read(|read| found(read, &actor, course).map(drop))?;
    let same = unchanged(fields.get("revision").to_owned());
    let write = state.store.write(Class::Interactive, move |txn| match node {
        Node::Item(id) => edit::remove_item(txn, &by, course, id, same),
        Node::Category(id) => edit::remove_category(txn, &by, course, id, same),
    });
    match write.await {
        Ok(()) => Ok(frame.go_and_say(&address(course), &Flash::done("grading-deleted"))),
        Err(refusal) => {
            let form = Form::refused(Fields::default(), refusal, frame.text)?;
            tree::page(&state, &frame, &actor, course, &form)
        }
    }
}

pub(super) async fn item(
    posted: Posted,
    at: web::Path<(CourseId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    remove(posted, at.0, Node::Item(at.1)).await
}

pub(super) async fn category(
    posted: Posted,
    at: web::Path<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    remove(posted, at.0, Node::Category(at.1)).await
}
