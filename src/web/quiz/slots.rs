//! The questions of a quiz: their order, their points, which version is asked, how many are drawn. One form: every button
//! of it keeps what was typed beside.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Edited, store};
use crate::domain::bank;
use crate::domain::bank::category::Tree;
use crate::domain::decimal::Decimal;
use crate::domain::faults::Faults;
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::quiz::check::draw_of;
use crate::domain::quiz::input::{QuizFacts, SlotInput};
use crate::domain::quiz::{Pool, QUIZ_HAS_ATTEMPTS, Quiz, Slot, Source};
use crate::domain::refusal::{Refusal, invalid, not_found};
use crate::state::State;
use crate::store::Read;
use crate::web::build::unchanged;
use crate::web::confirm::Confirm;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, as_typed, read_decimal};
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::{Posted, Visitor};

/// Versions to choose from: the newest ones, and the one that is kept.
const MOST_VERSIONS: u32 = 20;

/// Where the questions of a slot come from, in words.
enum From {
    Question {
        id: QuestionId,
        name: String,
        kind: &'static str,
        retired: bool,
        /// The one that is kept.
        version: Option<u32>,
        latest: u32,
        /// Those to choose from; none where there is nothing to choose.
        versions: Vec<u32>,
    },
    /// A question that is not there any more.
    Gone(QuestionId),
    Category {
        path: String,
        with_children: bool,
    },
    Tag(String),
}

/// A slot as the page shows it.
struct Row {
    /// Its place, from 0.
    at: usize,
    /// The numbers of its questions, as learners count them.
    first: usize,
    last: usize,
    from: From,
    /// Questions that a draw can take.
    pool: Option<usize>,
    count: u16,
    points: Decimal,
}

impl Row {
    fn numbers(&self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{}–{}", self.first, self.last)
        }
    }

    fn too_few(&self) -> bool {
        self.pool.is_some_and(|pool| pool < usize::from(self.count))
    }

    fn versions(latest: u32, kept: Option<u32>) -> Vec<u32> {
        if latest == 1 && kept.is_none() {
            return Vec::new();
        }
        let oldest = latest.saturating_sub(MOST_VERSIONS - 1).max(1);
        let mut versions: Vec<u32> = (oldest..=latest).rev().collect();
        versions.extend(kept.filter(|kept| *kept < oldest));
        versions
    }
}

/// The path of a category in the bank.
fn path(tree: &Tree, pool: &Pool) -> From {
    match pool {
        Pool::Category { category, with_children } => {
            From::Category { path: tree.path(*category).join(" / "), with_children: *with_children }
        }
        Pool::Tag(tag) => From::Tag(tag.clone()),
    }
}

fn rows(read: &impl Read, quiz: &Quiz) -> Result<Vec<Row>, Refusal> {
    let draws = quiz.slots.iter().any(|slot| matches!(slot.source, Source::Draw { .. }));
    let tree = if draws { Tree::read(read, quiz.course)? } else { Tree::default() };
    let mut rows = Vec::with_capacity(quiz.slots.len());
    let mut next = 1;
    for (at, Slot { points, source }) in quiz.slots.iter().enumerate() {
        let (from, pool, count) = match source {
            Source::Question { question: id, version } => {
                let from = match read.get::<bank::Question>(id)? {
                    Some(known) => From::Question {
                        id: *id,
                        name: known.name.clone(),
                        kind: known.kind.name(),
                        retired: known.retired,
                        version: *version,
                        latest: known.latest,
                        versions: Row::versions(known.latest, *version),
                    },
                    None => From::Gone(*id),
                };
                (from, None, 1)
            }
            Source::Draw { pool, count } => {
                let there = bank::candidates(read, quiz.course, &draw_of(pool))?.len();
                (path(&tree, pool), Some(there), *count)
            }
        };
        let first = next;
        next += usize::from(count);
        rows.push(Row { at, first, last: next - 1, from, pool, count, points: *points });
    }
    Ok(rows)
}

#[derive(Template)]
#[template(path = "quiz/slots.html")]
struct SlotsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    begun: bool,
    rows: &'a [Row],
    form: &'a Form,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
impl SlotsPage<'_> {
    fn quiz(&self) -> &Quiz {
        &self.at.quiz
    }

    fn field(at: &usize, part: &str) -> String {
        if part.is_empty() { format!("slots/{at}") } else { format!("slots/{at}/{part}") }
    }
}

