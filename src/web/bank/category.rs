//! The categories of a bank: making, naming, moving and deleting them.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{category_choices, path_words, place_of, short, unchanged};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::DRAWS_TOO_FEW;
use crate::domain::bank::category::{self, Category, CategoryFacts, Tree};
use crate::domain::bank::list::count;
use crate::domain::faults::Faults;
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::quiz;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::rich_text::{RichText, TextFormat};
use crate::state::State;
use crate::store::Class;
use crate::web::confirm::Confirm;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Quizzes that the question before deleting names.
const QUIZZES_NAMED: usize = 5;

/// How far the list moves in: deeper than that there is no room on a telephone.
const DEEPEST: usize = 6;

struct Line {
    category: Category,
    /// How deep it lies, from 0, for the list to show.
    depth: usize,
    /// Questions directly in it.
    questions: usize,
}

#[derive(Template)]
#[template(path = "bank/categories.html")]
struct CategoriesPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    lines: &'a [Line],
    form: &'a Form,
    parents: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "bank/category.html")]
struct CategoryPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    category: &'a Category,
    form: &'a Form,
    parents: Vec<(String, String)>,
}

fn address(course: CourseId) -> String {
    format!("/courses/{course}/questions/categories")
}

fn show_all(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (place, lines, parents) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place_of(read, actor, Permission::EditQuestions, course)?;
        let tree = Tree::read(read, course)?;
        let mut lines = Vec::new();
        for category in tree.in_order() {
            lines.push(Line {
                depth: (tree.path(category.id).len().saturating_sub(1)).min(DEEPEST),
                questions: count(read, course, category.id)?,
                category: category.clone(),
            });
        }
        Ok((place, lines, category_choices(frame, &tree, "")))
    })?;
    form.show(frame, &CategoriesPage { frame, place: &place, lines: &lines, form, parents })
}

pub(super) async fn list(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let form = Form::default();
    show_all(&visitor.state, &visitor.frame, visitor.actor(), *course, &form)
}

/// What was typed of a category.
fn facts(fields: &Fields) -> Result<CategoryFacts, Refusal> {
    let parent = fields.optional("parent").map(|text| {
        text.parse().map(CategoryId).map_err(|_| invalid("/parent", "is no category of the course"))
    });
    let format = match fields.get("format") {
        "html" => TextFormat::Html,
        _ => TextFormat::Plain,
    };
    let description = RichText::from_source(fields.get("description"), format)
        .map_err(|error| invalid("/description", error.to_string()));
    let mut faults = Faults::default();
    let (parent, description) = (faults.or_default(parent.transpose()), faults.or_default(description));
    faults.and(CategoryFacts::parse(
        parent,
        fields.get("name"),
        Some(description),
        fields.optional("id_number"),
    ))
}

pub(super) async fn create(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *course);
    state.store.read(|read| place_of(read, &actor, Permission::EditQuestions, course))?;
    let done = match facts(&fields) {
        Ok(facts) => {
            let by = actor.clone();
            let write =
                state.store.write(Class::Interactive, move |txn| category::create(txn, &by, course, facts));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(made) => {
            let flash = Flash::done("bank-category-made").with("name", &made.name);
            Ok(frame.go_and_say(&address(course), &flash))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_all(&state, &frame, &actor, course, &form)
        }
    }
}

struct Found {
    place: CoursePlace,
    category: Category,
    tree: Tree,
}

fn find(state: &State, actor: &Actor, (course, id): (CourseId, CategoryId)) -> Result<Found, Refusal> {
    state.store.read(|read| {
        let place = place_of(read, actor, Permission::EditQuestions, course)?;
        let category = category::get(read, course, id)?.as_ref().clone();
        Ok(Found { place, category, tree: Tree::read(read, course)? })
    })
}

/// Where a category can lie: anywhere but in itself.
fn parents(frame: &Frame, found: &Found) -> Vec<(String, String)> {
    let below: Vec<String> =
        found.tree.with_descendants(found.category.id).iter().map(ToString::to_string).collect();
    let mut all = category_choices(frame, &found.tree, "");
    all.retain(|(id, _)| !below.contains(id));
    all
}

