//! How attempts are shown: the paper while it is worked on, and what may be seen of it afterwards.

use serde::Serialize;

use crate::clock::Timestamp;
use crate::domain::attempt::marks::state_of;
use crate::domain::attempt::material::SlotMaterial;
use crate::domain::attempt::review::Look;
use crate::domain::attempt::{AttemptState, FinishedBy, PaperSlot, SlotMark};
use crate::domain::decimal::Decimal;
use crate::domain::grade::Points;
use crate::domain::ids::{AttemptId, CourseId, QuestionId, QuizId, UserId};
use crate::domain::question::{
    MarkState, PresentedQuestion, Response, ResponseInput, mark as mark_by_key, present,
};
use crate::domain::quiz::Switches;

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StateView {
    /// It is being worked on.
    Running,
    /// It is handed in.
    Finished,
}

/// An attempt with its paper and what was saved last: everything to go on on another device.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// Its id.
    pub id: AttemptId,
    /// The quiz.
    pub quiz: QuizId,
    /// Its course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The learner's first, second, .. attempt.
    pub number: u16,
    /// Where it stands.
    pub state: StateView,
    /// When it began.
    pub started: Timestamp,
    /// The last moment; none when there is no limit.
    pub deadline: Option<Timestamp>,
    /// Answers on their way at the deadline are taken for so long after it.
    pub grace_ms: u32,
    /// When it was handed in.
    pub finished: Option<Timestamp>,
    /// By whom.
    pub finished_by: Option<FinishedBy>,
    /// The server's time: the only one that counts.
    pub server_time: Timestamp,
    /// Time left; none without a deadline.
    pub remaining_ms: Option<u64>,
    /// Points of the whole paper.
    pub max_points: Decimal,
    /// The receipt of the last save.
    pub receipt: String,
    /// The questions in their order; empty when the attempt is handed in and they may not be seen now.
    pub slots: Vec<SlotView>,
}

/// A question on the paper.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SlotView {
    /// Its place, from 0.
    pub slot: u16,
    /// Points for a right answer.
    pub points: Decimal,
    /// The question.
    pub question: PresentedQuestion,
    /// The last saved response.
    pub response: Option<ResponseInput>,
    /// Its sequence number; the next save must have a greater one. 0 before there is one.
    pub sequence: u64,
}

/// What is left until `deadline`.
pub fn remaining_ms(deadline: Option<Timestamp>, now: Timestamp) -> Option<u64> {
    deadline.map(|deadline| u64::try_from(deadline.since(now).as_millis()).unwrap_or(u64::MAX))
}

impl AttemptView {
    /// Shows an attempt.
    pub fn of(look: &Look, now: Timestamp) -> Self {
        let (attempt, head) = (&look.attempt, &look.head);
        let (state, finished, finished_by) = match head.state {
            AttemptState::Running => (StateView::Running, None, None),
            AttemptState::Finished { at, by } => (StateView::Finished, Some(at), Some(by)),
        };
        let shown = state == StateView::Running || look.switches.responses;
        let mut slots = Vec::new();
        if shown {
            for (at, (asked, it)) in (0_u16..).zip(attempt.paper.iter().zip(&look.material.slots)) {
                slots.push(SlotView {
                    slot: at,
                    points: asked.points,
                    question: present(&it.question.body, &asked.arrangement),
                    response: it.response.as_ref().map(ResponseInput::from),
                    sequence: head.slots.get(usize::from(at)).map_or(0, |last| last.sequence),
                });
            }
        }
        Self {
            id: attempt.id,
            quiz: attempt.quiz,
            course: attempt.course,
            user: attempt.user,
            number: attempt.number,
            state,
            started: attempt.started,
            deadline: head.deadline,
            grace_ms: head.grace_ms,
            finished,
            finished_by,
            server_time: now,
            remaining_ms: match head.state {
                AttemptState::Running => remaining_ms(head.deadline, now),
                AttemptState::Finished { .. } => None,
            },
            max_points: attempt.max_points(),
            receipt: crate::hex::of(&head.receipt),
            slots,
        }
    }
}

/// What may be seen of an attempt now, by the review rules of its quiz.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The attempt.
    pub id: AttemptId,
    /// The quiz.
    pub quiz: QuizId,
    /// The learner.
    pub user: UserId,
    /// The learner's first, second, .. attempt.
    pub number: u16,
    /// Where it stands.
    pub state: StateView,
    /// When it began.
    pub started: Timestamp,
    /// When it was handed in.
    pub finished: Option<Timestamp>,
    /// What is shown.
    pub shows: Switches,
    /// With marks: points of the attempt; none while a response waits for a mark by hand.
    pub points: Option<Decimal>,
    /// Points of the whole paper.
    pub max_points: Decimal,
    /// With marks: is this the attempt that counts? No attempt does while a regrade would have another one count.
    pub counts: Option<bool>,
    /// With marks: what stands in the grades instead of what the attempts give, because a teacher put it there; `null` when nobody
    /// did or it may not be seen in the grades now.
    pub overridden: Option<InGradesView>,
    /// The questions in their order.
    pub slots: Vec<ReviewSlot>,
}

/// Points in the grades.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct InGradesView {
    /// The points.
    pub points: Decimal,
    /// What they are of: the quiz's present maximum.
    pub max_points: Decimal,
}

