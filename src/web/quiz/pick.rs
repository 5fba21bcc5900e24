//! More questions for a quiz: chosen in the bank, or drawn from a part of it for every attempt anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::slots::points;
use super::{Edited, store};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::category::Tree;
use crate::domain::bank::list::{self, Place};
use crate::domain::bank::{self, Draw, Question, QuestionType};
use crate::domain::faults::{Faults, together};
use crate::domain::ids::{CategoryId, QuestionId, QuizId};
use crate::domain::limits::searched;
use crate::domain::quiz::input::{DrawInput, QuizFacts, SlotInput};
use crate::domain::quiz::{QUIZ_HAS_ATTEMPTS, Quiz, Source};
use crate::domain::refusal::{Refusal, invalid};
use crate::http::page::{PageQuery, cursor};
use crate::state::State;
use crate::store::{Counter, Read};
use crate::web::bank::look_for;
use crate::web::build::unchanged;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, as_typed};
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::sign_in::encoded;
use crate::web::visitor::{Posted, Visitor};

/// Questions on a page of the bank.
const PER_PAGE: usize = 50;
/// Questions that are carried from page to page of the list: as many as a quiz has places.
const MOST_CHOSEN: usize = 150;
/// Questions of banks up to this size are counted by category: larger ones would hold the reading up.
const MOST_COUNTED: i64 = 10_000;
/// Questions that are looked through for tags to offer.
const LOOKED_THROUGH: usize = 500;

/// Which questions of the bank are shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    q: String,
    /// An id, `top`, or nothing for everywhere.
    #[serde(default)]
    category: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after: String,
    /// Questions that were chosen on other pages of the list: ids with a dash between them.
    #[serde(default)]
    chosen: String,
    /// The points that were typed there.
    #[serde(default)]
    points: String,
}

impl Filter {
    fn trimmed(self) -> Self {
        Self { q: searched(&self.q), tag: searched(&self.tag), points: searched(&self.points), ..self }
    }

    /// What a form asks to see, from the beginning of the list.
    fn typed(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            q: text("q"),
            category: text("category"),
            tag: text("tag"),
            kind: text("kind"),
            ..Self::default()
        }
        .trimmed()
    }

    /// The same with what the form has chosen so far.
    fn carrying(self, fields: &Fields) -> Self {
        let chosen: Vec<String> = chosen_ids(fields).iter().map(ToString::to_string).collect();
        Self { chosen: chosen.join("-"), points: fields.get("points").to_owned(), ..self }.trimmed()
    }

    /// As a query of an address.
    fn query(&self) -> String {
        let fields = [
            ("q", &self.q),
            ("category", &self.category),
            ("tag", &self.tag),
            ("kind", &self.kind),
            ("after", &self.after),
            ("chosen", &self.chosen),
            ("points", &self.points),
        ];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }

    fn domain(&self) -> Result<list::Filter, Refusal> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let category = match self.category.as_str() {
            "" => None,
            "top" => Some(None),
            id => Some(Some(CategoryId(id.parse().map_err(|_| invalid("?category", "is no category"))?))),
        };
        Ok(list::Filter {
            with_children: matches!(category, Some(Some(_))),
            category,
            tag: some(&self.tag),
            kind: QuestionType::ALL.into_iter().find(|kind| kind.name() == self.kind),
            name: None,
            words: some(&self.q),
            retired: Some(false),
        })
    }
}

/// Where a question was in the order in which questions came to the form; behind them all when it was ticked there.
fn came(fields: &Fields, id: QuestionId) -> usize {
    let id = id.to_string();
    fields.get("order").split('-').position(|known| known == id).unwrap_or(usize::MAX)
}

/// The questions that a form has chosen, each once: first those that it came with, in their order (that of an imported file),
/// then what was ticked.
fn chosen_ids(fields: &Fields) -> Vec<QuestionId> {
    let mut ids = Vec::new();
    for id in fields.all("questions[]").filter_map(|text| text.parse().ok()).map(QuestionId) {
        if !ids.contains(&id) && ids.len() < MOST_CHOSEN {
            ids.push(id);
        }
    }
    ids.sort_by_key(|id| came(fields, *id));
    ids
}

