//! The command line: `lyceum COMMAND`. What fails says so in one sentence on stderr; 0 is done, 1 is not done, 2 is a
//! command that makes no sense.

#[macro_use]
mod print;

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
mod place;
mod remote;
mod serve;
mod verify;
mod xapi;

use std::env::VarError;
use std::io::IsTerminal as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use place::Place;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::domain::refusal::Refusal;

/// Lyceum: a learning platform in one binary.
#[derive(Debug, Parser)]
#[command(name = "lyceum", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What there is to do.
// The commands have documentation comments, the variants none: those would stand in the place of the commands'.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Admin(admin::Admin),
    Xapi(xapi::Xapi),
    Exam(exam::Exam),
    Import(import::Import),
    Demo(demo::Demo),
    Verify(verify::Verify),
    Compact(compact::Compact),
    Doctor(doctor::Doctor),
    Load(Box<load::Load>),
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
    Refused(#[from] Refusal),
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

/// A refusal of what was said with options: what is a field or a parameter of the API is an option here.
fn of_options(refusal: Refusal) -> Failure {
    let option = |at: &str| match at.trim_start_matches(['/', '?', '-']) {
        "scopes" => "--scope".to_owned(),
        name => format!("--{}", name.replace('_', "-")),
    };
    let told: Vec<String> =
        refusal.fields.iter().map(|fault| format!("{} {}", option(&fault.at), fault.problem)).collect();
    if refusal.is_whole() { Failure::Refused(refusal) } else { Failure::Answer(told.join("; ")) }
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
pub fn run() -> ExitCode {
    // Errors of usage end here, with exit code 2.
    let cli = Cli::parse();
    start_log();
    let serves = matches!(cli.command, Command::Serve(_));
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
    // What a server says at its start is for whoever looks; what a command prints is what it was run for.
    let printed = if serves { Ok(()) } else { print::end() };
    let printed =
        printed.map_err(|error| Failure::Answer(format!("not all of the output was written: {error}")));
    match outcome.and(printed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell!("lyceum: {failure}");
            match failure {
                // Without a report there is no answer.
                Failure::Unfit(_) | Failure::Load(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// What is logged unless `LYCEUM_LOG` says otherwise. The framework calls it an error when a client sends what is no HTTP, or goes away
/// in the middle; whoever can reach the server could fill the log with that. Bodies that end early are told where they are made.
const LOG: &str = "warn,lyceum=info,actix_http::h1::dispatcher=off,actix_http::h1::decoder=off";

/// The filter of the log that `LYCEUM_LOG` asks for, and what is odd about what it says.
fn log_filter(says: Result<String, VarError>) -> (EnvFilter, Option<String>) {
    let usual = |problem: String| (EnvFilter::new(LOG), Some(format!("{problem}; {LOG} is used")));
    let text = match says {
        Ok(text) if text.trim().is_empty() => return (EnvFilter::new(LOG), None),
        Ok(text) => text,
        Err(VarError::NotPresent) => return (EnvFilter::new(LOG), None),
        Err(VarError::NotUnicode(_)) => return usual("is not in UTF-8".to_owned()),
    };
    let filter = match EnvFilter::try_new(&text) {
        Ok(filter) => filter,
        Err(error) => return usual(format!("{text} is no filter such as info or lyceum=debug: {error}")),
    };
    // A misspelt level is taken for the name of something.
    let is_level = |word: &str| word.parse::<tracing::level_filters::LevelFilter>().is_ok();
    let is_name = |word: &str| word.is_empty() || word == "lyceum" || word.contains(['=', '[', ':']);
    let name = text.split(',').map(str::trim).find(|it| !is_name(it) && !is_level(it));
    let odd = name.map(|name| {
        format!("{name} is none of off, error, warn, info, debug, trace: it is taken for a name, of which all is logged")
    });
    (filter, odd)
}

/// Logs to stderr: as usual, or what `LYCEUM_LOG` says (`info`, `lyceum=debug`).
fn start_log() {
    let (filter, odd) = log_filter(std::env::var("LYCEUM_LOG"));
    if let Some(odd) = odd {
        tell!("lyceum: LYCEUM_LOG: {odd}");
    }
    let colours = std::io::stderr().is_terminal();
    // Where stderr is closed nothing more can be said, and trying to say that ends the program.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).log_internal_errors(false);
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

        let log = tracing_subscriber::registry().with(EnvFilter::try_new(LOG).unwrap());
        tracing::subscriber::with_default(log, || {
            assert!(!tracing::enabled!(target: "actix_http::h1::dispatcher", Level::ERROR));
            assert!(!tracing::enabled!(target: "actix_http::h1::decoder", Level::ERROR));
            assert!(tracing::enabled!(target: "actix_http::h1::service", Level::ERROR));
            assert!(tracing::enabled!(target: "actix_server::accept", Level::WARN));
            assert!(tracing::enabled!(target: "lyceum::http", Level::INFO));
        });
        assert!(include_str!("../../docs/operate.md").contains(LOG));
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

    #[test]
    fn the_help_of_a_command_says_all_that_is_written_and_the_list_one_line_of_it() {
        let command = Cli::command();
        for (path, phrase) in [
            ("serve", "SIGTERM or ctrl-c"),
            ("admin", "Needs the store for itself: stop the server"),
            ("admin create", "--new-store"),
            ("xapi", "Needs the store for itself: stop the server"),
            ("exam", "Needs the store for itself: stop the server"),
            ("exam give-back", "The same outage is given back to an attempt only once"),
            ("import", "Needs the store for itself: stop the server"),
            ("import roster", "Exit code 0 only when every row was taken"),
            ("import questions", "A file with a fault is refused as a whole"),
            ("import statements", "Exit code 0 only when every line was taken"),
            ("demo", "Needs the store for itself: stop the server"),
            ("verify", "Exit code 0 only when nothing differs"),
            ("compact", "Needs the store for itself (stop the server)"),
            ("doctor", "Exit code 0 when nothing warns, 1 when something does"),
            ("load", "Exit code 0 when every request was answered as it should be"),
            ("load compare", "Exit code 0 when nothing got worse"),
            ("load capacity", "Exit code 0 when the search came to an end"),
            ("check-config", "touches no data"),
        ] {
            let mut at = command.clone();
            for name in path.split(' ') {
                at = at.find_subcommand(name).unwrap().clone();
            }
            let help = at.render_long_help().to_string();
            assert!(help.contains(phrase), "{path} does not say {phrase:?}:\n{help}");
            let line = at.get_about().unwrap().to_string();
            assert!(line.len() <= 80 && !line.contains(". "), "{path} is more than a line in a list: {line}");
            // One paragraph loses its full stop, several keep theirs.
            assert!(help.starts_with(&line), "{path}: {help}");
        }
    }

    #[test]
    fn a_filter_of_the_log_that_is_none_is_named() {
        let odd = |says: &str| log_filter(Ok(says.to_owned())).1;
        for fine in ["", "info", "warn,lyceum=debug", "lyceum::store=trace", "OFF"] {
            assert_eq!(odd(fine), None, "{fine}");
        }
        assert!(odd("lyceum=loud").unwrap().contains("lyceum=loud is no filter"));
        assert!(odd("warn,inof").unwrap().starts_with("inof is none of off, error,"));
        assert_eq!(log_filter(Err(VarError::NotPresent)).1, None);
    }
}
