//! Questions and their versions.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::bank::list::{Filter, Place};
use crate::domain::bank::question::{self, Question, QuestionType, QuestionVersion};
use crate::domain::bank::{self, Draft, Pools, change};
use crate::domain::ids::{CategoryId, CourseId, QuestionId, QuizId, UserId};
use crate::domain::question::{QuestionInput, QuestionView};
use crate::domain::quiz::due;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::body::Body;
use crate::http::edit::{Edit, revised};
use crate::http::once::{self, Once};
use crate::http::page::{self, Page, PageQuery, cursor};
#[cfg(test)]
use crate::http::problems::{Changing, Making, OnceHeader, Reading};
use crate::http::revision;
use crate::json::nullable;
use crate::state::State;
use crate::store::{Class, Read};

/// A new question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewQuestion {
    /// Its category; the top of the bank when absent.
    #[serde(default)]
    pub category: Option<CategoryId>,
    /// The question.
    pub question: QuestionInput,
}

/// A question with its newest version.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuestionDetails {
    /// Its id.
    pub id: QuestionId,
    /// The course in whose bank it is.
    pub course: CourseId,
    /// Its category; `null` at the top.
    pub category: Option<CategoryId>,
    /// The number of its newest version.
    pub version: u32,
    /// Not to be used in anything new.
    pub retired: bool,
    /// A quiz or an attempt uses it, so it cannot be deleted.
    pub in_use: bool,
    /// Quizzes whose attempts were marked by another key of it: a regrade with `latest_versions` is due.
    pub regrade_due: Vec<QuizId>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub changed: Timestamp,
    /// Changes so far: the number in the `ETag`.
    pub revision: u32,
    /// What it says, with its key; can be sent back.
    pub question: QuestionView,
}

/// A question in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuestionRow {
    /// Its id.
    pub id: QuestionId,
    /// Its category; `null` at the top.
    pub category: Option<CategoryId>,
    /// Its name.
    pub name: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// Its tags.
    pub tags: Vec<String>,
    /// The author's own identifier.
    pub id_number: Option<String>,
    /// The number of its newest version.
    pub version: u32,
    /// Not to be used in anything new.
    pub retired: bool,
    /// When it was changed last.
    pub changed: Timestamp,
    /// Changes so far.
    pub revision: u32,
}

impl From<Arc<Question>> for QuestionRow {
    fn from(question: Arc<Question>) -> Self {
        let question = question.as_ref().clone();
        Self {
            id: question.id,
            category: question.category,
            name: question.name,
            kind: question.kind,
            tags: question.tags,
            id_number: question.id_number,
            version: question.latest,
            retired: question.retired,
            changed: question.changed,
            revision: question.revision,
        }
    }
}

/// A version in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct VersionRow {
    /// Its number, from 1.
    pub version: u32,
    /// The name that the question had.
    pub name: String,
    /// The kind that it was.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// Who made it; `null` for a command on the machine.
    pub author: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// A version.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct VersionDetails {
    /// Its number, from 1.
    pub version: u32,
    /// Who made it; `null` for a command on the machine.
    pub author: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// What the question said, with its key.
    pub question: QuestionView,
}

/// What a list of questions shows.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct ListQuery {
    /// Of this category: an id, or `top` for questions in none.
    pub category: Option<String>,
    /// Also of the categories in it.
    #[serde(default)]
    pub with_children: bool,
    /// With this tag; capitals do not matter.
    pub tag: Option<String>,
    /// Of this kind.
    #[serde(rename = "type")]
    pub kind: Option<QuestionType>,
    /// Whose name begins so; capitals do not matter.
    pub name: Option<String>,
    /// With all these words, of which the first eight are looked at, somewhere in the name, the text, a tag or the identifier; capitals do not
    /// matter. A page looks at some hundreds of questions, so that it may be short or empty and still have a next one.
    pub q: Option<String>,
    /// Retired ones only, or those in use only.
    pub retired: Option<bool>,
    /// Items per page, 1 to 500; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl ListQuery {
    fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, after: self.after.clone() }
    }

    fn parse(self) -> Result<Filter, Refusal> {
        let category = match self.category.as_deref() {
            None => None,
            Some("top") => Some(None),
            Some(text) => {
                let id: u64 = text.parse().map_err(|_| invalid("?category", "is neither an id nor top"))?;
                Some(Some(CategoryId(id)))
            }
        };
        let Self { with_children, tag, kind, name, q, retired, .. } = self;
        Ok(Filter { category, with_children, tag, kind, name, words: q, retired })
    }
}

/// Where something is to be put.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// A category of the same course; `null` for the top.
    #[serde(deserialize_with = "nullable")]
    #[cfg_attr(test, schema(required))]
    pub category: Option<CategoryId>,
}

/// Tags for a question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// All of them, at most 30.
    pub tags: Vec<String>,
}

/// For a change after which a question may not be drawn any more.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct PoolsQuery {
    /// Do it also when published quizzes are left fewer questions than they draw, so that nobody can begin them. Without it
    /// that is refused with 409 `draws_too_few`.
    #[serde(default)]
    leave_too_few: bool,
}

