//! What is to be said, and the statement that says it.

use super::Voice;
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, ItemId, QuestionId, QuizId, UserId};
use crate::domain::limits::excerpt;
use crate::domain::question::cmi::Components;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::json::{object, parse_text, quoted};
use crate::domain::xapi::keep::{Ready, fits};
use crate::domain::xapi::prepare::prepare;
use crate::domain::xapi::record::Text;
use crate::domain::xapi::scalar::{moment_text, uuid_text};
use crate::domain::xapi::version::Version;

/// Both versions of xAPI take statements of 1.0.
const VERSION: Version = Version::One;
/// A title is recognised by its beginning.
const NAME_CHARS: usize = 200;
/// What the options of a question take at most; with more of them it is told without.
const COMPONENTS_BYTES: usize = 4 * 1024;
/// A whole number from 0 to 100.
const PROGRESS: &str = "https://w3id.org/xapi/cmi5/result/extensions/progress";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Registered,
    Launched,
    Progressed,
    Completed,
    Answered,
    Passed,
    Failed,
    Scored,
}

impl Verb {
    const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Launched => "launched",
            Self::Progressed => "progressed",
            Self::Completed => "completed",
            Self::Answered => "answered",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Scored => "scored",
        }
    }
}

/// What it was done to. Ids of activities are the base and a path; they never change what they mean.
#[derive(Debug, Clone)]
pub(super) struct Activity {
    path: String,
    kind: &'static str,
    name: String,
    interaction: Option<(&'static str, Vec<Components>)>,
}

impl Activity {
    fn new(path: String, kind: &'static str, name: &str) -> Self {
        Self { path, kind, name: excerpt(name, NAME_CHARS), interaction: None }
    }

    /// The course of a voice.
    pub(super) fn course(voice: &Voice) -> Self {
        Self::new(course_path(voice), "course", &voice.course.title)
    }

    /// A page of text.
    pub(super) fn page(item: ItemId, title: &str) -> Self {
        Self::new(format!("/items/{item}"), "lesson", title)
    }

    /// A link.
    pub(super) fn link(item: ItemId, title: &str) -> Self {
        Self::new(format!("/items/{item}"), "link", title)
    }

    /// A quiz.
    pub(super) fn quiz(quiz: QuizId, name: &str) -> Self {
        Self::new(quiz_path(quiz), "assessment", name)
    }

    /// What is graded by hand.
    pub(super) fn graded(voice: &Voice, item: &str, name: &str) -> Self {
        Self::new(format!("{}/grade-items/{item}", course_path(voice)), "performance", name)
    }

    /// A version of a question: another version asks something else.
    pub(super) fn question(
        question: QuestionId,
        version: u32,
        text: &str,
        interaction: (&'static str, Vec<Components>),
    ) -> Self {
        let path = format!("/questions/{question}/versions/{version}");
        Self { interaction: Some(interaction), ..Self::new(path, "cmi.interaction", text) }
    }

    fn json(&self, base: &str) -> String {
        let kind = quoted(&format!("http://adlnet.gov/expapi/activities/{}", self.kind));
        let name = object([("und", quoted(&self.name).as_str())]);
        let mut definition = vec![("type", kind)];
        if !self.name.trim().is_empty() {
            definition.push(("name", name));
        }
        if let Some((kind, components)) = &self.interaction {
            definition.push(("interactionType", quoted(kind)));
            let lists: Vec<(&str, String)> =
                components.iter().map(|(name, texts)| (*name, component_list(texts))).collect();
            if lists.iter().map(|(_, list)| list.len()).sum::<usize>() <= COMPONENTS_BYTES {
                definition.extend(lists);
            }
        }
        let (id, definition) = (quoted(&format!("{base}{}", self.path)), joined(&definition));
        object([("objectType", "\"Activity\""), ("id", id.as_str()), ("definition", definition.as_str())])
    }
}

fn course_path(voice: &Voice) -> String {
    format!("/courses/{}", voice.course.id)
}

fn quiz_path(quiz: QuizId) -> String {
    format!("/quizzes/{quiz}")
}

fn joined(members: &[(&str, String)]) -> String {
    object(members.iter().map(|(key, value)| (*key, value.as_str())))
}

fn component_list(texts: &[String]) -> String {
    let components = texts.iter().enumerate().map(|(place, text)| {
        let id = quoted(&place.to_string());
        // A picture has no text.
        if text.trim().is_empty() {
            return object([("id", id.as_str())]);
        }
        let description = object([("und", quoted(text).as_str())]);
        object([("id", id.as_str()), ("description", description.as_str())])
    });
    format!("[{}]", components.collect::<Vec<_>>().join(","))
}

/// Points, of how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub(super) points: Decimal,
    pub(super) max: Decimal,
}

impl Score {
    fn json(self) -> String {
        let Self { points, max } = self;
        let mut members = vec![("raw", points.to_string())];
        let in_bounds = points <= max && points.units() >= -max.units();
        if in_bounds && !max.is_zero() {
            members.insert(0, ("scaled", Decimal::ratio(points, max).to_string()));
            // Wrong answers may cost points.
            let min = if points.is_negative() { Decimal::from_units(-max.units()) } else { Decimal::ZERO };
            members.extend([("min", min.to_string()), ("max", max.to_string())]);
        }
        joined(&members)
    }
}

/// How it went.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub(super) score: Option<Score>,
    pub(super) success: Option<bool>,
    pub(super) completion: Option<bool>,
    pub(super) response: Option<String>,
    pub(super) duration_ms: Option<u64>,
    pub(super) progress: Option<u8>,
}