pub(super) async fn show(
    visitor: Visitor,
    path: web::Path<(CourseId, CategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let found = find(&visitor.state, visitor.actor(), *path)?;
    let Category { name, description, id_number, parent, revision, .. } = &found.category;
    let plain = description.to_plain();
    let (format, text) = if RichText::from_plain(&plain).as_ref() == Ok(description) {
        ("plain", plain)
    } else {
        ("html", description.html().to_owned())
    };
    let fields = Fields::default()
        .with("name", name)
        .with("parent", parent.map(|parent| parent.to_string()).unwrap_or_default())
        .with("format", format)
        .with("description", text)
        .with("id_number", id_number.as_deref().unwrap_or_default())
        .with("revision", revision);
    let form = Form::of(fields);
    let parents = parents(frame, &found);
    form.show(
        frame,
        &CategoryPage { frame, place: &found.place, category: &found.category, form: &form, parents },
    )
}

pub(super) async fn change(
    posted: Posted,
    path: web::Path<(CourseId, CategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, at) = (who.actor, *path);
    let found = find(&state, &actor, at)?;
    let done = match facts(&fields) {
        Ok(facts) => {
            let (same, pools) = (unchanged(fields.get("revision")), short::pools(&fields));
            let write = state
                .store
                .write(Class::Interactive, move |txn| category::change(txn, &actor, at, same, facts, pools));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => Ok(frame.go_and_say(&address(at.0), &Flash::done("bank-category-saved"))),
        Err(refusal) if refusal.code == DRAWS_TOO_FEW => {
            let own = format!("{}/{}", address(at.0), at.1);
            short::ask(&state, &frame, refusal, &fields, (&own, &own))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            let parents = parents(&frame, &found);
            let page = CategoryPage {
                frame: &frame,
                place: &found.place,
                category: &found.category,
                form: &form,
                parents,
            };
            form.show(&frame, &page)
        }
    }
}

pub(super) async fn ask_delete(
    visitor: Visitor,
    path: web::Path<(CourseId, CategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = *path;
    let frame = &visitor.frame;
    let found = find(&visitor.state, visitor.actor(), *path)?;
    let all = found.tree.with_descendants(id);
    let (within, drawing) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let mut within = 0;
        for category in &all {
            within += count(read, course, *category)?;
        }
        Ok((within, quiz::drawing_from(read, course, id, QUIZZES_NAMED)?))
    })?;
    let below = all.len().saturating_sub(1);
    let mut what = Vec::new();
    if within > 0 || below > 0 {
        what.push(frame.t2("bank-category-not-empty", "questions", within, "categories", below));
    }
    if !drawing.is_empty() {
        let names: Vec<&str> = drawing.iter().map(|quiz| quiz.name.as_str()).collect();
        what.push(frame.t1("bank-category-drawn", "names", names.join(", ")));
    }
    if what.is_empty() {
        what.push(frame.t("bank-category-delete-what").into_owned());
    }
    Confirm {
        question: frame.t1("bank-category-delete-title", "name", path_words(&found.tree.path(id))),
        what,
        action: &format!("{}/{id}/delete", address(course)),
        fields: &[("revision", found.category.revision.to_string())],
        button: frame.t("bank-delete").into_owned(),
        back: &address(course),
    }
    .show(frame)
}

pub(super) async fn delete(
    posted: Posted,
    path: web::Path<(CourseId, CategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, at) = (who.actor, *path);
    let found = find(&state, &actor, at)?;
    let (same, by) = (unchanged(fields.get("revision")), actor.clone());
    let write = state.store.write(Class::Interactive, move |txn| category::delete(txn, &by, at, same));
    match write.await {
        Ok(()) => {
            let flash = Flash::done("bank-category-deleted").with("name", &found.category.name);
            Ok(frame.go_and_say(&address(at.0), &flash))
        }
        Err(mut refusal) => {
            // Its places are quizzes, which the page before named.
            refusal.fields.clear();
            let form = Form::refused(Fields::default(), refusal, frame.text)?;
            show_all(&state, &frame, &actor, at.0, &form)
        }
    }
}
