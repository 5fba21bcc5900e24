//! A new quiz: what it is called and where it stands. Everything else begins with what most quizzes have.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::pick;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::content::{self, Section};
use crate::domain::content_edit::{self, AvailabilityInput, ItemContentInput, ItemInput};
use crate::domain::ids::{CourseId, SectionId};
use crate::domain::question::view::Markup;
use crate::domain::quiz::input::QuizInput;
use crate::domain::quiz::{GradeMethod, edit};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::rich_text::TextFormat;
use crate::http::quiz::random;
use crate::state::State;
use crate::store::Class;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Where the form was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    section: Option<u64>,
    /// Questions that are to go into it next: ids with a dash between them.
    chosen: Option<String>,
}

#[derive(Template)]
#[template(path = "quiz/new.html")]
struct NewPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    sections: &'a [Arc<Section>],
    form: &'a Form,
}

impl NewPage<'_> {
    /// The sections; nowhere is the last choice.
    fn choices(&self) -> Vec<(String, String)> {
        let sections = self.sections.iter().map(|section| (section.id.to_string(), section.title.clone()));
        sections.chain([(String::new(), self.frame.t("quiz-nowhere").into_owned())]).collect()
    }
}

fn sections(
    state: &State,
    actor: &Actor,
    course: CourseId,
) -> Result<(CoursePlace, Vec<Arc<Section>>), Refusal> {
    state.store.read(|read| -> Result<_, Refusal> {
        access::require(read, actor, Permission::EditQuiz, Scope::Course(course))?;
        let place = CoursePlace::of(read, actor, course, "/quizzes")?;
        // Who may not build the course makes quizzes for others to place.
        let mut sections = Vec::new();
        if place.can(Permission::EditCourse) {
            for id in &content::contents(read, course)?.sections {
                sections.push(content::section(read, *id)?);
            }
        }
        Ok((place, sections))
    })
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<CourseId>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    let (place, sections) = sections(&visitor.state, visitor.actor(), *id)?;
    let asked = from.section.map(SectionId);
    let chosen = sections.iter().find(|section| Some(section.id) == asked).or(sections.last());
    let chosen = chosen.map(|section| section.id.to_string()).unwrap_or_default();
    let questions = from.chosen.as_deref().unwrap_or_default();
    let form = Form::of(Fields::default().with("section", chosen).with("chosen", questions));
    let frame = &visitor.frame;
    form.show(frame, &NewPage { frame, place: &place, sections: &sections, form: &form })
}

/// What most quizzes begin with: one attempt, options in another order for everybody.
fn beginning(name: &str, description: &str) -> QuizInput {
    QuizInput {
        name: name.to_owned(),
        description: Some(Markup { text: description.to_owned(), format: TextFormat::Markdown }),
        published: false,
        slots: Vec::new(),
        shuffle_questions: false,
        shuffle_options: true,
        opens: None,
        closes: None,
        time_limit_ms: None,
        attempts_allowed: Some(1),
        grade_method: GradeMethod::default(),
        review: None,
        access_code: None,
        networks: Vec::new(),
    }
}

async fn make(
    state: &State,
    actor: &Actor,
    course: CourseId,
    fields: &Fields,
) -> Result<crate::domain::ids::QuizId, Refusal> {
    let section = match fields.optional("section") {
        None => None,
        Some(text) => Some(text.parse().map(SectionId).map_err(|_| invalid("/section", "is no section"))?),
    };
    let name = fields.get("name").trim().to_owned();
    let facts = beginning(&name, fields.get("description/text")).parse(random()?)?;
    let actor = actor.clone();
    let write = state.store.write(Class::Interactive, move |txn| -> Result<_, Refusal> {
        let quiz = edit::create(txn, &actor, course, facts)?.id;
        if let Some(section) = section {
            if content::section(txn, section)?.course != course {
                return Err(invalid("/section", "is in another course"));
            }
            let content = ItemContentInput::Quiz { quiz };
            let input = ItemInput { title: name, content, availability: AvailabilityInput::default() };
            let (heading, kind) = input.parse()?;
            content_edit::add_item(txn, &actor, section, heading, kind, None)?;
        }
        Ok(quiz)
    });
    write.await
}

pub(super) async fn create(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (place, sections) = sections(&state, &who.actor, *id)?;
    match make(&state, &who.actor, *id, &fields).await {
        Ok(quiz) => {
            let next = match fields.optional("chosen") {
                Some(chosen) => pick::address_with(quiz, chosen),
                None => format!("/quizzes/{quiz}/slots"),
            };
            Ok(frame.go_and_say(&next, &Flash::done("quiz-made")))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &NewPage { frame: &frame, place: &place, sections: &sections, form: &form })
        }
    }
}
