//! `lyceum xapi`: credentials of the learning record store, for whoever may read and write the store's files.

use clap::{Args, Subcommand};

use super::{Failure, Place, of_options};
use crate::domain::access::Actor;
use crate::domain::xapi::credential::{self, LrsScope, NewCredential};
use crate::secret::LrsSecrets;
use crate::store::Class;

/// Credentials of the learning record store, on the machine itself.
///
/// Needs the store for itself: stop the server.
#[derive(Debug, Args)]
pub(super) struct Xapi {
    #[command(subcommand)]
    command: XapiCommand,
}

#[derive(Debug, Subcommand)]
enum XapiCommand {
    /// Make a credential and print its key, its secret and its bearer token, once.
    Credential(Create),
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    place: Place,
    /// What it is called: the authority of the statements written with it.
    #[arg(long)]
    name: String,
    /// What it may do, several with commas: statements/write, statements/read/mine, statements/read, state, profile, define,
    /// all/read, all.
    #[arg(long = "scope", value_name = "SCOPES", value_delimiter = ',', default_value = "all")]
    scopes: Vec<String>,
}

impl Xapi {
    pub(super) fn run(self) -> Result<(), Failure> {
        let XapiCommand::Credential(command) = self.command;
        command.run()
    }
}

impl Create {
    fn run(self) -> Result<(), Failure> {
        let scope = |name: &String| {
            serde_json::from_value::<LrsScope>(serde_json::Value::String(name.clone()))
                .map_err(|_| Failure::Answer(format!("--scope {name} is no scope; --help lists them")))
        };
        let scopes: Result<Vec<LrsScope>, _> = self.scopes.iter().map(scope).collect();
        let new = NewCredential::parse(&self.name, scopes?, Vec::new()).map_err(of_options)?;
        let secrets = LrsSecrets::new()?;
        let state = self.place.open_known()?;
        let (actor, kept) = (Actor::program(state.now()), secrets.kept());
        state
            .store
            .write_blocking(Class::Interactive, move |txn| credential::create(txn, &actor, new, kept))?;
        state.store.close();
        say!("key    {}", secrets.key);
        say!("secret {}", secrets.secret);
        say!("token  {}", secrets.token);
        Ok(())
    }
}
