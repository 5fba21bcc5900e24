//! The command line: `lyceum COMMAND`. What fails says so in one sentence on stderr; 0 is done, 1 is not done, 2 is a
//! command that makes no sense.

mod admin;
mod check_config;
mod compact;
mod demo;
mod doctor;
mod exam;
mod import;
mod import_questions;
mod import_statements;
mod load;
mod load_capacity;
mod load_compare;
mod remote;
mod serve;
mod verify;
mod xapi;

use std::env::VarError;
use std::io::IsTerminal as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app;
use crate::clock::Clock;
use crate::config::{Config, Source};
use crate::state::State;

/// Lyceum: a learning platform in one binary.
#[derive(Debug, Parser)]
#[command(name = "lyceum", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Make administrators and reset passwords, on the machine itself.
    Admin(admin::Admin),
    /// Credentials of the learning record store, on the machine itself.
    Xapi(xapi::Xapi),
    /// Give lost time back, on the machine itself.
    Exam(exam::Exam),
    /// Take in files.
    Import(import::Import),
    /// Load the demo institution into an empty store.
    Demo(demo::Demo),
    /// Recompute every index, total and rule from the rows and name each difference.
    Verify(verify::Verify),
    /// Give disk space back that the store no longer needs.
    Compact(compact::Compact),
    /// Say whether this server is ready for the exams that are ahead.
    Doctor(doctor::Doctor),
    /// Drive a server as its people do, and say how it kept up.
    Load(Box<load::Load>),
    /// Check the configuration and print what is in effect.
    CheckConfig(check_config::CheckConfig),
}

