//! Exams that run now, and giving back time that the server lost.

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;

use super::require;
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::attempt::{RUNNING_IN_QUIZ, supervise};
use crate::domain::course::Course;
use crate::domain::faults::together;
use crate::domain::ids::{AttemptId, QuizId};
use crate::domain::quiz;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::schedule::{self, Downtime};
use crate::give_back::{GivenBack, Lost, give_back};
use crate::http::live::any_reference;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Counter, Read};
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, as_typed};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Quizzes with running attempts that the page names: more rooms than an institution watches at once.
const MOST_QUIZZES: usize = 100;
/// Outages that the page names.
const OUTAGES: usize = 5;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let site = Needs::Site(Permission::ManageSite);
    routes.page("/admin/exams", Class::Browse, site, show);
    routes.form("/admin/exams/give-back", Class::Interactive, site, give);
}

/// A quiz in which attempts run.
struct Running {
    id: QuizId,
    name: String,
    course: String,
    attempts: i64,
    closes: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "admin/exams.html")]
struct ExamsPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    running: Vec<Running>,
    outages: Vec<Downtime>,
    /// Values and words of the choice of a quiz.
    quizzes: Vec<(String, String)>,
}

/// The next quiz behind `after` in which attempts run: from one quiz to the next, not through their attempts.
fn next(read: &impl Read, visitor: &Visitor, after: Option<QuizId>) -> Result<Option<Running>, Refusal> {
    let after = after.map(|quiz| (quiz, AttemptId(u64::MAX)));
    let found = supervise::running(read, visitor.actor(), None, after, 1)?;
    let Some((id, _)) = found.first().copied() else { return Ok(None) };
    let quiz = quiz::get(read, id)?;
    let course = read.get::<Course>(&quiz.course)?;
    Ok(Some(Running {
        id,
        name: quiz.name.clone(),
        course: course.map(|course| course.title.clone()).unwrap_or_default(),
        attempts: read.counter(&Counter::new(RUNNING_IN_QUIZ, &id))?,
        closes: quiz.closes,
    }))
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    let owed = visitor.state.store.read(|read| schedule::owed(read, visitor.actor()))?;
    let fields = match owed.first() {
        Some(outage) => Fields::default()
            .with("outage", outage.reference())
            .with("minutes", outage.minutes())
            .with("reopen_since", visitor.frame.calendar.local(outage.from)),
        None => Fields::default(),
    };
    // Names this gift where it is not that of the outage: sent twice it is given once.
    let fields = fields.with("reference", any_reference()?);
    show_with(&visitor, &Form::of(fields))
}

fn show_with(visitor: &Visitor, form: &Form) -> Result<HttpResponse, Refusal> {
    let (frame, state) = (&visitor.frame, &visitor.state);
    let (running, outages) = state.store.read(|read| -> Result<_, Refusal> {
        let mut running: Vec<Running> = Vec::new();
        while running.len() < MOST_QUIZZES
            && let Some(found) = next(read, visitor, running.last().map(|last| last.id))?
        {
            running.push(found);
        }
        Ok((running, schedule::downtimes(read, visitor.actor(), None, OUTAGES)?))
    })?;
    let all = (String::new(), frame.t("admin-give-back-all").into_owned());
    let some = running.iter().map(|quiz| (quiz.id.to_string(), quiz.name.clone()));
    let quizzes = std::iter::once(all).chain(some).collect();
    form.show(frame, &ExamsPage { frame, form, running, outages, quizzes })
}

/// The outage that the form was about when it was shown.
fn outage_of(read: &impl Read, fields: &Fields) -> Result<Option<Arc<Downtime>>, Refusal> {
    let Some(from) = fields.optional("outage") else { return Ok(None) };
    let from = from.parse().map_err(|_| invalid("/outage", "is not a time in milliseconds"))?;
    schedule::named(read, from)
}

/// What was typed, as the domain takes it. As many minutes as the outage had, or more, are the gift that `lyceum exam give-back`
/// gives for it, too, and the minute in which it began, as the form shows it, means when exactly. Fewer are a gift of their own: the
/// outage is owed still.
fn lost(frame: &Frame, fields: &Fields, outage: Option<&Downtime>) -> Result<Lost, Refusal> {
    let minutes = as_typed(fields.get("minutes")).parse::<u64>();
    let minutes = minutes.map_err(|_| invalid("/minutes", "is not a number of minutes"));
    let reference = fields.get("reference").parse().map_err(|_| invalid("/reference", "is not a number"))?;
    let whole = outage.filter(|outage| minutes.as_ref().is_ok_and(|given| *given >= outage.minutes()));
    let reference = whole.map_or(reference, Downtime::reference);
    let reason = fields.get("reason").trim().to_owned();
    let extension = minutes.and_then(|minutes| {
        let extension = supervise::Extension::parse(minutes.saturating_mul(60_000), reason, reference);
        extension.map_err(|mut refusal| {
            for field in refusal.fields.iter_mut().filter(|field| field.at == "/extra_ms") {
                "/minutes".clone_into(&mut field.at);
                "is not between 1 minute and a day".clone_into(&mut field.problem);
            }
            refusal
        })
    });
    let quiz = fields
        .optional("quiz")
        .map(|id| id.parse().map(QuizId).map_err(|_| invalid("/quiz", "is not a quiz")));
    let since = fields.optional("reopen_since").map(|text| {
        let shown = outage.map(|outage| outage.from).filter(|from| text == frame.calendar.local(*from));
        let since = shown.or_else(|| frame.calendar.parse_local(text));
        since.ok_or_else(|| invalid("/reopen_since", "is not a date and a time"))
    });
    let (extension, quiz, reopen_expired_since) = together((extension, quiz.transpose(), since.transpose()))?;
    Ok(Lost::once(extension, quiz, reopen_expired_since, whole))
}

async fn given(state: &State, posted: &Posted) -> Result<GivenBack, Refusal> {
    let outage = state.store.read(|read| outage_of(read, &posted.fields))?;
    let lost = lost(&posted.frame, &posted.fields, outage.as_deref())?;
    give_back(state, posted.actor(), lost).await.map_err(|mut refusal| {
        for field in refusal.fields.iter_mut().filter(|field| field.at == "/reopen_expired_since") {
            "/reopen_since".clone_into(&mut field.at);
        }
        refusal
    })
}

async fn give(posted: Posted) -> Result<HttpResponse, Refusal> {
    let state = posted.state.clone();
    require(&state, posted.actor(), Permission::ManageSite)?;
    match given(&state, &posted).await {
        Ok(GivenBack { extended, reopened }) => {
            let said = Flash::done("admin-given-back").with("extended", extended).with("reopened", reopened);
            Ok(posted.frame.go_and_say("/admin/exams", &said))
        }
        Err(refusal) => {
            let Posted { who, frame, fields, state } = posted;
            let form = Form::refused(fields, refusal, frame.text)?;
            show_with(&Visitor { who, frame, state }, &form)
        }
    }
}
