//! Figures about a quiz and its questions, by Moodle's definitions: how hard, how well they tell who knows from who does not,
//! what was chosen.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::actor::SignedIn;
use super::beside::beside;
use super::body::json;
#[cfg(test)]
use super::problems;
use super::routes::{Needs, Routes};
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt::answers::{self, Answered};
use crate::domain::attempt::distribution::{Label, Line, Tally};
use crate::domain::attempt::review;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::quiz::statistics::{Asked, QuestionFigures, QuizFigures, Sitting, figures};
use crate::domain::refusal::Refusal;
use crate::domain::{bank, quiz};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    routes.add(Method::GET, "/api/quizzes/{quiz}/statistics", Class::Report, see, show);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(show))]
pub struct Api;

/// Attempts per read, each with its responses.
const PER_READ: usize = 20;

/// A question with its figures.
pub struct Entry {
    /// Its name in the newest version that was asked.
    pub name: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// How often it was asked.
    pub asked: usize,
    /// The newest version that was asked.
    pub version: u32,
    /// Its figures.
    pub figures: QuestionFigures,
    /// What was chosen or typed; nothing for who may not know which answers are right.
    pub lines: Vec<Line>,
}

/// Reads every marked attempt, some at a time, and puts the figures together. What was answered says which answers are right, by
/// its order already, and is for who may know that.
pub fn gather(state: &State, actor: &Actor, quiz: QuizId) -> Result<(QuizFigures, Vec<Entry>), Refusal> {
    let knows_key = state.store.read(|read| {
        let course = quiz::get(read, quiz)?.course;
        review::knows_key(read, actor, course)
    })?;
    let (mut sittings, mut after) = (Vec::new(), None);
    let mut tallies: BTreeMap<u64, Tally> = BTreeMap::new();
    loop {
        let (some, next) = state.store.read(|read| answers::read(read, actor, quiz, after, PER_READ))?;
        for Answered { attempt, marks, responses } in &some {
            let mut taken = Vec::with_capacity(attempt.paper.len());
            for ((slot, mark), response) in attempt.paper.iter().zip(&marks.slots).zip(responses) {
                tallies.entry(slot.question.0).or_default().take(slot, response.as_ref());
                let mark = mark.points.map_or(0.0, Decimal::to_f64);
                taken.push(Asked { key: slot.question.0, mark, points: slot.points.to_f64() });
            }
            let total = taken.iter().map(|asked| asked.mark).sum();
            sittings.push(Sitting { marks: taken, total });
        }
        if next.is_none() {
            break;
        }
        after = next;
    }
    let (quiz, questions) = figures(&sittings);
    let mut entries = Vec::with_capacity(questions.len());
    for figures in questions {
        let Some(tally) = tallies.get(&figures.key) else { continue };
        let read =
            |version: u32| state.store.read(|read| bank::version(read, QuestionId(figures.key), version));
        let newest = read(tally.version)?;
        let (name, kind) = (newest.body.name.clone(), newest.body.kind.name());
        let lines = if knows_key {
            let asked: Vec<_> =
                tally.versions.iter().map(|version| read(*version)).collect::<Result<_, _>>()?;
            tally.lines(&asked.iter().map(|it| (it.version, &it.body)).collect())
        } else {
            Vec::new()
        };
        let Tally { asked, version, .. } = *tally;
        entries.push(Entry { name, kind, asked, version, figures, lines });
    }
    Ok((quiz, entries))
}

/// Figures about a quiz, of its marked attempts.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct StatisticsView {
    /// Of the whole.
    #[serde(flatten)]
    pub figures: QuizFigures,
    /// The questions that were asked, by id.
    pub questions: Vec<QuestionStatisticsView>,
}

/// Figures about a question.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuestionStatisticsView {
    /// The question.
    pub question: QuestionId,
    /// The newest version that was asked.
    pub version: u32,
    /// Its name there.
    pub name: String,
    /// Its kind, as the question bank names it.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its figures.
    #[serde(flatten)]
    pub figures: QuestionFigures,
    /// What was chosen, typed or matched (of each stem the right answer and the three that were mistaken for it most), in all
    /// versions that were asked, found again in the newest one by its text; empty
    /// for orderings, clozes and essays, and for who may see neither questions nor mark attempts: it says which answers are right.
    pub distribution: Vec<DistributionView>,
}

/// What was chosen or typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// An option, a typed answer, or a stem of a matching with what was taken for its answer: `text` has it.
    Text,
    /// True, of a question of true and false.
    True,
    /// False.
    False,
    /// Nothing.
    Nothing,
    /// Typed answers, or options that the newest version has not, that are rarer than the ten that are listed.
    Others,
}

/// How often something was chosen or typed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct DistributionView {
    /// What sort of answer.
    pub answer: AnswerKind,
    /// The option, the typed answer, or stem and answer, up to 120 characters.
    pub text: Option<String>,
    /// Does it earn something, by the newest version that was asked?
    pub right: bool,
    /// How often.
    pub count: usize,
}

impl From<Line> for DistributionView {
    fn from(Line { label, right, count }: Line) -> Self {
        let (answer, text) = match label {
            Label::Words(words) => (AnswerKind::Text, Some(words)),
            Label::True => (AnswerKind::True, None),
            Label::False => (AnswerKind::False, None),
            Label::Nothing => (AnswerKind::Nothing, None),
            Label::Others => (AnswerKind::Others, None),
        };
        Self { answer, text, right, count }
    }
}

impl From<Entry> for QuestionStatisticsView {
    fn from(entry: Entry) -> Self {
        Self {
            question: QuestionId(entry.figures.key),
            version: entry.version,
            name: entry.name,
            kind: entry.kind,
            figures: entry.figures,
            distribution: entry.lines.into_iter().map(DistributionView::from).collect(),
        }
    }
}

/// Figures about a quiz and its questions by Moodle's definitions, of all attempts that are marked to the end.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/statistics", tag = "supervision",
    params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "The figures", body = StatisticsView), problems::Reading)))]
async fn show(
    who: SignedIn,
    state: web::Data<State>,
    id: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (who.actor, *id);
    state.store.read(|read| quiz::require(read, &actor, Permission::ViewAttempts, id).map(drop))?;
    let held = state.get_ref().clone();
    let (figures, entries) = beside(&state, move || gather(&held, &actor, id)).await?;
    let questions = entries.into_iter().map(QuestionStatisticsView::from).collect();
    json(&StatisticsView { figures, questions })
}
