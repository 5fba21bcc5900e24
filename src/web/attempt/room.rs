//! The exam room: the questions with their fields, the time, and saving what a form holds.
//!
//! Every question says which save it was shown with. So a form that was open for long does not overwrite what another
//! device saved meanwhile: what was not touched in it is left alone, and what was changed on both is asked about.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::response::{self, by_slot, fields_of, is_same, response_of};
use super::sheets::Sheets;
use super::shown::{Shape, Shown};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::attempt::review::{self, Look};
use crate::domain::attempt::save::{self, Outcome, Receipted, SaveInput};
use crate::domain::attempt::{ATTEMPT_OVER, Saved, saved, start};
use crate::domain::course::{self, Course};
use crate::domain::decimal::Decimal;
use crate::domain::ids::AttemptId;
use crate::domain::question::{PresentedQuestion, ResponseInput, present, unread_numbers};
use crate::domain::refusal::{Kind, Refusal};
use crate::http::actor::client_address;
use crate::http::attempt_view::remaining_ms;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::flash::Flash;
use crate::web::form::{self, Fields, Form};
use crate::web::frame::Frame;
use crate::web::text::{Text, ToArg};
use crate::web::visitor::{Posted, Visitor};

/// An attempt as its learner works on it.
pub(super) struct Room {
    pub(super) look: Look,
    course: Arc<Course>,
    pub(super) questions: Vec<PresentedQuestion>,
    pub(super) saved: Vec<Option<Arc<Saved>>>,
}

impl Room {
    pub(super) fn read(read: &impl Read, actor: &Actor, id: AttemptId) -> Result<Self, Refusal> {
        let look = review::look(read, actor, id)?;
        let mut saved = Vec::with_capacity(look.head.slots.len());
        for slot in &look.head.slots {
            saved.push(saved::find(read, id, slot.save)?);
        }
        let asked = look.attempt.paper.iter().zip(&look.material.slots);
        let questions = asked.map(|(slot, it)| present(&it.question.body, &slot.arrangement)).collect();
        let course = course::get(read, look.attempt.course)?;
        Ok(Self { look, course, questions, saved })
    }

    pub(super) fn is_mine(&self, actor: &Actor) -> bool {
        self.look.attempt.user == actor.user
    }

    /// What is saved for a slot.
    pub(super) fn response(&self, slot: usize) -> Option<ResponseInput> {
        self.saved.get(slot)?.as_ref().map(|saved| ResponseInput::from(&saved.response))
    }

    /// Is there an answer that says something?
    pub(super) fn is_answered(&self, slot: usize) -> bool {
        self.saved.get(slot).and_then(Option::as_ref).is_some_and(|saved| !saved.response.is_blank())
    }

    /// The parts of what is saved that are numbers which marking cannot read.
    pub(super) fn unread(&self, slot: usize) -> Vec<u16> {
        let saved = self.saved.get(slot).and_then(Option::as_ref);
        let kind = self.look.material.slots.get(slot).map(|it| &it.question.body.kind);
        kind.zip(saved).map(|(kind, saved)| unread_numbers(kind, &saved.response)).unwrap_or_default()
    }

    fn sequence(&self, slot: usize) -> u64 {
        self.look.head.slots.get(slot).map_or(0, |last| last.sequence)
    }

    /// The last sequence number of every question, for scripts.
    pub(super) fn known(&self) -> String {
        joined((0..self.questions.len()).map(|slot| self.sequence(slot)))
    }

    fn save_number(&self, slot: usize) -> u32 {
        self.look.head.save_in(slot)
    }
}

/// A question as the page shows it.
struct Asked {
    number: usize,
    points: Decimal,
    sequence: u64,
    save: u32,
    saved: Option<Arc<Saved>>,
    shown: Shown,
    problem: Option<form::Problem>,
    hidden: bool,
}

impl Asked {
    fn receipt(saved: &Saved) -> String {
        crate::hex::of(&saved.receipt).chars().take(16).collect()
    }
}

