//! The settings of a quiz, in groups.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Edited, minutes, store};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::content;
use crate::domain::content_edit::{self, AvailabilityInput, ItemChangeInput};
use crate::domain::faults::Faults;
use crate::domain::ids::QuizId;
use crate::domain::question::view::{Description, Markup};
use crate::domain::quiz::input::{MAX_TIME_LIMIT_MS, MIN_TIME_LIMIT_MS, QuizFacts, QuizInput, SlotInput};
use crate::domain::quiz::{GradeMethod, Quiz, ReviewRules, Switches};
use crate::domain::refusal::{Refusal, invalid};
use crate::http::quiz::random;
use crate::state::State;
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, as_typed};
use crate::web::frame::Frame;
use crate::web::markdown;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::{Posted, Visitor};

/// What may be seen of an attempt, in the order of the table.
const SWITCHES: [&str; 4] = ["responses", "marks", "feedback", "right_answers"];
/// When it may be seen.
const MOMENTS: [&str; 3] = ["during", "after_submit", "after_close"];
/// Which attempt counts: the name that the API has, and its value.
const METHODS: [(&str, GradeMethod); 4] = [
    ("highest", GradeMethod::Highest),
    ("average", GradeMethod::Average),
    ("first", GradeMethod::First),
    ("last", GradeMethod::Last),
];

#[derive(Template)]
#[template(path = "quiz/settings.html")]
struct SettingsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    begun: bool,
    grace_seconds: u32,
    form: &'a Form,
}

impl SettingsPage<'_> {
    fn quiz(&self) -> &Quiz {
        &self.at.quiz
    }

    fn zone(&self) -> &str {
        self.frame.calendar.zone.iana_name().unwrap_or("UTC")
    }

    fn methods(&self) -> Vec<(&'static str, String)> {
        METHODS.map(|(name, _)| (name, self.frame.t_of("exam-counts-", name).into_owned())).into()
    }

    fn box_name(moment: &str, switch: &str) -> String {
        format!("review/{moment}/{switch}")
    }

    /// A key of the catalogue has dashes.
    fn key(name: &str) -> String {
        name.replace('_', "-")
    }

    fn grades(&self) -> bool {
        self.place.can(Permission::ViewGrades)
    }
}

const fn switch(switches: Switches, name: usize) -> bool {
    match name {
        0 => switches.responses,
        1 => switches.marks,
        2 => switches.feedback,
        _ => switches.right_answers,
    }
}

/// What the form shows of a quiz.
fn fields_of(frame: &Frame, quiz: &Quiz) -> Fields {
    let local = |at: Option<Timestamp>| at.map(|at| frame.calendar.local(at)).unwrap_or_default();
    let (description, format) = markdown::source(&quiz.description);
    let method = METHODS.iter().find(|(_, method)| *method == quiz.grade_method);
    let networks: Vec<String> = quiz.networks.iter().map(ToString::to_string).collect();
    let mut fields = Fields::default()
        .with("revision", quiz.revision)
        .with("name", &quiz.name)
        .with("description/text", description)
        .with("description/format", markdown::name(format))
        .with("opens", local(quiz.opens))
        .with("closes", local(quiz.closes))
        .with("minutes", minutes::shown(quiz.time_limit_ms))
        .with("attempts_allowed", quiz.attempts_allowed.map(|count| count.to_string()).unwrap_or_default())
        .with("grade_method", method.map_or("highest", |(name, _)| name))
        .with("shuffle_questions", quiz.shuffle_questions)
        .with("shuffle_options", quiz.shuffle_options)
        .with("networks", networks.join("\n"))
        .with("pass_percent", quiz.pass_percent.map(|percent| percent.to_string()).unwrap_or_default());
    let moments = [quiz.review.during, quiz.review.after_submit, quiz.review.after_close];
    for (moment, switches) in MOMENTS.iter().zip(moments) {
        for (at, name) in SWITCHES.iter().enumerate() {
            fields = fields.with(&format!("review/{moment}/{name}"), switch(switches, at));
        }
    }
    fields
}

/// A moment in the viewer's zone. What stands as it was shown is exactly that moment.
pub(in crate::web) fn moment(
    frame: &Frame,
    fields: &Fields,
    name: &str,
    known: Option<Timestamp>,
) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = fields.optional(name) else { return Ok(None) };
    if known.is_some_and(|known| frame.calendar.local(known) == text) {
        return Ok(known);
    }
    let read = frame.calendar.parse_local(text);
    read.map(Some).ok_or_else(|| invalid(format!("/{name}"), "is not a date and a time"))
}

/// A count that may be absent.
pub(super) fn count(fields: &Fields, name: &str) -> Result<Option<u16>, Refusal> {
    let read =
        |text: &str| as_typed(text).parse().map_err(|_| invalid(format!("/{name}"), "is not a whole number"));
    fields.optional(name).map(read).transpose()
}

fn review(fields: &Fields) -> ReviewRules {
    let at = |moment: &str| {
        let on = |name: &str| fields.ticked(&format!("review/{moment}/{name}"));
        Switches {
            responses: on("responses"),
            marks: on("marks"),
            feedback: on("feedback"),
            right_answers: on("right_answers"),
        }
    };
    ReviewRules { during: at("during"), after_submit: at("after_submit"), after_close: at("after_close") }
}

