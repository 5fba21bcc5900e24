//! The look at a quiz before it opens: what is wrong, where it is mended, who comes; and opening it to learners.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Edited, store};
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt;
use crate::domain::ids::QuizId;
use crate::domain::quiz::check::{self, Checked, Fault, Finding, Severity};
use crate::domain::quiz::input::QuizFacts;
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Counter, Read as _};
use crate::web::build::unchanged;
use crate::web::confirm::{self, Confirm};
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::{Posted, Visitor};

/// The key of a fault, behind `quiz-found-`.
const fn key(fault: Fault) -> &'static str {
    match fault {
        Fault::NoQuestions => "no-questions",
        Fault::NoPoints => "no-points",
        Fault::ClosesFirst => "closes-first",
        Fault::LimitTooLong => "limit-too-long",
        Fault::NeverCloses => "never-closes",
        Fault::Twice => "twice",
        Fault::Worthless => "worthless",
        Fault::Retired => "retired",
        Fault::NoQuestion => "no-question",
        Fault::NoVersion => "no-version",
        Fault::OldVersion => "old-version",
        Fault::TooFew => "too-few",
        Fault::LeftTooFew => "left-too-few",
        Fault::IsClosed => "is-closed",
        Fault::CourseClosed => "closed-course",
        Fault::NotInOutline => "not-in-outline",
        Fault::HiddenItem => "hidden-item",
        Fault::NobodyEnrolled => "nobody-enrolled",
        Fault::OverrideClosesFirst => "override-closes-first",
        Fault::TooManyLearners => "too-many-learners",
        Fault::ExtraTimeIdle => "extra-time-idle",
        Fault::ExtraTimeCut => "extra-time-cut",
        Fault::AnswersShown => "answers-shown",
    }
}

/// The place of a slot in a quiz that a finding is about, from 0.
fn slot(finding: &Finding) -> Option<usize> {
    finding.at.strip_prefix("/slots/")?.split('/').next()?.parse().ok()
}

/// Where a finding is mended, for who can do it there.
fn remedy(finding: &Finding, quiz: &Quiz, place: &CoursePlace, runs_site: bool) -> Option<String> {
    let (id, course) = (quiz.id, quiz.course);
    let builds = place.can(Permission::EditCourse);
    let settings = |field: &str| Some(format!("/quizzes/{id}/edit#{field}"));
    match finding.fault {
        Fault::ClosesFirst | Fault::IsClosed => settings("f-closes"),
        Fault::NeverCloses | Fault::AnswersShown => settings("review"),
        Fault::LimitTooLong => settings("f-minutes"),
        Fault::OverrideClosesFirst | Fault::ExtraTimeIdle | Fault::ExtraTimeCut => {
            Some(format!("/quizzes/{id}/overrides"))
        }
        Fault::CourseClosed | Fault::NotInOutline | Fault::HiddenItem => {
            builds.then(|| format!("/courses/{course}/edit"))
        }
        Fault::NobodyEnrolled => {
            place.can(Permission::ManageEnrolment).then(|| format!("/courses/{course}/people"))
        }
        Fault::TooManyLearners => runs_site.then(|| "/admin/health".to_owned()),
        _ => Some(match slot(finding) {
            Some(at) => format!("/quizzes/{id}/slots#f-slots-{at}"),
            None => format!("/quizzes/{id}/slots"),
        }),
    }
}

#[derive(Template)]
#[template(path = "quiz/check.html")]
struct CheckPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    checked: &'a Checked,
    /// Attempts so far.
    attempts: i64,
    form: &'a Form,
}

impl CheckPage<'_> {
    fn quiz(&self) -> &Quiz {
        &self.at.quiz
    }

    const fn is_error(finding: &Finding) -> bool {
        matches!(finding.severity, Severity::Error)
    }

    fn words(&self, finding: &Finding) -> String {
        let key = ["quiz-found-", key(finding.fault)].concat();
        let (wanted, found) = (finding.wanted.unwrap_or_default(), finding.found.unwrap_or_default());
        // The numbers of its questions are those that learners count by.
        let before = self.quiz().slots.iter().take(slot(finding).unwrap_or_default());
        let number = before.map(|slot| usize::from(slot.count())).sum::<usize>() + 1;
        self.frame.text.with(&key, &[("number", &number), ("wanted", &wanted), ("found", &found)])
    }

    fn remedy(&self, finding: &Finding) -> Option<String> {
        let runs_site = self.frame.may(Permission::ManageSite);
        remedy(finding, self.quiz(), self.place, runs_site)
    }

    fn is_crowded(&self) -> bool {
        let crowd = &self.checked.crowd;
        crowd.recommended.is_some_and(|recommended| crowd.at_once > u64::from(recommended))
    }
}

fn page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    edited: &Edited,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let at = &edited.at;
    let (checked, attempts) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((check::of(read, actor, at.quiz.id)?, quiz::attempts(read, at.quiz.id)?))
    })?;
    form.show(frame, &CheckPage { frame, place: &at.course, at, checked: &checked, attempts, form })
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let edited = Edited::of(&visitor.state, visitor.actor(), *id, "check")?;
    let form = Form::of(Fields::default().with("revision", edited.at.quiz.revision));
    page(&visitor.state, &visitor.frame, visitor.actor(), &edited, &form)
}

pub(super) async fn publish(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let edited = Edited::of(&state, &actor, id, "check")?;
    let quiz = &edited.at.quiz;
    let (seen, publish) = (fields.get("revision").to_owned(), fields.ticked("published"));
    if !publish && !confirm::is_sure(&fields) {
        let running = Counter::new(attempt::RUNNING_IN_QUIZ, &id);
        let running = state.store.read(|read| read.counter(&running))?;
        if running > 0 {
            return take_back(&frame, quiz, &fields, running);
        }
    }
    let facts = unchanged(seen.clone())(quiz.revision).map(|()| QuizFacts::of(quiz).with_published(publish));
    match store(&state, &actor, quiz, &seen, facts).await {
        Ok(_) => {
            let key = if publish { "quiz-is-published" } else { "quiz-is-taken-back" };
            Ok(frame.go_and_say(&format!("/quizzes/{id}/check"), &Flash::done(key)))
        }
        Err(mut refusal) => {
            // The findings stand on the page, with more words.
            refusal.fields.clear();
            let form = Form::refused(fields, refusal, frame.text)?;
            page(&state, &frame, &actor, &edited, &form)
        }
    }
}

/// Asks before a quiz is hidden from people who work on it.
fn take_back(frame: &Frame, quiz: &Quiz, fields: &Fields, running: i64) -> Result<HttpResponse, Refusal> {
    Confirm {
        question: frame.t1("quiz-take-back-question", "name", &quiz.name),
        what: vec![
            frame.t1("quiz-take-back-running", "count", running),
            frame.t("quiz-take-back-hides").into_owned(),
        ],
        action: &format!("/quizzes/{}/publish", quiz.id),
        fields: &confirm::again(fields),
        button: frame.t("quiz-take-back").into_owned(),
        back: &format!("/quizzes/{}/check", quiz.id),
    }
    .show(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_leads_to_its_slot() {
        let finding = |at: &str| Finding {
            severity: Severity::Error,
            fault: Fault::TooFew,
            at: at.to_owned(),
            problem: String::new(),
            wanted: None,
            found: None,
        };
        assert_eq!(slot(&finding("/slots/3/draw")), Some(3));
        assert_eq!((slot(&finding("/slots")), slot(&finding("/closes"))), (None, None));
    }
}
