//! The teacher's matrix: learners by items and totals, in pages.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::domain::decimal::Decimal;
use crate::domain::grade::calc::Points;
use crate::domain::grade::report::{self, Cell, MatrixRow};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::page::{self, Page, PageQuery, cursor};
use crate::http::problems::Reading;
use crate::http::state::State;
use crate::store::Store;

/// Learners per read: some thousand rows at most are read under the shared lock.
const PER_READ: usize = 10;
/// Learners per page: with 500 items each, a page is still a few megabytes.
const MOST_LEARNERS: usize = 100;

/// A learner's line.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = GradeMatrixLine)]
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
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = GradeMatrixCell)]
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
    /// It is left out for this learner.
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

/// Lines of some learners, a few per read, so that writers wait for a few only.
pub(super) fn rows(store: &Store, tree: &Tree, users: &[UserId]) -> Result<Vec<MatrixRow>, Refusal> {
    let mut rows = Vec::with_capacity(users.len());
    for some in users.chunks(PER_READ) {
        store.read(|read| -> Result<(), Refusal> {
            for user in some {
                rows.push(report::matrix_row(read, tree, *user)?);
            }
            Ok(())
        })?;
    }
    Ok(rows)
}

/// Learners by grades, in the order of their accounts. Pages of up to 100; one may be shorter than asked for, because
/// teachers and assistants of the course are not in it. The columns are those of `/grades/structure`.
#[utoipa::path(get, path = "/api/courses/{course}/grades", tag = "grades",
    params(("course" = u64, Path, description = "The course"), PageQuery),
    responses((status = 200, description = "A page of learners", body = Page<LineView>), Reading))]
pub(super) async fn matrix(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let (limit, after) = (query.limit()?.min(MOST_LEARNERS), query.after::<UserId>()?);
    let (tree, users, next) = state.store.read(|read| -> Result<_, Refusal> {
        let tree = report::tree(read, &actor, course)?;
        let (users, next) = report::learners(read, course, after, limit)?;
        Ok((tree, users, next))
    })?;
    let Some(tree) = tree else {
        return page::respond(&request, &Page::<LineView> { items: Vec::new(), next: None });
    };
    let store = state.store.clone();
    let lines = web::block(move || -> Result<Vec<LineView>, Refusal> {
        let items: Vec<u64> = tree.items().iter().map(|(item, _)| item.id.0).collect();
        let categories: Vec<u64> = tree.categories().iter().map(|category| category.id.0).collect();
        let rows = rows(&store, &tree, &users)?;
        Ok(rows.into_iter().map(|row| line_view(&tree, &items, &categories, row)).collect())
    })
    .await
    .map_err(|error| crate::domain::refusal::INTERNAL.refuse(error.to_string()))??;
    page::respond(&request, &Page { items: lines, next: next.map(|user| cursor(&user)) })
}
