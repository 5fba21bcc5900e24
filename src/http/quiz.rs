//! Quizzes: making and changing them, overrides, the check, and what a learner sees before the start.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::address::Query;
use super::body::{Body, json};
use super::edit::{Edit, revised};
use super::once::{self, Once};
use super::page::{Page, PageQuery, respond};
#[cfg(test)]
use super::problems::{self, OnceHeader, Problem};
use super::revision;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::attempt::{result, review, start};
use crate::domain::decimal::Decimal;
use crate::domain::grade;
use crate::domain::ids::{AttemptId, CourseId, GroupId, QuestionId, QuizId, UserId};
use crate::domain::quiz::check::{self, Finding};
use crate::domain::quiz::due::{self, RegradeDue};
use crate::domain::quiz::edit::{self, QuizOverrideInput};
use crate::domain::quiz::input::{QuizInput, QuizName, SlotInput};
use crate::domain::quiz::overrides::OverrideKey;
use crate::domain::quiz::{self, GradeMethod, Override, Quiz, ReviewRules, Who};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::schedule::follow;
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let (edit, see) = (Needs::Course(Permission::EditQuiz), Needs::Course(Permission::ViewAttempts));
    let take = Needs::Course(Permission::ViewCourse);
    // Who waits for a turn looks here where they stand.
    routes.add(Method::GET, "/api/quizzes/{quiz}/overview", Class::Interactive, take, overview);
    routes.add(Method::GET, "/api/quizzes/{quiz}", Class::Interactive, see, show);
    routes.add(Method::PUT, "/api/quizzes/{quiz}", Class::Interactive, edit, change);
    routes.add(Method::DELETE, "/api/quizzes/{quiz}", Class::Interactive, edit, remove);
    routes.add(Method::GET, "/api/quizzes/{quiz}/check", Class::Interactive, edit, check_quiz);
    routes.add(Method::POST, "/api/quizzes/{quiz}/copies", Class::Interactive, edit, duplicate);
    routes.add(Method::GET, "/api/courses/{course}/quizzes", Class::Browse, take, list);
    routes.add(Method::POST, "/api/courses/{course}/quizzes", Class::Interactive, edit, create);
    routes.add(Method::GET, "/api/quizzes/{quiz}/overrides", Class::Interactive, see, list_overrides);
    let (user, group) =
        ("/api/quizzes/{quiz}/overrides/users/{user}", "/api/quizzes/{quiz}/overrides/groups/{group}");
    routes.add(Method::PUT, user, Class::Interactive, edit, set_user_override);
    routes.add(Method::DELETE, user, Class::Interactive, edit, remove_user_override);
    routes.add(Method::PUT, group, Class::Interactive, edit, set_group_override);
    routes.add(Method::DELETE, group, Class::Interactive, edit, remove_group_override);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    overview,
    show,
    change,
    remove,
    check_quiz,
    duplicate,
    list,
    create,
    list_overrides,
    set_user_override,
    remove_user_override,
    set_group_override,
    remove_group_override
))]
pub struct Api;

/// A quiz, for who runs it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "a view of facts that are each true or not")]
pub struct QuizView {
    /// Its id.
    pub id: QuizId,
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub name: String,
    /// Shown before the start, as safe HTML.
    pub description: String,
    /// May learners start it?
    pub published: bool,
    /// What is asked.
    pub slots: Vec<SlotInput>,
    /// Questions of one attempt.
    pub questions: usize,
    /// Points of one attempt.
    pub max_points: Decimal,
    /// Another order of questions for every attempt.
    pub shuffle_questions: bool,
    /// Another order of options for every attempt, where the question allows it.
    pub shuffle_options: bool,
    /// Not before.
    pub opens: Option<Timestamp>,
    /// Not after.
    pub closes: Option<Timestamp>,
    /// Time for one attempt.
    pub time_limit_ms: Option<u64>,
    /// How often.
    pub attempts_allowed: Option<u16>,
    /// Which attempt counts.
    pub grade_method: GradeMethod,
    /// What learners see of their attempts, and when.
    pub review: ReviewRules,
    /// Is an access code asked for? The code itself is kept as a hash and cannot be shown.
    pub has_access_code: bool,
    /// Only from these ranges of addresses.
    pub networks: Vec<String>,
    /// An attempt with so many per cent of the points passes; when null nobody passes or fails.
    pub pass_percent: Option<u8>,
    /// Attempts begun.
    pub attempts: i64,
    /// What was changed under the marks of attempts, until a regrade has looked at them.
    pub regrade_due: Option<RegradeDueView>,
    /// When it was made.
    pub created: Timestamp,
    /// Changes so far, for If-Match.
    pub revision: u32,
}