/// What may be seen of one response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReviewSlot {
    /// Its place, from 0.
    pub slot: u16,
    /// Points for a right answer.
    pub max_points: Decimal,
    /// For who runs the quiz: the question.
    pub question_id: Option<QuestionId>,
    /// For who runs the quiz: its version.
    pub version: Option<u32>,
    /// With responses: the question.
    pub question: Option<PresentedQuestion>,
    /// With responses: what was answered.
    pub response: Option<ResponseInput>,
    /// With marks: how it went.
    pub mark: Option<SlotMarkView>,
    /// With feedback: what authors and markers wrote.
    pub feedback: Option<SlotFeedbackView>,
    /// With right answers: in words.
    pub right_answer: Option<String>,
    /// For who runs the quiz: the number of the save that has the response, 0 where nothing was saved; `save` of a mark by hand.
    pub save: Option<u32>,
    /// For who runs the quiz: when it was marked by hand; `marked` of the next mark.
    pub marked: Option<Timestamp>,
}

/// How a response went.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SlotMarkView {
    /// Points; none while it waits for a mark by hand.
    pub points: Option<Decimal>,
    /// Right, partial, wrong, ..
    pub state: MarkState,
    /// Marked by hand?
    pub by_hand: bool,
}

/// What authors and markers wrote about a response, as safe HTML except for the comment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SlotFeedbackView {
    /// Of the question, for everybody.
    pub general: String,
    /// By how the whole response went.
    pub combined: String,
    /// On parts of the response.
    pub parts: Vec<PartFeedbackView>,
    /// How many parts are right, of how many; where the author shows it and marks may be seen.
    #[cfg_attr(test, schema(value_type = Option<Vec<u16>>, min_items = 2, max_items = 2))]
    pub number_right: Option<(u16, u16)>,
    /// The marker's comment, as plain text.
    pub comment: String,
}

/// Feedback on one part of a response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PartFeedbackView {
    /// The part of a cloze, from 0.
    pub part: Option<u16>,
    /// The displayed position, from 0.
    pub position: Option<u16>,
    /// With marks: how it went.
    pub state: Option<MarkState>,
    /// The author's words, as safe HTML.
    pub text: String,
}

impl ReviewView {
    /// Shows what the switches allow.
    pub fn of(look: &Look) -> Self {
        let (attempt, shows) = (&look.attempt, look.switches);
        let (state, finished) = match look.head.state {
            AttemptState::Running => (StateView::Running, None),
            AttemptState::Finished { at, .. } => (StateView::Finished, Some(at)),
        };
        let marks = look.marks.as_deref();
        let slots = (0_u16..)
            .zip(attempt.paper.iter().zip(&look.material.slots))
            .map(|(at, (asked, it))| {
                let mark = marks.and_then(|marks| marks.slots.get(usize::from(at)));
                let save = look.head.save_in(at.into());
                let marked = it.manual.as_ref().map(|manual| manual.at);
                let slot = ReviewSlot::of(at, asked, it, mark, shows, look.own);
                if look.own { slot } else { ReviewSlot { save: Some(save), marked, ..slot } }
            })
            .collect();
        Self {
            id: attempt.id,
            quiz: attempt.quiz,
            user: attempt.user,
            number: attempt.number,
            state,
            started: attempt.started,
            finished,
            shows,
            points: marks.filter(|_| shows.marks).and_then(|marks| marks.points),
            max_points: attempt.max_points(),
            counts: shows.marks.then_some(look.counts),
            overridden: look
                .overridden
                .filter(|_| shows.marks)
                .map(|Points { points, max }| InGradesView { points, max_points: max }),
            slots,
        }
    }
}

impl ReviewSlot {
    fn of(
        slot: u16,
        asked: &PaperSlot,
        it: &SlotMaterial,
        mark: Option<&SlotMark>,
        shows: Switches,
        own: bool,
    ) -> Self {
        let body = &it.question.body;
        let response = it.response.as_ref();
        let by_key = (shows.feedback || shows.right_answers)
            .then(|| mark_by_key(body, &asked.arrangement, response.unwrap_or(&Response::Empty)));
        let feedback = by_key.as_ref().filter(|_| shows.feedback).map(|marked| SlotFeedbackView {
            general: body.general_feedback.html().to_owned(),
            combined: marked.combined.html().to_owned(),
            parts: marked
                .feedback
                .iter()
                .filter(|part| shows.marks || !part.text.is_empty())
                .map(|part| PartFeedbackView {
                    part: part.part,
                    position: part.position,
                    state: shows.marks.then_some(part.state),
                    text: part.text.html().to_owned(),
                })
                .collect(),
            number_right: marked.number_right.filter(|_| shows.marks),
            // What was written about an earlier answer is not about this one.
            comment: it
                .manual
                .as_ref()
                .filter(|_| !it.outdated)
                .map(|manual| manual.comment.clone())
                .unwrap_or_default(),
        });
        Self {
            slot,
            max_points: asked.points,
            question_id: (!own).then_some(asked.question),
            version: (!own).then_some(asked.version),
            question: shows.responses.then(|| present(body, &asked.arrangement)),
            response: response.filter(|_| shows.responses).map(ResponseInput::from),
            mark: mark.filter(|_| shows.marks).map(|mark| SlotMarkView {
                points: mark.points,
                state: state_of(mark, asked.points),
                by_hand: mark.by_hand,
            }),
            feedback,
            right_answer: by_key.filter(|_| shows.right_answers).map(|marked| marked.right_answer),
            save: None,
            marked: None,
        }
    }
}