impl PoolsQuery {
    /// What was wished for.
    pub(super) const fn pools(self) -> Pools {
        Pools::of(self.leave_too_few)
    }
}

/// In use or not.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// Not to be used in anything new.
    pub retired: bool,
}

/// Where a new question stands in what is sent.
const QUESTION: &str = "/question";

revised!(QuestionDetails);

/// The details of a question as it is stored.
fn details(read: &impl Read, id: QuestionId) -> Result<QuestionDetails, Refusal> {
    let question = question::get(read, id)?;
    let version = question::version(read, id, question.latest)?;
    Ok(QuestionDetails {
        id,
        course: question.course,
        category: question.category,
        version: question.latest,
        retired: question.retired,
        in_use: bank::is_used(read, id)?,
        regrade_due: due::by_question(read, id)?,
        created: question.created,
        changed: question.changed,
        revision: question.revision,
        question: (&version.body).into(),
    })
}

/// A page of questions: by name, or by id where a category or a tag is asked for.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/questions", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ListQuery),
    responses((status = 200, description = "A page; it may be short and still have a next one", body = Page<QuestionRow>), Reading)))]
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Refusal> {
    let paging = query.page();
    let filter = query.into_inner().parse()?;
    let (limit, after) = (paging.limit()?, paging.after::<Place>()?);
    let (rows, next) = state
        .store
        .read(|read| bank::list::list(read, &actor, course.into_inner(), &filter, after, limit))?;
    let items = rows.into_iter().map(QuestionRow::from).collect();
    page::respond(&request, &Page { items, next: next.as_ref().map(cursor) })
}

/// Makes a question.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/questions", tag = "questions",
    params(("course" = u64, Path, description = "The course"), OnceHeader),
    request_body = NewQuestion,
    responses((status = 201, description = "Made", body = QuestionDetails), Making)))]
pub async fn create(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Once<NewQuestion>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let NewQuestion { category, question } = input.body;
    // Before the work of sanitising texts.
    state.store.read(|read| bank::require(read, &actor, Permission::EditQuestions, course))?;
    let draft = Draft::parse(QUESTION, &question)?;
    let maker = actor.actor.clone();
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        once::in_course(Permission::EditQuestions, course),
        move |txn| {
            let made = change::create(txn, &maker, course, category, QUESTION, draft)?;
            Ok((format!("/api/questions/{}", made.id), details(txn, made.id)?))
        },
    )
    .await
}

/// One question, with its key.
#[cfg_attr(test, utoipa::path(get, path = "/api/questions/{question}", tag = "questions",
    params(("question" = u64, Path, description = "The question")),
    responses((status = 200, description = "The question", body = QuestionDetails), Reading)))]
pub async fn read(
    state: web::Data<State>,
    actor: SignedIn,
    id: web::Path<QuestionId>,
) -> Result<HttpResponse, Refusal> {
    let view = state.store.read(|read| {
        question::open(read, &actor, Permission::ViewQuestions, *id)?;
        details(read, *id)
    })?;
    revision::json(view.revision, &view)
}

/// Makes a new version of a question. Attempts keep the version that they were made with; when another key marks it now,
/// `regrade_due` names the quizzes whose attempts may be marked again.
#[cfg_attr(test, utoipa::path(put, path = "/api/questions/{question}", tag = "questions",
    params(("question" = u64, Path, description = "The question"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    request_body = QuestionInput,
    responses((status = 200, description = "The question with its new version", body = QuestionDetails), Changing)))]
pub async fn edit(
    edit: Edit<QuestionId>,
    query: Query<PoolsQuery>,
    input: Body<QuestionInput>,
) -> Result<HttpResponse, Refusal> {
    let (id, pools) = (edit.at, query.pools());
    // Before the work of sanitising texts.
    let store = &edit.state().store;
    store.read(|read| question::open(read, &edit.actor, Permission::EditQuestions, id))?;
    let draft = Draft::parse("", &input.0)?;
    edit.change(move |txn, actor, unchanged| {
        change::edit(txn, actor, id, unchanged, draft, pools)?;
        details(txn, id)
    })
    .await
}

/// Deletes a question that no quiz and no attempt uses, with all its versions.
#[cfg_attr(test, utoipa::path(delete, path = "/api/questions/{question}", tag = "questions",
    params(("question" = u64, Path, description = "The question"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    responses((status = 204, description = "Deleted"), Changing)))]
pub async fn delete(edit: Edit<QuestionId>, query: Query<PoolsQuery>) -> Result<HttpResponse, Refusal> {
    let (id, pools) = (edit.at, query.pools());
    edit.remove(move |txn, actor, unchanged| change::delete(txn, actor, id, unchanged, pools)).await
}

/// Puts a question into another category of its course.
#[cfg_attr(test, utoipa::path(put, path = "/api/questions/{question}/category", tag = "questions",
    params(("question" = u64, Path, description = "The question"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    request_body = Placement,
    responses((status = 200, description = "Moved", body = QuestionDetails), Changing)))]