revised!(QuizView);

impl QuizView {
    fn of(read: &impl Read, quiz: &Quiz) -> Result<Self, Refusal> {
        let attempts = quiz::attempts(read, quiz.id)?;
        let due = due::of(read, quiz.id)?;
        Ok(Self {
            id: quiz.id,
            course: quiz.course,
            name: quiz.name.clone(),
            description: quiz.description.html().to_owned(),
            published: quiz.published,
            slots: quiz.slots.iter().map(SlotInput::from).collect(),
            questions: quiz.paper_length(),
            max_points: quiz.max_points,
            shuffle_questions: quiz.shuffle_questions,
            shuffle_options: quiz.shuffle_options,
            opens: quiz.opens,
            closes: quiz.closes,
            time_limit_ms: quiz.time_limit_ms,
            attempts_allowed: quiz.attempts_allowed,
            grade_method: quiz.grade_method,
            review: quiz.review,
            has_access_code: quiz.access_code.is_some(),
            networks: quiz.networks.iter().map(ToString::to_string).collect(),
            pass_percent: quiz.pass_percent,
            attempts,
            regrade_due: due.as_deref().map(RegradeDueView::of),
            created: quiz.created,
            revision: quiz.revision,
        })
    }
}

/// What was changed under marks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RegradeDueView {
    /// The first change.
    pub since: Timestamp,
    /// Slots give other points.
    pub points: bool,
    /// Another attempt of a learner counts.
    pub grade_method: bool,
    /// Questions that are marked by another key now.
    pub questions: Vec<QuestionId>,
    /// Attempts begun before the last change: so many at most are concerned.
    pub attempts: u64,
    /// `POST` here says whose marks would change and changes nothing; without `dry_run=true` it changes them.
    pub preview: String,
}

impl RegradeDueView {
    fn of(due: &RegradeDue) -> Self {
        let versions = if due.questions.is_empty() { "" } else { "&latest_versions=true" };
        Self {
            since: due.since,
            points: due.points,
            grade_method: due.grade_method,
            questions: due.questions.clone(),
            attempts: due.attempts,
            preview: format!("/api/quizzes/{}/regrade?dry_run=true{versions}", due.quiz),
        }
    }
}

/// A quiz in a list.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuizLine {
    /// Its id.
    pub id: QuizId,
    /// What it is called.
    pub name: String,
    /// May learners start it?
    pub published: bool,
    /// Not before, for everybody without an override.
    pub opens: Option<Timestamp>,
    /// Not after, for everybody without an override.
    pub closes: Option<Timestamp>,
    /// Points of one attempt.
    pub max_points: Decimal,
}

/// What a copy is called.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuizCopyInput {
    /// 1 to 200 characters.
    pub name: String,
}

/// Makes another quiz like this one in the same course: its settings, access code and questions, as a draft. It has no
/// overrides, no attempts and no place in the outline.
#[cfg_attr(test, utoipa::path(post, path = "/api/quizzes/{quiz}/copies", tag = "quizzes", request_body = QuizCopyInput,
    params(("quiz" = QuizId, Path), OnceHeader),
    responses((status = 201, description = "Made", body = QuizView), problems::Making)))]
async fn duplicate(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    input: Once<QuizCopyInput>,
) -> Result<HttpResponse, Refusal> {
    let name = QuizName::parse(&input.body.name)?;
    let (maker, quiz) = (actor.actor.clone(), *quiz);
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        move |txn, actor| quiz::require(txn, actor, Permission::EditQuiz, quiz).map(drop),
        move |txn| {
            let quiz = edit::duplicate(txn, &maker, quiz, name)?;
            Ok((format!("/api/quizzes/{}", quiz.id), QuizView::of(txn, &quiz)?))
        },
    )
    .await
}