/// A question among all of the paper.
struct Dot {
    number: usize,
    answered: bool,
    /// Is it on this page?
    here: bool,
    current: bool,
}

/// What of the paper is in sight, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    One(usize),
    Sheet(usize),
}

impl View {
    const fn of(question: Option<usize>, sheet: Option<usize>) -> Self {
        match (question, sheet) {
            (Some(question), _) => Self::One(question),
            (None, Some(sheet)) => Self::Sheet(sheet),
            (None, None) => Self::Sheet(1),
        }
    }
}

#[derive(Template)]
#[template(path = "attempt/room.html")]
struct RoomPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    look: &'a Look,
    course: &'a Course,
    /// The questions of the sheet.
    asked: Vec<Asked>,
    /// All of the paper.
    dots: Vec<Dot>,
    sheets: Sheets,
    /// Which one this is, from 1.
    sheet: usize,
    /// One question at a time: which one, from 1.
    one: Option<usize>,
    /// The last sequence number of every question.
    known: String,
    remaining_ms: Option<u64>,
    overdue: bool,
    answered: usize,
    zone: &'a str,
}

/// What a page wants to be shown.
#[derive(Debug, Deserialize)]
pub(super) struct Query {
    question: Option<usize>,
    sheet: Option<usize>,
}

/// What was typed and not saved, and why, by slot.
#[derive(Default)]
struct Kept {
    typed: BTreeMap<usize, Fields>,
    wrong: BTreeMap<usize, form::Problem>,
}

fn page<'a>(frame: &'a Frame, form: &'a Form, room: &'a Room, view: View, kept: &Kept) -> RoomPage<'a> {
    let count = room.questions.len();
    let sheets = Sheets::of(&room.questions);
    let (one, sheet) = match view {
        View::One(one) => {
            let one = one.clamp(1, count.max(1));
            (Some(one), sheets.with(one))
        }
        View::Sheet(sheet) => (None, sheet.clamp(1, sheets.count())),
    };
    let here = sheets.slots(sheet);
    let slots = (0_u16..).zip(&room.look.attempt.paper).zip(&room.questions);
    let asked = slots.skip(here.start).take(here.len()).map(|((slot, asked), question)| {
        let at = usize::from(slot);
        let before = || fields_of(&question.answer, room.response(at).as_ref());
        let typed = kept.typed.get(&at).cloned().unwrap_or_else(before);
        Asked {
            number: at + 1,
            points: asked.points,
            sequence: room.sequence(at),
            save: room.save_number(at),
            saved: room.saved.get(at).cloned().flatten(),
            shown: Shown::on_paper(room.look.attempt.id, frame.text, slot, question, &typed, room.unread(at)),
            problem: kept.wrong.get(&at).cloned(),
            hidden: one.is_some_and(|one| one != at + 1),
        }
    });
    let dot = |at: usize| Dot {
        number: at + 1,
        answered: room.is_answered(at),
        here: here.contains(&at),
        current: one == Some(at + 1),
    };
    let dots: Vec<Dot> = (0..count).map(dot).collect();
    RoomPage {
        frame,
        form,
        look: &room.look,
        course: &room.course,
        asked: asked.collect(),
        answered: dots.iter().filter(|dot| dot.answered).count(),
        dots,
        sheets,
        sheet,
        one,
        known: room.known(),
        remaining_ms: remaining_ms(room.look.head.deadline, frame.now),
        overdue: room.look.head.is_overdue(frame.now),
        zone: zone(frame),
    }
}

/// Minutes left, begun ones counted.
pub(super) fn minutes(remaining_ms: Option<u64>) -> u64 {
    remaining_ms.unwrap_or_default().div_ceil(60_000)
}

/// The zone in which scripts say times.
pub(super) fn zone(frame: &Frame) -> &str {
    frame.calendar.zone.iana_name().unwrap_or("UTC")
}

