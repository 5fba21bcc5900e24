//! A new quiz: what it is called and where it stands. Everything else begins with what most quizzes have.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::pick;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::content::{self, Section};
use crate::domain::content_edit::{self, AvailabilityInput, ItemContentInput, ItemInput};
use crate::domain::ids::{CourseId, QuizId, SectionId};
use crate::domain::question::view::{Description, Markup};
use crate::domain::quiz::input::QuizInput;
use crate::domain::quiz::{GradeMethod, edit};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::rich_text::TextFormat;
use crate::http::quiz::random;
use crate::state::State;
use crate::store::Txn;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::made;
use crate::web::visitor::{Posted, Visitor};

/// Where the form was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    section: Option<u64>,
    /// Questions that are to go into it next: ids with a dash between them.
    chosen: Option<String>,
}

/// The sections in which a quiz can stand, for who may build the course.
pub(super) struct Sections(Vec<Arc<Section>>);

impl Sections {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sections; nowhere is the last choice.
    pub(super) fn choices(&self, frame: &Frame) -> Vec<(String, String)> {
        let sections = self.0.iter().map(|section| (section.id.to_string(), section.title.clone()));
        sections.chain([(String::new(), frame.t("quiz-nowhere").into_owned())]).collect()
    }

    /// The last one, where a new quiz stands when nothing else is said.
    pub(super) fn last(&self) -> String {
        self.0.last().map(|section| section.id.to_string()).unwrap_or_default()
    }

    /// This one, when it is one of them, else the last.
    fn chosen(&self, asked: Option<SectionId>) -> String {
        let found = self.0.iter().find(|section| Some(section.id) == asked);
        found.map_or_else(|| self.last(), |section| section.id.to_string())
    }
}

#[derive(Template)]
#[template(path = "quiz/new.html")]
struct NewPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    sections: &'a Sections,
    form: &'a Form,
}

/// The course around the page, and its sections.
pub(super) fn sections(
    state: &State,
    actor: &Actor,
    course: CourseId,
) -> Result<(CoursePlace, Sections), Refusal> {
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
        Ok((place, Sections(sections)))
    })
}

/// The section that was chosen in a form; none for nowhere.
pub(super) fn section_of(fields: &Fields) -> Result<Option<SectionId>, Refusal> {
    let read = |text: &str| text.parse().map(SectionId).map_err(|_| invalid("/section", "is no section"));
    fields.optional("section").map(read).transpose()
}

/// Puts a new quiz into a section of its course.
pub(super) fn place_in(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    section: Option<SectionId>,
    quiz: QuizId,
    title: String,
) -> Result<(), Refusal> {
    let Some(section) = section else { return Ok(()) };
    if content::section(txn, section)?.course != course {
        return Err(invalid("/section", "is in another course"));
    }
    let content = ItemContentInput::Quiz { quiz };
    let (heading, kind) = ItemInput { title, content, availability: AvailabilityInput::default() }.parse()?;
    content_edit::add_item(txn, actor, section, heading, kind, None).map(drop)
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<CourseId>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    let (place, sections) = sections(&visitor.state, visitor.actor(), *id)?;
    let questions = from.chosen.as_deref().unwrap_or_default();
    let form = Form::of(
        Fields::default()
            .with("section", sections.chosen(from.section.map(SectionId)))
            .with("chosen", questions),
    );
    let frame = &visitor.frame;
    form.show(frame, &NewPage { frame, place: &place, sections: &sections, form: &form })
}

/// What most quizzes begin with: one attempt, options in another order for everybody.
fn beginning(name: &str, description: &str) -> QuizInput {
    QuizInput {
        name: name.to_owned(),
        description: Some(Description::Written(Markup {
            text: description.to_owned(),
            format: TextFormat::Markdown,
        })),
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
        pass_percent: None,
    }
}

async fn make(
    state: &State,
    actor: &Actor,
    course: CourseId,
    frame: &Frame,
    fields: &Fields,
) -> Result<QuizId, Refusal> {
    let section = section_of(fields)?;
    let name = fields.get("name").trim().to_owned();
    let facts = beginning(&name, fields.get("description/text")).parse(random()?)?;
    let by = actor.clone();
    let write = made::once(state, actor, made::key(frame, fields), move |txn| {
        let quiz = edit::create(txn, &by, course, facts)?.id;
        place_in(txn, &by, course, section, quiz, name)?;
        Ok(quiz)
    });
    write.await
}

pub(super) async fn create(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (place, sections) = sections(&state, &who.actor, *id)?;
    match make(&state, &who.actor, *id, &frame, &fields).await {
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
