//! What learners see of their attempts, and when: four switches at each of three moments.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// What is shown. Each switch stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "four switches, each of which stands alone")]
pub struct Switches {
    /// The questions with one's own responses.
    #[serde(default)]
    pub responses: bool,
    /// Points, and whether a response was right.
    #[serde(default)]
    pub marks: bool,
    /// What authors and markers wrote about it.
    #[serde(default)]
    pub feedback: bool,
    /// The right answers.
    #[serde(default)]
    pub right_answers: bool,
}

impl Switches {
    /// Everything.
    pub const ALL: Self = Self { responses: true, marks: true, feedback: true, right_answers: true };
    /// Nothing.
    pub const NONE: Self = Self { responses: false, marks: false, feedback: false, right_answers: false };

    /// The same without what gives the key away.
    #[must_use]
    pub const fn without_key(self) -> Self {
        Self { feedback: false, right_answers: false, ..self }
    }
}

/// When an attempt is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is being worked on.
    During,
    /// It is handed in, others may still be at theirs.
    AfterSubmit,
    /// The quiz is closed for everybody, and this learner is not at work on it either.
    AfterClose,
}

impl Moment {
    /// The moment for a finished attempt when the quiz is closed `from` then on.
    pub fn of_finished(from: Option<Timestamp>, now: Timestamp) -> Self {
        match from {
            Some(from) if from <= now => Self::AfterClose,
            _ => Self::AfterSubmit,
        }
    }
}

/// The switches at every moment. What is shown once the quiz is closed may help who still answers: see `after_close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// While it is being worked on.
    #[serde(default)]
    pub during: Switches,
    /// From handing in until the quiz is closed for everybody.
    #[serde(default)]
    pub after_submit: Switches,
    /// Once the quiz is closed for everybody (the last close of the quiz and of all its overrides of who is enrolled), the
    /// grace for answers in flight is over and no attempt of the learner at it runs. Feedback and right answers wait until nobody's
    /// attempt at the quiz runs any more. A quiz without a closing time never gets here.
    #[serde(default)]
    pub after_close: Switches,
}

impl ReviewRules {
    /// What nobody chose: own responses at once, everything once nobody can profit from it any more. Where the quiz never
    /// closes that would never come, so everything is shown at once.
    pub const fn usual(closes: Option<Timestamp>) -> Self {
        let after_submit = match closes {
            Some(_) => Switches { responses: true, ..Switches::NONE },
            None => Switches::ALL,
        };
        Self { during: Switches::NONE, after_submit, after_close: Switches::ALL }
    }

    /// The switches at a moment.
    pub const fn at(&self, moment: Moment) -> Switches {
        match moment {
            Moment::During => self.during,
            Moment::AfterSubmit => self.after_submit,
            Moment::AfterClose => self.after_close,
        }
    }
}