/// What a learner sees of a quiz before the start.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuizOverview {
    /// Its id.
    pub id: QuizId,
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub name: String,
    /// What it is about, as safe HTML.
    pub description: String,
    /// Questions of one attempt.
    pub questions: usize,
    /// Points of one attempt.
    pub max_points: Decimal,
    /// Not before, for this learner.
    pub opens: Option<Timestamp>,
    /// Not after, for this learner.
    pub closes: Option<Timestamp>,
    /// Time for one attempt, for this learner.
    pub time_limit_ms: Option<u64>,
    /// Attempts of this learner in all.
    pub attempts_allowed: u16,
    /// Which attempt counts.
    pub grade_method: GradeMethod,
    /// Is an access code asked for at the start?
    pub needs_access_code: bool,
    /// Attempts begun.
    pub attempts_used: u16,
    /// The attempt that runs.
    pub running: Option<AttemptId>,
    /// Attempts handed in.
    pub finished: Vec<AttemptId>,
    /// Does a response wait for a mark by hand?
    pub awaits_marking: bool,
    /// Points that count, when they may be seen now.
    pub points: Option<Decimal>,
    /// Points that stand in the grades instead, because a teacher put them there; `null` when nobody did or they may not be
    /// seen now.
    pub overridden: Option<Decimal>,
    /// The attempt that `points` are of, where it is one; `null` also while a regrade would have another one count.
    pub counting: Option<AttemptId>,
    /// The server's time.
    pub server_time: Timestamp,
}

/// What is wrong with a quiz.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuizCheck {
    /// No errors: it may be published.
    pub ready: bool,
    /// Points of one attempt.
    pub max_points: Decimal,
    /// People enrolled in the course whose role may take quizzes.
    pub enrolled: u64,
    /// The most learners in exams at once while this one is open, those of other exams among them.
    pub at_once: u64,
    /// How many this machine carries by the last capacity report, less its margin; absent when that was not measured.
    pub recommended: Option<u32>,
    /// Everything that was found.
    pub problems: Vec<Finding>,
}

/// An override.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuizOverrideView {
    /// For this learner.
    pub user: Option<UserId>,
    /// For this group.
    pub group: Option<GroupId>,
    /// What is different.
    pub change: QuizOverrideInput,
}

impl QuizOverrideView {
    fn of(row: &Override) -> Self {
        let (user, group) = match row.who {
            Who::User(user) => (Some(user), None),
            Who::Group(group) => (None, Some(group)),
        };
        Self { user, group, change: row.into() }
    }
}

/// Random bytes for whoever needs some.
pub fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(bytes)
}

/// The quizzes of a course. Learners see those that are published; one that an item of the course shows they see while that is
/// open to them, or when they have begun it.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/quizzes", tag = "quizzes",
    params(("course" = CourseId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<QuizLine>), problems::Reading)))]
async fn list(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<QuizId>()?);
    let (quizzes, next) = state.store.read(|read| quiz::of_course(read, &actor, *course, after, limit))?;
    let items = quizzes
        .iter()
        .map(|quiz| QuizLine {
            id: quiz.id,
            name: quiz.name.clone(),
            published: quiz.published,
            opens: quiz.opens,
            closes: quiz.closes,
            max_points: quiz.max_points,
        })
        .collect();
    respond(&request, &Page { items, next: next.as_ref().map(super::page::cursor) })
}

/// Makes a quiz.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/quizzes", tag = "quizzes", request_body = QuizInput,
    params(("course" = CourseId, Path), OnceHeader),
    responses((status = 201, description = "Made", body = QuizView), problems::Making)))]
async fn create(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    input: Once<QuizInput>,
) -> Result<HttpResponse, Refusal> {
    let facts = input.body.parse(random()?)?;
    let (maker, course) = (actor.actor.clone(), *course);
    once::create(
        &state,
        Class::Interactive,
        &actor,
        input.key,
        once::in_course(Permission::EditQuiz, course),
        move |txn| {
            let quiz = edit::create(txn, &maker, course, facts)?;
            Ok((format!("/api/quizzes/{}", quiz.id), QuizView::of(txn, &quiz)?))
        },
    )
    .await
}