/// Numbers for scripts.
fn joined(numbers: impl Iterator<Item = impl ToString>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<AttemptId>,
    query: web::Query<Query>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let room = visitor.state.store.read(|read| Room::read(read, actor, id))?;
    if !room.look.head.is_running() || !room.is_mine(actor) {
        return Ok(visitor.frame.go(&format!("/attempts/{id}/review")));
    }
    if room.look.own {
        start::check_address(&room.look.quiz, client_address(&request))?;
    }
    let form = Form::of(Fields::default());
    let view = View::of(query.question, query.sheet);
    visitor.frame.show(&page(&visitor.frame, &form, &room, view, &Kept::default()))
}

/// What a form wants to be done beside saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    Stay,
    /// One question.
    To(usize),
    /// The sheet that has a question.
    At(usize),
    Sheet(usize),
    Submit,
}

impl Go {
    fn read(fields: &Fields, view: View) -> Self {
        match (fields.get("go"), view) {
            ("submit", _) => Self::Submit,
            ("all", View::One(one)) => Self::At(one),
            ("next", View::One(one)) => Self::To(one + 1),
            ("next", View::Sheet(sheet)) => Self::Sheet(sheet + 1),
            ("previous", View::One(one)) => Self::To(one.saturating_sub(1)),
            ("previous", View::Sheet(sheet)) => Self::Sheet(sheet.saturating_sub(1)),
            (other, _) => match other.strip_prefix("at-") {
                Some(question) => question.parse().map_or(Self::Stay, Self::At),
                None => other.parse().map_or(Self::Stay, Self::To),
            },
        }
    }

    fn address(self, id: AttemptId, view: View, questions: usize, sheets: &Sheets) -> String {
        let one = |number: usize| format!("/attempts/{id}?question={}", number.clamp(1, questions.max(1)));
        let sheet = |sheet: usize| match sheets.count() {
            1 => format!("/attempts/{id}"),
            count => format!("/attempts/{id}?sheet={}", sheet.clamp(1, count)),
        };
        match (self, view) {
            (Self::Submit, _) => format!("/attempts/{id}/submit"),
            (Self::To(number), _) | (Self::Stay, View::One(number)) => one(number),
            (Self::At(number), _) => format!("{}#q{number}", sheet(sheets.with(number))),
            (Self::Sheet(number), _) | (Self::Stay, View::Sheet(number)) => sheet(number),
        }
    }
}

/// The responses of a form that are to be saved, and what is not saved because it is wrong.
fn sort(
    read: &impl Read,
    room: &Room,
    id: AttemptId,
    fields: &Fields,
    text: Text,
) -> Result<(Vec<(u16, SaveInput)>, Kept), Refusal> {
    let mut inputs = Vec::new();
    let mut kept = Kept::default();
    let typed = by_slot(fields, room.questions.len());
    for (slot, (typed, question)) in (0_u16..).zip(typed.into_iter().zip(&room.questions)) {
        let at = usize::from(slot);
        // Only a question that the form has says which save it was shown with.
        let Some(base) = fields.optional(&format!("b{slot}")) else { continue };
        let base: u32 = base.parse().unwrap_or(0);
        let answered = match response_of(&question.answer, &typed) {
            Ok(answered) => answered,
            Err(key) => {
                kept.wrong.insert(at, problem(slot, text.t(key).into_owned()));
                kept.typed.insert(at, typed);
                continue;
            }
        };
        if is_same(&answered, room.response(at).as_ref()) {
            continue;
        }
        if base != room.save_number(at) {
            let before = saved::find(read, id, base)?.filter(|saved| saved.slot == slot);
            let before = before.map(|saved| ResponseInput::from(&saved.response));
            if !is_same(&answered, before.as_ref()) {
                kept.wrong.insert(at, problem(slot, text.t("exam-wrong-elsewhere").into_owned()));
                kept.typed.insert(at, typed);
            }
            continue;
        }
        inputs.push((slot, SaveInput { sequence: room.sequence(at) + 1, response: answered }));
    }
    Ok((inputs, kept))
}

