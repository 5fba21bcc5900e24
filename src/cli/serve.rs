//! `lyceum serve`: the server, until SIGTERM or ctrl-c.
#![expect(
    clippy::print_stdout,
    reason = "the address and the set-up link are for whoever started the server"
)]

use std::net::SocketAddr;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Place, public_address};
use crate::app;
use crate::clock::Clock;
use crate::http::setup;

/// Run the server. Needs a directory for its data, which it makes; everything else has a default.
///
/// At the first start it prints a link with which the first administrator is made. SIGTERM or ctrl-c: no new
/// connections, requests in flight are answered, everything is flushed.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on; overrides `server.listen`.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut config = self.place.load()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        let address = public_address(&config);
        let state = app::open(config, Clock::System)?;
        let code = setup::offer(&state)?;
        actix_web::rt::System::new().block_on(async move {
            let listen = state.config.server.listen;
            let running = app::start(state)?;
            println!("Lyceum listens on http://{}", SocketAddr::new(listen.ip(), running.port));
            if let Some(code) = code {
                println!("There is no administrator yet. Make the first one within 24 hours, once:");
                println!("  {address}/setup?code={code}");
                println!("  (or POST /api/setup with \"code\": \"{code}\")");
            }
            let mut terminate =
                signal(SignalKind::terminate()).map_err(Failure::io("listening for SIGTERM"))?;
            let handle = running.handle.clone();
            let stopping = actix_web::rt::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
                tracing::info!("stopping: answering what is in flight");
                handle.stop(true).await;
            });
            let outcome = running.serve().await.map_err(Failure::io("serving failed"));
            stopping.abort();
            outcome
        })
    }
}
