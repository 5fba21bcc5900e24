//! Where a page of somebody who runs a quiz stands: in its course, with the other pages about the same quiz.

use std::sync::Arc;

use super::course::CoursePlace;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::QuizId;
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// The pages of a quiz for who makes and runs it: what stands behind its address, the key of the name, the right, and
/// whether lists of quizzes name it.
const TOOLS: &[(&str, &str, Permission, bool)] = &[
    ("edit", "quiz-tool-edit", Permission::EditQuiz, true),
    ("slots", "quiz-tool-slots", Permission::EditQuiz, true),
    ("overrides", "quiz-tool-overrides", Permission::ViewAttempts, false),
    ("preview", "quiz-tool-preview", Permission::EditQuiz, false),
    ("check", "quiz-tool-check", Permission::EditQuiz, false),
    ("live", "quizzes-tool-live", Permission::ViewAttempts, true),
    ("marking", "quizzes-tool-marking", Permission::MarkAttempts, true),
    ("statistics", "quizzes-tool-statistics", Permission::ViewAttempts, true),
    ("regrade", "quizzes-tool-regrade", Permission::MarkAttempts, true),
];

/// A page about a quiz.
pub struct Tool {
    /// Its address.
    pub address: String,
    /// The key of its name.
    pub name: &'static str,
    /// Is it the page?
    pub current: bool,
    /// Is it named where several quizzes are?
    pub listed: bool,
}

/// Where a page about a quiz stands: what `quizzes/frame.html` shows around it.
pub struct QuizPlace {
    /// The course around it.
    pub course: CoursePlace,
    /// The quiz.
    pub quiz: Arc<Quiz>,
    /// The other pages about it.
    pub tools: Vec<Tool>,
}

impl QuizPlace {
    /// The place of a quiz for somebody with this right in its course; `tool` is what stands behind its address.
    pub fn of(
        read: &impl Read,
        actor: &Actor,
        permission: Permission,
        id: QuizId,
        tool: &str,
    ) -> Result<Self, Refusal> {
        let quiz = quiz::require(read, actor, permission, id)?;
        let course = CoursePlace::of(read, actor, quiz.course, "/quizzes")?;
        let tools = tools(&course, id, tool);
        Ok(Self { course, quiz, tools })
    }
}

/// The pages about a quiz that somebody with the rights of this place may open.
pub fn tools(course: &CoursePlace, quiz: QuizId, current: &str) -> Vec<Tool> {
    let mine = TOOLS.iter().filter(|(_, _, permission, _)| course.can(*permission));
    let tools = mine.map(|(rest, name, _, listed)| Tool {
        address: format!("/quizzes/{quiz}/{rest}"),
        name,
        current: *rest == current,
        listed: *listed,
    });
    tools.collect()
}
