//! The quizzes of a course, for who runs them: where each stands, and the way to everything about it.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::course::CoursePlace;
use super::frame::Frame;
use super::quiz_place::{Tool, tools};
use super::visitor::Visitor;
use crate::domain::access::{self, Actor, Permission, PermissionSet, Scope};
use crate::domain::attempt::{regrade, supervise};
use crate::domain::ids::{CourseId, QuizId};
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    routes.page("/courses/{course}/quizzes", Class::Browse, see, show);
}

/// Quizzes on a page.
const PER_PAGE: usize = 50;
/// Attempts are counted so far; "more than" behind it.
const COUNTED: usize = 200;

/// A number of rows that were counted up to `COUNTED`.
pub struct Count(usize);

impl Count {
    /// Learners who work on a quiz.
    pub fn running(read: &impl Read, quiz: QuizId) -> Result<Self, Refusal> {
        Ok(Self(supervise::running_in_quiz(read, quiz, None, COUNTED + 1)?.len()))
    }

    /// Attempts of a quiz that wait for a mark by hand; none for who does not mark.
    pub fn waiting(
        read: &impl Read,
        actor: &Actor,
        may: PermissionSet,
        quiz: QuizId,
    ) -> Result<Self, Refusal> {
        if !may.has(Permission::MarkAttempts) {
            return Ok(Self(0));
        }
        Ok(Self(regrade::awaiting(read, actor, quiz, None, COUNTED + 1)?.len()))
    }

    /// Is there one?
    pub const fn is_some(&self) -> bool {
        self.0 > 0
    }

    /// As it is shown.
    pub fn shown(&self) -> String {
        if self.0 > COUNTED { format!("{COUNTED}+") } else { self.0.to_string() }
    }
}

struct Line {
    quiz: Arc<Quiz>,
    attempts: i64,
    running: Count,
    waiting: Count,
    tools: Vec<Tool>,
}

#[derive(Template)]
#[template(path = "quizzes/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    lines: &'a [Line],
    next: Option<QuizId>,
}

#[derive(Debug, Deserialize)]
struct From {
    after: Option<u64>,
}

async fn show(
    visitor: Visitor,
    id: web::Path<CourseId>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let after = from.after.map(QuizId);
    let (place, lines, next) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let place = CoursePlace::of(read, actor, id, "/quizzes")?;
        access::require(read, actor, Permission::ViewAttempts, Scope::Course(id))?;
        let (quizzes, next) = quiz::of_course(read, actor, id, after, PER_PAGE)?;
        let mut lines = Vec::with_capacity(quizzes.len());
        for quiz in quizzes {
            lines.push(Line {
                attempts: quiz::attempts(read, quiz.id)?,
                running: Count::running(read, quiz.id)?,
                waiting: Count::waiting(read, actor, place.may, quiz.id)?,
                tools: tools(&place, quiz.id, ""),
                quiz,
            });
        }
        Ok((place, lines, next))
    })?;
    visitor.frame.show(&ListPage { frame: &visitor.frame, place: &place, lines: &lines, next })
}