/// A quiz, for who runs it.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}", tag = "quizzes", params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "The quiz, with its ETag", body = QuizView), problems::Reading)))]
async fn show(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    let view = state
        .store
        .read(|read| QuizView::of(read, &*quiz::require(read, &actor, Permission::ViewAttempts, *quiz)?))?;
    revision::json(view.revision, &view)
}

/// Replaces a quiz. Once somebody began it, its slots keep their sources and order; their points may change. Marks follow
/// with a regrade; until then `regrade_due` says what differs. With another closing time or time limit attempts that run get
/// the deadline by it where that is later, and one without a deadline gets one by what is changed, this moment where that is past,
/// unless it was reopened without an end; nobody's time becomes shorter.
#[cfg_attr(test, utoipa::path(put, path = "/api/quizzes/{quiz}", tag = "quizzes", request_body = QuizInput,
    params(("quiz" = QuizId, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "Changed", body = QuizView), problems::Changing)))]
async fn change(edit: Edit<QuizId>, input: Body<QuizInput>) -> Result<HttpResponse, Refusal> {
    let (id, facts) = (edit.at, input.0.parse(random()?)?);
    let state = edit.state().clone();
    let write = edit.write(move |txn, actor, unchanged| {
        let changed = edit::change(txn, actor, id, unchanged, facts)?;
        QuizView::of(txn, &changed)
    });
    let view = write.await?;
    follow(&state, Some(id)).await;
    revision::json(view.revision, &view)
}

/// Removes a quiz that nobody began and that no item of the course shows, with what learners have in the gradebook for it all
/// the same, from a file or by hand; where anybody has, that takes `edit_grades`, too.
#[cfg_attr(test, utoipa::path(delete, path = "/api/quizzes/{quiz}", tag = "quizzes",
    params(("quiz" = QuizId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Removed"), problems::Changing,
        (status = 409, description = "Attempts stand on it, or an item shows it", body = Problem,
            content_type = "application/problem+json"))))]
async fn remove(edit: Edit<QuizId>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    edit.remove(move |txn, actor, unchanged| edit::remove(txn, actor, id, unchanged)).await
}

/// What is wrong with a quiz, asked before it opens: in the quiz itself and around it (course, outline, overrides, how many
/// learners come and how many this machine carries).
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/check", tag = "quizzes", params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "What was found", body = QuizCheck), problems::Reading)))]
async fn check_quiz(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    let checked = state.store.read(|read| check::of(read, &actor, *quiz))?;
    json(&QuizCheck {
        ready: checked.is_ready(),
        max_points: checked.quiz.max_points,
        enrolled: checked.crowd.enrolled,
        at_once: checked.crowd.at_once,
        recommended: checked.crowd.recommended,
        problems: checked.findings,
    })
}

/// What a learner sees of a quiz before the start: with their own dates, and where they stand.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/overview", tag = "quizzes", params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "The quiz for this learner", body = QuizOverview), problems::Reading)))]
async fn overview(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    let view = state.store.read(|read| -> Result<_, Refusal> {
        let quiz = quiz::visible(read, &actor, *quiz)?;
        let terms = quiz::terms(read, &quiz, actor.user)?;
        let (finished, running, attempts_used) = result::of_learner(read, &quiz, actor.user)?;
        let visible = review::points_visible(read, &quiz, actor.user, actor.now)?;
        let (points, counting) = result::that_counts(read, &quiz, actor.user, &finished)?;
        let overridden = if visible { grade::replaced(read, quiz.id, actor.user, actor.now)? } else { None };
        let overridden = overridden.map(|points| points.points);
        Ok(QuizOverview {
            id: quiz.id,
            course: quiz.course,
            name: quiz.name.clone(),
            description: quiz.description.html().to_owned(),
            questions: quiz.paper_length(),
            max_points: quiz.max_points,
            opens: terms.opens,
            closes: terms.closes,
            time_limit_ms: terms.time_limit_ms,
            attempts_allowed: start::attempts_allowed(&terms),
            grade_method: quiz.grade_method,
            needs_access_code: quiz.access_code.is_some(),
            attempts_used,
            running,
            awaits_marking: finished.iter().any(|attempt| attempt.points.is_none()),
            finished: finished.iter().map(|attempt| attempt.attempt).collect(),
            points: points.filter(|_| visible),
            overridden,
            counting: counting.filter(|_| visible),
            server_time: actor.now,
        })
    })?;
    json(&view)
}

