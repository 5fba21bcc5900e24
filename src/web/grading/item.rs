//! An item of a gradebook: made for what people grade by hand, changed for these and for quizzes, which keep their name
//! and their maximum.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{address, categories, chosen, found, make, sight};
use crate::domain::access::Actor;
use crate::domain::faults::Faults;
use crate::domain::grade::calc::Terms;
use crate::domain::grade::category::{self, Node, Visibility};
use crate::domain::grade::edit::{self, GradeItemInput, ItemFacts};
use crate::domain::grade::item::{self, GradeItem, Source};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::{CourseId, GradeItemId, QuizId};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "grading/item.html")]
struct ItemPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    /// `None` for a new one.
    item: Option<&'a GradeItem>,
    categories: Vec<(String, String)>,
    form: &'a Form,
}

impl ItemPage<'_> {
    fn action(&self) -> String {
        let id = self.item.map_or_else(|| "new".to_owned(), |item| item.id.to_string());
        format!("{}/items/{id}", address(self.place.course.id))
    }

    fn back(&self) -> String {
        address(self.place.course.id)
    }

    fn quiz(&self) -> Option<QuizId> {
        match self.item?.source {
            Source::Quiz(quiz) => Some(quiz),
            Source::Hand => None,
        }
    }

    fn sights(&self) -> Vec<(&'static str, String)> {
        sight::choices(self.frame)
    }
}

fn page(
    frame: &Frame,
    place: &CoursePlace,
    tree: Option<&Tree>,
    item: Option<&GradeItem>,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    form.show(frame, &ItemPage { frame, place, item, categories: categories(frame, tree, None), form })
}

/// What was typed; `known` is the item that the page showed.
fn facts(frame: &Frame, fields: &Fields, known: Option<&GradeItem>) -> Result<ItemFacts, Refusal> {
    let mut faults = Faults::default();
    let is_quiz = known.is_some_and(|item| matches!(item.source, Source::Quiz(_)));
    let before = known.map_or(Visibility::Visible, |item| item.visibility);
    // What is no number is said once, as that.
    let wrong_max = fields.optional("max").is_some() && fields.decimal("max").is_err();
    let input = GradeItemInput {
        name: (!is_quiz).then(|| fields.get("name").to_owned()),
        category: faults.or_default(chosen(fields, "category")),
        max: if is_quiz { None } else { faults.or_default(fields.decimal("max")) },
        weight: faults.or_default(fields.decimal("weight")),
        extra_credit: Some(fields.ticked("extra_credit")),
        visibility: faults.or_default(sight::typed(frame, fields, before).map(Some)),
    };
    faults.and(if is_quiz || wrong_max { input.parse() } else { input.parse_new() })
}

pub(super) async fn show_new(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (place, tree) = visitor.state.store.read(|read| found(read, visitor.actor(), *course))?;
    let fields = Fields::default().with("weight", 1);
    let form = Form::of(sight::shown(&visitor.frame, fields, Visibility::Visible));
    page(&visitor.frame, &place, tree.as_ref(), None, &form)
}

pub(super) async fn create(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *course);
    let (place, tree) = state.store.read(|read| found(read, &actor, course))?;
    let facts = facts(&frame, &fields, None);
    let made = make(&state, &actor, (&frame, &fields), course, facts, move |txn, by, facts| {
        let item = edit::add_item(txn, by, course, facts)?;
        Ok((item.id.0, item.name.as_str().to_owned()))
    });
    match made.await {
        Ok(answer) => Ok(answer),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&frame, &place, tree.as_ref(), None, &form)
        }
    }
}

struct Found {
    place: CoursePlace,
    tree: Option<Tree>,
    item: Arc<GradeItem>,
    terms: Option<Terms>,
}

fn find(state: &State, actor: &Actor, course: CourseId, id: GradeItemId) -> Result<Found, Refusal> {
    state.store.read(|read| {
        let (place, tree) = found(read, actor, course)?;
        let item = item::get(read, course, id)?;
        let terms = category::get(read, course, item.category)?.terms_of(Node::Item(id));
        Ok(Found { place, tree, item, terms })
    })
}

/// The fields as they are stored.
fn stored(frame: &Frame, item: &GradeItem, terms: Option<Terms>) -> Fields {
    let mut fields = Fields::default()
        .with("revision", item.revision)
        .with("name", item.name.as_str())
        .with("category", item.category);
    if let Some(terms) = terms {
        fields = fields
            .with("max", terms.max)
            .with("weight", terms.weight)
            .with("extra_credit", terms.extra_credit);
    }
    sight::shown(frame, fields, item.visibility)
}

pub(super) async fn show(
    visitor: Visitor,
    at: web::Path<(CourseId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = *at;
    let Found { place, tree, item, terms } = find(&visitor.state, visitor.actor(), course, id)?;
    let form = Form::of(stored(&visitor.frame, &item, terms));
    page(&visitor.frame, &place, tree.as_ref(), Some(&item), &form)
}

pub(super) async fn change(
    posted: Posted,
    at: web::Path<(CourseId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, (course, id)) = (who.actor, *at);
    let Found { place, tree, item, .. } = find(&state, &actor, course, id)?;
    let done = match facts(&frame, &fields, Some(&item)) {
        Ok(facts) => {
            let same = unchanged(fields.get("revision").to_owned());
            let write = state.store.write(Class::Interactive, move |txn| {
                edit::change_item(txn, &actor, course, id, same, facts).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&format!("{}#n{id}", address(course)), &Flash::done("grading-saved"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&frame, &place, tree.as_ref(), Some(&item), &form)
        }
    }
}
