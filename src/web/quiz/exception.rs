//! What is different for one learner or one group: a form, and taking it back.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::overrides::{address, name_of};
use super::settings::{count, moment};
use super::{Edited, minutes};
use crate::domain::access::Actor;
use crate::domain::faults::Faults;
use crate::domain::ids::{GroupId, QuizId, UserId};
use crate::domain::quiz::check::{Fault, idle_time};
use crate::domain::quiz::edit::{self, QuizOverrideInput};
use crate::domain::quiz::input::{MAX_TIME_LIMIT_MS, MIN_TIME_LIMIT_MS};
use crate::domain::quiz::{Override, Quiz, Who};
use crate::domain::refusal::{CHANGED, INTERNAL, Refusal, invalid, not_found};
use crate::domain::{enrolment, group};
use crate::schedule::follow;
use crate::state::State;
use crate::store::{Class, Read as _};
use crate::web::confirm::Confirm;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::{Posted, Visitor};

/// The shortest time that can be given on top: a second.
const LEAST_EXTRA_MS: u64 = 1000;
/// The field that repeats the exception as the page showed it.
const SEEN: &str = "seen";

struct Found {
    edited: Edited,
    who: Who,
    name: String,
    known: Option<QuizOverrideInput>,
    /// The time that it gives is not there to be had.
    fault: Option<Fault>,
}

impl Found {
    /// The exception as the page shows it, which its forms repeat.
    fn seen(&self) -> Result<String, Refusal> {
        seen(self.known.as_ref())
    }
}

/// An exception in one line, by which it is known whether it is still the one that a page was made of: it has no revision.
fn seen(known: Option<&QuizOverrideInput>) -> Result<String, Refusal> {
    serde_json::to_string(&known).map_err(|error| INTERNAL.refuse(error.to_string()))
}

/// Refuses another exception than the one that the page was made of.
fn refuse_changed(fields: &Fields, known: Option<&QuizOverrideInput>) -> Result<(), Refusal> {
    let same = fields.get(SEEN) == seen(known)?;
    if same { Ok(()) } else { Err(CHANGED.refuse("it was changed since the page was loaded")) }
}

/// The same in the transaction of the change.
fn unchanged(
    fields: &Fields,
) -> impl FnOnce(Option<&Override>) -> Result<(), Refusal> + Send + 'static + use<> {
    let fields = Fields::default().with(SEEN, fields.get(SEEN));
    move |row| refuse_changed(&fields, row.map(QuizOverrideInput::from).as_ref())
}

/// What is said of time that an exception gives in vain.
const fn in_vain(fault: Fault) -> &'static str {
    match fault {
        Fault::ExtraTimeIdle => "quiz-override-idle",
        _ => "quiz-override-cut",
    }
}

fn find(state: &State, actor: &Actor, id: QuizId, who: Who) -> Result<Found, Refusal> {
    state.store.read(|read| {
        let edited = Edited::read(read, actor, id, "overrides")?;
        let course = edited.at.quiz.course;
        match who {
            Who::User(user) => drop(enrolment::get(read, course, user)?),
            Who::Group(group) => drop(group::get(read, course, group)?),
        }
        let known = read.get::<Override>(&Override::key_of(id, who))?;
        let name = name_of(read, course, who)?;
        let fault = match &known {
            Some(known) => idle_time(read, &edited.at.quiz, known)?,
            None => None,
        };
        Ok(Found { edited, who, name, known: known.as_deref().map(QuizOverrideInput::from), fault })
    })
}

#[derive(Template)]
#[template(path = "quiz/override.html")]
struct OverridePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    found: &'a Found,
    action: String,
    form: &'a Form,
}

impl OverridePage<'_> {
    fn quiz(&self) -> &Quiz {
        &self.at.quiz
    }

    fn zone(&self) -> &str {
        self.frame.calendar.zone.iana_name().unwrap_or("UTC")
    }

    fn in_vain(&self) -> Option<&'static str> {
        self.found.fault.map(in_vain)
    }

    const fn is_group(&self) -> bool {
        matches!(self.found.who, Who::Group(_))
    }
}

fn fields_of(frame: &Frame, known: Option<&QuizOverrideInput>) -> Fields {
    let nothing = QuizOverrideInput::default();
    let known = known.unwrap_or(&nothing);
    let local = |at: Option<_>| at.map(|at| frame.calendar.local(at)).unwrap_or_default();
    let time = match (known.extra_time_ms, known.time_limit_ms, known.unlimited_time) {
        (Some(_), ..) => "extra",
        (_, Some(_), _) => "limit",
        (.., true) => "unlimited",
        _ => "same",
    };
    let attempts = match (known.attempts_allowed, known.unlimited_attempts) {
        (Some(_), _) => "allowed",
        (None, true) => "unlimited",
        _ => "same",
    };
    Fields::default()
        .with("opens", local(known.opens))
        .with("closes", local(known.closes))
        .with("time", time)
        .with("extra", minutes::shown(known.extra_time_ms))
        .with("limit", minutes::shown(known.time_limit_ms))
        .with("attempts", attempts)
        .with("attempts_allowed", known.attempts_allowed.map(|count| count.to_string()).unwrap_or_default())
}

