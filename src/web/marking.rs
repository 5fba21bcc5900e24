//! Marking by hand: one response after another, by name or without names, and how many wait.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::attempt::shown::with_files;
use super::course::CoursePlace;
use super::flash::Flash;
use super::form::{Fields, Form, read_decimal};
use super::frame::Frame;
use super::quiz_place::QuizPlace;
use super::visitor::{Posted, Visitor};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::account::name_of;
use crate::domain::attempt::marks::ManualMark;
use crate::domain::attempt::regrade::{self, MarkByHand, Seen};
use crate::domain::attempt::review;
use crate::domain::decimal::Decimal;
use crate::domain::faults::{Faults, together};
use crate::domain::ids::{AttemptId, QuestionId, QuizId};
use crate::domain::question::{Kind, Response};
use crate::domain::refusal::{Refusal, invalid, not_found};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let mark = Needs::Course(Permission::MarkAttempts);
    routes.page("/quizzes/{quiz}/marking", Class::Interactive, mark, show);
    routes.form("/quizzes/{quiz}/marking", Class::Interactive, mark, save);
}

/// Waiting attempts that one page looks at; what is behind them comes when these are marked.
const LOOKED_AT: usize = 200;

/// A response: the attempt and its place on the paper, in an address `17.0`.
type Spot = (AttemptId, u16);

fn spot(text: &str) -> Option<Spot> {
    let (attempt, slot) = text.split_once('.')?;
    Some((AttemptId(attempt.parse().ok()?), slot.parse().ok()?))
}

fn spell((attempt, slot): Spot) -> String {
    format!("{attempt}.{slot}")
}

/// How somebody goes through the queue; it stays in every address.
#[derive(Debug, Clone, Default, Deserialize)]
struct Way {
    /// Without names.
    #[serde(default)]
    anonymous: bool,
    /// Responses to this question only.
    #[serde(default)]
    question: String,
    /// This response, whether it waits or not.
    #[serde(default)]
    at: String,
    /// The first that waits behind this one.
    #[serde(default)]
    after: String,
    /// The one that was shown before.
    #[serde(default)]
    back: String,
}

impl Way {
    fn question(&self) -> Option<QuestionId> {
        self.question.parse().ok().map(QuestionId)
    }

    fn address(&self, quiz: QuizId, more: &str) -> String {
        let question = self.question().map(|question| question.to_string()).unwrap_or_default();
        format!("/quizzes/{quiz}/marking?anonymous={}&question={question}{more}", self.anonymous)
    }
}

/// A question of which responses wait.
struct Pile {
    question: QuestionId,
    name: String,
    waiting: usize,
}

/// What waits, as far as one page looks.
struct Queue {
    spots: Vec<Spot>,
    piles: Vec<Pile>,
    /// More wait behind these.
    more: bool,
}

impl Queue {
    fn read(read: &impl Read, actor: &Actor, quiz: QuizId, way: &Way) -> Result<Self, Refusal> {
        let mut waiting = regrade::awaiting(read, actor, quiz, None, LOOKED_AT + 1)?;
        let more = waiting.len() > LOOKED_AT;
        waiting.truncate(LOOKED_AT);
        let (mut spots, mut piles): (_, Vec<Pile>) = (Vec::new(), Vec::new());
        for (attempt, marks) in &waiting {
            for ((slot, asked), mark) in (0_u16..).zip(&attempt.paper).zip(&marks.slots) {
                if mark.points.is_some() {
                    continue;
                }
                if let Some(pile) = piles.iter_mut().find(|pile| pile.question == asked.question) {
                    pile.waiting += 1;
                } else {
                    let version = crate::domain::bank::version(read, asked.question, asked.version)?;
                    let name = version.body.name.clone();
                    piles.push(Pile { question: asked.question, name, waiting: 1 });
                }
                if way.question().is_none_or(|question| question == asked.question) {
                    spots.push((attempt.id, slot));
                }
            }
        }
        Ok(Self { spots, piles, more })
    }

    fn count(&self) -> String {
        if self.more { format!("{}+", self.spots.len()) } else { self.spots.len().to_string() }
    }

    /// The first behind a response, and the first of all when nothing is behind it.
    fn next(&self, behind: Option<Spot>) -> Option<Spot> {
        let next = behind.and_then(|behind| self.spots.iter().find(|spot| **spot > behind));
        next.or_else(|| self.spots.first()).copied()
    }
}

/// A response in front of who marks it.
struct Sheet {
    spot: Spot,
    name: String,
    number: u16,
    question_name: String,
    question_html: String,
    grader_html: String,
    answer: Option<String>,
    elsewhere: bool,
    words: usize,
    max: Decimal,
    /// The save that has the answer, 0 where nothing was saved.
    save: u32,
    /// When it was marked last; nothing when it waits.
    marked_ms: String,
    points: String,
    comment: String,
    /// The mark that an earlier answer got, which this one waits in place of.
    earlier: Option<Arc<ManualMark>>,
}

