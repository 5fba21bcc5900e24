//! `lyceum demo`: the demo institution into an empty store.

use clap::Args;

use super::{Failure, Place};
use crate::demo::{self, Loaded, Welcome};
use crate::domain::demo::DEMO_INCOMPLETE;
use crate::state::State;

/// Load the demo institution into an empty store and print who can sign in.
///
/// Needs the store for itself: stop the server. `serve --demo` does the same at its start.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    place: Place,
}

impl Demo {
    pub(super) fn run(self) -> Result<(), Failure> {
        let state = self.place.open()?;
        refuse_incomplete(&state)?;
        let loaded = demo::load(&state)?;
        state.store.close();
        print_loaded(&loaded);
        Ok(())
    }
}

/// Refuses a store with half of the demo institution, and says how to begin anew.
pub(super) fn refuse_incomplete(state: &State) -> Result<(), Failure> {
    demo::refuse_incomplete(state).map_err(|refusal| {
        if refusal.code == DEMO_INCOMPLETE {
            let directory = state.config.store.directory.display();
            Failure::Answer(format!("{}; remove the directory {directory} and load it again", refusal.detail))
        } else {
            refusal.into()
        }
    })
}

/// Says what is there and who can sign in.
pub(super) fn print_loaded(loaded: &Loaded) {
    say!(
        "The demo institution is loaded: {}, {} people, {} courses, {} questions, {} quizzes.",
        loaded.name,
        loaded.people,
        loaded.courses,
        loaded.questions,
        loaded.quizzes
    );
    print_welcome(&loaded.welcome);
}

/// Says who can sign in, and what to do then.
pub(super) fn print_welcome(welcome: &Welcome) {
    say!("Sign in as");
    for who in &welcome.sign_ins {
        say!("  {:<20} {:<26} {}", who.username, who.password, who.role.name());
    }
    say!("  {:<20} {}", "anybody else", welcome.password_of_everybody_else);
    say!("{}", welcome.first_steps);
}