fn problem(slot: u16, words: String) -> form::Problem {
    form::Problem { field: response::name(slot), words, english: String::new() }
}

/// What a form came to.
struct Done {
    receipts: Vec<Receipted>,
    kept: Kept,
}

/// Saves what a form changed: all of it that is a response, whatever is wrong with the rest.
async fn take(
    state: &State,
    actor: &Actor,
    room: &Room,
    fields: &Fields,
    request: &HttpRequest,
    text: Text,
) -> Result<Done, Refusal> {
    let id = room.look.attempt.id;
    let address = client_address(request);
    let (checked, mut kept) = state.store.read(|read| -> Result<_, Refusal> {
        let (inputs, mut kept) = sort(read, room, id, fields, text)?;
        let mut all = Vec::with_capacity(inputs.len());
        for (slot, input) in inputs {
            match save::check(read, actor, id, address, vec![(slot, input, "")]) {
                Ok(checked) => all.extend(checked),
                Err(refusal) if refusal.code.kind == Kind::Invalid => {
                    let said = form::words_of(&refusal, text);
                    kept.wrong
                        .insert(usize::from(slot), form::Problem { field: response::name(slot), ..said });
                }
                Err(refusal) => return Err(refusal),
            }
        }
        Ok((all, kept))
    })?;
    let mut receipts = Vec::new();
    if !checked.is_empty() {
        let learner = actor.clone();
        (receipts, _) =
            state.store.write(Class::Exam, move |txn| save::save(txn, &learner, id, checked)).await?;
    }
    for receipted in &receipts {
        let key = match receipted.outcome {
            Outcome::Saved | Outcome::Repeated => continue,
            // Another device was faster by a moment.
            Outcome::Conflict | Outcome::Superseded => "exam-wrong-elsewhere",
            Outcome::TooMuchText => "error-code-too-much-text",
        };
        let slot = receipted.slot;
        kept.wrong.insert(slot.into(), problem(slot, text.t(key).into_owned()));
    }
    receipts.retain(|receipted| matches!(receipted.outcome, Outcome::Saved | Outcome::Repeated));
    let mut typed = by_slot(fields, room.questions.len());
    for slot in kept.wrong.keys() {
        if let Some(typed) = typed.get_mut(*slot) {
            kept.typed.insert(*slot, std::mem::take(typed));
        }
    }
    Ok(Done { receipts, kept })
}

pub(super) async fn save(
    posted: Posted,
    id: web::Path<AttemptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    // By now the server has all that the form holds.
    let (actor, id) = (Actor { now: state.now(), ..who.actor }, *id);
    let room = state.store.read(|read| -> Result<_, Refusal> {
        crate::domain::attempt::own(read, &actor, id)?;
        Room::read(read, &actor, id)
    })?;
    let number = |name| fields.optional(name).and_then(|number| number.parse().ok());
    let view = View::of(number("question"), number("sheet"));
    let go = Go::read(&fields, view);
    if !room.look.head.is_running() {
        return Ok(frame.go_and_say(&format!("/attempts/{id}/review"), &Flash::attention("exam-was-over")));
    }
    let (done, refused) = match take(&state, &actor, &room, &fields, &request, frame.text).await {
        Ok(done) => (done, None),
        Err(refusal) if refusal.code == ATTEMPT_OVER => {
            let over = Flash::attention("exam-was-over");
            return Ok(frame.go_and_say(&format!("/attempts/{id}/review"), &over));
        }
        Err(refusal) => {
            // Nothing of it was saved, so all of it stays in the form.
            let typed = by_slot(&fields, room.questions.len()).into_iter().enumerate().collect();
            let kept = Kept { typed, wrong: BTreeMap::new() };
            (Done { receipts: Vec::new(), kept }, Some(refusal))
        }
    };
    let Done { receipts, kept } = done;
    if refused.is_none() && kept.wrong.is_empty() {
        let address = go.address(id, view, room.questions.len(), &Sheets::of(&room.questions));
        return Ok(match receipts.iter().max_by_key(|receipted| receipted.number) {
            None if go == Go::Stay => frame.go_and_say(&address, &Flash::done("exam-nothing-new")),
            None => frame.go(&address),
            Some(last) => frame.go_and_say(&address, &said(&frame, receipts.len(), last)),
        });
    }
    let form = match refused {
        Some(refusal) => Form::refused(Fields::default(), refusal, frame.text)?,
        None => Form::with_problems(kept.wrong.values().cloned().collect(), StatusCode::UNPROCESSABLE_ENTITY),
    };
    // As it is now: the next save is one after what is saved by then.
    let room = state.store.read(|read| Room::read(read, &actor, id))?;
    let first_wrong = kept.wrong.keys().next().map(|slot| slot + 1);
    let view = match (view, first_wrong) {
        (View::One(_), Some(wrong)) => View::One(wrong),
        (view, _) => view,
    };
    form.show(&frame, &page(&frame, &form, &room, view, &kept))
}

