//! Looking at an attempt: what somebody may see of it now. The one place that decides it, so that no key leaks.

use std::sync::Arc;

use super::marks::Marks;
use super::material::{self, Material};
use super::{Attempt, AttemptHead, AttemptState, result};
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::ids::AttemptId;
use crate::domain::quiz::{self, Moment, Quiz, Switches};
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// An attempt as somebody may see it now.
#[derive(Debug, Clone)]
pub struct Look {
    /// The attempt.
    pub attempt: Arc<Attempt>,
    /// Where it stands.
    pub head: Arc<AttemptHead>,
    /// Its quiz.
    pub quiz: Arc<Quiz>,
    /// What may be shown.
    pub switches: Switches,
    /// Is it the learner's own view (and not that of who sees everybody's attempts)?
    pub own: bool,
    /// Questions, responses and marks by hand.
    pub material: Material,
    /// Its marks, as stored or, while it runs, as they would be now; only to be shown as `switches` allow.
    pub marks: Option<Arc<Marks>>,
    /// Is this the attempt that counts?
    pub counts: bool,
}

/// What the learner of an attempt may see of it now.
fn switches_of(
    read: &impl Read,
    actor: &Actor,
    quiz: &Quiz,
    attempt: &Attempt,
    head: &AttemptHead,
) -> Result<Switches, Refusal> {
    let moment = match head.state {
        AttemptState::Running => Moment::During,
        AttemptState::Finished { .. } => {
            Moment::of_finished(quiz::terms(read, quiz, attempt.user)?.closes, actor.now)
        }
    };
    Ok(quiz.review.at(moment))
}

/// Reads an attempt for who may see it.
pub fn look(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Look, Refusal> {
    let attempt = super::readable(read, actor, attempt)?;
    let head = super::head(read, attempt.id)?;
    let quiz = quiz::get(read, attempt.quiz)?;
    let staff = access::allows(read, actor, Permission::ViewAttempts, Scope::Course(attempt.course))?;
    let switches = if staff { Switches::ALL } else { switches_of(read, actor, &quiz, &attempt, &head)? };
    let material = material::material(read, attempt.clone(), &head)?;
    let marks = match head.state {
        AttemptState::Finished { .. } => read.get::<Marks>(&attempt.id)?,
        AttemptState::Running if switches != Switches::NONE => Some(Arc::new(material::mark(&material))),
        AttemptState::Running => None,
    };
    let (finished, _, _) = result::of_learner(read, &quiz, attempt.user)?;
    let counts = result::counting(quiz.grade_method, &finished).1 == Some(attempt.id);
    Ok(Look { own: !staff, attempt, head, quiz, switches, material, marks, counts })
}