/// The message once that is stored: it names what followed the closing time, because nobody chose it.
fn said(chosen: ReviewRules, stored: &Quiz) -> &'static str {
    match stored.closes {
        _ if stored.review == chosen => "quiz-saved",
        Some(_) => "quiz-saved-closes",
        None => "quiz-saved-never-closes",
    }
}

/// What the form says.
fn facts(frame: &Frame, fields: &Fields, quiz: &Quiz) -> Result<QuizFacts, Refusal> {
    let text = fields.get("description/text");
    let (shown, format) = markdown::source(&quiz.description);
    let untouched =
        text.trim() == shown.trim() && markdown::format(fields.get("description/format")) == format;
    let typed = || {
        let format = markdown::format(fields.get("description/format"));
        Description::Written(Markup { text: text.to_owned(), format })
    };
    let method = METHODS.iter().find(|(name, _)| *name == fields.get("grade_method"));
    let (_, grade_method) = method.ok_or_else(|| invalid("/grade_method", "is not one of the choices"))?;
    let code = fields.optional("access_code").map(str::to_owned);
    let mut faults = Faults::default();
    let opens = faults.or_default(moment(frame, fields, "opens", quiz.opens));
    let closes = faults.or_default(moment(frame, fields, "closes", quiz.closes));
    let limits = (MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
    let limit = minutes::typed(fields.optional("minutes"), quiz.time_limit_ms, "/minutes", limits);
    let pass = faults.or_default(count(fields, "pass_percent"));
    let input = QuizInput {
        name: fields.get("name").to_owned(),
        // A text that was not touched is not read again.
        description: (!untouched).then(typed),
        published: quiz.published,
        slots: quiz.slots.iter().map(SlotInput::from).collect(),
        shuffle_questions: fields.ticked("shuffle_questions"),
        shuffle_options: fields.ticked("shuffle_options"),
        opens,
        closes,
        time_limit_ms: faults.or_default(limit),
        attempts_allowed: faults.or_default(count(fields, "attempts_allowed")),
        grade_method: *grade_method,
        review: Some(review(fields)),
        access_code: match code {
            Some(code) => Some(Some(code)),
            None if fields.ticked("no_access_code") => Some(None),
            None => None,
        },
        networks: fields
            .get("networks")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        pass_percent: pass.map(|percent| u8::try_from(percent).unwrap_or(u8::MAX)),
    };
    let networks = input.networks.clone();
    faults.and(input.parse(random()?)).map_err(|refusal| beside_networks(refusal, &networks))
}

/// All ranges of addresses stand in one field: its message says which one is meant.
fn beside_networks(mut refusal: Refusal, networks: &[String]) -> Refusal {
    for field in &mut refusal.fields {
        if let Some(at) = field.at.strip_prefix("/networks/") {
            let meant = at.parse().ok().and_then(|at: usize| networks.get(at)).cloned().unwrap_or_default();
            field.problem = format!("{meant} {}", field.problem);
            "/networks".clone_into(&mut field.at);
        }
    }
    refusal
}

/// An item that bears the quiz's name goes on bearing it.
async fn rename_item(state: &State, actor: &Actor, before: &Quiz, name: &str) -> Result<(), Refusal> {
    let (actor, id, old, new) = (actor.clone(), before.id, before.name.clone(), name.trim().to_owned());
    let write = state.store.write(Class::Interactive, move |txn| -> Result<(), Refusal> {
        let Some(item) = content::item_of_quiz(txn, id)? else { return Ok(()) };
        let item = content::item(txn, item)?;
        if item.title != old {
            return Ok(());
        }
        let content::Availability { visible, from, until } = item.availability;
        let availability = AvailabilityInput { visible, from, until };
        let (heading, _) = ItemChangeInput { title: new, url: None, availability }.parse()?;
        content_edit::change_item(txn, &actor, item.id, heading, None, |_| Ok(())).map(drop)
    });
    write.await
}

fn page(state: &State, frame: &Frame, edited: &Edited, form: &Form) -> Result<HttpResponse, Refusal> {
    let grace_seconds = state.config.exam.grace_seconds;
    let Edited { at, begun } = edited;
    form.show(frame, &SettingsPage { frame, place: &at.course, at, begun: *begun, grace_seconds, form })
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let edited = Edited::of(&visitor.state, visitor.actor(), *id, "edit")?;
    let form = Form::of(fields_of(&visitor.frame, &edited.at.quiz));
    page(&visitor.state, &visitor.frame, &edited, &form)
}

pub(super) async fn change(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let edited = Edited::of(&state, &actor, id, "edit")?;
    let quiz = edited.at.quiz.clone();
    let seen = fields.get("revision").to_owned();
    let read = unchanged(seen.clone())(quiz.revision).and_then(|()| facts(&frame, &fields, &quiz));
    let done = match read {
        Ok(facts) => store(&state, &actor, &quiz, &seen, Ok(facts)).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(stored) => {
            if fields.get("name").trim() != quiz.name && edited.at.course.can(Permission::EditCourse) {
                rename_item(&state, &actor, &quiz, fields.get("name")).await?;
            }
            let said = said(review(&fields), &stored);
            Ok(frame.go_and_say(&format!("/quizzes/{id}/edit"), &Flash::done(said)))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&state, &frame, &edited, &form)
        }
    }
}