/// The address of the page that adds questions to a quiz, with these chosen.
pub fn address_with(quiz: QuizId, chosen: &str) -> String {
    address(quiz, &Filter { chosen: chosen.to_owned(), ..Filter::default() })
}

/// A category to choose: its id, its name moved in by its depth.
struct Folder {
    id: CategoryId,
    words: String,
}

fn folders(tree: &Tree) -> Vec<Folder> {
    let folder = |category: &bank::Category| {
        let depth = tree.path(category.id).len().saturating_sub(1);
        Folder { id: category.id, words: format!("{}{}", "\u{2003}".repeat(depth), category.name) }
    };
    tree.in_order().into_iter().map(folder).collect()
}

/// A question of the bank, as it is offered.
struct Offer {
    question: Arc<Question>,
    path: String,
    /// The quiz has it already.
    taken: bool,
}

#[derive(Template)]
#[template(path = "quiz/pick.html")]
struct PickPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    filter: &'a Filter,
    folders: &'a [Folder],
    offers: &'a [Offer],
    /// Chosen, and not on this page of the list.
    elsewhere: &'a [Arc<Question>],
    next: Option<String>,
    form: &'a Form,
}

impl PickPage<'_> {
    /// This page again, with its filter. What is chosen is in the form.
    fn here(&self) -> String {
        let filter = Filter { chosen: String::new(), points: String::new(), ..self.filter.clone() };
        address(self.at.quiz.id, &filter)
    }
}

fn address(quiz: QuizId, filter: &Filter) -> String {
    let query = filter.query();
    let ask = if query.is_empty() { "" } else { "?" };
    format!("/quizzes/{quiz}/slots/add{ask}{query}")
}

/// Who adds questions sees them, and nobody has begun the quiz.
fn open(state: &State, actor: &Actor, id: QuizId) -> Result<Edited, Refusal> {
    let edited = state.store.read(|read| -> Result<_, Refusal> {
        let edited = Edited::read(read, actor, id, "slots")?;
        bank::require(read, actor, Permission::ViewQuestions, edited.at.quiz.course)?;
        Ok(edited)
    })?;
    if edited.begun {
        return Err(QUIZ_HAS_ATTEMPTS
            .refuse("learners began this quiz, so its questions stay; only their points may change"));
    }
    Ok(edited)
}

fn named(quiz: &Quiz) -> BTreeSet<QuestionId> {
    let questions = quiz.slots.iter().filter_map(|slot| match slot.source {
        Source::Question { question, .. } => Some(question),
        Source::Draw { .. } => None,
    });
    questions.collect()
}

fn page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    edited: &Edited,
    filter: &Filter,
    chosen: &[QuestionId],
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let at = &edited.at;
    let after = Some(filter.after.clone()).filter(|after| !after.is_empty());
    let after: Option<Place> = PageQuery { limit: None, after }.after()?;
    let asked = filter.domain()?;
    let (questions, next) = look_for(state, actor, at.quiz.course, &asked, after, PER_PAGE)?;
    let (folders, offers, elsewhere) = state.store.read(|read| -> Result<_, Refusal> {
        let tree = Tree::read(read, at.quiz.course)?;
        let taken = named(&at.quiz);
        let mut elsewhere = Vec::new();
        for id in chosen.iter().filter(|id| !taken.contains(*id)) {
            let known = read.get::<Question>(id)?.filter(|known| known.course == at.quiz.course);
            elsewhere.extend(known.filter(|known| questions.iter().all(|shown| shown.id != known.id)));
        }
        let offer = |question: Arc<Question>| Offer {
            path: question.category.map(|id| tree.path(id).join(" / ")).unwrap_or_default(),
            taken: taken.contains(&question.id),
            question,
        };
        Ok((folders(&tree), questions.into_iter().map(offer).collect::<Vec<_>>(), elsewhere))
    })?;
    let page = PickPage {
        frame,
        place: &at.course,
        at,
        filter,
        folders: &folders,
        offers: &offers,
        elsewhere: &elsewhere,
        next: next.as_ref().map(cursor),
        form,
    };
    form.show(frame, &page)
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, Refusal> {
    let edited = open(&visitor.state, visitor.actor(), *id)?;
    let filter = filter.into_inner().trimmed();
    let mut fields = Fields::default()
        .with("revision", edited.at.quiz.revision)
        .with("points", &filter.points)
        .with("order", &filter.chosen);
    for id in filter.chosen.split('-') {
        fields = fields.with("questions[]", id);
    }
    let chosen = chosen_ids(&fields);
    page(&visitor.state, &visitor.frame, visitor.actor(), &edited, &filter, &chosen, &Form::of(fields))
}