pub async fn place(
    edit: Edit<QuestionId>,
    query: Query<PoolsQuery>,
    input: Body<Placement>,
) -> Result<HttpResponse, Refusal> {
    let pools = query.pools();
    let (id, category) = (edit.at, input.0.category);
    edit.change(move |txn, actor, unchanged| {
        change::place(txn, actor, id, unchanged, category, pools)?;
        details(txn, id)
    })
    .await
}

/// Replaces the tags of a question. Tags are part of what a version says, so this makes one.
#[cfg_attr(test, utoipa::path(put, path = "/api/questions/{question}/tags", tag = "questions",
    params(("question" = u64, Path, description = "The question"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    request_body = Tags,
    responses((status = 200, description = "Tagged", body = QuestionDetails), Changing)))]
pub async fn tag(
    edit: Edit<QuestionId>,
    query: Query<PoolsQuery>,
    input: Body<Tags>,
) -> Result<HttpResponse, Refusal> {
    let pools = query.pools();
    let id = edit.at;
    let (revision, mut body) = edit.state().store.read(|read| change::newest_body(read, &edit.actor, id))?;
    edit.check(revision)?;
    body.tags = input.0.tags.iter().map(|tag| tag.trim().to_owned()).collect();
    let draft = Draft::new(body).map_err(|error| bank::draft::refusal("", &error))?;
    // Whatever the client read, the body belongs to the revision that was read here.
    let edit = edit.of(revision);
    edit.change(move |txn, actor, unchanged| {
        change::edit(txn, actor, id, unchanged, draft, pools)?;
        details(txn, id)
    })
    .await
}

/// Takes a question out of use, or back: retired ones are not drawn any more. Published quizzes that would find too few without it
/// are named in a refusal.
#[cfg_attr(test, utoipa::path(put, path = "/api/questions/{question}/retired", tag = "questions",
    params(("question" = u64, Path, description = "The question"),
        ("If-Match" = String, Header, description = "The ETag that was read"), PoolsQuery),
    request_body = Retirement,
    responses((status = 200, description = "Done", body = QuestionDetails), Changing)))]
pub async fn retire(
    edit: Edit<QuestionId>,
    query: Query<PoolsQuery>,
    input: Body<Retirement>,
) -> Result<HttpResponse, Refusal> {
    let pools = query.pools();
    let (id, retired) = (edit.at, input.0.retired);
    edit.change(move |txn, actor, unchanged| {
        change::retire(txn, actor, id, unchanged, retired, pools)?;
        details(txn, id)
    })
    .await
}

/// Versions of a question, the newest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/questions/{question}/versions", tag = "questions",
    params(("question" = u64, Path, description = "The question"), PageQuery),
    responses((status = 200, description = "A page", body = Page<VersionRow>), Reading)))]
pub async fn versions(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    id: web::Path<QuestionId>,
    paging: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (limit, before) = (paging.limit()?, paging.after::<u32>()?);
    let rows =
        state.store.read(|read| question::versions(read, &actor, id.into_inner(), before, limit + 1))?;
    let view = |version: QuestionVersion| VersionRow {
        version: version.version,
        kind: (&version.body.kind).into(),
        name: version.body.name,
        author: version.author,
        at: version.at,
    };
    page::respond(&request, &Page::of(rows, limit, |version| version.version, view))
}

/// One version of a question.
#[cfg_attr(test, utoipa::path(get, path = "/api/questions/{question}/versions/{version}", tag = "questions",
    params(("question" = u64, Path, description = "The question"), ("version" = u32, Path, description = "Its number")),
    responses((status = 200, description = "The version", body = VersionDetails), Reading)))]
pub async fn version(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(QuestionId, u32)>,
) -> Result<HttpResponse, Refusal> {
    let (id, number) = path.into_inner();
    let version = state.store.read(|read| {
        question::open(read, &actor, Permission::ViewQuestions, id)?;
        question::version(read, id, number)
    })?;
    crate::http::body::json(&VersionDetails {
        version: number,
        author: version.author,
        at: version.at,
        question: (&version.body).into(),
    })
}

/// Takes up an older version as the newest one.
#[cfg_attr(test, utoipa::path(post, path = "/api/questions/{question}/versions/{version}/restore", tag = "questions",
    params(("question" = u64, Path, description = "The question"), ("version" = u32, Path, description = "Its number"),
        ("If-Match" = String, Header, description = "The ETag of the question"), PoolsQuery),
    responses((status = 200, description = "The question with its new version", body = QuestionDetails), Changing)))]
pub async fn restore(
    edit: Edit<(QuestionId, u32)>,
    query: Query<PoolsQuery>,
) -> Result<HttpResponse, Refusal> {
    let pools = query.pools();
    let (id, number) = edit.at;
    edit.change(move |txn, actor, unchanged| {
        change::restore(txn, actor, id, unchanged, number, pools)?;
        details(txn, id)
    })
    .await
}