impl Outcome {
    fn json(&self) -> Option<String> {
        let mut members: Vec<(&str, String)> = Vec::new();
        members.extend(self.score.map(|score| ("score", score.json())));
        members.extend(self.success.map(|success| ("success", success.to_string())));
        members.extend(self.completion.map(|completion| ("completion", completion.to_string())));
        members.extend(self.response.as_ref().map(|response| ("response", quoted(response))));
        // Hundredths of a second are what is compared.
        members.extend(self.duration_ms.map(|ms| {
            let hundredths = ms / 10;
            ("duration", quoted(&format!("PT{}.{:02}S", hundredths / 100, hundredths % 100)))
        }));
        members.extend(
            self.progress.map(|percent| ("extensions", object([(PROGRESS, percent.to_string().as_str())]))),
        );
        (!members.is_empty()).then(|| joined(&members))
    }
}

/// Something to say.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) who: UserId,
    pub(super) verb: Verb,
    pub(super) what: Activity,
    pub(super) at: Timestamp,
    pub(super) outcome: Outcome,
    /// In which quiz.
    pub(super) quiz: Option<QuizId>,
    /// In which attempt.
    pub(super) attempt: Option<AttemptId>,
    /// In which role.
    pub(super) role: Option<String>,
}

impl Said {
    /// Somebody did something.
    pub(super) fn new(who: UserId, verb: Verb, what: Activity, at: Timestamp) -> Self {
        let outcome = Outcome::default();
        Self { who, verb, what, at, outcome, quiz: None, attempt: None, role: None }
    }

    /// The statement, ready to be kept. Its id follows from what it says.
    pub(super) fn ready(&self, voice: &Voice) -> Result<Ready, Refusal> {
        let defect = |problem: String| INTERNAL.refuse(format!("an own statement {problem}"));
        let text = self.text(voice);
        let id = voice.site.uuid(text.as_bytes());
        let node = parse_text(&text).map_err(|wrong| defect(wrong.to_string()))?;
        let mut prepared = prepare(&node, VERSION, Some(id), id, &voice.caller)
            .map_err(|wrong| defect(wrong.to_string()))?;
        if !fits(&prepared, 0) {
            return Err(defect(format!("of {} bytes is too long for its row", prepared.text.len())));
        }
        let text = Text::in_row(std::mem::take(&mut prepared.text));
        Ok(Ready { prepared, text, files: Vec::new() })
    }

    fn text(&self, voice: &Voice) -> String {
        let base = &*voice.site.base;
        let (home, name) = (quoted(base), quoted(&self.who.to_string()));
        let account = object([("homePage", home.as_str()), ("name", name.as_str())]);
        let actor = object([("objectType", "\"Agent\""), ("account", account.as_str())]);
        let verb = self.verb.name();
        let id = quoted(&format!("http://adlnet.gov/expapi/verbs/{verb}"));
        let display = object([("en", quoted(verb).as_str())]);
        let verb = object([("id", id.as_str()), ("display", display.as_str())]);
        let mut members = vec![("actor", actor), ("verb", verb), ("object", self.what.json(base))];
        members.extend(self.outcome.json().map(|result| ("result", result)));
        members.push(("context", self.context(voice)));
        let us = self.at.ms().saturating_mul(1000);
        members.push(("timestamp", quoted(&moment_text(us))));
        joined(&members)
    }

    fn context(&self, voice: &Voice) -> String {
        let base = &*voice.site.base;
        let reference = |path: String| {
            let id = quoted(&format!("{base}{path}"));
            format!("[{}]", object([("objectType", "\"Activity\""), ("id", id.as_str())]))
        };
        let course = course_path(voice);
        let mut around = Vec::new();
        match self.quiz {
            Some(quiz) => {
                around.extend([("parent", reference(quiz_path(quiz))), ("grouping", reference(course))]);
            }
            None if self.what.path != course => around.push(("parent", reference(course))),
            None => {}
        }
        let mut members = Vec::new();
        if let Some(attempt) = self.attempt {
            let registration = voice.site.uuid(format!("attempt {attempt}").as_bytes());
            members.push(("registration", quoted(&uuid_text(&registration))));
        }
        if !around.is_empty() {
            members.push(("contextActivities", joined(&around)));
        }
        members.push(("platform", "\"Lyceum\"".to_owned()));
        if let Some(role) = &self.role {
            let key = format!("{base}/xapi/extensions/role");
            members.push(("extensions", object([(key.as_str(), quoted(role).as_str())])));
        }
        joined(&members)
    }
}
