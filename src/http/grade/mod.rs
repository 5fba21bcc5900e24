//! The gradebook over HTTP: its tree, grades by hand, reports, the matrix, CSV out and in.

mod entry;
mod matrix;
mod report;
mod sheet;
mod structure;

use actix_web::http::Method;
use serde::Deserialize;

use super::routes::{Needs, Routes};
use crate::domain::access::Permission;
use crate::domain::grade::category::Node;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, UserId};
use crate::store::Class;

const VIEW: Needs = Needs::Course(Permission::ViewGrades);
const EDIT: Needs = Needs::Course(Permission::EditGrades);

/// Routes of this noun.
pub fn routes(routes: &mut Routes) {
    use Class::{Browse, Bulk, Interactive, Report};
    let own = Needs::Course(Permission::ViewOwnGrades);
    routes.add(Method::GET, "/api/courses/{course}/grades/me", Browse, own, report::own);
    routes.add(Method::GET, "/api/courses/{course}/grades", Report, VIEW, matrix::matrix);
    routes.add(Method::GET, "/api/courses/{course}/grades/learners/{user}", Report, VIEW, report::of_learner);

    routes.add(Method::POST, "/api/courses/{course}/grades/many", Interactive, EDIT, entry::set_many);
    let at = "/api/courses/{course}/grades/learners/{user}/items/{item}";
    routes.add(Method::GET, at, Browse, VIEW, entry::read);
    routes.add(Method::PUT, at, Interactive, EDIT, entry::set);
    let at = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/override";
    routes.add(Method::PUT, at, Interactive, EDIT, entry::put_override);
    routes.add(Method::DELETE, at, Interactive, EDIT, entry::delete_override);
    let at = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/exclusion";
    routes.add(Method::PUT, at, Interactive, EDIT, entry::exclude);
    let at = "/api/courses/{course}/grades/learners/{user}/{kind}/{node}/history";
    routes.add(Method::GET, at, Browse, VIEW, entry::history);

    routes.add(Method::GET, "/api/courses/{course}/grades/structure", Browse, VIEW, structure::structure);
    routes.add(Method::POST, "/api/courses/{course}/grades/items", Interactive, EDIT, structure::add_item);
    let at = "/api/courses/{course}/grades/items/{item}";
    routes.add(Method::GET, at, Browse, VIEW, structure::read_item);
    routes.add(Method::PATCH, at, Interactive, EDIT, structure::change_item);
    routes.add(Method::DELETE, at, Interactive, EDIT, structure::remove_item);
    let at = "/api/courses/{course}/grades/categories";
    routes.add(Method::POST, at, Interactive, EDIT, structure::add_category);
    let at = "/api/courses/{course}/grades/categories/{category}";
    routes.add(Method::GET, at, Browse, VIEW, structure::read_category);
    routes.add(Method::PATCH, at, Interactive, EDIT, structure::change_category);
    routes.add(Method::DELETE, at, Interactive, EDIT, structure::remove_category);
    let at = "/api/courses/{course}/grades/categories/{category}/order";
    routes.add(Method::PUT, at, Interactive, EDIT, structure::order);
    let at = "/api/courses/{course}/grades/{kind}/{node}/release";
    routes.add(Method::POST, at, Interactive, EDIT, structure::release);
    let at = "/api/courses/{course}/grades/scale";
    routes.add(Method::GET, at, Browse, VIEW, structure::read_scale);
    routes.add(Method::PUT, at, Interactive, EDIT, structure::change_scale);

    routes.add(Method::GET, "/api/courses/{course}/export/grades", Bulk, VIEW, matrix::export);
    routes.add(Method::GET, "/api/courses/{course}/grades/export", Bulk, VIEW, sheet::export);
    routes.add(Method::POST, "/api/courses/{course}/grades/import", Bulk, EDIT, sheet::import);
}

/// The documents of this noun.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        report::own,
        report::of_learner,
        matrix::matrix,
        matrix::export,
        entry::set_many,
        entry::read,
        entry::set,
        entry::put_override,
        entry::delete_override,
        entry::exclude,
        entry::history,
        structure::structure,
        structure::add_item,
        structure::read_item,
        structure::change_item,
        structure::remove_item,
        structure::add_category,
        structure::read_category,
        structure::change_category,
        structure::remove_category,
        structure::order,
        structure::release,
        structure::read_scale,
        structure::change_scale,
        sheet::export,
        sheet::import
    ),
    components(schemas(NodeKind, sheet::ExportFormat))
)]
pub struct Api;

/// Items or categories, in a path.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, schema(as = GradeNodeKind))]
pub enum NodeKind {
    /// Grade items.
    Items,
    /// Grade categories.
    Categories,
}

impl NodeKind {
    /// The one of this sort.
    pub const fn node(self, id: u64) -> Node {
        match self {
            Self::Items => Node::Item(GradeItemId(id)),
            Self::Categories => Node::Category(GradeCategoryId(id)),
        }
    }
}

/// A learner's grade of an item or total of a category, in a path.
#[derive(Debug, Clone, Copy, Deserialize)]
struct NodePath {
    course: CourseId,
    user: UserId,
    kind: NodeKind,
    node: u64,
}

impl NodePath {
    const fn key(self) -> (CourseId, UserId, Node) {
        (self.course, self.user, self.kind.node(self.node))
    }
}
