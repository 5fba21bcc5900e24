//! The tree of a gradebook: items, categories, order, release, letters.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::NodeKind;
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::decimal::Decimal;
use crate::domain::grade::calc::{EmptyGrades, Method, Terms};
use crate::domain::grade::category::{self, GradeCategory, Node, Visibility};
use crate::domain::grade::edit::{self, GradeCategoryInput, GradeItemInput, ScaleInput};
use crate::domain::grade::gradebook::Gradebook;
use crate::domain::grade::item::{self, GradeItem, Source};
use crate::domain::grade::scale::{Decimals, Letter, Scale};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, QuizId};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::body::Body;
use crate::http::edit::{Edit, revised};
use crate::http::once::{self, Once};
use crate::http::prepared;
#[cfg(test)]
use crate::http::problems::{Changing, Making, OnceHeader, Reading};
use crate::http::revision;
use crate::state::State;
use crate::store::{Class, Read};

/// A grade item.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeItemView {
    /// Its id.
    id: GradeItemId,
    /// Its name.
    name: String,
    /// The category it is in.
    category: GradeCategoryId,
    /// The quiz whose results it has; `null` when people grade it.
    quiz: Option<QuizId>,
    /// Its maximum.
    max: Decimal,
    /// Its weight in a weighted mean; with 0 it does not count, in a sum either.
    weight: Decimal,
    /// Adds to what is reached but not to what can be reached.
    extra_credit: bool,
    /// Do learners see it?
    visibility: Visibility,
    /// It is of a quiz that is not published: for learners without a grade in it it is not there, in totals either.
    draft: bool,
    /// What `If-Match` takes.
    revision: u32,
}

impl GradeItemView {
    fn of(item: &GradeItem, terms: Terms) -> Self {
        Self {
            id: item.id,
            name: item.name.as_str().to_owned(),
            category: item.category,
            quiz: match item.source {
                Source::Quiz(quiz) => Some(quiz),
                Source::Hand => None,
            },
            max: terms.max,
            weight: terms.weight,
            extra_credit: terms.extra_credit,
            visibility: item.visibility,
            draft: terms.draft,
            revision: item.revision,
        }
    }
}

/// A grade category.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeCategoryView {
    /// Its id.
    id: GradeCategoryId,
    /// The category above; `null` for the course's own.
    parent: Option<GradeCategoryId>,
    /// Its name.
    name: String,
    /// How its children make its total.
    method: Method,
    /// What a missing grade means.
    empty: EmptyGrades,
    /// How many of the lowest percentages are left out.
    drop_lowest: u8,
    /// Its weight in a weighted mean above; with 0 it does not count, in a sum either.
    weight: Decimal,
    /// Adds to what is reached but not to what can be reached.
    extra_credit: bool,
    /// Do learners see it and what is in it?
    visibility: Visibility,
    /// Its maximum when no grade is missing.
    max: Decimal,
    /// Ids of what is in it, in order: items and categories.
    children: Vec<u64>,
    /// What `If-Match` takes.
    revision: u32,
}

impl GradeCategoryView {
    fn of(category: &GradeCategory, terms: Option<Terms>) -> Self {
        Self {
            id: category.id,
            parent: category.parent,
            name: category.name.as_str().to_owned(),
            method: category.rules.method,
            empty: category.rules.empty,
            drop_lowest: category.rules.drop_lowest,
            weight: terms.map_or(Decimal::ONE, |terms| terms.weight),
            extra_credit: terms.is_some_and(|terms| terms.extra_credit),
            visibility: category.visibility,
            max: category.full_max,
            children: category.children.iter().map(|child| child.node.id()).collect(),
            revision: category.revision,
        }
    }
}

/// A gradebook's tree.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeStructure {
    /// The course.
    course: CourseId,
    /// The course's own category; `null` before anything was put into the gradebook.
    root: Option<GradeCategoryId>,
    /// Categories, each before what is in it.
    categories: Vec<GradeCategoryView>,
    /// Items in the order of the tree.
    items: Vec<GradeItemView>,
}

/// The children of a category in their order.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GradeOrderInput {
    /// The id of each child once.
    children: Vec<u64>,
}

/// How grades of a course are shown.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeScaleView {
    /// Letters, best first.
    letters: Vec<Letter>,
    /// Digits behind the point.
    decimals: u8,
    /// What `If-Match` takes.
    revision: u32,
}

