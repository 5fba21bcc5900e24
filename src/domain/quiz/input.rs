//! A quiz from the outside, parsed into what can be stored.

use serde::{Deserialize, Serialize};

use super::{
    AccessCode, GradeMethod, MAX_ATTEMPTS, MAX_PAPER, Network, Pool, Quiz, ReviewRules, Slot, Source,
    sum_of_points,
};
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::faults::{each, together};
use crate::domain::grade::item::MOST_POINTS;
use crate::domain::ids::{CategoryId, QuestionId};
use crate::domain::limits::{ACCESS_CODE_LETTERS, TAG_LETTERS, is_longer};
use crate::domain::naming::{is_seen, one_line};
use crate::domain::passcode::comparable;
use crate::domain::question::view::{Description, Markup};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::rich_text::RichText;
use crate::json::present;

/// Longest name: one line of an outline.
pub const MAX_NAME_CHARS: usize = 200;
/// Longest description: with the slots it must fit into one record of 16 KiB.
pub const MAX_DESCRIPTION_BYTES: usize = 6 * 1024;
/// Ranges of addresses: the rooms of a school.
pub const MAX_NETWORKS: usize = 50;
/// Slots: each takes up to 60 bytes of the record.
pub const MAX_SLOTS: usize = 150;
/// Most points of a question, as the question bank has it.
const MAX_POINTS: Decimal = Decimal::from_int(10_000);
/// Longest time limit: four weeks, so that a limit and not a window can govern take-home work.
pub const MAX_TIME_LIMIT_MS: u64 = 28 * 24 * 60 * 60 * 1000;
/// Shortest time limit: nobody can read a question in less.
pub const MIN_TIME_LIMIT_MS: u64 = 10 * 1000;

/// A quiz as it is made or replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuizInput {
    /// What it is called: 1 to 200 characters.
    pub name: String,
    /// Shown before the start: HTML, as the quiz shows it, or a text and how it is written; at most 6,144 bytes of it. Absent: stays
    /// as it is; null: none.
    #[serde(default, deserialize_with = "Description::sent", skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// May learners start it? Needs a check without errors.
    #[serde(default)]
    pub published: bool,
    /// What is asked: at most 200 questions and 100000 points in all.
    #[serde(default)]
    pub slots: Vec<SlotInput>,
    /// Another order of questions for every attempt.
    #[serde(default)]
    pub shuffle_questions: bool,
    /// Another order of options for every attempt, where the question allows it.
    #[serde(default)]
    pub shuffle_options: bool,
    /// Not before.
    #[serde(default)]
    pub opens: Option<Timestamp>,
    /// Not after.
    #[serde(default)]
    pub closes: Option<Timestamp>,
    /// Time for one attempt: ten seconds to four weeks.
    #[serde(default)]
    pub time_limit_ms: Option<u64>,
    /// How often, 1 to 200; without end (200) when null.
    #[serde(default)]
    pub attempts_allowed: Option<u16>,
    /// Which attempt counts.
    #[serde(default)]
    pub grade_method: GradeMethod,
    /// What learners see of their attempts, and when. When null: their own responses once they have handed in, and
    /// everything once the quiz has closed; of a quiz that never closes, everything once they have handed in. As long as
    /// it is that and is sent again as it was, it goes with the closing time, so that right answers are not shown early
    /// because that was set late: who wants them shown before it says so in a second change.
    #[serde(default)]
    pub review: Option<ReviewRules>,
    /// Asked for at the start. Absent: stays as it is; null: none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    pub access_code: Option<Option<String>>,
    /// Only from these addresses and ranges; from anywhere when empty. Those of IP version 4 that are written as mapped into
    /// version 6 are taken as what they are.
    #[serde(default)]
    pub networks: Vec<String>,
    /// An attempt with so many per cent of the points passes, 1 to 100; when null nobody passes or fails. Learning records say
    /// who did.
    #[serde(default)]
    pub pass_percent: Option<u8>,
}

/// A place in a quiz. Exactly one of `question` and `draw` is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SlotInput {
    /// Points of each of its questions: 0 to 10000.
    pub points: Decimal,
    /// Always this question.
    #[serde(default)]
    pub question: Option<QuestionId>,
    /// Always this version of it; the latest at the start of the attempt when null.
    #[serde(default)]
    pub version: Option<u32>,
    /// Drawn at random.
    #[serde(default)]
    pub draw: Option<DrawInput>,
}

/// What is drawn. Exactly one of `category` and `tag` is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DrawInput {
    /// How many questions.
    pub count: u16,
    /// From this category.
    #[serde(default)]
    pub category: Option<CategoryId>,
    /// With the categories below it.
    #[serde(default)]
    pub with_children: bool,
    /// From what carries this tag.
    #[serde(default)]
    pub tag: Option<String>,
}

/// What a quiz is called.
#[derive(Debug, Clone)]
pub struct QuizName(pub(super) String);

