//! Another quiz like this one: what it is called and where it stands.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::make::{Sections, place_in, section_of};
use super::{Edited, make};
use crate::domain::ids::QuizId;
use crate::domain::quiz::edit;
use crate::domain::quiz::input::QuizName;
use crate::domain::refusal::Refusal;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::made;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "quiz/duplicate.html")]
struct DuplicatePage<'a> {
    frame: &'a Frame,
    place: &'a crate::web::course::CoursePlace,
    at: &'a QuizPlace,
    sections: &'a Sections,
    form: &'a Form,
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let (frame, actor) = (&visitor.frame, visitor.actor());
    let at = Edited::of(&visitor.state, actor, *id, "")?.at;
    let (place, sections) = make::sections(&visitor.state, actor, at.quiz.course)?;
    let form = Form::of(
        Fields::default()
            .with(
                "name",
                frame.t1("quiz-duplicate-name", "name", &at.quiz.name).replace(['\u{2068}', '\u{2069}'], ""),
            )
            .with("section", sections.last()),
    );
    form.show(frame, &DuplicatePage { frame, place: &place, at: &at, sections: &sections, form: &form })
}

pub(super) async fn make(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let at = Edited::of(&state, &actor, id, "")?.at;
    let read = || Ok((QuizName::parse(fields.get("name"))?, section_of(&fields)?));
    let done = match read() {
        Ok((name, section)) => {
            let (by, title) = (actor.clone(), fields.get("name").trim().to_owned());
            let write = made::once(&state, &actor, made::key(&frame, &fields), move |txn| {
                let copy = edit::duplicate(txn, &by, id, name)?;
                place_in(txn, &by, copy.course, section, copy.id, title)?;
                Ok(copy.id)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(made) => Ok(frame.go_and_say(&format!("/quizzes/{made}/edit"), &Flash::done("quiz-duplicated"))),
        Err(refusal) => {
            let (place, sections) = make::sections(&state, &actor, at.quiz.course)?;
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(
                &frame,
                &DuplicatePage { frame: &frame, place: &place, at: &at, sections: &sections, form: &form },
            )
        }
    }
}
