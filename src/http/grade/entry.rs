//! One learner's grade: by hand, overridden, excluded, with its history.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

#[cfg(test)]
use super::NodeKind;
use super::NodePath;
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::decimal::Decimal;
use crate::domain::grade::category::Node;
use crate::domain::grade::hand::{self, ExclusionInput, HandGradeInput, HandGradesInput, OverrideInput};
use crate::domain::grade::history::{self, GradeChange, What};
use crate::domain::grade::report::OverrideView;
use crate::domain::ids::{CourseId, GradeItemId, UserId};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::body::{Body, json};
use crate::http::edit::{Edit, revised};
use crate::http::page::{self, Page, PageQuery};
#[cfg(test)]
use crate::http::problems::{Changing, Making, Reading};
use crate::http::revision;
use crate::json::nullable;
use crate::state::State;
use crate::store::{Class, Read};

/// A learner's grade of an item, or total of a category.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeView {
    /// The learner.
    user: UserId,
    /// The item or category.
    node: u64,
    /// What a quiz or a teacher gave, or what the children make: points.
    computed: Option<Decimal>,
    /// The maximum of these points; `null` for a category without any.
    max: Option<Decimal>,
    /// What stands instead.
    overridden: Option<OverrideView>,
    /// Left out of what is above it.
    excluded: bool,
    /// What `If-Match` takes; 0 before anything was given.
    revision: u32,
}

revised!(GradeView);

fn view(
    read: &impl Read,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
) -> Result<GradeView, Refusal> {
    Ok(match node {
        Node::Item(id) => {
            let (grade, max) = hand::grade(read, actor, course, user, id)?;
            GradeView {
                user,
                node: node.id(),
                computed: grade.computed(max),
                max: Some(max),
                overridden: grade.overridden.as_ref().map(OverrideView::of),
                excluded: grade.excluded,
                revision: grade.revision,
            }
        }
        Node::Category(id) => {
            let (total, computed) = hand::total(read, actor, course, user, id)?;
            GradeView {
                user,
                node: node.id(),
                computed: computed.map(|computed| computed.points),
                max: computed.map(|computed| computed.max),
                overridden: total.overridden.as_ref().map(OverrideView::of),
                excluded: total.excluded,
                revision: total.revision,
            }
        }
    })
}

/// What many grades came to.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct HandGradesView {
    /// Grades that changed; the others were so already.
    changed: usize,
}

/// Points by hand.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct PointsInput {
    /// Points of the item's maximum; `null` takes the grade back.
    #[serde(deserialize_with = "nullable")]
    #[cfg_attr(test, schema(required))]
    points: Option<Decimal>,
}

/// A change of a grade.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct GradeChangeView {
    /// Grows with time.
    id: u64,
    /// When.
    at: Timestamp,
    /// Who.
    by: UserId,
    /// What.
    what: What,
    /// Before.
    from: Option<Decimal>,
    /// After.
    to: Option<Decimal>,
    /// Why.
    reason: String,
}

impl From<GradeChange> for GradeChangeView {
    fn from(change: GradeChange) -> Self {
        Self {
            id: change.id,
            at: change.at,
            by: change.by,
            what: change.what,
            from: change.from,
            to: change.to,
            reason: change.reason.as_str().to_owned(),
        }
    }
}

/// One learner's grade of an item.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/learners/{user}/items/{item}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("item" = u64, Path, description = "The item")),
    responses((status = 200, description = "The grade", body = GradeView), Reading)))]
pub(super) async fn read(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, UserId, GradeItemId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user, item) = path.into_inner();
    let view = state.store.read(|read| view(read, &actor, (course, user, Node::Item(item))))?;
    revision::json(view.revision, &view)
}

/// Gives a grade by hand. `If-Match: "0"` for one that is not there yet.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grades/learners/{user}/items/{item}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("item" = u64, Path, description = "The item"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = PointsInput,
    responses((status = 200, description = "Graded", body = GradeView), Changing)))]
pub(super) async fn set(
    edit: Edit<(CourseId, UserId, GradeItemId)>,
    input: Body<PointsInput>,
) -> Result<HttpResponse, Refusal> {
    let (course, user, item) = edit.at;
    let input = HandGradeInput { user, item, points: input.0.points };
    edit.change(move |txn, actor, unchanged| {
        hand::set(txn, actor, course, input, unchanged)?;
        view(txn, actor, (course, user, Node::Item(item)))
    })
    .await
}

/// Gives up to 500 grades by hand, all or none. Sent twice, the second changes nothing.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/grades/many", tag = "grades",
    params(("course" = u64, Path, description = "The course")), request_body = HandGradesInput,
    responses((status = 200, description = "Graded", body = HandGradesView), Making)))]
pub(super) async fn set_many(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Body<HandGradesInput>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let grades = input.0.parse()?;
    let changed = state
        .store
        .write(Class::Interactive, move |txn| hand::set_many(txn, &actor, course, &grades))
        .await?;
    json(&HandGradesView { changed })
}

/// Puts points instead of a grade, or a percentage instead of a category's total.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/override", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("kind" = NodeKind, Path, description = "Which sort"), ("node" = u64, Path, description = "The item or category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = OverrideInput,
    responses((status = 200, description = "Overridden", body = GradeView), Changing)))]
pub(super) async fn put_override(
    edit: Edit<NodePath>,
    input: Body<OverrideInput>,
) -> Result<HttpResponse, Refusal> {
    let OverrideInput { value, reason } = input.0;
    override_with(edit, Some(value), reason).await
}

/// Takes an override away: what was computed stands again.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/override", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("kind" = NodeKind, Path, description = "Which sort"), ("node" = u64, Path, description = "The item or category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Not overridden any more", body = GradeView), Changing)))]
pub(super) async fn delete_override(edit: Edit<NodePath>) -> Result<HttpResponse, Refusal> {
    override_with(edit, None, String::new()).await
}

async fn override_with(
    edit: Edit<NodePath>,
    value: Option<Decimal>,
    reason: String,
) -> Result<HttpResponse, Refusal> {
    let key = edit.at.key();
    edit.change(move |txn, actor, unchanged| {
        hand::override_with(txn, actor, key, value, &reason, unchanged)?;
        view(txn, actor, key)
    })
    .await
}

/// Leaves a grade or total out for one learner, or takes it in again.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/exclusion", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("kind" = NodeKind, Path, description = "Which sort"), ("node" = u64, Path, description = "The item or category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ExclusionInput,
    responses((status = 200, description = "Changed", body = GradeView), Changing)))]
pub(super) async fn exclude(
    edit: Edit<NodePath>,
    input: Body<ExclusionInput>,
) -> Result<HttpResponse, Refusal> {
    let key = edit.at.key();
    edit.change(move |txn, actor, unchanged| {
        hand::exclude(txn, actor, key, &input.0, unchanged)?;
        view(txn, actor, key)
    })
    .await
}

/// What people did to a grade or total, oldest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/history", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner"),
        ("kind" = NodeKind, Path, description = "Which sort"), ("node" = u64, Path, description = "The item or category"),
        PageQuery),
    responses((status = 200, description = "Changes", body = Page<GradeChangeView>), Reading)))]
pub(super) async fn history(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<NodePath>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<u64>()?);
    let changes = state.store.read(|read| history::list(read, &actor, path.key(), after, limit + 1))?;
    page::respond(&request, &Page::of(changes, limit, |change| change.id, GradeChangeView::from))
}