fn fields_of(quiz: &Quiz) -> Fields {
    let mut fields = Fields::default().with("revision", quiz.revision);
    for (at, slot) in quiz.slots.iter().enumerate() {
        fields = fields.with(&format!("slots/{at}/points"), slot.points);
        fields = match &slot.source {
            Source::Question { version, .. } => {
                let version = version.map(|version| version.to_string()).unwrap_or_default();
                fields.with(&format!("slots/{at}/version"), version)
            }
            Source::Draw { count, .. } => fields.with(&format!("slots/{at}/draw/count"), count),
        };
    }
    fields
}

fn page(state: &State, frame: &Frame, edited: &Edited, form: &Form) -> Result<HttpResponse, Refusal> {
    let Edited { at, begun } = edited;
    let rows = state.store.read(|read| rows(read, &at.quiz))?;
    form.show(frame, &SlotsPage { frame, place: &at.course, at, begun: *begun, rows: &rows, form })
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let edited = Edited::of(&visitor.state, visitor.actor(), *id, "slots")?;
    page(&visitor.state, &visitor.frame, &edited, &Form::of(fields_of(&edited.at.quiz)))
}

/// Points as they are typed.
pub(super) fn points(text: &str, at: &str) -> Result<Decimal, Refusal> {
    read_decimal(text).map_err(|problem| invalid(at, problem))
}

/// The slots with what was typed beside them.
fn typed(fields: &Fields, quiz: &Quiz) -> Result<Vec<SlotInput>, Refusal> {
    let named: BTreeMap<&str, &str> = fields.iter().collect();
    let mut slots: Vec<SlotInput> = quiz.slots.iter().map(SlotInput::from).collect();
    let mut faults = Faults::default();
    for (at, slot) in slots.iter_mut().enumerate() {
        let value = |part: &str| named.get(format!("slots/{at}/{part}").as_str()).map(|text| text.trim());
        if let Some(text) = value("points") {
            slot.points = faults.or_default(points(text, &format!("/slots/{at}/points")));
        }
        if let (Some(draw), Some(text)) = (&mut slot.draw, value("draw/count")) {
            let place = format!("/slots/{at}/draw/count");
            // In its place stands a count that is right.
            let count = as_typed(text).parse::<u16>().map_err(|_| invalid(place, "is not a whole number"));
            draw.count = faults.or_default(count.map(Some)).unwrap_or(1);
        }
        if let (Some(_), Some(text)) = (slot.question, value("version")) {
            let place = format!("/slots/{at}/version");
            slot.version = match text {
                "" => None,
                text => {
                    faults.or_default(text.parse().map(Some).map_err(|_| invalid(place, "is not a version")))
                }
            };
        }
    }
    faults.and(Ok(slots))
}

/// What a button asks for: a slot that moves a place, up or down. Any other button only saves.
fn moved(wish: &str, slots: &mut [SlotInput]) -> Option<usize> {
    let (way, at) = wish.split_once('-')?;
    let at: usize = at.parse().ok()?;
    let to = match way {
        "up" => at.checked_sub(1)?,
        "down" => at + 1,
        _ => return None,
    };
    (at < slots.len() && to < slots.len()).then(|| slots.swap(at, to))?;
    Some(to)
}

/// Leads a refusal back to the fields of this page: what is wrong with a slot as a whole stands in its row. What is no
/// matter of a slot stays out: the refusal itself says what there is to say.
fn beside_rows(mut refusal: Refusal) -> Refusal {
    let is_conflict = refusal.code == crate::domain::quiz::QUIZ_NOT_READY;
    refusal.fields.retain(|field| !is_conflict || field.at.starts_with("/slots/"));
    for field in &mut refusal.fields {
        let Some((at, part)) = field.at.strip_prefix("/slots/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        if !matches!(part, "points" | "version" | "draw/count") {
            field.at = format!("/slots/{at}");
        }
    }
    refusal
}

pub(super) async fn change(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let edited = Edited::of(&state, &actor, id, "slots")?;
    let quiz = edited.at.quiz.clone();
    let mut to = None;
    let done = match unchanged(fields.get("revision").to_owned())(quiz.revision) {
        Ok(()) => {
            let facts = typed(&fields, &quiz).and_then(|mut slots| {
                to = moved(fields.get("do"), &mut slots);
                QuizFacts::of(&quiz).with_slots(slots)
            });
            store(&state, &actor, &quiz, fields.get("revision"), facts).await
        }
        Err(refusal) => Err(refusal),
    };
    match (done, to) {
        // The browser shows where it went; the focus goes along.
        (Ok(_), Some(to)) => {
            let said = Flash::done("quiz-slot-moved").with("place", to + 1).with("of", quiz.slots.len());
            Ok(frame.go_and_say(&format!("/quizzes/{id}/slots#f-slots-{to}"), &said))
        }
        (Ok(_), None) => Ok(frame.go_and_say(&format!("/quizzes/{id}/slots"), &Flash::done("quiz-saved"))),
        (Err(refusal), _) => {
            let form = Form::refused(fields, beside_rows(refusal), frame.text)?;
            page(&state, &frame, &edited, &form)
        }
    }
}

