//! `lyceum serve`: the server, until SIGTERM, SIGHUP or ctrl-c.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::demo::{print_loaded, print_welcome, refuse_incomplete};
use super::{Failure, Place, address_at};
use crate::app;
use crate::clock::Clock;
use crate::demo;
use crate::http::setup;
use crate::state::State;

/// Run the server.
///
/// Needs a directory for its data, which it makes, or which is empty the first time; everything else has a default.
///
/// At the first start it prints a link with which the first administrator is made. SIGTERM or ctrl-c, or SIGHUP where
/// that is not ignored: `/readyz` says that it goes, new connections are taken for `server.drain_seconds`, requests in flight are
/// answered, everything is flushed. A second SIGTERM or ctrl-c ends it at once.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on; overrides `server.listen`.
    #[arg(long, value_name = "ADDR", value_parser = listening)]
    listen: Option<SocketAddr>,
    /// Load the demo institution first, into an empty store; where it is loaded already, only serve.
    #[arg(long)]
    demo: bool,
}

fn listening(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "is no address with a port, such as 127.0.0.1:8080 or [::]:8080")
}

/// Can the address be had? Asked before the store is made and the demo institution loaded, neither of which is of use without.
fn try_address(listen: SocketAddr) -> Result<(), Failure> {
    TcpListener::bind(listen).map(drop).map_err(|error| {
        Failure::Answer(format!(
            "listening on {listen} failed: {error}; name another address with --listen, or as server.listen in the \
             configuration"
        ))
    })
}

/// The exit status of a server that was told twice to end.
const SECOND_SIGNAL: i32 = 130;

/// What asks a server to end. Where it was started with SIGHUP ignored, as `nohup` does, that stays ignored.
struct Asked {
    terminate: Signal,
    interrupt: Signal,
    hangup: Option<Signal>,
}

impl Asked {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind, name| signal(kind).map_err(Failure::io(format!("listening for {name}")));
        Ok(Self {
            terminate: listen(SignalKind::terminate(), "SIGTERM")?,
            interrupt: listen(SignalKind::interrupt(), "SIGINT")?,
            hangup: if ignores_hangup() { None } else { Some(listen(SignalKind::hangup(), "SIGHUP")?) },
        })
    }

    /// Waits until somebody asks it to end.
    async fn first(&mut self) {
        let Self { terminate, interrupt, hangup } = self;
        let hung_up = async {
            match hangup {
                Some(hangup) => {
                    hangup.recv().await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = hung_up => {}
        }
    }

    /// Waits until somebody asks again. A SIGHUP behind another signal comes with it: from the terminal that closes, from a service
    /// manager that sends both.
    async fn again(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Is SIGHUP ignored, by the mask that the system tells of this process?
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // The lowest bit is of signal 1, which SIGHUP is.
    mask & 1 == 1
}

/// Says that the server goes, waits until whoever is in front has seen it, and stops it behind what is in flight.
async fn drain(state: &State, handle: &ServerHandle) {
    let seconds = state.config.server.drain_seconds;
    tracing::info!(
        seconds,
        "stopping: new connections are taken for so long, then what is in flight is answered"
    );
    state.drain.begin();
    state.jobs.stop();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    handle.stop(true).await;
    // The store is closed behind this; a second signal still ends that.
    std::future::pending::<()>().await;
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut config = self.place.load_with_or_without_store()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
            config.sources.note("server", "listen", crate::config::Source::Flag);
        }
        try_address(config.server.listen)?;
        let state = app::open(config, Clock::System)?;
        refuse_incomplete(&state)?;
        let institution = if self.demo { Some(demo::load_once(&state)?) } else { None };
        let code = setup::offer(&state)?;
        actix_web::rt::System::new().block_on(async move {
            // Before anybody is told that the server is there: who stops it at once gets a clean end, too.
            let mut asked = Asked::listen()?;
            for hint in state.config.hints() {
                tracing::warn!("{hint}");
            }
            let running = app::start(state)?;
            let bound = SocketAddr::new(running.state.config.server.listen.ip(), running.port);
            let address = address_at(&running.state.config, bound);
            say!("Lyceum listens on http://{bound}");
            match institution {
                Some(Some(loaded)) => print_loaded(&loaded),
                Some(None) => {
                    say!("The demo institution was loaded before, with these passwords:");
                    print_welcome(&demo::welcome()?);
                }
                None => {}
            }
            if let Some(code) = code {
                say!("There is no administrator yet. Make the first one within 24 hours, once:");
                say!("  {address}/setup?code={code}");
                say!("  (or POST /api/setup with \"code\": \"{code}\")");
                if running.state.config.server.public_url.is_none() && bound.ip().is_unspecified() {
                    say!("  (other machines come by another address; set server.public_url to it)");
                }
            }
            let handle = running.handle.clone();
            let state = running.state.clone();
            let stopping = actix_web::rt::spawn(async move {
                asked.first().await;
                tokio::select! {
                    () = drain(&state, &handle) => {}
                    () = asked.again() => {
                        tracing::warn!("a second signal: ending at once; what was acknowledged is on disk");
                        std::process::exit(SECOND_SIGNAL);
                    }
                }
            });
            let outcome = running.serve().await.map_err(Failure::io("serving failed"));
            stopping.abort();
            outcome
        })
    }
}