/// The slots that there are, and these behind them.
fn and_these(quiz: &Quiz, more: impl IntoIterator<Item = SlotInput>) -> Result<QuizFacts, Refusal> {
    let slots = quiz.slots.iter().map(SlotInput::from).chain(more).collect();
    QuizFacts::of(quiz).with_slots(slots)
}

/// The chosen questions as slots; without points each gives what its author meant it to.
fn chosen(
    read: &impl Read,
    fields: &Fields,
    course: crate::domain::ids::CourseId,
) -> Result<Vec<SlotInput>, Refusal> {
    let given = fields.optional("points").map(|text| points(text, "/points")).transpose()?;
    let mut ids = Vec::new();
    for text in fields.all("questions[]") {
        ids.push(QuestionId(text.parse().map_err(|_| invalid("/questions", "has something that is no id"))?));
    }
    ids.sort_by_key(|id| came(fields, *id));
    let mut slots = Vec::with_capacity(ids.len());
    for id in ids {
        let known = read.get::<Question>(&id)?.filter(|known| known.course == course);
        let known = known.ok_or_else(|| invalid("/questions", "has a question of another bank"))?;
        let points = match given {
            Some(points) => points,
            None => bank::version(read, id, known.latest)?.body.default_points,
        };
        slots.push(SlotInput { points, question: Some(id), version: None, draw: None });
    }
    Ok(slots)
}

/// A refusal about the slots that were to be added is one about the fields of the form.
fn beside_fields(mut refusal: Refusal, before: usize) -> Refusal {
    for field in &mut refusal.fields {
        let part = field.at.strip_prefix("/slots/").and_then(|rest| rest.split_once('/'));
        if let Some((at, part)) = part
            && at.parse().is_ok_and(|at: usize| at >= before)
        {
            let part = part.strip_prefix("draw/").unwrap_or(part);
            field.at = if part == "draw" { "/count".to_owned() } else { format!("/{part}") };
        } else if field.at.starts_with("/slots") {
            field.at.clear();
        }
    }
    refusal
}

/// To the slots, with how many there are more.
fn added(frame: &Frame, quiz: QuizId, count: usize) -> HttpResponse {
    let said = Flash::done("quiz-added").with("count", count);
    frame.go_and_say(&format!("/quizzes/{quiz}/slots"), &said)
}

/// The page of the list that a button leads to; `None` when the chosen are to be added.
fn asked(fields: &Fields, shown: &Filter) -> Option<Filter> {
    let at = |after: &str| Filter { after: after.to_owned(), ..shown.clone() };
    match fields.get("do") {
        "find" => Some(Filter::typed(fields)),
        "first" => Some(at("")),
        "more" => Some(at(fields.get("next"))),
        _ => None,
    }
}

pub(super) async fn add(
    posted: Posted,
    id: web::Path<QuizId>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id, filter) = (who.actor, *id, filter.into_inner().trimmed());
    let edited = open(&state, &actor, id)?;
    if let Some(elsewhere) = asked(&fields, &filter) {
        return Ok(frame.go(&address(id, &elsewhere.carrying(&fields))));
    }
    let quiz = &edited.at.quiz;
    let seen = fields.get("revision").to_owned();
    let found = unchanged(seen.clone())(quiz.revision)
        .and_then(|()| state.store.read(|read| chosen(read, &fields, quiz.course)));
    let done = match found {
        Ok(slots) if slots.is_empty() => {
            return Ok(frame.go_and_say(&address(id, &filter), &Flash::attention("quiz-none-chosen")));
        }
        Ok(slots) => {
            let count = slots.len();
            store(&state, &actor, quiz, &seen, and_these(quiz, slots)).await.map(|_| count)
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(count) => Ok(added(&frame, id, count)),
        Err(refusal) => {
            let refusal = beside_fields(refusal, quiz.slots.len());
            let chosen = chosen_ids(&fields);
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&state, &frame, &actor, &edited, &filter, &chosen, &form)
        }
    }
}

