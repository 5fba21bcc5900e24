//! The real server on port 0 over a temporary directory, in this process. Dropping it stops the server, verifies the store
//! and fails the test on any difference. Shared by the tests that need one.

#[allow(dead_code, reason = "each test program uses what it needs of it")]
mod answer;

#[allow(unused_imports, reason = "not every test program asks the server itself")]
pub use answer::Answer;

use std::sync::mpsc;
use std::thread::JoinHandle;

use lyceum::app;
use lyceum::clock::Clock;
use lyceum::config::Config;
use lyceum::state::State;

pub struct Running {
    pub base: String,
    pub clock: Clock,
    pub state: State,
    pub home: tempfile::TempDir,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts it; `before` sees the state before anybody can ask.
    pub fn start(clock: Clock, adjust: impl FnOnce(&mut Config), before: impl FnOnce(&State)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:0".parse().unwrap();
        config.server.workers = 1;
        config.server.shutdown_seconds = 1;
        config.server.drain_seconds = 0;
        config.store.directory = home.path().join("store");
        config.store.segment_mib = 1;
        config.store.low_water_mib = 1;
        // Tests are about rules, not about how long a hash takes.
        config.sign_in.argon2_memory_kib = 8;
        config.sign_in.argon2_passes = 1;
        adjust(&mut config);
        let state = app::open(config, clock.clone()).unwrap();
        before(&state);
        let (started, running) = mpsc::channel();
        let inner = state.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = app::start(inner).unwrap();
                started.send((running.port, running.handle.clone())).unwrap();
                running.serve().await.unwrap();
            });
        });
        let (port, handle) = running.recv().unwrap();
        Self { base: format!("http://127.0.0.1:{port}"), clock, state, home, handle, thread: Some(thread) }
    }
}

/// Writes down all rows of a store, keys and values: what `src/domain/schema/kept.rs` chooses from.
fn write_rows(store: &lyceum::store::Store, folder: &std::path::Path) {
    use std::fmt::Write as _;
    use std::ops::ControlFlow;

    use lyceum::hex;
    use lyceum::store::Read as _;

    let mut text = String::new();
    let mut line = |row: &[u8], value: &[u8]| {
        writeln!(text, "{} {}", hex::of(row), hex::of(value)).unwrap();
        Ok(ControlFlow::Continue(()))
    };
    store.read(|read| read.visit(&[16], None, false, &mut line)).unwrap();
    let mut file = tempfile::Builder::new().suffix(".rows").tempfile_in(folder).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    file.keep().unwrap();
}

impl Drop for Running {
    fn drop(&mut self) {
        let stopped = self.handle.stop(true);
        actix_web::rt::System::new().block_on(stopped);
        if let Some(thread) = self.thread.take() {
            let outcome = thread.join();
            if !std::thread::panicking() {
                outcome.unwrap();
            }
        }
        if std::thread::panicking() {
            return;
        }
        let config = self.state.config.clone();
        self.state.store.close();
        let state = app::open(config, self.clock.clone()).unwrap();
        let mut report = lyceum::domain::verify(&state.store).unwrap();
        lyceum::domain::files::verify(&state.store, &state.blobs, &mut report).unwrap();
        let place = self.home.path().display();
        assert!(report.is_clean(), "{place}: the store is not as its rows say: {:#?}", report.differences);
        if let Ok(folder) = std::env::var("LYCEUM_ROWS") {
            write_rows(&state.store, std::path::Path::new(&folder));
        }
    }
}
