//! Making and changing a quiz: its settings, its questions, what is different for some, the check before it opens.
//!
//! | file | address |
//! |---|---|
//! | `make` | `/courses/{course}/quizzes/new` |
//! | `duplicate` | `/quizzes/{quiz}/copy` |
//! | `settings` | `/quizzes/{quiz}/edit` |
//! | `slots` | `/quizzes/{quiz}/slots`: the questions, their order and points |
//! | `pick` | `/quizzes/{quiz}/slots/add`, `/draw`: more of them, from the bank |
//! | `overrides`, `exception` | `/quizzes/{quiz}/overrides` |
//! | `check` | `/quizzes/{quiz}/check`, and publishing |
//! | `preview` | `/quizzes/{quiz}/preview` |
//! | `remove` | `/quizzes/{quiz}/delete` |

mod check;
mod duplicate;
mod exception;
mod make;
mod minutes;
mod overrides;
mod pick;
mod preview;
mod remove;
mod settings;
mod slots;

pub use pick::address_with as add_questions;
pub(super) use settings::moment;

use std::sync::Arc;

use super::build::unchanged;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::QuizId;
use crate::domain::quiz::input::QuizFacts;
use crate::domain::quiz::{self, Quiz, edit};
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::schedule::follow;
use crate::state::State;
use crate::store::{Class, Read};

use super::quiz_place::QuizPlace;

/// Routes of this folder.
#[rustfmt::skip] // one route per line
pub fn routes(routes: &mut Routes) {
    let (edit, see) = (Needs::Course(Permission::EditQuiz), Needs::Course(Permission::ViewAttempts));
    let class = Class::Interactive;
    routes.page("/courses/{course}/quizzes/new", class, edit, make::show);
    routes.form("/courses/{course}/quizzes/new", class, edit, make::create);
    routes.page("/quizzes/{quiz}/copy", class, edit, duplicate::show);
    routes.form("/quizzes/{quiz}/copy", class, edit, duplicate::make);
    routes.page("/quizzes/{quiz}/edit", class, edit, settings::show);
    routes.form("/quizzes/{quiz}/edit", class, edit, settings::change);
    routes.page("/quizzes/{quiz}/slots", class, edit, slots::show);
    routes.form("/quizzes/{quiz}/slots", class, edit, slots::change);
    routes.page("/quizzes/{quiz}/slots/add", class, edit, pick::show);
    routes.form("/quizzes/{quiz}/slots/add", class, edit, pick::add);
    routes.page("/quizzes/{quiz}/slots/draw", class, edit, pick::show_draw);
    routes.form("/quizzes/{quiz}/slots/draw", class, edit, pick::add_draw);
    routes.page("/quizzes/{quiz}/slots/{slot}/remove", class, edit, slots::ask_remove);
    routes.form("/quizzes/{quiz}/slots/{slot}/remove", class, edit, slots::remove);
    routes.page("/quizzes/{quiz}/overrides", class, see, overrides::show);
    routes.page("/quizzes/{quiz}/overrides/new", class, edit, overrides::choose);
    routes.page("/quizzes/{quiz}/overrides/users/{user}", class, edit, exception::show_user);
    routes.form("/quizzes/{quiz}/overrides/users/{user}", class, edit, exception::set_user);
    routes.page("/quizzes/{quiz}/overrides/users/{user}/remove", class, edit, exception::ask_user);
    routes.form("/quizzes/{quiz}/overrides/users/{user}/remove", class, edit, exception::remove_user);
    routes.page("/quizzes/{quiz}/overrides/groups/{group}", class, edit, exception::show_group);
    routes.form("/quizzes/{quiz}/overrides/groups/{group}", class, edit, exception::set_group);
    routes.page("/quizzes/{quiz}/overrides/groups/{group}/remove", class, edit, exception::ask_group);
    routes.form("/quizzes/{quiz}/overrides/groups/{group}/remove", class, edit, exception::remove_group);
    routes.page("/quizzes/{quiz}/check", class, edit, check::show);
    routes.form("/quizzes/{quiz}/publish", class, edit, check::publish);
    routes.page("/quizzes/{quiz}/preview", class, edit, preview::show);
    routes.page("/quizzes/{quiz}/delete", class, edit, remove::ask);
    routes.form("/quizzes/{quiz}/delete", class, edit, remove::delete);
}

/// A quiz that somebody may change, and where its page stands.
struct Edited {
    at: QuizPlace,
    /// Learners have begun it: its questions and their order stay.
    begun: bool,
}

impl Edited {
    fn read(read: &impl Read, actor: &Actor, id: QuizId, tool: &str) -> Result<Self, Refusal> {
        let at = QuizPlace::of(read, actor, Permission::EditQuiz, id, tool)?;
        let begun = quiz::attempts(read, id)? > 0;
        Ok(Self { at, begun })
    }

    fn of(state: &State, actor: &Actor, id: QuizId, tool: &str) -> Result<Self, Refusal> {
        state.store.read(|read| Self::read(read, actor, id, tool))
    }
}

/// Stores what was made of a quiz as a page showed it: `seen` is the revision that the page was made of, `quiz` what the
/// facts were made from. Refused when either is not the present one.
async fn store(
    state: &State,
    actor: &Actor,
    quiz: &Quiz,
    seen: &str,
    facts: Result<QuizFacts, Refusal>,
) -> Result<Arc<Quiz>, Refusal> {
    unchanged(seen.to_owned())(quiz.revision)?;
    let (facts, by, id, seen) = (facts?, actor.clone(), quiz.id, seen.to_owned());
    let write =
        state.store.write(Class::Interactive, move |txn| edit::change(txn, &by, id, unchanged(seen), facts));
    let stored = write.await?;
    follow(state, Some(id)).await;
    Ok(stored)
}