impl Sheet {
    fn read(read: &impl Read, actor: &Actor, quiz: QuizId, spot: Spot) -> Result<Self, Refusal> {
        let look = review::look(read, actor, spot.0)?;
        let at = usize::from(spot.1);
        let found = look.attempt.paper.get(at).zip(look.material.slots.get(at));
        let (asked, it) = found
            .filter(|_| look.attempt.quiz == quiz && !look.own)
            .ok_or_else(|| not_found("response", spell(spot)))?;
        let body = &it.question.body;
        let answer = match &it.response {
            Some(Response::Essay(text) | Response::Text(text)) => Some(text.clone()),
            // Nothing, or no text: the result shows that as it was answered.
            _ => None,
        };
        let elsewhere = answer.is_none() && it.response.as_ref().is_some_and(|response| !response.is_blank());
        let grader_html = match &body.kind {
            Kind::Essay(essay) => with_files(essay.grader_info.html()),
            _ => String::new(),
        };
        let mark = look.marks.as_ref().and_then(|marks| marks.slots.get(at)).and_then(|mark| mark.points);
        let manual = it.manual.as_ref();
        Ok(Self {
            spot,
            name: name_of(read, look.attempt.user)?,
            number: look.attempt.number,
            question_name: body.name.clone(),
            question_html: with_files(body.text.html()),
            grader_html,
            words: answer.as_deref().map_or(0, |text| text.split_whitespace().count()),
            answer,
            elsewhere,
            max: asked.points,
            save: look.head.save_in(at),
            marked_ms: manual.map(|manual| manual.at.ms().to_string()).unwrap_or_default(),
            points: mark.map(|points| points.to_string()).unwrap_or_default(),
            comment: manual.filter(|_| !it.outdated).map(|manual| manual.comment.clone()).unwrap_or_default(),
            earlier: manual.filter(|_| it.outdated).cloned(),
        })
    }
}

#[derive(Template)]
#[template(path = "marking/show.html")]
struct MarkingPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    queue: &'a Queue,
    sheet: Option<&'a Sheet>,
    way: &'a Way,
    form: &'a Form,
}

impl MarkingPage<'_> {
    fn skip(&self, sheet: &Sheet) -> String {
        let spot = spell(sheet.spot);
        self.way.address(self.at.quiz.id, &format!("&after={spot}&back={spot}"))
    }

    fn back(&self) -> Option<String> {
        let back = spot(&self.way.back)?;
        Some(self.way.address(self.at.quiz.id, &format!("&at={}", spell(back))))
    }

    fn is_chosen(&self, pile: &Pile) -> bool {
        self.way.question() == Some(pile.question)
    }

    fn spot(sheet: &Sheet) -> String {
        spell(sheet.spot)
    }

    /// The same with or without names.
    fn other(&self) -> String {
        let way = Way { anonymous: !self.way.anonymous, ..self.way.clone() };
        let at = self.sheet.map(|sheet| format!("&at={}", spell(sheet.spot))).unwrap_or_default();
        way.address(self.at.quiz.id, &at)
    }
}

fn show_page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    quiz: QuizId,
    way: &Way,
    form: Option<&Form>,
) -> Result<HttpResponse, Refusal> {
    let (at, queue, sheet) = state.store.read(|read| -> Result<_, Refusal> {
        let at = QuizPlace::of(read, actor, Permission::MarkAttempts, quiz, "marking")?;
        let queue = Queue::read(read, actor, quiz, way)?;
        let wanted = spot(&way.at).or_else(|| queue.next(spot(&way.after)));
        let sheet = wanted.map(|spot| Sheet::read(read, actor, quiz, spot)).transpose()?;
        Ok((at, queue, sheet))
    })?;
    let first = sheet.as_ref().map(|sheet| {
        let fields = Fields::default().with("points", &sheet.points).with("comment", &sheet.comment);
        Form::of(fields)
    });
    let first = first.unwrap_or_default();
    let form = form.unwrap_or(&first);
    let (place, sheet) = (&at.course, sheet.as_ref());
    form.show(frame, &MarkingPage { frame, place, at: &at, queue: &queue, sheet, way, form })
}

async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    way: web::Query<Way>,
) -> Result<HttpResponse, Refusal> {
    show_page(&visitor.state, &visitor.frame, visitor.actor(), *id, &way, None)
}

/// What the page showed that was sent.
fn seen(fields: &Fields) -> Result<Seen, Refusal> {
    // A page of an older version does not say it.
    let save = fields.optional("save").map(str::parse).transpose();
    let save = save.map_err(|_| invalid("/save", "is not a number"));
    let marked = fields.optional("marked").map(str::parse).transpose();
    let marked = marked.map_err(|_| invalid("/marked", "is not a time in milliseconds"));
    let (save, marked) = together((save, marked))?;
    Ok(Seen { save, marked: Some(marked.map(Timestamp::from_ms)) })
}

async fn save(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, quiz) = (who.actor, *id);
    let asked = spot(fields.get("at"));
    state.store.read(|read| -> Result<(), Refusal> {
        QuizPlace::of(read, &actor, Permission::MarkAttempts, quiz, "marking")?;
        asked.map(|spot| Sheet::read(read, &actor, quiz, spot)).transpose().map(drop)
    })?;
    let (attempt, slot) = asked.ok_or_else(|| invalid("/at", "names no response"))?;
    let way = Way {
        anonymous: fields.ticked("anonymous"),
        question: fields.get("question").to_owned(),
        at: spell((attempt, slot)),
        back: fields.get("back").to_owned(),
        ..Way::default()
    };
    let read = || -> Result<(MarkByHand, Seen), Refusal> {
        let mut faults = Faults::default();
        let points = read_decimal(fields.get("points")).map_err(|problem| invalid("/points", problem));
        let points = faults.or_default(points);
        let mark = faults.and(MarkByHand::parse(points, fields.get("comment").to_owned()))?;
        Ok((mark, seen(&fields)?))
    };
    let done = match read() {
        Ok((mark, seen)) => {
            let by = actor.clone();
            let write = state.store.write(Class::Interactive, move |txn| {
                regrade::mark_by_hand(txn, &by, attempt, slot, mark, seen)
            });
            write.await.map(drop)
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            let spot = spell((attempt, slot));
            let next = way.address(quiz, &format!("&after={spot}&back={spot}"));
            Ok(frame.go_and_say(&next, &Flash::done("marking-saved")))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_page(&state, &frame, &actor, quiz, &way, Some(&form))
        }
    }
}
