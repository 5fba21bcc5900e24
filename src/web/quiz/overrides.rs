//! What is different for single learners and groups: the list, and for whom to make one.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account;
use crate::domain::group::{self, Group};
use crate::domain::ids::{CourseId, QuizId, UserId};
use crate::domain::limits::searched;
use crate::domain::quiz::overrides::{AttemptsChange, OverrideKey, TimeChange};
use crate::domain::quiz::{Override, Who, edit};
use crate::domain::refusal::Refusal;
use crate::domain::{enrolment, quiz};
use crate::http::beside::beside;
use crate::http::page::{PageQuery, cursor};
use crate::state::State;
use crate::store::Read;
use crate::web::course::CoursePlace;
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::Visitor;

/// Overrides on a page.
const PER_PAGE: usize = 100;
/// Enrolments per read.
const PER_READ: usize = 200;
/// People that are offered at once; a longer list is narrowed by a name.
const MOST_OFFERED: usize = 50;
/// Groups to choose from: all that a course may have.
const MOST_GROUPS: usize = 500;

/// How somebody is called.
pub(super) fn name_of(read: &impl Read, course: CourseId, who: Who) -> Result<String, Refusal> {
    match who {
        Who::User(user) => account::name_of(read, user),
        Who::Group(group) => Ok(group::get(read, course, group)?.name.clone()),
    }
}

/// The address of what is different for somebody.
pub(super) fn address(quiz: QuizId, who: Who) -> String {
    match who {
        Who::User(user) => format!("/quizzes/{quiz}/overrides/users/{user}"),
        Who::Group(group) => format!("/quizzes/{quiz}/overrides/groups/{group}"),
    }
}

struct Line {
    row: Override,
    name: String,
}

#[derive(Template)]
#[template(path = "quiz/overrides.html")]
struct OverridesPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    edits: bool,
    lines: &'a [Line],
    next: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
impl OverridesPage<'_> {
    fn address(&self, line: &Line) -> String {
        address(self.at.quiz.id, line.row.who)
    }

    const fn is_group(line: &Line) -> bool {
        matches!(line.row.who, Who::Group(_))
    }

    fn time(&self, change: &TimeChange) -> String {
        match change {
            TimeChange::Limit(limit) => self.frame.t1("quiz-has-limit", "span", self.frame.span(limit)),
            TimeChange::Extra(extra) => self.frame.t1("quiz-has-extra", "span", self.frame.span(extra)),
            TimeChange::Unlimited => self.frame.t("quiz-has-no-limit").into_owned(),
        }
    }

    fn attempts(&self, change: &AttemptsChange) -> String {
        match change {
            AttemptsChange::Allowed(count) => self.frame.t1("quiz-has-attempts", "count", *count),
            AttemptsChange::Unlimited => self.frame.t("quiz-has-free-attempts").into_owned(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct From {
    after: Option<String>,
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let after = PageQuery { limit: None, after: from.into_inner().after };
    let after: Option<OverrideKey> = after.after()?;
    let (at, lines, next) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let at = QuizPlace::of(read, actor, Permission::ViewAttempts, id, "overrides")?;
        let mut rows = edit::overrides(read, actor, id, after, PER_PAGE + 1)?;
        let more = rows.len() > PER_PAGE;
        rows.truncate(PER_PAGE);
        let next = rows.last().filter(|_| more).map(|row| cursor(&Override::key_of(id, row.who)));
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.push(Line { name: name_of(read, at.quiz.course, row.who)?, row });
        }
        Ok((at, lines, next))
    })?;
    let frame = &visitor.frame;
    let edits = at.course.can(Permission::EditQuiz);
    frame.show(&OverridesPage { frame, place: &at.course, at: &at, edits, lines: &lines, next })
}

/// Somebody to choose.
struct Person {
    user: UserId,
    name: String,
    has_one: bool,
}

#[derive(Template)]
#[template(path = "quiz/whom.html")]
struct WhomPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    name: &'a str,
    people: &'a [Person],
    /// There are more than are offered.
    more: bool,
    groups: &'a [Group],
}

#[derive(Debug, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    name: String,
}

/// People of the course whose name has this in it, by name, up to one more than are offered.
fn people(
    state: &State,
    actor: &Actor,
    course: CourseId,
    quiz: QuizId,
    wanted: &str,
) -> Result<Vec<Person>, Refusal> {
    let wanted = wanted.to_lowercase();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let count = state.store.read(|read| -> Result<usize, Refusal> {
            let rows = enrolment::list(read, actor, course, after, PER_READ)?;
            after = rows.last().map(|row| row.user);
            for row in &rows {
                let name = name_of(read, course, Who::User(row.user))?;
                if !wanted.is_empty() && !name.to_lowercase().contains(&wanted) {
                    continue;
                }
                let may =
                    access::permissions(read, &Actor::person(row.user, actor.now), Scope::Course(course))?;
                if may.has(Permission::TakeQuiz) {
                    let has_one = read.exists::<Override>(&Override::key_of(quiz, Who::User(row.user)))?;
                    found.push(Person { user: row.user, name, has_one });
                }
            }
            Ok(rows.len())
        })?;
        if count < PER_READ {
            break;
        }
    }
    found.sort_by_cached_key(|person| (person.name.to_lowercase(), person.user));
    found.truncate(MOST_OFFERED + 1);
    Ok(found)
}

pub(super) async fn choose(
    visitor: Visitor,
    id: web::Path<QuizId>,
    search: web::Query<Search>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor().clone(), *id);
    let name = searched(&search.name);
    let (at, groups) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        quiz::require(read, &actor, Permission::EditQuiz, id)?;
        let at = QuizPlace::of(read, &actor, Permission::EditQuiz, id, "overrides")?;
        let groups = group::list(read, &actor, at.quiz.course, None, MOST_GROUPS)?;
        Ok((at, groups))
    })?;
    let (state, course, wanted) = (visitor.state.clone(), at.quiz.course, name.clone());
    let mut people = beside(&visitor.state, move || people(&state, &actor, course, id, &wanted)).await?;
    let more = people.len() > MOST_OFFERED;
    people.truncate(MOST_OFFERED);
    let frame = &visitor.frame;
    let page =
        WhomPage { frame, place: &at.course, at: &at, name: &name, people: &people, more, groups: &groups };
    frame.show(&page)
}
