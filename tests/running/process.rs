//! The real program, `lyceum serve`, in a process of its own on a free port. Shared by the tests that need one.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

pub const BINARY: &str = env!("CARGO_BIN_EXE_lyceum");

/// Nothing that is waited for takes longer than a moment; loading the demo with an unoptimised build takes some seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program as it is served. Dropping it kills the process when it was not stopped.
pub struct Process {
    child: Child,
    pub address: String,
    lines: mpsc::Receiver<String>,
}

impl Process {
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Nobody listens once the test is over.
                let _ = sender.send(line);
            }
        });
        let mut server = Self { child, address: String::new(), lines };
        let told = server.line("Lyceum listens on ");
        told.split_once("on ").unwrap().1.clone_into(&mut server.address);
        server
    }

    /// The next line that contains `wanted`.
    pub fn line(&self, wanted: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("the server said what is wanted");
            if line.contains(wanted) {
                return line;
            }
        }
    }

    /// The lines up to the next one that contains `wanted`, which is not among them.
    pub fn until(&self, wanted: &str) -> Vec<String> {
        let next = || self.lines.recv_timeout(PATIENCE).expect("the server said what is wanted");
        std::iter::repeat_with(next).take_while(|line| !line.contains(wanted)).collect()
    }

    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "the server ended well");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails when it ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