impl QuizName {
    /// One line that is not too long.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        one_line(text, MAX_NAME_CHARS).map(Self).map_err(|problem| invalid("/name", problem))
    }
}

/// What happens to the access code.
#[derive(Debug, Clone)]
pub enum CodeChange {
    /// Stays as it is.
    Keep,
    /// Is this, or none.
    Set(Option<AccessCode>),
}

/// A quiz that passed the limits.
#[derive(Debug, Clone)]
pub struct QuizFacts {
    pub(super) name: String,
    /// Stays as it is when there is none.
    pub(super) description: Option<RichText>,
    pub(super) published: bool,
    pub(super) slots: Vec<Slot>,
    pub(super) shuffle_questions: bool,
    pub(super) shuffle_options: bool,
    pub(super) opens: Option<Timestamp>,
    pub(super) closes: Option<Timestamp>,
    pub(super) time_limit_ms: Option<u64>,
    pub(super) attempts_allowed: Option<u16>,
    pub(super) grade_method: GradeMethod,
    pub(super) review: ReviewRules,
    pub(super) access_code: CodeChange,
    pub(super) networks: Vec<Network>,
    pub(super) pass_percent: Option<u8>,
}

impl QuizInput {
    /// Checks every part. `salt` is random.
    pub fn parse(self, salt: [u8; 16]) -> Result<QuizFacts, Refusal> {
        let (name, description, slots, (), (), (), (), access_code, networks) = together((
            QuizName::parse(&self.name),
            self.description.map(parse_description).transpose(),
            parse_slots(self.slots),
            check_window("", self.opens, self.closes),
            check_time_limit("/time_limit_ms", self.time_limit_ms),
            check_attempts("/attempts_allowed", self.attempts_allowed),
            check_pass(self.pass_percent),
            parse_code(self.access_code, salt),
            parse_networks(&self.networks),
        ))?;
        Ok(QuizFacts {
            name: name.0,
            description,
            published: self.published,
            slots,
            shuffle_questions: self.shuffle_questions,
            shuffle_options: self.shuffle_options,
            opens: self.opens,
            closes: self.closes,
            time_limit_ms: self.time_limit_ms,
            attempts_allowed: self.attempts_allowed,
            grade_method: self.grade_method,
            review: self.review.unwrap_or_else(|| ReviewRules::usual(self.closes)),
            access_code,
            networks,
            pass_percent: self.pass_percent,
        })
    }
}

fn parse_description(sent: Description) -> Result<RichText, Refusal> {
    let (at, Markup { text, format }) = sent.source();
    let read = if text.len() > MAX_DESCRIPTION_BYTES {
        Err(format!("has {} bytes; at most {MAX_DESCRIPTION_BYTES} are kept", text.len()))
    } else {
        RichText::from_source(&text, format).map_err(|error| error.to_string())
    };
    read.map_err(|problem| invalid(format!("/description{at}"), problem))
}

fn check_pass(percent: Option<u8>) -> Result<(), Refusal> {
    if percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
        return Err(invalid("/pass_percent", "is not between 1 and 100"));
    }
    Ok(())
}

#[expect(clippy::option_option, reason = "absent, null and a text are three different wishes")]
fn parse_code(code: Option<Option<String>>, salt: [u8; 16]) -> Result<CodeChange, Refusal> {
    match code {
        None => Ok(CodeChange::Keep),
        Some(None) => Ok(CodeChange::Set(None)),
        Some(Some(code)) if comparable(&code).is_empty() || is_longer(&code, ACCESS_CODE_LETTERS) => {
            Err(invalid("/access_code", format!("has not 1 to {ACCESS_CODE_LETTERS} characters")))
        }
        Some(Some(code)) => Ok(CodeChange::Set(Some(AccessCode::new(&code, salt)))),
    }
}

fn parse_networks(networks: &[String]) -> Result<Vec<Network>, Refusal> {
    if networks.len() > MAX_NETWORKS {
        return Err(invalid("/networks", format!("has more than {MAX_NETWORKS} entries")));
    }
    each(networks.iter().enumerate().map(|(at, text)| {
        text.parse::<Network>().map_err(|error| invalid(format!("/networks/{at}"), error.to_string()))
    }))
}

fn parse_slots(slots: Vec<SlotInput>) -> Result<Vec<Slot>, Refusal> {
    if slots.len() > MAX_SLOTS {
        return Err(invalid("/slots", format!("has more than {MAX_SLOTS} entries")));
    }
    let slots = each(slots.into_iter().enumerate().map(|(at, slot)| slot.parse(&format!("/slots/{at}"))))?;
    if slots.iter().map(|slot| usize::from(slot.count())).sum::<usize>() > MAX_PAPER {
        return Err(invalid("/slots", format!("make more than {MAX_PAPER} questions")));
    }
    // Its grade item could not have them.
    if sum_of_points(&slots) > Decimal::from_int(MOST_POINTS) {
        return Err(invalid("/slots", format!("make more than {MOST_POINTS} points")));
    }
    Ok(slots)
}