/// The slot that an address names, in a quiz that nobody has begun.
fn removable(edited: &Edited, at: usize) -> Result<&Slot, Refusal> {
    if edited.begun {
        return Err(QUIZ_HAS_ATTEMPTS
            .refuse("learners began this quiz, so its questions stay; only their points may change"));
    }
    edited.at.quiz.slots.get(at).ok_or_else(|| not_found("slot", at))
}

pub(super) async fn ask_remove(
    visitor: Visitor,
    path: web::Path<(QuizId, usize)>,
) -> Result<HttpResponse, Refusal> {
    let (id, at) = *path;
    let edited = Edited::of(&visitor.state, visitor.actor(), id, "slots")?;
    let frame = &visitor.frame;
    removable(&edited, at)?;
    let rows = visitor.state.store.read(|read| rows(read, &edited.at.quiz))?;
    let row = rows.get(at).ok_or_else(|| not_found("slot", at))?;
    let (question, stays) = match &row.from {
        From::Question { name, .. } => {
            (frame.t1("quiz-remove-question", "name", name), "quiz-question-stays")
        }
        From::Gone(id) => (frame.t1("quiz-remove-question", "name", id.to_string()), "quiz-question-gone"),
        From::Category { path, .. } => (frame.t1("quiz-remove-draw", "name", path), "quiz-questions-stay"),
        From::Tag(tag) => (frame.t1("quiz-remove-draw", "name", tag), "quiz-questions-stay"),
    };
    let given = row.points.scaled(Decimal::from_int(row.count.into()), Decimal::ONE);
    Confirm {
        question,
        what: vec![frame.t1("quiz-points-go", "points", given), frame.t(stays).into_owned()],
        action: &format!("/quizzes/{id}/slots/{at}/remove"),
        fields: &[("revision", edited.at.quiz.revision.to_string())],
        button: frame.t("quiz-remove").into_owned(),
        back: &format!("/quizzes/{id}/slots"),
    }
    .show(frame)
}

pub(super) async fn remove(
    posted: Posted,
    path: web::Path<(QuizId, usize)>,
) -> Result<HttpResponse, Refusal> {
    let (id, at) = *path;
    let edited = Edited::of(&posted.state, posted.actor(), id, "slots")?;
    let quiz = &edited.at.quiz;
    let seen = posted.fields.get("revision");
    unchanged(seen.to_owned())(quiz.revision)?;
    removable(&edited, at)?;
    let mut slots: Vec<SlotInput> = quiz.slots.iter().map(SlotInput::from).collect();
    slots.remove(at);
    let facts = QuizFacts::of(quiz).with_slots(slots);
    match store(&posted.state, posted.actor(), quiz, seen, facts).await {
        Ok(_) => {
            Ok(posted.frame.go_and_say(&format!("/quizzes/{id}/slots"), &Flash::done("quiz-slot-removed")))
        }
        Err(refusal) => {
            let form = fields_of(quiz);
            let form = Form::refused(form, beside_rows(refusal), posted.frame.text)?;
            page(&posted.state, &posted.frame, &edited, &form)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(question: u64) -> SlotInput {
        SlotInput { points: Decimal::ONE, question: Some(QuestionId(question)), version: None, draw: None }
    }

    #[test]
    fn a_slot_moves_a_place_and_never_out_of_the_list() {
        let mut slots = vec![slot(1), slot(2), slot(3)];
        assert_eq!(moved("up-2", &mut slots), Some(1));
        assert_eq!(moved("down-0", &mut slots), Some(1));
        let order: Vec<_> = slots.iter().filter_map(|slot| slot.question).map(|id| id.0).collect();
        assert_eq!(order, [3, 1, 2]);
        for nothing in ["up-0", "down-2", "up-9", "down-x", "save", "", "over-1"] {
            assert_eq!(moved(nothing, &mut slots), None, "{nothing}");
        }
    }

    #[test]
    fn the_versions_to_choose_from_are_few_and_hold_the_one_that_is_kept() {
        assert_eq!(Row::versions(3, None), [3, 2, 1]);
        assert!(Row::versions(1, None).is_empty());
        let many = Row::versions(100, Some(2));
        assert_eq!((many.len(), many.first(), many.last()), (21, Some(&100), Some(&2)));
    }
}
