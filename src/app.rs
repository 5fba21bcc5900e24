//! Composition: store, clock, metrics, background work and server, started by `main` and by tests alike.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use jiff::tz::TimeZone;

use crate::admission::Admission;
use crate::clock::{Clock, SetBack};
use crate::config::Config;
use crate::domain::attempt::heard::Heard;
use crate::domain::files::any_is_named;
use crate::domain::grade;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::schema::SCHEMA;
use crate::domain::sign_in_throttle::Throttle;
use crate::domain::xapi::own;
use crate::drain::Drain;
use crate::forwarding::{self, Forwarding};
use crate::hashing::{Hashing, HashingError};
use crate::http::{self, slow::SlowLog};
use crate::jobs::{self, Jobs};
use crate::monitor::Metrics;
use crate::schedule;
use crate::state::{Parts, State};
use crate::steering;
use crate::store::blobs::Blobs;
use crate::store::{Class, Store, StoreError, near};
use crate::sweep;

/// The directory of larger bodies, in that of the store.
pub const FILES: &str = "files";

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store does not open.
    #[error("the store does not open: {0}")]
    Store(#[from] StoreError),
    /// A file or socket fails.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A part of the store is missing: the directory of files.
    #[error(
        "{} is missing, and rows of the store name files that were in it: restore it from a backup; or make an empty \
         directory in its place, and go on without them",
        .0.display()
    )]
    NoFiles(PathBuf),
    /// There is nothing random to be had.
    #[error("{0}")]
    Secret(Refusal),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Metrics clash: a defect.
    #[error("metrics cannot be registered: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// Opens the files of a store that is open, whose directory is made where none is named yet.
pub fn open_files(directory: &Path, store: &Store) -> Result<Blobs, StartError> {
    let files = directory.join(FILES);
    let failed = |source| StartError::Io { what: format!("opening {} failed", files.display()), source };
    // A copy may lack it; made anew, nothing but `verify` would say what is gone.
    if !files.try_exists().map_err(failed)? && store.read(|read| any_is_named(read))? {
        return Err(StartError::NoFiles(files));
    }
    Blobs::open(&files).map_err(failed)
}

/// Opens the store and puts together what handlers reach.
pub fn open(config: Config, clock: Clock) -> Result<State, StartError> {
    put_together(config, clock, true)
}

/// [`open`] for a command, which is often not told the address that people use: then the one that is remembered stays.
pub fn open_for_command(config: Config, clock: Clock) -> Result<State, StartError> {
    // Where it listens does not say by which address people come.
    let named = config.sources.of("server", "public_url").is_some();
    put_together(config, clock, named)
}

/// The address that names this installation: as it is configured, or where that says nothing, as it is remembered.
fn home(store: &Store, config: &Config, says: bool) -> Result<Arc<str>, StoreError> {
    let remembered = if says { None } else { store.read(|read| own::base(read))? };
    Ok(remembered.unwrap_or_else(|| config.server.home().into()))
}

fn put_together(config: Config, clock: Clock, says_home: bool) -> Result<State, StartError> {
    let directory = config.store.directory.clone();
    let store = Store::open(&directory, SCHEMA, config.store.options())?;
    let blobs = open_files(&directory, &store)?;
    let home = home(&store, &config, says_home)?;
    if let Err(error) = settle_own_records(&store, &home) {
        // Without room, for example: everything else works, and the next start tries again.
        tracing::warn!(%error, "the beginning of the ids of learning records cannot be written");
    }
    let form_key = form_key(&store)?;
    if let Err(error) = grade::settle::settle(&store) {
        tracing::warn!(%error, "gradebooks of an older version cannot be brought up to date");
    }
    let metrics = Metrics::new(&store)?;
    let hashing = Hashing::start(&config.sign_in, metrics.registry())?;
    let throttle = Throttle::default();
    let (jobs, drain) = (Jobs::default(), Drain::default());
    let forwarding = Forwarding::new(&config.forwarding);
    let admission = Admission::new(&config);
    let zone = TimeZone::get(&config.server.time_zone).unwrap_or(TimeZone::UTC);
    let slow = SlowLog::new(Duration::from_millis(config.server.slow_ms));
    Ok(State::new(Parts {
        store,
        blobs,
        clock,
        set_back: SetBack::default(),
        config,
        hashing,
        throttle,
        heard: Heard::default(),
        pages: crate::web::kept::KeptPages::default(),
        home,
        form_key,
        zone,
        jobs,
        forwarding,
        drain,
        admission,
        slow,
        metrics,
    }))
}

