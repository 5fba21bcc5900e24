//! Figures about a quiz and its questions: how hard, how well they tell who knows from who does not, what was chosen.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::frame::Frame;
use super::quiz_place::QuizPlace;
use super::visitor::Visitor;
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt::PaperSlot;
use crate::domain::attempt::answers::{self, Answered};
use crate::domain::bank;
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::question::kind::ChoiceOption;
use crate::domain::question::{Kind, Response};
use crate::domain::quiz::statistics::{QuestionFigures, QuizFigures, Sitting, figures};
use crate::domain::refusal::Refusal;
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    routes.page("/quizzes/{quiz}/statistics", Class::Report, see, show);
}

/// Attempts per read, each with its responses.
const PER_READ: usize = 20;
/// Different typed answers that are shown; the others are one line.
const MOST_TEXTS: usize = 10;
/// Different typed answers of a question that are counted.
const MOST_COUNTED: usize = 2_000;
/// Longest typed answer or option in a line of the distribution.
const MAX_LABEL_CHARS: usize = 120;

/// What can be chosen or typed, and how often it was.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Label {
    Words(String),
    True,
    False,
    Nothing,
    Others,
}

struct Bar {
    label: Label,
    right: bool,
    count: usize,
    share: usize,
}

struct Entry {
    name: String,
    kind: &'static str,
    figures: QuestionFigures,
    bars: Vec<Bar>,
}

/// What is counted of one question while attempts are read.
#[derive(Default)]
struct Tally {
    version: u32,
    points: f64,
    asked: usize,
    nothing: usize,
    options: BTreeMap<u16, usize>,
    texts: BTreeMap<String, usize>,
    other_texts: usize,
}

impl Tally {
    fn take(&mut self, slot: &PaperSlot, response: Option<&Response>) {
        self.asked += 1;
        self.version = self.version.max(slot.version);
        self.points = slot.points.to_f64();
        // Positions are as this attempt showed them; a choice that did not move has them as they are.
        let option = |shown: u16| {
            slot.arrangement.main.get(usize::from(shown)).map_or(shown, |option| u16::from(*option))
        };
        match response.filter(|response| !response.is_blank()) {
            None => self.nothing += 1,
            Some(Response::Choice(shown)) => *self.options.entry(option(*shown)).or_default() += 1,
            Some(Response::Choices(shown)) => {
                for shown in shown {
                    *self.options.entry(option(*shown)).or_default() += 1;
                }
            }
            Some(Response::Truth(value)) => *self.options.entry(u16::from(!value)).or_default() += 1,
            Some(Response::Text(text) | Response::Number { text, .. }) => {
                let text: String = text.trim().chars().take(MAX_LABEL_CHARS).collect();
                if self.texts.len() < MOST_COUNTED || self.texts.contains_key(&text) {
                    *self.texts.entry(text).or_default() += 1;
                } else {
                    self.other_texts += 1;
                }
            }
            Some(_) => {}
        }
    }

    fn bars(&self, kind: &Kind) -> Vec<Bar> {
        let options = |options: &[ChoiceOption]| {
            let option = |(at, option): (u16, &ChoiceOption)| {
                let words = option.text.to_plain().trim().chars().take(MAX_LABEL_CHARS).collect();
                let right = !option.fraction.is_negative() && !option.fraction.is_zero();
                (Label::Words(words), right, self.options.get(&at).copied().unwrap_or_default())
            };
            (0_u16..).zip(options).map(option).collect::<Vec<_>>()
        };
        let mut lines: Vec<(Label, bool, usize)> = match kind {
            Kind::SingleChoice(it) => options(&it.options),
            Kind::MultipleResponse(it) => options(&it.options),
            Kind::TrueFalse(it) => [(Label::True, it.correct, 0), (Label::False, !it.correct, 1)]
                .map(|(label, right, at)| (label, right, self.options.get(&at).copied().unwrap_or_default()))
                .into(),
            Kind::ShortAnswer(_) | Kind::Numerical(_) => {
                let mut texts: Vec<(&String, &usize)> = self.texts.iter().collect();
                texts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
                let others: usize =
                    texts.iter().skip(MOST_TEXTS).map(|(_, count)| **count).sum::<usize>() + self.other_texts;
                let shown = texts.into_iter().take(MOST_TEXTS);
                let mut lines: Vec<_> =
                    shown.map(|(text, count)| (Label::Words(text.clone()), false, *count)).collect();
                if others > 0 {
                    lines.push((Label::Others, false, others));
                }
                lines
            }
            Kind::Matching(_) | Kind::Ordering(_) | Kind::Cloze(_) | Kind::Essay(_) => return Vec::new(),
        };
        lines.push((Label::Nothing, false, self.nothing));
        let bar = |(label, right, count): (Label, bool, usize)| Bar {
            label,
            right,
            count,
            share: (count * 1000).checked_div(self.asked).unwrap_or_default().min(1000),
        };
        lines.into_iter().map(bar).collect()
    }
}

/// Figures are shown with as many digits as they mean something.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1} %"))
}

