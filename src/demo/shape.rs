//! The shapes of the demo institution's TOML files; `data/demo/README.md` describes them.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::content::text;
use super::{DemoError, Welcome};
use crate::domain::decimal::Decimal;
use crate::domain::quiz::GradeMethod;

/// `institution.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Institution {
    pub name: String,
    /// Markdown about the institution, for people who read the file.
    #[serde(rename = "blurb")]
    pub _blurb: String,
    pub first_steps: String,
    pub password_of_everybody_else: String,
    pub sign_in: Vec<DemoSignIn>,
}

impl Institution {
    pub(super) fn welcome(&self) -> Welcome {
        Welcome {
            sign_ins: self.sign_in.clone(),
            password_of_everybody_else: self.password_of_everybody_else.clone(),
            first_steps: self.first_steps.trim().to_owned(),
        }
    }
}

/// Somebody who can sign in at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoSignIn {
    /// What they sign in with.
    pub username: String,
    /// Their password, which is no secret.
    pub password: String,
    /// What they are.
    pub role: DemoRole,
}

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRole {
    /// May do everything.
    Administrator,
    /// Runs a course.
    Teacher,
    /// Helps to run a course.
    Assistant,
    /// Looks on everywhere.
    Observer,
    /// Takes courses.
    Learner,
}

impl DemoRole {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Teacher => "teacher",
            Self::Assistant => "assistant",
            Self::Observer => "observer",
            Self::Learner => "learner",
        }
    }
}

/// `courses/*/course.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseFile {
    pub short_name: String,
    pub title: String,
    pub language: Option<String>,
    pub summary: String,
    pub status: CourseState,
    #[serde(default)]
    pub group: Vec<GroupPart>,
    pub section: Vec<SectionPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupPart {
    pub name: String,
    /// Usernames.
    pub members: Vec<String>,
}

/// How a course is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CourseState {
    Draft,
    Published,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionPart {
    pub title: String,
    #[serde(default)]
    pub item: Vec<ItemPart>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ItemPart {
    Page { title: String, file: String },
    Link { title: String, url: String },
    Quiz { title: String, quiz: String },
}

/// `quizzes.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuizzesFile {
    pub quiz: Vec<QuizPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuizPart {
    pub course: String,
    pub name: String,
    pub intro: String,
    pub time_limit_minutes: u64,
    pub attempts: u16,
    pub grade_method: GradeMethod,
    pub shuffle_questions: bool,
    pub shuffle_options: bool,
    pub review: ReviewPart,
    pub opens_in_hours: Option<i64>,
    pub closes_in_hours: Option<i64>,
    #[serde(default)]
    pub exception: Vec<ExceptionPart>,
    pub slot: Vec<SlotPart>,
}

/// More time for a group or for a learner, who is named by username.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionPart {
    pub group: Option<String>,
    pub learner: Option<String>,
    pub extra_minutes: u64,
}

/// When learners see everything about their attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReviewPart {
    AfterSubmit,
    AfterClose,
    Never,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotPart {
    pub question: Option<String>,
    pub draw: Option<DrawPart>,
    pub points: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DrawPart {
    pub category: Option<String>,
    pub tag: Option<String>,
    pub count: u16,
}

/// `attempts.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttemptsFile {
    sat: Vec<SatPart>,
}

/// Who took a quiz that is over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SatPart {
    pub quiz: String,
    /// Usernames.
    pub learners: Vec<String>,
    /// How many of their essays are marked.
    pub marked: usize,
    /// What they write, in turn.
    pub essays: Vec<String>,
}

/// `grades.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GradesFile {
    pub category: Vec<CategoryPart>,
    pub item: Vec<ItemGradePart>,
    pub letter: Vec<LetterPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryPart {
    pub course: String,
    pub name: String,
    pub weight: Decimal,
    pub drop_lowest: u8,
}

/// A grade item: a quiz's, which has its name and maximum from the quiz, or one graded by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemGradePart {
    pub course: String,
    pub category: String,
    pub quiz: Option<String>,
    pub name: Option<String>,
    pub max: Option<Decimal>,
    #[serde(default)]
    pub extra_credit: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LetterPart {
    pub course: String,
    pub letter: String,
    pub lower: Decimal,
}

/// Everything that the TOML files say.
#[derive(Debug)]
pub(super) struct Plan {
    pub institution: Institution,
    pub courses: Vec<CourseFile>,
    pub quizzes: Vec<QuizPart>,
    pub grades: GradesFile,
    pub sat: Vec<SatPart>,
}

impl Plan {
    /// Reads the files that are compiled in.
    pub(super) fn read() -> Result<Self, DemoError> {
        let courses = super::content::FILES
            .iter()
            .filter(|(path, _)| path.ends_with("/course.toml"))
            .map(|(path, _)| parse(path))
            .collect::<Result<_, _>>()?;
        let quizzes: QuizzesFile = parse("quizzes.toml")?;
        let attempts: AttemptsFile = parse("attempts.toml")?;
        Ok(Self {
            institution: parse("institution.toml")?,
            courses,
            quizzes: quizzes.quiz,
            grades: parse("grades.toml")?,
            sat: attempts.sat,
        })
    }
}

fn parse<T: DeserializeOwned>(path: &str) -> Result<T, DemoError> {
    toml::from_str(required(path)?).map_err(|error| DemoError::content(path, error.to_string()))
}

/// The text of a file that must be there.
pub(super) fn required(path: &str) -> Result<&'static str, DemoError> {
    text(path).ok_or_else(|| DemoError::content(path, "is missing"))
}