impl GradeScaleView {
    fn of(gradebook: Option<&Gradebook>) -> Self {
        match gradebook {
            Some(gradebook) => Self {
                letters: gradebook.scale.letters().to_vec(),
                decimals: gradebook.decimals.digits(),
                revision: gradebook.revision,
            },
            // What a gradebook begins with. It is made with the first change.
            None => Self {
                letters: Scale::default().letters().to_vec(),
                decimals: Decimals::default().digits(),
                revision: 1,
            },
        }
    }
}

revised!(GradeItemView, GradeCategoryView, GradeScaleView);

fn item_view(read: &impl Read, item: &GradeItem) -> Result<GradeItemView, Refusal> {
    let category = category::get(read, item.course, item.category)?;
    let terms = category.terms_of(Node::Item(item.id));
    let none = Terms { weight: Decimal::ONE, max: Decimal::ZERO, extra_credit: false, draft: false };
    Ok(GradeItemView::of(item, terms.unwrap_or(none)))
}

fn category_view(read: &impl Read, category: &GradeCategory) -> Result<GradeCategoryView, Refusal> {
    let terms = match category.parent {
        Some(parent) => category::get(read, category.course, parent)?.terms_of(Node::Category(category.id)),
        None => None,
    };
    Ok(GradeCategoryView::of(category, terms))
}

/// The whole tree.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/structure", tag = "grades",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "Categories and items", body = GradeStructure),
        (status = 304, description = "As in If-None-Match"), Reading)))]
pub(super) async fn structure(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let view = state.store.read(|read| -> Result<GradeStructure, Refusal> {
        let tree = crate::domain::grade::report::tree(read, &actor, course)?;
        Ok(structure_of(course, tree.as_ref()))
    })?;
    prepared::respond(&request, prepared::body(&view, Timestamp::MAX)?)
}

fn structure_of(course: CourseId, tree: Option<&Tree>) -> GradeStructure {
    let mut view = GradeStructure { course, root: None, categories: Vec::new(), items: Vec::new() };
    let Some(tree) = tree else { return view };
    let categories = tree.categories();
    view.root = Some(tree.gradebook.root);
    view.items = tree.items().iter().map(|(item, terms)| GradeItemView::of(item, *terms)).collect();
    let terms = |of: &Arc<GradeCategory>| {
        let above = categories.iter().find(|above| Some(above.id) == of.parent)?;
        above.terms_of(Node::Category(of.id))
    };
    view.categories = categories.iter().map(|of| GradeCategoryView::of(of, terms(of))).collect();
    view
}

/// One item.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/items/{item}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("item" = u64, Path, description = "The item")),
    responses((status = 200, description = "The item", body = GradeItemView), Reading)))]
pub(super) async fn read_item(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let view = state.store.read(|read| {
        edit::require(read, &actor, Permission::ViewGrades, course)?;
        item_view(read, item::get(read, course, id)?.as_ref())
    })?;
    revision::json(view.revision, &view)
}

/// Makes an item that people grade.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/grades/items", tag = "grades",
    params(("course" = u64, Path, description = "The course"), OnceHeader), request_body = GradeItemInput,
    responses((status = 201, description = "Made", body = GradeItemView), Making)))]
pub(super) async fn add_item(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Once<GradeItemInput>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let facts = input.body.parse_new()?;
    let maker = actor.actor.clone();
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        once::in_course(Permission::EditGrades, course),
        move |txn| {
            let item = edit::add_item(txn, &maker, course, facts)?;
            Ok((format!("/api/courses/{course}/grades/items/{}", item.id), item_view(txn, &item)?))
        },
    )
    .await
}

/// Changes an item, or moves it to another category. What is absent stays.
#[cfg_attr(test, utoipa::path(patch, path = "/api/courses/{course}/grades/items/{item}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("item" = u64, Path, description = "The item"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = GradeItemInput,
    responses((status = 200, description = "Changed", body = GradeItemView), Changing)))]
pub(super) async fn change_item(
    edit: Edit<(CourseId, GradeItemId)>,
    input: Body<GradeItemInput>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id), facts) = (edit.at, input.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        let item = edit::change_item(txn, actor, course, id, unchanged, facts)?;
        item_view(txn, &item)
    })
    .await
}

/// Removes an item from everybody's totals.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/grades/items/{item}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("item" = u64, Path, description = "The item"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"), Changing)))]
pub(super) async fn remove_item(edit: Edit<(CourseId, GradeItemId)>) -> Result<HttpResponse, Refusal> {
    let (course, id) = edit.at;
    edit.remove(move |txn, actor, unchanged| edit::remove_item(txn, actor, course, id, unchanged)).await
}