/// Overrides of a quiz: learners first, then groups.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/overrides", tag = "quizzes",
    params(("quiz" = QuizId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<QuizOverrideView>), problems::Reading)))]
async fn list_overrides(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<OverrideKey>()?);
    let rows = state.store.read(|read| edit::overrides(read, &actor, *quiz, after, limit + 1))?;
    respond(
        &request,
        &Page::of(rows, limit, |row| Override::key_of(row.quiz, row.who), |row| QuizOverrideView::of(&row)),
    )
}

async fn set(
    state: &State,
    actor: SignedIn,
    quiz: QuizId,
    who: Who,
    input: QuizOverrideInput,
) -> Result<HttpResponse, Refusal> {
    let by = actor.actor;
    let row = state
        .store
        .write(Class::Interactive, move |txn| edit::set_override(txn, &by, quiz, who, |_| Ok(()), &input))
        .await?;
    follow(state, Some(quiz)).await;
    json(&QuizOverrideView::of(&row))
}

async fn unset(state: &State, actor: SignedIn, quiz: QuizId, who: Who) -> Result<HttpResponse, Refusal> {
    let by = actor.actor;
    state
        .store
        .write(Class::Interactive, move |txn| edit::remove_override(txn, &by, quiz, who, |_| Ok(())))
        .await?;
    follow(state, Some(quiz)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets what is different for a learner. An attempt that runs gets the deadline by it where that is later.
#[cfg_attr(test, utoipa::path(put, path = "/api/quizzes/{quiz}/overrides/users/{user}", tag = "quizzes",
    request_body = QuizOverrideInput, params(("quiz" = QuizId, Path), ("user" = UserId, Path)),
    responses((status = 200, description = "Set", body = QuizOverrideView), problems::Making)))]
async fn set_user_override(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(QuizId, UserId)>,
    input: Body<QuizOverrideInput>,
) -> Result<HttpResponse, Refusal> {
    let (quiz, user) = *path;
    set(&state, actor, quiz, Who::User(user), input.0).await
}

/// Takes a learner's override back. An attempt that runs keeps its deadline where that is later, and one without a deadline gets
/// none.
#[cfg_attr(test, utoipa::path(delete, path = "/api/quizzes/{quiz}/overrides/users/{user}", tag = "quizzes",
    params(("quiz" = QuizId, Path), ("user" = UserId, Path)),
    responses((status = 204, description = "Taken back"), problems::Reading)))]
async fn remove_user_override(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(QuizId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (quiz, user) = *path;
    unset(&state, actor, quiz, Who::User(user)).await
}

/// Sets what is different for a group. Of several groups of a learner the most generous counts. Attempts that run get the
/// deadline by it where that is later.
#[cfg_attr(test, utoipa::path(put, path = "/api/quizzes/{quiz}/overrides/groups/{group}", tag = "quizzes",
    request_body = QuizOverrideInput, params(("quiz" = QuizId, Path), ("group" = GroupId, Path)),
    responses((status = 200, description = "Set", body = QuizOverrideView), problems::Making)))]
async fn set_group_override(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(QuizId, GroupId)>,
    input: Body<QuizOverrideInput>,
) -> Result<HttpResponse, Refusal> {
    let (quiz, group) = *path;
    set(&state, actor, quiz, Who::Group(group), input.0).await
}

/// Takes a group's override back. Attempts that run keep their deadline where that is later, and those without a deadline get
/// none.
#[cfg_attr(test, utoipa::path(delete, path = "/api/quizzes/{quiz}/overrides/groups/{group}", tag = "quizzes",
    params(("quiz" = QuizId, Path), ("group" = GroupId, Path)),
    responses((status = 204, description = "Taken back"), problems::Reading)))]
async fn remove_group_override(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(QuizId, GroupId)>,
) -> Result<HttpResponse, Refusal> {
    let (quiz, group) = *path;
    unset(&state, actor, quiz, Who::Group(group)).await
}
