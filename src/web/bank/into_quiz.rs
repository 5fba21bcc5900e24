//! What follows an import of questions: they go into a quiz, a new one or one that nobody has begun.

use crate::domain::access::{Actor, Permission};
use crate::domain::bank::import::QuestionImportReport;
use crate::domain::ids::{CourseId, QuizId};
use crate::domain::quiz;
use crate::domain::refusal::Refusal;
use crate::store::Read;
use crate::web::course::CoursePlace;
use crate::web::quiz::add_questions;

/// So many questions are chosen at once; of more the teacher chooses.
const MOST_CHOSEN: usize = 100;
/// Quizzes that are looked at.
const LOOKED_AT: usize = 50;
/// Quizzes that are offered.
const OFFERED: usize = 8;

/// The ways on.
pub(super) struct IntoQuiz {
    course: CourseId,
    /// Ids of the questions, as the pages of quizzes take them.
    chosen: String,
    /// Quizzes with questions to come, the newest first.
    pub(super) quizzes: Vec<(QuizId, String)>,
}

impl IntoQuiz {
    /// For who makes quizzes; `None` for others, and when the file had no question.
    pub(super) fn of(
        read: &impl Read,
        actor: &Actor,
        place: &CoursePlace,
        report: &QuestionImportReport,
    ) -> Result<Option<Self>, Refusal> {
        if !place.can(Permission::EditQuiz) || report.questions.is_empty() || report.dry_run {
            return Ok(None);
        }
        let course = place.course.id;
        let all = report.questions.iter().map(|line| line.question.to_string());
        let chosen: Vec<String> =
            if report.questions.len() > MOST_CHOSEN { Vec::new() } else { all.collect() };
        let (known, _) = quiz::of_course(read, actor, course, None, LOOKED_AT)?;
        let mut quizzes = Vec::new();
        for quiz in known.iter().rev() {
            if quizzes.len() < OFFERED && quiz::attempts(read, quiz.id)? == 0 {
                quizzes.push((quiz.id, quiz.name.clone()));
            }
        }
        Ok(Some(Self { course, chosen: chosen.join("-"), quizzes }))
    }

    pub(super) fn new_quiz(&self) -> String {
        format!("/courses/{}/quizzes/new?chosen={}", self.course, self.chosen)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
    pub(super) fn add_to(&self, quiz: &QuizId) -> String {
        add_questions(*quiz, &self.chosen)
    }
}
