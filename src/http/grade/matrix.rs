//! The teacher's matrix: learners by items and totals, in pages.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::domain::decimal::Decimal;
use crate::domain::grade::calc::Points;
use crate::domain::grade::report::{self, Cell, MatrixRow, NamePlace};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::job::JobKind;
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::beside::beside;
use crate::http::page::{self, Page, PageQuery, cursor};
#[cfg(test)]
use crate::http::problems::{Problem, Reading};
use crate::http::stream::{self, NDJSON, Then};
use crate::http::trail::Trail;
use crate::jobs::export::{GradePage, grade_rows};
use crate::state::State;
use crate::store::Store;

/// Names per read.
const NAMES_PER_READ: usize = 200;
/// Learners per page: with 500 items each, a page is still a few megabytes.
const MOST_LEARNERS: usize = 100;

/// A learner's line.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeMatrixLine))]
pub(super) struct LineView {
    /// The learner.
    user: UserId,
    /// Their username.
    username: String,
    /// Their name.
    name: String,
    /// Per item, in the order of the structure.
    items: Vec<CellView>,
    /// Per category, in the order of the structure; the course's own first.
    categories: Vec<CellView>,
    /// The letter of the course's total.
    letter: Option<String>,
}

/// A grade or total.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeMatrixCell))]
pub(super) struct CellView {
    /// The item or category.
    node: u64,
    /// The points that stand; exact.
    points: Option<Decimal>,
    /// Of this maximum.
    max: Option<Decimal>,
    /// The percentage as the course shows it.
    shown: Option<String>,
    /// It is an override.
    overridden: bool,
    /// Somebody left it out for this learner.
    excluded: bool,
}

fn line_view(tree: &Tree, items: &[u64], categories: &[u64], row: MatrixRow) -> LineView {
    let cell = |(node, cell): (&u64, &Cell)| CellView {
        node: *node,
        points: cell.standing.map(|standing| standing.points),
        max: cell.standing.map(|standing| standing.max),
        shown: cell
            .standing
            .and_then(Points::percentage)
            .map(|percentage| tree.gradebook.decimals.show(percentage)),
        overridden: cell.overridden,
        excluded: cell.excluded,
    };
    LineView {
        user: row.learner.user,
        username: row.learner.username,
        name: row.learner.name,
        items: items.iter().zip(&row.items).map(cell).collect(),
        categories: categories.iter().zip(&row.categories).map(cell).collect(),
        letter: row.letter,
    }
}

/// The items and the categories of a tree, in its order.
fn nodes(tree: &Tree) -> (Vec<u64>, Vec<u64>) {
    let items = tree.items().iter().map(|(item, _)| item.id.0).collect();
    let categories = tree.categories().iter().map(|category| category.id.0).collect();
    (items, categories)
}

/// In which order learners come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, schema(as = GradeMatrixSort))]
pub(super) enum Sort {
    /// That of their accounts.
    #[default]
    Account,
    /// Family name, given name, account; capitals do not matter.
    Name,
}

/// The query of the matrix.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(super) struct MatrixQuery {
    /// `name` or `account`; `account` when absent.
    #[serde(default)]
    #[cfg_attr(test, param(inline))]
    sort: Sort,
    /// Learners per page, 1 to 500, where a page has 100 at most; 50 when absent.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Where a page begins.
enum After {
    Account(Option<UserId>),
    Name(Option<NamePlace>),
}

/// Learners of a page, and the cursor of the next one.
fn learners(
    store: &Store,
    course: CourseId,
    after: After,
    limit: usize,
) -> Result<(Vec<UserId>, Option<String>), Refusal> {
    match after {
        After::Account(after) => {
            let (users, next) = store.read(|read| report::learners(read, course, after, limit))?;
            Ok((users, next.map(|user| cursor(&user))))
        }
        After::Name(after) => {
            let mut places = by_name(store, course)?;
            places.drain(..after.map_or(0, |after| places.partition_point(|place| *place <= after)));
            let more = places.len() > limit;
            places.truncate(limit);
            let next = places.last().filter(|_| more).map(cursor);
            Ok((places.into_iter().map(|(_, user)| user).collect(), next))
        }
    }
}

/// All learners in the order of names, read some at a time, so that writers do not wait for all of them.
fn by_name(store: &Store, course: CourseId) -> Result<Vec<NamePlace>, Refusal> {
    store.read(|read| report::require_sortable(read, course))?;
    let (mut places, mut after) = (Vec::new(), None);
    loop {
        let next = store.read(|read| -> Result<_, Refusal> {
            let (users, next) = report::learners(read, course, after, NAMES_PER_READ)?;
            places.extend(report::name_places(read, &users)?);
            Ok(next)
        })?;
        if next.is_none() {
            break;
        }
        after = next;
    }
    places.sort_unstable();
    Ok(places)
}

/// Learners by grades, in the order of their accounts or, with `sort=name`, of their names: that is for courses with at
/// most 2000 people; larger ones answer 409 `too_many_to_sort`. Pages of up to 100; one in the order of accounts may be
/// shorter than asked for, because teachers and assistants of the course are not in it. A cursor is for the order in
/// which it was given. The columns are those of `/grades/structure`.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades", tag = "grades",
    params(("course" = u64, Path, description = "The course"), MatrixQuery),
    responses((status = 200, description = "A page of learners", body = Page<LineView>), Reading,
        (status = 409, description = "Too many people for this order", body = Problem,
            content_type = "application/problem+json"))))]
pub(super) async fn matrix(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<MatrixQuery>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let MatrixQuery { sort, limit, after } = query.into_inner();
    let query = PageQuery { limit, after };
    let limit = query.limit()?.min(MOST_LEARNERS);
    let after = match sort {
        Sort::Account => After::Account(query.after()?),
        Sort::Name => After::Name(query.after()?),
    };
    let tree = state.store.read(|read| report::tree(read, &actor, course))?;
    let Some(tree) = tree else {
        return page::respond(&request, &Page::<LineView> { items: Vec::new(), next: None });
    };
    let store = state.store.clone();
    let page = beside(&state, move || -> Result<Page<LineView>, Refusal> {
        let (users, next) = learners(&store, course, after, limit)?;
        let (items, categories) = nodes(&tree);
        let rows = grade_rows(&store, &tree, &users)?;
        let lines = rows.into_iter().map(|row| line_view(&tree, &items, &categories, row));
        Ok(Page { items: lines.collect(), next })
    })
    .await?;
    page::respond(&request, &page)
}

/// The whole matrix, a learner per line, in the order of accounts. Nodes are those of `/grades/structure`; in a line that
/// was read behind a change of the structure they are the new ones.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/export/grades", tag = "grades",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "A GradeMatrixLine per line", content_type = "application/x-ndjson",
        body = LineView), Reading)))]
pub(super) async fn export(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let noted = trail.of(JobKind::GradesExport.name(), format!("course {course}"), Some(course));
    let mut after = None;
    let name = format!("grades-{course}.ndjson");
    stream::file(&state, &actor, NDJSON, &name, noted, move |state, actor, to| {
        let page = GradePage::read(&state.store, actor, course, after)?;
        if let Some(tree) = &page.tree {
            let (items, categories) = nodes(tree);
            for row in page.rows {
                stream::line(to, &line_view(tree, &items, &categories, row))?;
            }
        }
        after = page.next;
        Ok(Then::from(&after))
    })
    .await
}