#[derive(Template)]
#[template(path = "statistics/show.html")]
struct StatisticsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    quiz: &'a QuizFigures,
    entries: &'a [Entry],
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "a template hands over what it names by reference"
)]
impl StatisticsPage<'_> {
    fn number(value: &f64) -> String {
        shown(Some(*value))
    }

    fn figure(value: &Option<f64>) -> String {
        shown(*value)
    }

    fn percent(value: &Option<f64>) -> String {
        percent(*value)
    }

    fn facility(entry: &Entry) -> String {
        percent(Some(entry.figures.facility * 100.0))
    }

    /// A question that the good ones miss more often than the others has a wrong key more often than not.
    fn is_odd(entry: &Entry) -> bool {
        entry.figures.discrimination.is_some_and(|found| found < 0.0)
    }
}

/// Reads every marked attempt, some at a time, and puts the figures together.
fn gather(state: &State, actor: &Actor, quiz: QuizId) -> Result<(QuizFigures, Vec<Entry>), Refusal> {
    let (mut sittings, mut after) = (Vec::new(), None);
    let mut tallies: BTreeMap<u64, Tally> = BTreeMap::new();
    loop {
        let (some, next) = state.store.read(|read| answers::read(read, actor, quiz, after, PER_READ))?;
        for Answered { attempt, marks, responses } in &some {
            let mut taken = Vec::with_capacity(attempt.paper.len());
            for ((slot, mark), response) in attempt.paper.iter().zip(&marks.slots).zip(responses) {
                tallies.entry(slot.question.0).or_default().take(slot, response.as_ref());
                taken.push((
                    slot.question.0,
                    mark.points.map_or(0.0, crate::domain::decimal::Decimal::to_f64),
                ));
            }
            let total = taken.iter().map(|(_, mark)| mark).sum();
            sittings.push(Sitting { marks: taken, total });
        }
        if next.is_none() {
            break;
        }
        after = next;
    }
    let points = tallies.iter().map(|(key, tally)| (*key, tally.points)).collect();
    let (quiz, questions) = figures(&sittings, &points);
    let mut entries = Vec::with_capacity(questions.len());
    for figures in questions {
        let Some(tally) = tallies.get(&figures.key) else { continue };
        let version = state.store.read(|read| bank::version(read, QuestionId(figures.key), tally.version))?;
        // Keys of messages have dashes.
        let (name, kind) = (version.body.name.clone(), version.body.kind.name());
        entries.push(Entry { name, kind, figures, bars: tally.bars(&version.body.kind) });
    }
    Ok((quiz, entries))
}

async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let (id, actor) = (*id, visitor.actor().clone());
    let at = visitor
        .state
        .store
        .read(|read| QuizPlace::of(read, &actor, Permission::ViewAttempts, id, "statistics"))?;
    let state = visitor.state.clone();
    let (quiz, entries) = beside(&visitor.state, move || gather(&state, &actor, id)).await?;
    let (frame, place) = (&visitor.frame, &at.course);
    frame.show(&StatisticsPage { frame, place, at: &at, quiz: &quiz, entries: &entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decimal::Decimal;
    use crate::domain::question::Arrangement;
    use crate::domain::quiz::statistics::moodle_table;

    #[test]
    fn what_was_typed_is_counted_as_moodle_counts_it_in_the_same_attempts() {
        let tables = (moodle_table("steps00.csv"), moodle_table("responsecounts00.csv"));
        let (Some(steps), Some(expected)) = tables else {
            eprintln!("SKIPPED: Moodle's statistics are not there; set LYCEUM_SHARED_DATA");
            return;
        };
        let slot = PaperSlot {
            question: QuestionId(1),
            version: 1,
            arrangement: Arrangement::default(),
            points: Decimal::ONE,
            from: 0,
        };
        // Of the first slot one of two questions was drawn for everybody.
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for step in &steps {
            let text = step["responses.1.answer"].clone();
            let response = match step["randqs.1"].as_str() {
                "numerical" => Response::Number { text, unit: None },
                _ => Response::Text(text),
            };
            tallies.entry(step["randqs.1"].as_str()).or_default().take(&slot, Some(&response));
        }
        let mut counted = 0;
        for row in expected.iter().filter(|row| row["slot"] == "1") {
            let (question, answer) = (row["randq"].as_str(), &row["actualresponse"]);
            let wanted: usize = row["totalcount"].parse().unwrap();
            assert_eq!(tallies[question].texts.get(answer), Some(&wanted), "{question}: {answer}");
            counted += wanted;
        }
        let all: usize = tallies.values().map(|tally| tally.asked).sum();
        assert_eq!((counted, all), (25, 25), "nobody is left out");
    }

    #[test]
    fn a_choice_counts_for_the_option_and_not_for_the_place_where_it_stood() {
        let slot = PaperSlot {
            question: QuestionId(1),
            version: 3,
            arrangement: Arrangement { main: vec![2, 0, 1], ..Arrangement::default() },
            points: Decimal::ONE,
            from: 0,
        };
        let mut tally = Tally::default();
        tally.take(&slot, Some(&Response::Choice(0)));
        tally.take(&slot, Some(&Response::Choices(vec![0, 2])));
        tally.take(&slot, None);
        assert_eq!(tally.options, BTreeMap::from([(1, 1), (2, 2)]));
        assert_eq!((tally.asked, tally.nothing, tally.version), (3, 1, 3));
    }
}
