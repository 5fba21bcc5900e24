//! Categories of a question bank.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::question::PoolsQuery;
use crate::domain::access::Permission;
use crate::domain::bank;
use crate::domain::bank::category::{self, Category, CategoryFacts, Tree};
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::question::view::{Description, Markup};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::rich_text::RichText;
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::body::{Body, json};
use crate::http::edit::{Edit, revised};
use crate::http::once::{self, Once};
#[cfg(test)]
use crate::http::problems::{Changing, Making, OnceHeader, Reading};
use crate::http::revision;
use crate::state::State;
use crate::store::Class;

/// A category as an author sends it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoryInput {
    /// The category that it lies in; the top when absent.
    #[serde(default)]
    pub parent: Option<CategoryId>,
    /// Its name, unique beside its siblings.
    pub name: String,
    /// What it is about: HTML, as the category shows it, or a text and how it is written; at most 8,192 bytes as HTML. Absent:
    /// stays as it is; null: nothing.
    #[serde(default, deserialize_with = "Description::sent", skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The author's own identifier, unique in the course.
    #[serde(default)]
    pub id_number: Option<String>,
}

impl CategoryInput {
    fn parse(self) -> Result<CategoryFacts, Refusal> {
        let read = |sent: Description| {
            let (at, Markup { text, format }) = sent.source();
            RichText::from_source(&text, format)
                .map_err(|error| invalid(format!("/description{at}"), error.to_string()))
        };
        let description = self.description.map(read).transpose()?;
        CategoryFacts::parse(self.parent, &self.name, description, self.id_number.as_deref())
    }
}

/// A category.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CategoryView {
    /// Its id.
    pub id: CategoryId,
    /// The category that it lies in.
    pub parent: Option<CategoryId>,
    /// Its name.
    pub name: String,
    /// What it is about, as safe HTML.
    pub description: String,
    /// The author's own identifier.
    pub id_number: Option<String>,
    /// Changes so far: the number in the `ETag`.
    pub revision: u32,
}

revised!(CategoryView);

impl From<&Category> for CategoryView {
    fn from(category: &Category) -> Self {
        Self {
            id: category.id,
            parent: category.parent,
            name: category.name.clone(),
            description: category.description.html().to_owned(),
            id_number: category.id_number.clone(),
            revision: category.revision,
        }
    }
}

/// A category in the list of all.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CategoryRow {
    /// Its id.
    pub id: CategoryId,
    /// The category that it lies in.
    pub parent: Option<CategoryId>,
    /// Names from the top to this one.
    pub path: Vec<String>,
    /// The author's own identifier.
    pub id_number: Option<String>,
}

/// All categories of a bank.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CategoryTree {
    /// In the order of a table of contents; at most 1,000.
    pub items: Vec<CategoryRow>,
}

/// All categories of a course's bank, each directly before those in it.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/question_categories", tag = "questions",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "All categories", body = CategoryTree), Reading)))]
pub async fn list(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let tree = state.store.read(|read| -> Result<Tree, Refusal> {
        bank::require(read, &actor, Permission::ViewQuestions, course)?;
        Tree::read(read, course)
    })?;
    let mut paths: BTreeMap<CategoryId, Vec<String>> = BTreeMap::new();
    let mut items = Vec::new();
    for category in tree.in_order() {
        // Parents come first, so their path is known.
        let mut path = category.parent.and_then(|parent| paths.get(&parent).cloned()).unwrap_or_default();
        path.push(category.name.clone());
        paths.insert(category.id, path.clone());
        let Category { id, parent, id_number, .. } = category.clone();
        items.push(CategoryRow { id, parent, path, id_number });
    }
    json(&CategoryTree { items })
}

/// Makes a category.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/question_categories", tag = "questions",
    params(("course" = u64, Path, description = "The course"), OnceHeader),
    request_body = CategoryInput,
    responses((status = 201, description = "Made", body = CategoryView), Making)))]
pub async fn create(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Once<CategoryInput>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let facts = input.body.parse()?;
    let maker = actor.actor.clone();
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        once::in_course(Permission::EditQuestions, course),
        move |txn| {
            let made = category::create(txn, &maker, course, facts)?;
            let address = format!("/api/courses/{course}/question_categories/{}", made.id);
            Ok((address, CategoryView::from(&made)))
        },
    )
    .await
}

/// One category.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/question_categories/{question_category}", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ("question_category" = u64, Path, description = "The category")),
    responses((status = 200, description = "The category", body = CategoryView), Reading)))]
pub async fn read(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, CategoryId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let found = state.store.read(|read| {
        bank::require(read, &actor, Permission::ViewQuestions, course)?;
        category::get(read, course, id)
    })?;
    revision::json(found.revision, &CategoryView::from(found.as_ref()))
}

/// Changes a category; the whole of it is sent.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/question_categories/{question_category}", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ("question_category" = u64, Path, description = "The category"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    request_body = CategoryInput,
    responses((status = 200, description = "Changed", body = CategoryView), Changing)))]
pub async fn change(
    edit: Edit<(CourseId, CategoryId)>,
    query: Query<PoolsQuery>,
    input: Body<CategoryInput>,
) -> Result<HttpResponse, Refusal> {
    let (place, facts, pools) = (edit.at, input.0.parse()?, query.pools());
    edit.change(move |txn, actor, unchanged| {
        Ok(CategoryView::from(&category::change(txn, actor, place, unchanged, facts, pools)?))
    })
    .await
}

/// Removes a category that holds nothing and that no quiz draws from.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/question_categories/{question_category}", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ("question_category" = u64, Path, description = "The category"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"), Changing)))]
pub async fn delete(edit: Edit<(CourseId, CategoryId)>) -> Result<HttpResponse, Refusal> {
    let place = edit.at;
    edit.remove(move |txn, actor, unchanged| category::delete(txn, actor, place, unchanged)).await
}