fn said(frame: &Frame, count: usize, last: &Receipted) -> Flash {
    let receipt: String = crate::hex::of(&last.receipt).chars().take(16).collect();
    Flash::done("exam-saved-count")
        .with("count", count)
        .with("time", frame.calendar.clock_seconds(last.at))
        .with("receipt", receipt)
}

impl RoomPage<'_> {
    fn minutes(&self) -> u64 {
        minutes(self.remaining_ms)
    }

    fn ends(&self) -> Option<Timestamp> {
        self.look.head.deadline
    }

    /// Is there nothing before what is in sight?
    fn is_first(&self) -> bool {
        self.one.unwrap_or(self.sheet) == 1
    }

    fn is_last(&self) -> bool {
        self.one.map_or(self.sheet == self.sheets.count(), |one| one == self.dots.len())
    }

    /// Which questions of the paper stand here, in words.
    fn range(&self) -> String {
        let here = self.sheets.slots(self.sheet);
        self.range_of(&(here.start + 1), &here.end)
    }

    /// The same for scripts, which put numbers at the places in braces.
    fn range_for_scripts(&self) -> String {
        self.range_of(&"{first}".to_owned(), &"{last}".to_owned())
    }

    fn range_of(&self, first: &dyn ToArg, last: &dyn ToArg) -> String {
        self.frame.text.with("exam-range", &[("first", first), ("last", last), ("of", &self.dots.len())])
    }

    fn firsts(&self) -> String {
        joined(self.sheets.firsts())
    }

    /// A message for scripts, which put what they know at the places in braces.
    fn script(&self, key: &str, name: &str) -> String {
        self.frame.t1(key, name, format!("{{{name}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_where_to_go_on() {
        let (id, sheets) = (AttemptId(7), Sheets::of(&[]));
        let of =
            |go: &str, view| Go::read(&Fields::default().with("go", go), view).address(id, view, 4, &sheets);
        let one = View::One(3);
        assert_eq!(of("next", one), "/attempts/7?question=4");
        assert_eq!(of("9", one), "/attempts/7?question=4");
        assert_eq!(of("previous", one), "/attempts/7?question=2");
        assert_eq!(of("save", one), "/attempts/7?question=3");
        assert_eq!(of("all", one), "/attempts/7#q3");
        let all = View::Sheet(1);
        assert_eq!(of("save", all), "/attempts/7");
        assert_eq!(of("next", all), "/attempts/7");
        assert_eq!(of("at-2", all), "/attempts/7#q2");
        assert_eq!(of("2", all), "/attempts/7?question=2");
        assert_eq!(of("submit", all), "/attempts/7/submit");
    }
}
