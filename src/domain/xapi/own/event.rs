//! What happens in a course, apart from handing in an attempt, and what is said of it.

use super::Voice;
use super::attempt::verdict;
use super::said::{Activity, Outcome, Said, Score, Verb};
use crate::clock::Timestamp;
use crate::domain::access::RoleName;
use crate::domain::attempt::Attempt;
use crate::domain::bank::QuestionVersion;
use crate::domain::content::{Item, ItemKind};
use crate::domain::decimal::Decimal;
use crate::domain::grade::item::{GradeItem, Source};
use crate::domain::ids::UserId;
use crate::domain::outline::Progress;
use crate::domain::question::cmi;
use crate::domain::quiz::Quiz;

/// Something that happened to a learner.
#[derive(Debug, Clone, Copy)]
pub enum Event<'e> {
    /// They came into the course.
    Enrolled {
        /// As what.
        role: &'e RoleName,
    },
    /// They began an attempt.
    Launched {
        /// Which one.
        attempt: &'e Attempt,
        /// At what.
        quiz: &'e Quiz,
    },
    /// They marked a page or a link as visited.
    Visited {
        /// Which one.
        item: &'e Item,
    },
    /// They came so far in the course.
    Progressed(Progress),
    /// An attempt came to other points than before.
    Marked {
        /// Which one.
        attempt: &'e Attempt,
        /// At what.
        quiz: &'e Quiz,
        /// To how many.
        points: Decimal,
    },
    /// A response was marked by hand, or its mark was taken back.
    MarkedByHand {
        /// In which attempt.
        attempt: &'e Attempt,
        /// To which question.
        question: &'e QuestionVersion,
        /// Points that count now.
        points: Decimal,
        /// Of how many.
        max: Decimal,
    },
    /// Another grade stands in the gradebook.
    Graded {
        /// For what.
        item: &'e GradeItem,
        /// Which one.
        points: Decimal,
        /// Of how many.
        max: Decimal,
    },
}

impl Event<'_> {
    pub(super) fn said(&self, voice: &Voice, who: UserId, now: Timestamp) -> Vec<Said> {
        let said = |verb, what| Said::new(who, verb, what, now);
        let scored = |what, points, max| Said {
            outcome: Outcome { score: Some(Score { points, max }), ..Outcome::default() },
            ..said(Verb::Scored, what)
        };
        match *self {
            Self::Enrolled { role } => {
                vec![Said { role: Some(role.to_string()), ..said(Verb::Registered, Activity::course(voice)) }]
            }
            Self::Launched { attempt, quiz } => vec![Said {
                attempt: Some(attempt.id),
                ..said(Verb::Launched, Activity::quiz(quiz.id, &quiz.name))
            }],
            Self::Visited { item } => {
                let what = match item.kind {
                    ItemKind::Link(_) => Activity::link(item.id, &item.title),
                    ItemKind::Page | ItemKind::Quiz(_) => Activity::page(item.id, &item.title),
                };
                let outcome = Outcome { completion: Some(true), ..Outcome::default() };
                vec![Said { outcome, ..said(Verb::Completed, what) }]
            }
            Self::Progressed(progress) => {
                let outcome = Outcome { progress: Some(progress.percent()), ..Outcome::default() };
                let mut all = vec![Said { outcome, ..said(Verb::Progressed, Activity::course(voice)) }];
                if progress.is_whole() {
                    let outcome = Outcome { completion: Some(true), ..Outcome::default() };
                    all.push(Said { outcome, ..said(Verb::Completed, Activity::course(voice)) });
                }
                all
            }
            Self::Marked { attempt, quiz, points } => {
                let max = attempt.max_points();
                let what = || Activity::quiz(quiz.id, &quiz.name);
                let mut all = vec![Said { attempt: Some(attempt.id), ..scored(what(), points, max) }];
                all.extend(verdict(quiz, attempt, who, Score { points, max }, now));
                all
            }
            Self::MarkedByHand { attempt, question, points, max } => {
                let body = &question.body;
                let interaction = cmi::interaction(&body.kind);
                let text = body.text.to_plain();
                let what = Activity::question(question.question, question.version, &text, interaction);
                vec![Said {
                    quiz: Some(attempt.quiz),
                    attempt: Some(attempt.id),
                    ..scored(what, points, max)
                }]
            }
            Self::Graded { item, points, max } => {
                let what = match item.source {
                    Source::Quiz(quiz) => Activity::quiz(quiz, item.name.as_str()),
                    Source::Hand => Activity::graded(voice, &item.id.to_string(), item.name.as_str()),
                };
                vec![scored(what, points, max)]
            }
        }
    }
}
