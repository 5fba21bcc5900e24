//! The binary as a child process: started, killed, started again, stopped, verified.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a start or a stop may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Server {
    pub address: SocketAddr,
    settings: Vec<(&'static str, &'static str)>,
    home: tempfile::TempDir,
    child: Option<Child>,
    /// What it printed since its start.
    printed: Option<mpsc::Receiver<String>>,
}

impl Server {
    /// Starts a server on an empty directory.
    pub fn start(settings: &[(&'static str, &'static str)]) -> Self {
        let probe = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = probe.local_addr().unwrap();
        drop(probe);
        let home = tempfile::tempdir().unwrap();
        // A copy: a build beside the test must not put another program in the place of the one that was killed.
        std::fs::copy(env!("CARGO_BIN_EXE_lyceum"), home.path().join("lyceum")).unwrap();
        let mut server = Self { address, settings: settings.to_vec(), home, child: None, printed: None };
        server.spawn();
        server
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    fn command(&self, name: &str) -> Command {
        // Tests that run under `nohup` hand down that a hangup is ignored; `env` becomes the program.
        let mut command = Command::new("env");
        command.arg("--default-signal=HUP").arg(self.home.path().join("lyceum"));
        command.arg(name).arg("--data").arg(self.data());
        // Nothing of whoever runs the tests gets in.
        for (variable, _) in std::env::vars().filter(|(variable, _)| variable.starts_with("LYCEUM__")) {
            command.env_remove(variable);
        }
        // No balancer stands in front.
        command.env("LYCEUM__SERVER__DRAIN_SECONDS", "0");
        command.envs(self.settings.iter().copied());
        command
    }

    /// Sets something for the next start.
    pub fn set(&mut self, name: &'static str, value: &'static str) {
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value));
    }

    /// Starts it on the data that are there, and waits until it says that it listens.
    pub fn spawn(&mut self) {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut child = self
            .command("serve")
            .args(["--listen", &self.address.to_string()])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        self.child = Some(child);
        let (lines, printed) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        self.printed = Some(printed);
        self.line_with("Lyceum listens on");
    }

    /// The next printed line that contains `text`.
    fn line_with(&self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.printed.as_ref().unwrap().recv_timeout(left);
            match line {
                Ok(line) if line.contains(text) => return line,
                Ok(_) => {}
                Err(error) => panic!("the server did not print {text:?}: {error}\n{}", self.log_text()),
            }
        }
    }

    /// The code of the one-time link that a server without an administrator prints.
    pub fn setup_code(&self) -> String {
        let line = self.line_with("/setup?code=");
        line.split_once("code=").unwrap().1.trim().to_owned()
    }

    /// `kill -9`, and reaped.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > until {
                child.kill().unwrap();
                panic!("the server did not end after SIGTERM\n{}", self.log_text());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGTERM; it must end by itself and say that all is well.
    pub fn stop(&mut self) {
        self.terminate();
        let status = self.ended();
        assert!(status.success(), "the server ended with {status}\n{}", self.log_text());
    }

    /// Was the store closed in order, so that the next start believes it?
    pub fn is_closed(&self) -> bool {
        let marker = std::fs::read_to_string(self.data().join("marker.json")).unwrap_or_default();
        marker.contains("\"clean\":true")
    }

    /// Resident memory.
    pub fn memory_bytes(&self) -> u64 {
        let id = self.child.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// `lyceum verify`, on the data of a server that was stopped.
    pub fn verify(&self) -> String {
        let output = self.command("verify").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "verify: {}\n{said}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }

    pub fn log_text(&self) -> String {
        read_tail(&self.log())
    }
}

fn read_tail(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
        if std::thread::panicking() {
            eprintln!("the server's log ends with:\n{}", self.log_text());
        }
    }
}