/// Why a command did not do its work. Printed as one sentence.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The server or its store.
    #[error(transparent)]
    Start(#[from] crate::app::StartError),
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// A rule.
    #[error("{}", .0.detail)]
    Refused(#[from] crate::domain::refusal::Refusal),
    /// The demo institution.
    #[error(transparent)]
    Demo(#[from] crate::demo::DemoError),
    /// A load run.
    #[error(transparent)]
    Load(#[from] crate::load::LoadError),
    /// Anything of the machine.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The work was done and its answer is no.
    #[error("{0}")]
    Answer(String),
    /// The work could not be done as asked for, so there is no answer: exit code 2.
    #[error("{0}")]
    Unfit(String),
}

impl Failure {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Where the configuration and the data are.
#[derive(Debug, Args)]
struct Place {
    /// The configuration file (TOML). Variables `LYCEUM__SECTION__KEY` override it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The directory of all data; overrides `store.directory`.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    fn load(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref(), std::env::vars_os())?;
        if let Some(data) = &self.data {
            config.store.directory.clone_from(data);
            config.sources.note("store", "directory", Source::Flag);
        }
        Ok(config)
    }

    /// The configuration, for commands that need a store which is there.
    fn load_with_store(&self) -> Result<Config, Failure> {
        let config = self.load()?;
        if !crate::store::inspect(&config.store.directory) {
            return Err(Failure::Answer(format!(
                "there is no store in {}; name the directory with --data",
                config.store.directory.display()
            )));
        }
        Ok(config)
    }

    /// Opens the store, which is made when it is not there yet.
    fn open(&self) -> Result<State, Failure> {
        Ok(app::open(self.load()?, Clock::System)?)
    }

    /// Opens a store that is there: what is written to a new one by a slip of the pen is found by nobody.
    fn open_known(&self) -> Result<State, Failure> {
        Ok(app::open(self.load_with_store()?, Clock::System)?)
    }
}

/// A secret that a variable has when no file is named with the option, or why there is none.
fn secret_in(variable: &str, what: &str, option: &str) -> Result<String, String> {
    std::env::var(variable).map_err(|error| match error {
        VarError::NotPresent => format!("{what} is missing: name a file with {option}, or set {variable}"),
        VarError::NotUnicode(_) => format!("{variable} is not in UTF-8"),
    })
}

/// The address under which people reach a server that listens at `bound`. Where nothing says how others come, that is how the
/// machine itself does; empty where the port is chosen at the start.
fn address_at(config: &Config, bound: SocketAddr) -> String {
    if let Some(url) = &config.server.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    // All addresses of the machine are none to go to.
    let host = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    if bound.port() == 0 { String::new() } else { format!("http://{}", SocketAddr::new(host, bound.port())) }
}

/// [`address_at`] before the server is started.
fn public_address(config: &Config) -> String {
    address_at(config, config.server.listen)
}

/// What makes links of [`public_address`] right, where the configuration does not know it.
fn address_hint(config: &Config) -> Option<String> {
    if config.server.public_url.is_some() {
        return None;
    }
    Some(match public_address(config) {
        none if none.is_empty() => {
            "server.listen leaves the port open: put the server's address in front of the links, or set \
             server.public_url"
                .to_owned()
        }
        address => format!(
            "links lead to {address}, by server.listen; where people come by another address, or `--listen` says another, set \
             server.public_url"
        ),
    })
}

/// Runs the command that the arguments name.
#[expect(clippy::print_stderr, reason = "the command line says on stderr what went wrong")]
pub fn run() -> ExitCode {
    // Errors of usage end here, with exit code 2.
    let cli = Cli::parse();
    start_log();
    let outcome = match cli.command {
        Command::Serve(command) => command.run(),
        Command::Admin(command) => command.run(),
        Command::Xapi(command) => command.run(),
        Command::Exam(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Compact(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Load(command) => command.run(),
        Command::CheckConfig(command) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("lyceum: {failure}");
            match failure {
                // Without a report there is no answer.
                Failure::Unfit(_) | Failure::Load(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// What is logged where `LYCEUM_LOG` says nothing. The framework calls it an error when a client sends what is no HTTP, or goes
/// away in the middle; whoever can reach the server could fill the log with that. Bodies that end early are told where they are made.
const USUAL_LOG: &str = "warn,lyceum=info,actix_http::h1::dispatcher=off,actix_http::h1::decoder=off";

/// Logs to stderr: as usual, or what `LYCEUM_LOG` says (`info`, `lyceum=debug`).
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LYCEUM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(USUAL_LOG));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours);
    // Only fails when a logger is there already.
    drop(log.with_writer(std::io::stderr).try_init());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn links_lead_to_where_people_come_as_far_as_anything_says_it() {
        let mut config = Config::default();
        let mut at = |listen: &str, public: Option<&str>| {
            config.server.listen = listen.parse().unwrap();
            config.server.public_url = public.map(str::to_owned);
            (public_address(&config), address_hint(&config))
        };
        assert_eq!(
            at("0.0.0.0:80", Some("https://learn.example.edu/")),
            ("https://learn.example.edu".to_owned(), None)
        );
        for (listen, address) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080"),
            ("[::]:8080", "http://[::1]:8080"),
            ("127.0.0.1:0", ""),
        ] {
            let (is, hint) = at(listen, None);
            assert_eq!(is, address, "{listen}");
            let hint = hint.unwrap();
            assert!(hint.contains(address) && hint.contains("set server.public_url"), "{hint}");
        }
    }

    #[test]
    fn what_clients_send_that_is_no_http_fills_no_log_and_everything_else_is_told() {
        use tracing::Level;
        use tracing_subscriber::EnvFilter;
        use tracing_subscriber::layer::SubscriberExt as _;

        let log = tracing_subscriber::registry().with(EnvFilter::try_new(USUAL_LOG).unwrap());
        tracing::subscriber::with_default(log, || {
            assert!(!tracing::enabled!(target: "actix_http::h1::dispatcher", Level::ERROR));
            assert!(!tracing::enabled!(target: "actix_http::h1::decoder", Level::ERROR));
            assert!(tracing::enabled!(target: "actix_http::h1::service", Level::ERROR));
            assert!(tracing::enabled!(target: "actix_server::accept", Level::WARN));
            assert!(tracing::enabled!(target: "lyceum::http", Level::INFO));
        });
        assert!(include_str!("../../README.md").contains(USUAL_LOG));
    }

    #[test]
    fn every_command_and_option_has_help() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            for sub in command.get_subcommands() {
                assert!(sub.get_about().is_some(), "{}", sub.get_name());
                check(sub);
            }
        }
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        check(&command);
    }
}
