//! A category of a gradebook: how it makes its total, what it counts for, where it stands.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{address, categories, chosen, found, make, name_of, sight};
use crate::domain::access::Actor;
use crate::domain::faults::Faults;
use crate::domain::grade::calc::{EmptyGrades, Method, Terms};
use crate::domain::grade::category::{self, GradeCategory, Node, Visibility};
use crate::domain::grade::edit::{self, CategoryFacts, GradeCategoryInput};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::{CourseId, GradeCategoryId};
use crate::domain::refusal::{Refusal, invalid};
use crate::state::State;
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// How a category makes its total, and what an empty grade means: the names that the API has.
const METHODS: [(&str, Method); 2] = [("sum", Method::Sum), ("weighted_mean", Method::WeightedMean)];
const EMPTY: [(&str, EmptyGrades); 2] =
    [("ignored", EmptyGrades::Ignored), ("count_as_zero", EmptyGrades::CountAsZero)];

#[derive(Template)]
#[template(path = "grading/category.html")]
struct CategoryPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    /// `None` for a new one.
    category: Option<&'a GradeCategory>,
    categories: Vec<(String, String)>,
    form: &'a Form,
}

impl CategoryPage<'_> {
    fn action(&self) -> String {
        let id = self.category.map_or_else(|| "new".to_owned(), |category| category.id.to_string());
        format!("{}/categories/{id}", address(self.place.course.id))
    }

    fn title(&self) -> String {
        let new = || self.frame.t("grading-new-category").into_owned();
        self.category.map_or_else(new, |category| name_of(self.frame, category))
    }

    fn back(&self) -> String {
        address(self.place.course.id)
    }

    fn is_root(&self) -> bool {
        self.category.is_some_and(is_root)
    }

    fn methods(&self) -> Vec<(&'static str, String)> {
        METHODS.map(|(name, _)| (name, self.words(name))).into()
    }

    fn empties(&self) -> Vec<(&'static str, String)> {
        EMPTY.map(|(name, _)| (name, self.words(name))).into()
    }

    fn words(&self, name: &str) -> String {
        self.frame.t_of("grading-rule-", name.replace('_', "-").as_str()).into_owned()
    }

    fn sights(&self) -> Vec<(&'static str, String)> {
        sight::choices(self.frame)
    }
}

const fn is_root(category: &GradeCategory) -> bool {
    category.parent.is_none()
}

fn page(
    frame: &Frame,
    place: &CoursePlace,
    tree: Option<&Tree>,
    category: Option<&GradeCategory>,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let categories = categories(frame, tree, category.map(|category| category.id));
    form.show(frame, &CategoryPage { frame, place, category, categories, form })
}

/// One of a list of choices, by its name.
fn choice<T: Copy>(fields: &Fields, name: &str, choices: &[(&str, T)]) -> Result<T, Refusal> {
    let found = choices.iter().find(|(known, _)| *known == fields.get(name));
    found.map(|(_, value)| *value).ok_or_else(|| invalid(format!("/{name}"), "is not one of the choices"))
}

/// How many lowest are left out; none when nothing was typed.
fn dropped(fields: &Fields) -> Result<u8, Refusal> {
    let read =
        |text: &str| text.parse().map_err(|_| invalid("/drop_lowest", "is not a whole number from 0 on"));
    fields.optional("drop_lowest").map_or(Ok(0), read)
}

/// What was typed; `known` is the category that the page showed.
fn facts(frame: &Frame, fields: &Fields, known: Option<&GradeCategory>) -> Result<CategoryFacts, Refusal> {
    let mut faults = Faults::default();
    let root = known.is_some_and(is_root);
    let before = known.map_or(Visibility::Visible, |category| category.visibility);
    let input = GradeCategoryInput {
        name: Some(fields.get("name").to_owned()),
        parent: if root { None } else { faults.or_default(chosen(fields, "parent")) },
        method: faults.or_default(choice(fields, "method", &METHODS).map(Some)),
        empty: faults.or_default(choice(fields, "empty", &EMPTY).map(Some)),
        drop_lowest: faults.or_default(dropped(fields).map(Some)),
        weight: if root { None } else { faults.or_default(fields.decimal("weight")) },
        extra_credit: (!root).then(|| fields.ticked("extra_credit")),
        visibility: faults.or_default(sight::typed(frame, fields, before).map(Some)),
    };
    faults.and(input.parse())
}

pub(super) async fn show_new(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (place, tree) = visitor.state.store.read(|read| found(read, visitor.actor(), *course))?;
    let fields = Fields::default().with("weight", 1).with("drop_lowest", 0);
    let form = Form::of(sight::shown(&visitor.frame, fields, Visibility::Visible));
    page(&visitor.frame, &place, tree.as_ref(), None, &form)
}

pub(super) async fn create(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *course);
    let (place, tree) = state.store.read(|read| found(read, &actor, course))?;
    let facts = facts(&frame, &fields, None);
    let made = make(&state, &actor, (&frame, &fields), course, facts, move |txn, by, facts| {
        let category = edit::add_category(txn, by, course, facts)?;
        Ok((category.id.0, category.name.as_str().to_owned()))
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
    category: Arc<GradeCategory>,
    terms: Option<Terms>,
}

fn find(state: &State, actor: &Actor, course: CourseId, id: GradeCategoryId) -> Result<Found, Refusal> {
    state.store.read(|read| {
        let (place, tree) = found(read, actor, course)?;
        let category = category::get(read, course, id)?;
        let terms = match category.parent {
            Some(parent) => category::get(read, course, parent)?.terms_of(Node::Category(id)),
            None => None,
        };
        Ok(Found { place, tree, category, terms })
    })
}

fn chosen_of<T: PartialEq>(choices: &[(&'static str, T)], value: &T) -> &'static str {
    choices.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name)
}

/// The fields as they are stored.
fn stored(frame: &Frame, category: &GradeCategory, terms: Option<Terms>) -> Fields {
    let rules = category.rules;
    let mut fields = Fields::default()
        .with("revision", category.revision)
        .with("name", category.name.as_str())
        .with("method", chosen_of(&METHODS, &rules.method))
        .with("empty", chosen_of(&EMPTY, &rules.empty))
        .with("drop_lowest", rules.drop_lowest);
    if let Some(parent) = category.parent {
        fields = fields.with("parent", parent);
    }
    if let Some(terms) = terms {
        fields = fields.with("weight", terms.weight).with("extra_credit", terms.extra_credit);
    }
    sight::shown(frame, fields, category.visibility)
}

pub(super) async fn show(
    visitor: Visitor,
    at: web::Path<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = *at;
    let Found { place, tree, category, terms } = find(&visitor.state, visitor.actor(), course, id)?;
    let form = Form::of(stored(&visitor.frame, &category, terms));
    page(&visitor.frame, &place, tree.as_ref(), Some(&category), &form)
}

pub(super) async fn change(
    posted: Posted,
    at: web::Path<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, (course, id)) = (who.actor, *at);
    let Found { place, tree, category, .. } = find(&state, &actor, course, id)?;
    let done = match facts(&frame, &fields, Some(&category)) {
        Ok(facts) => {
            let same = unchanged(fields.get("revision").to_owned());
            let write = state.store.write(Class::Interactive, move |txn| {
                edit::change_category(txn, &actor, course, id, same, &facts).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&format!("{}#n{id}", address(course)), &Flash::done("grading-saved"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&frame, &place, tree.as_ref(), Some(&category), &form)
        }
    }
}