impl QuizFacts {
    /// What a quiz says now, its description and its access code included.
    pub fn of(quiz: &Quiz) -> Self {
        Self {
            name: quiz.name.clone(),
            description: None,
            published: quiz.published,
            slots: quiz.slots.clone(),
            shuffle_questions: quiz.shuffle_questions,
            shuffle_options: quiz.shuffle_options,
            opens: quiz.opens,
            closes: quiz.closes,
            time_limit_ms: quiz.time_limit_ms,
            attempts_allowed: quiz.attempts_allowed,
            grade_method: quiz.grade_method,
            review: quiz.review,
            access_code: CodeChange::Keep,
            networks: quiz.networks.clone(),
            pass_percent: quiz.pass_percent,
        }
    }

    /// The same with other slots.
    pub fn with_slots(self, slots: Vec<SlotInput>) -> Result<Self, Refusal> {
        Ok(Self { slots: parse_slots(slots)?, ..self })
    }

    /// The same, open to learners or not.
    #[must_use]
    pub fn with_published(self, published: bool) -> Self {
        Self { published, ..self }
    }
}

/// Refuses a window that ends before it begins.
pub(super) fn check_window(
    at: &str,
    opens: Option<Timestamp>,
    closes: Option<Timestamp>,
) -> Result<(), Refusal> {
    match (opens, closes) {
        (Some(opens), Some(closes)) if closes <= opens => {
            Err(invalid(format!("{at}/closes"), "is not after opens"))
        }
        _ => Ok(()),
    }
}

/// Refuses a time limit that nobody can mean.
pub(super) fn check_time_limit(at: &str, limit_ms: Option<u64>) -> Result<(), Refusal> {
    match limit_ms {
        Some(limit) if !(MIN_TIME_LIMIT_MS..=MAX_TIME_LIMIT_MS).contains(&limit) => {
            Err(invalid(at, format!("is not between {MIN_TIME_LIMIT_MS} and {MAX_TIME_LIMIT_MS} ms")))
        }
        _ => Ok(()),
    }
}

/// Refuses a number of attempts that cannot be.
pub(super) fn check_attempts(at: &str, allowed: Option<u16>) -> Result<(), Refusal> {
    match allowed {
        Some(allowed) if !(1..=MAX_ATTEMPTS).contains(&allowed) => {
            Err(invalid(at, format!("is not between 1 and {MAX_ATTEMPTS}")))
        }
        _ => Ok(()),
    }
}

impl SlotInput {
    fn parse(self, at: &str) -> Result<Slot, Refusal> {
        let points = if self.points.is_negative() || self.points > MAX_POINTS {
            Err(invalid(format!("{at}/points"), format!("is not between 0 and {MAX_POINTS}")))
        } else {
            Ok(self.points)
        };
        let source = match (self.question, self.draw) {
            (Some(question), None) => Ok(Source::Question { question, version: self.version }),
            (None, Some(draw)) if self.version.is_none() => draw.parse(&format!("{at}/draw")),
            (None, Some(_)) => Err(invalid(format!("{at}/version"), "goes with a question, not a draw")),
            _ => Err(invalid(at, "needs either question or draw")),
        };
        let (points, source) = together((points, source))?;
        Ok(Slot { points, source })
    }
}

impl DrawInput {
    /// Checks it; `at` is where it stands.
    pub fn parse(self, at: &str) -> Result<Source, Refusal> {
        let count = if self.count == 0 || usize::from(self.count) > MAX_PAPER {
            Err(invalid(format!("{at}/count"), format!("is not between 1 and {MAX_PAPER}")))
        } else {
            Ok(self.count)
        };
        let pool = match (self.category, self.tag) {
            (Some(category), None) => Ok(Pool::Category { category, with_children: self.with_children }),
            (None, Some(tag)) => {
                // As it is written: the slots of a quiz are sent back, and questions are found by each form.
                let tag = tag.trim().to_owned();
                if !is_seen(&tag) || is_longer(&tag, TAG_LETTERS) {
                    Err(invalid(format!("{at}/tag"), format!("has not 1 to {TAG_LETTERS} characters")))
                } else {
                    Ok(Pool::Tag(tag))
                }
            }
            _ => Err(invalid(at, "needs either category or tag")),
        };
        let (count, pool) = together((count, pool))?;
        Ok(Source::Draw { pool, count })
    }
}

impl From<&Slot> for SlotInput {
    fn from(slot: &Slot) -> Self {
        let mut view = Self { points: slot.points, question: None, version: None, draw: None };
        match &slot.source {
            Source::Question { question, version } => {
                view.question = Some(*question);
                view.version = *version;
            }
            Source::Draw { pool, count } => {
                let (category, with_children, tag) = match pool {
                    Pool::Category { category, with_children } => (Some(*category), *with_children, None),
                    Pool::Tag(tag) => (None, false, Some(tag.clone())),
                };
                view.draw = Some(DrawInput { count: *count, category, with_children, tag });
            }
        }
        view
    }
}