fn input(
    frame: &Frame,
    fields: &Fields,
    known: Option<&QuizOverrideInput>,
) -> Result<QuizOverrideInput, Refusal> {
    let nothing = QuizOverrideInput::default();
    let known = known.unwrap_or(&nothing);
    let needed = |name: &str| {
        let missing = || invalid(format!("/{name}"), "is missing");
        fields.optional(name).map(Some).ok_or_else(missing)
    };
    let mut faults = Faults::default();
    let mut input = QuizOverrideInput {
        opens: faults.or_default(moment(frame, fields, "opens", known.opens)),
        closes: faults.or_default(moment(frame, fields, "closes", known.closes)),
        ..QuizOverrideInput::default()
    };
    let minutes = |name: &str, known: Option<u64>, limits: (u64, u64)| {
        needed(name).and_then(|text| minutes::typed(text, known, &format!("/{name}"), limits))
    };
    match fields.get("time") {
        "extra" => {
            let limits = (LEAST_EXTRA_MS, MAX_TIME_LIMIT_MS);
            input.extra_time_ms = faults.or_default(minutes("extra", known.extra_time_ms, limits));
        }
        "limit" => {
            let limits = (MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
            input.time_limit_ms = faults.or_default(minutes("limit", known.time_limit_ms, limits));
        }
        "unlimited" => input.unlimited_time = true,
        _ => {}
    }
    match fields.get("attempts") {
        "allowed" => {
            let allowed = needed("attempts_allowed").and_then(|_| count(fields, "attempts_allowed"));
            input.attempts_allowed = faults.or_default(allowed);
        }
        "unlimited" => input.unlimited_attempts = true,
        _ => {}
    }
    faults.and(Ok(input))
}

fn page(frame: &Frame, found: &Found, form: &Form) -> Result<HttpResponse, Refusal> {
    let at = &found.edited.at;
    let action = address(at.quiz.id, found.who);
    form.show(frame, &OverridePage { frame, place: &at.course, at, found, action, form })
}

fn show(visitor: &Visitor, id: QuizId, who: Who) -> Result<HttpResponse, Refusal> {
    let found = find(&visitor.state, visitor.actor(), id, who)?;
    let fields = fields_of(&visitor.frame, found.known.as_ref()).with(SEEN, found.seen()?);
    let form = Form::of(fields);
    page(&visitor.frame, &found, &form)
}

async fn set(posted: Posted, id: QuizId, who: Who) -> Result<HttpResponse, Refusal> {
    let Posted { who: by, frame, fields, state } = posted;
    let found = find(&state, &by.actor, id, who)?;
    let by_now = by.actor.clone();
    let known = found.known.as_ref();
    let unchanged = unchanged(&fields);
    let read = refuse_changed(&fields, known).and_then(|()| input(&frame, &fields, known));
    let done = match read {
        Ok(input) if input == QuizOverrideInput::default() => {
            return Ok(frame.go_and_say(&address(id, who), &Flash::attention("quiz-nothing-different")));
        }
        Ok(input) => {
            let write = state.store.write(Class::Interactive, move |txn| {
                edit::set_override(txn, &by.actor, id, who, unchanged, &input).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            follow(&state, Some(id)).await;
            // As it is now, when the groups of the learner are known, too.
            let said = match find(&state, &by_now, id, who)?.fault {
                Some(fault) => Flash::attention(in_vain(fault)),
                None => Flash::done("quiz-override-set").with("name", &found.name),
            };
            Ok(frame.go_and_say(&format!("/quizzes/{id}/overrides"), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&frame, &found, &form)
        }
    }
}

fn ask(visitor: &Visitor, id: QuizId, who: Who) -> Result<HttpResponse, Refusal> {
    let found = find(&visitor.state, visitor.actor(), id, who)?;
    if found.known.is_none() {
        return Err(not_found("override", format_args!("of quiz {id}")));
    }
    let frame = &visitor.frame;
    Confirm {
        question: frame.t1("quiz-override-remove", "name", &found.name),
        what: vec![frame.t("quiz-override-goes").into_owned(), frame.t("quiz-override-running").into_owned()],
        action: &format!("{}/remove", address(id, who)),
        fields: &[(SEEN, found.seen()?)],
        button: frame.t("quiz-remove").into_owned(),
        back: &format!("/quizzes/{id}/overrides"),
    }
    .show(frame)
}

async fn remove(posted: Posted, id: QuizId, who: Who) -> Result<HttpResponse, Refusal> {
    let found = find(&posted.state, posted.actor(), id, who)?;
    let (actor, unchanged) = (posted.actor().clone(), unchanged(&posted.fields));
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| edit::remove_override(txn, &actor, id, who, unchanged));
    write.await?;
    follow(&posted.state, Some(id)).await;
    let said = Flash::done("quiz-override-removed").with("name", &found.name);
    Ok(posted.frame.go_and_say(&format!("/quizzes/{id}/overrides"), &said))
}

/// The addresses of learners and of groups differ in one word.
macro_rules! handlers {
    ($($show:ident $set:ident $ask:ident $remove:ident $kind:ident($id:ty)),+) => {$(
        pub(super) async fn $show(
            visitor: Visitor,
            path: web::Path<(QuizId, $id)>,
        ) -> Result<HttpResponse, Refusal> {
            show(&visitor, path.0, Who::$kind(path.1))
        }

        pub(super) async fn $set(
            posted: Posted,
            path: web::Path<(QuizId, $id)>,
        ) -> Result<HttpResponse, Refusal> {
            set(posted, path.0, Who::$kind(path.1)).await
        }

        pub(super) async fn $ask(
            visitor: Visitor,
            path: web::Path<(QuizId, $id)>,
        ) -> Result<HttpResponse, Refusal> {
            ask(&visitor, path.0, Who::$kind(path.1))
        }

        pub(super) async fn $remove(
            posted: Posted,
            path: web::Path<(QuizId, $id)>,
        ) -> Result<HttpResponse, Refusal> {
            remove(posted, path.0, Who::$kind(path.1)).await
        }
    )+};
}

handlers!(
    show_user set_user ask_user remove_user User(UserId),
    show_group set_group ask_group remove_group Group(GroupId)
);