/// Remembers what the ids of this installation's own learning records begin with.
fn settle_own_records(store: &Store, home: &str) -> Result<(), Refusal> {
    if store.read(|read| own::is_settled(read, home))? {
        return Ok(());
    }
    let (home, namespace) = (home.to_owned(), crate::secret::namespace()?);
    store.write_blocking(Class::Interactive, move |txn| own::settle(txn, &home, namespace))
}

/// What the tokens of forms follow from. Where there was never room to write it, it is another one after every start.
fn form_key(store: &Store) -> Result<[u8; 16], StartError> {
    let known = store.read(|read| own::namespace(read))?;
    known.map_or_else(crate::secret::namespace, Ok).map_err(StartError::Secret)
}

/// A running server.
pub struct Running {
    /// The port it listens on.
    pub port: u16,
    /// Ends it.
    pub handle: ServerHandle,
    /// What it works on.
    pub state: State,
    server: actix_web::dev::Server,
    background: Option<tokio::task::JoinHandle<()>>,
    jobs: Vec<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Serves until it is stopped; then lets jobs end their present chunk, and flushes and closes the store.
    pub async fn serve(self) -> io::Result<()> {
        let sweeping = actix_web::rt::spawn(sweep::run(self.state.clone()));
        let by_load = self.state.config.limits.by_load;
        let steering = by_load.then(|| actix_web::rt::spawn(steering::steer(self.state.clone())));
        let history = actix_web::rt::spawn(crate::sampling::run(self.state.clone()));
        let outcome = self.server.await;
        self.state.jobs.stop();
        self.state.forwarding.stop();
        if let Some(background) = self.background {
            background.abort();
        }
        sweeping.abort();
        if let Some(steering) = steering {
            steering.abort();
        }
        history.abort();
        let (jobs, forwarding, store) = (self.jobs, self.state.forwarding.clone(), self.state.store.clone());
        let closed = actix_web::web::block(move || {
            for thread in jobs {
                if thread.join().is_err() {
                    tracing::error!("a thread of jobs panicked");
                }
            }
            forwarding.wait();
            store.close();
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "the store was not closed in order; the next start checks its journal");
        }
        outcome
    }
}

/// Every connection is an open file, and many systems begin with 1024 of them.
fn allow_many_connections() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, "the limit of open files stays, and with it that of connections");
    }
}

/// Connections that may wait to be accepted: everybody at once. The system may allow fewer.
const BACKLOG: u32 = 16_384;

/// Binds the address and builds the server. It serves once [`Running::serve`] is awaited.
pub fn start(state: State) -> Result<Running, StartError> {
    allow_many_connections();
    let listen = state.config.server.listen;
    let workers = state.config.server.worker_count();
    let shutdown = state.config.server.shutdown_seconds;
    let stall = Duration::from_secs(u64::from(state.config.server.write_stall_seconds));
    let shared = state.clone();
    let server = HttpServer::new(move || {
        let state = shared.clone();
        near::keep_here();
        if state.config.limits.by_load {
            actix_web::rt::spawn(steering::probe(state.clone()));
        }
        App::new()
            .wrap(http::outermost::Outermost)
            // Of this worker, like all that each request takes and lets go: what all of them count up and down is slow.
            .app_data(web::Data::new(state.clone()))
            .app_data(
                web::PathConfig::default()
                    .error_handler(|error, request| http::address::wrong_path(&error, request).into()),
            )
            .app_data(
                web::QueryConfig::default()
                    .error_handler(|_, _| invalid("?", "is not what this address takes").into()),
            )
            .default_service(http::table(&state).dispatch())
    })
    .on_connect(http::connection::bounded(stall))
    .workers(workers)
    .backlog(BACKLOG)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(shutdown)
    .disable_signals()
    .bind(listen)
    .map_err(|source| StartError::Io { what: format!("listening on {listen} failed"), source })?;
    let port = server.addrs().first().map_or(0, std::net::SocketAddr::port);
    let server = server.run();
    let background = schedule::spawn(&state);
    let jobs = jobs::start(&state)
        .map_err(|source| StartError::Io { what: "starting a thread for jobs failed".to_owned(), source })?;
    forwarding::start(&state).map_err(|source| StartError::Io {
        what: "starting a thread for forwarding failed".to_owned(),
        source,
    })?;
    Ok(Running { port, handle: server.handle(), state, server, background, jobs })
}
