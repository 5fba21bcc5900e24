//! Figures about a quiz and its questions: how hard, how well they tell who knows from who does not, what was chosen.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::frame::Frame;
use super::quiz_place::QuizPlace;
use super::visitor::Visitor;
use crate::domain::access::Permission;
use crate::domain::attempt::distribution::{Label, Line};
use crate::domain::ids::QuizId;
use crate::domain::quiz::statistics::QuizFigures;
use crate::domain::refusal::Refusal;
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::http::statistics::{Entry, gather};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    routes.page("/quizzes/{quiz}/statistics", Class::Report, see, show);
}

/// Figures are shown with as many digits as they mean something.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1} %"))
}

#[derive(Template)]
#[template(path = "statistics/show.html")]
struct StatisticsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    quiz: &'a QuizFigures,
    entries: &'a [Entry],
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "a template hands over what it names by reference"
)]
impl StatisticsPage<'_> {
    fn number(value: &f64) -> String {
        shown(Some(*value))
    }

    fn figure(value: &Option<f64>) -> String {
        shown(*value)
    }

    fn percent(value: &Option<f64>) -> String {
        percent(*value)
    }

    fn facility(entry: &Entry) -> String {
        percent(entry.figures.facility.map(|share| 100.0 * share))
    }

    /// A line's part of all answers in thousandths.
    fn share(entry: &Entry, line: &Line) -> usize {
        (line.count * 1000).checked_div(entry.asked).unwrap_or_default().min(1000)
    }

    /// A question that the good ones miss more often than the others has a wrong key more often than not.
    fn is_odd(entry: &Entry) -> bool {
        entry.figures.discrimination.is_some_and(|found| found < 0.0)
    }
}

async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let (id, actor) = (*id, visitor.actor().clone());
    let at = visitor
        .state
        .store
        .read(|read| QuizPlace::of(read, &actor, Permission::ViewAttempts, id, "statistics"))?;
    let state = visitor.state.clone();
    let (quiz, entries) = beside(&visitor.state, move || gather(&state, &actor, id)).await?;
    let (frame, place) = (&visitor.frame, &at.course);
    frame.show(&StatisticsPage { frame, place, at: &at, quiz: &quiz, entries: &entries })
}
