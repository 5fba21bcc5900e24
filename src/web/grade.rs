//! My grades in a course: what stands, what it is of, and what it adds to the total.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::frame::Frame;
use super::visitor::Visitor;
use crate::domain::access::Permission;
use crate::domain::grade::report::{self, Line, Report};
use crate::domain::ids::CourseId;
use crate::domain::quiz;
use crate::domain::refusal::{Kind, Refusal};
use crate::http::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let own = Needs::Course(Permission::ViewOwnGrades);
    routes.page("/courses/{course}/grades", Class::Browse, own, show);
}

#[derive(Template)]
#[template(path = "grade/own.html")]
struct GradePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    report: &'a Report,
}

/// Deeper levels look like this one: a table has no room for more.
const MAX_LEVEL: u8 = 4;

impl GradePage<'_> {
    /// The course's own line stands first.
    fn total(&self) -> Option<&Line> {
        self.report.lines.first()
    }

    fn below(&self) -> &[Line] {
        self.report.lines.get(1..).unwrap_or_default()
    }

    fn level(line: &Line) -> u8 {
        line.level.min(MAX_LEVEL)
    }
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let (place, report) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let (mut report, _) = report::own(read, actor, id)?;
        for line in &mut report.lines {
            // One that is hidden with its item is no address for who has not begun it.
            match line.quiz.map(|quiz| quiz::visible(read, actor, quiz)) {
                Some(Err(refusal)) if refusal.code.kind == Kind::NotFound => line.quiz = None,
                Some(Err(refusal)) => return Err(refusal),
                Some(Ok(_)) | None => {}
            }
        }
        Ok((CoursePlace::of(read, actor, id, "/grades")?, report))
    })?;
    visitor.frame.show(&GradePage { frame: &visitor.frame, place: &place, report: &report })
}