#[derive(Template)]
#[template(path = "quiz/draw.html")]
struct DrawPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    folders: Vec<(String, String)>,
    tags: BTreeSet<String>,
    form: &'a Form,
}

/// Categories as choices, and tags.
type Sources = (Vec<(String, String)>, BTreeSet<String>);

/// The categories with how many questions can be drawn from each and those in it, and some tags.
fn sources(read: &impl Read, actor: &Actor, frame: &Frame, quiz: &Quiz) -> Result<Sources, Refusal> {
    let tree = Tree::read(read, quiz.course)?;
    let counted = read.counter(&Counter::new(bank::QUESTIONS, &quiz.course))? <= MOST_COUNTED;
    let mut choices = Vec::new();
    for folder in folders(&tree) {
        let words = if counted {
            let draw = Draw::Category { category: folder.id, with_children: true };
            let there = bank::candidates(read, quiz.course, &draw)?.len();
            frame.t2("quiz-folder", "name", folder.words, "count", there)
        } else {
            folder.words
        };
        choices.push((folder.id.to_string(), words));
    }
    let usable = list::Filter { retired: Some(false), ..list::Filter::default() };
    let (questions, _) = list::list(read, actor, quiz.course, &usable, None, LOOKED_THROUGH)?;
    let tags = questions.iter().flat_map(|question| question.tags.iter().cloned()).collect();
    Ok((choices, tags))
}

fn draw_page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    edited: &Edited,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let at = &edited.at;
    let (folders, tags) = state.store.read(|read| sources(read, actor, frame, &at.quiz))?;
    form.show(frame, &DrawPage { frame, place: &at.course, at, folders, tags, form })
}

pub(super) async fn show_draw(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let edited = open(&visitor.state, visitor.actor(), *id)?;
    let fields = Fields::default()
        .with("revision", edited.at.quiz.revision)
        .with("count", 1)
        .with("points", 1)
        .with("from", "category")
        .with("with_children", true);
    draw_page(&visitor.state, &visitor.frame, visitor.actor(), &edited, &Form::of(fields))
}

fn draw(fields: &Fields) -> Result<SlotInput, Refusal> {
    let mut faults = Faults::default();
    // Something usual stands in the place of what cannot be read, while the rest is looked at.
    let count = as_typed(fields.get("count")).parse().unwrap_or_else(|_| {
        faults.add(invalid("/count", "is not a whole number"));
        1
    });
    let by_tag = fields.get("from") == "tag";
    let category = (!by_tag).then(|| {
        let category = fields.get("category").parse().map_err(|_| invalid("/category", "is no category"));
        CategoryId(faults.or_default(category))
    });
    let tag = by_tag.then(|| fields.get("tag").to_owned());
    let with_children = !by_tag && fields.ticked("with_children");
    let draw = DrawInput { count, category, with_children, tag };
    let checked = draw.clone().parse("").map(drop);
    let points = points(fields.get("points").trim(), "/points");
    let ((), points) = faults.and(together((checked, points)))?;
    Ok(SlotInput { points, question: None, version: None, draw: Some(draw) })
}

pub(super) async fn add_draw(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let edited = open(&state, &actor, id)?;
    let quiz = &edited.at.quiz;
    let seen = fields.get("revision").to_owned();
    let done = match unchanged(seen.clone())(quiz.revision).and_then(|()| draw(&fields)) {
        Ok(slot) => {
            let count = slot.draw.as_ref().map_or(0, |draw| usize::from(draw.count));
            store(&state, &actor, quiz, &seen, and_these(quiz, [slot])).await.map(|_| count)
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(count) => Ok(added(&frame, id, count)),
        Err(refusal) => {
            let refusal = beside_fields(refusal, quiz.slots.len());
            let form = Form::refused(fields, refusal, frame.text)?;
            draw_page(&state, &frame, &actor, &edited, &form)
        }
    }
}