/// One category.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/categories/{category}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("category" = u64, Path, description = "The category")),
    responses((status = 200, description = "The category", body = GradeCategoryView), Reading)))]
pub(super) async fn read_category(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let view = state.store.read(|read| {
        edit::require(read, &actor, Permission::ViewGrades, course)?;
        category_view(read, category::get(read, course, id)?.as_ref())
    })?;
    revision::json(view.revision, &view)
}

/// Makes a category.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/grades/categories", tag = "grades",
    params(("course" = u64, Path, description = "The course"), OnceHeader), request_body = GradeCategoryInput,
    responses((status = 201, description = "Made", body = GradeCategoryView), Making)))]
pub(super) async fn add_category(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Once<GradeCategoryInput>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let facts = input.body.parse()?;
    let maker = actor.actor.clone();
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        once::in_course(Permission::EditGrades, course),
        move |txn| {
            let category = edit::add_category(txn, &maker, course, facts)?;
            Ok((
                format!("/api/courses/{course}/grades/categories/{}", category.id),
                category_view(txn, &category)?,
            ))
        },
    )
    .await
}

/// Changes a category, or moves it below another. What is absent stays.
#[cfg_attr(test, utoipa::path(patch, path = "/api/courses/{course}/grades/categories/{category}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("category" = u64, Path, description = "The category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = GradeCategoryInput,
    responses((status = 200, description = "Changed", body = GradeCategoryView), Changing)))]
pub(super) async fn change_category(
    edit: Edit<(CourseId, GradeCategoryId)>,
    input: Body<GradeCategoryInput>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id), facts) = (edit.at, input.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        let category = edit::change_category(txn, actor, course, id, unchanged, &facts)?;
        category_view(txn, &category)
    })
    .await
}

/// Removes a category that holds nothing.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/grades/categories/{category}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("category" = u64, Path, description = "The category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"), Changing)))]
pub(super) async fn remove_category(
    edit: Edit<(CourseId, GradeCategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = edit.at;
    edit.remove(move |txn, actor, unchanged| edit::remove_category(txn, actor, course, id, unchanged)).await
}

/// Puts what is in a category in another order.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grades/categories/{category}/order", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("category" = u64, Path, description = "The category"),
        ("If-Match" = String, Header, description = "The category's ETag that was read")),
    request_body = GradeOrderInput,
    responses((status = 200, description = "Ordered", body = GradeCategoryView), Changing)))]
pub(super) async fn order(
    edit: Edit<(CourseId, GradeCategoryId)>,
    input: Body<GradeOrderInput>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id), children) = (edit.at, input.0.children);
    edit.change(move |txn, actor, unchanged| {
        let category = edit::order(txn, actor, course, id, unchanged, &children)?;
        category_view(txn, &category)
    })
    .await
}

/// Shows an item or a category to learners from now on. Sent twice, it changes nothing.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/grades/{kind}/{node}/release", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("kind" = NodeKind, Path, description = "Which sort"),
        ("node" = u64, Path, description = "The item or category")),
    responses((status = 204, description = "Released"), Making)))]
pub(super) async fn release(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, NodeKind, u64)>,
) -> Result<HttpResponse, Refusal> {
    let (course, kind, id) = path.into_inner();
    state
        .store
        .write(Class::Interactive, move |txn| edit::release(txn, &actor, course, kind.node(id)))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Letters and decimals.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/scale", tag = "grades",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "The scale", body = GradeScaleView), Reading)))]
pub(super) async fn read_scale(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let view = state.store.read(|read| -> Result<GradeScaleView, Refusal> {
        edit::require(read, &actor, Permission::ViewGrades, course)?;
        Ok(GradeScaleView::of(crate::domain::grade::gradebook::find(read, course)?.as_deref()))
    })?;
    revision::json(view.revision, &view)
}

/// Sets letters and decimals.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grades/scale", tag = "grades",
    params(("course" = u64, Path, description = "The course"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ScaleInput,
    responses((status = 200, description = "Changed", body = GradeScaleView), Changing)))]
pub(super) async fn change_scale(
    edit: Edit<CourseId>,
    input: Body<ScaleInput>,
) -> Result<HttpResponse, Refusal> {
    let (course, facts) = (edit.at, input.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        let gradebook = edit::change_scale(txn, actor, course, unchanged, facts)?;
        Ok(GradeScaleView::of(Some(&gradebook)))
    })
    .await
}
