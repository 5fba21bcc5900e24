//! Ten thousand connections that say nothing and a flood of requests that never become whole, while 1,000 learners take an exam.
//! Who is let go comes back.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use lyceum::load::report::Report;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::promise::Promise;
use crate::{Stage, action, float, lost, open_files};

const EXAM: &str = "--profile exam --learners 1000 --start-within 1s --speed-up 30";
const IDLE: usize = 10_000;
/// Of bodies, and as many of heads.
const SLOW: usize = 500;
/// How often it is looked who was let go.
const ROUND: Duration = Duration::from_secs(1);
/// What a connection that waits may cost: its buffers. The kernel's share is not the process's.
const BYTES_PER_CONNECTION: f64 = 16.0 * 1024.0;

/// What somebody does to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Habit {
    /// Was answered once and asks nothing more.
    Idle,
    /// Sends the beginning of an answer to save.
    SlowBody,
    /// Sends the beginning of a head.
    SlowHead,
}

/// How somebody was let go.
#[derive(Debug, Default)]
struct LetGo {
    all: u64,
    /// With 408.
    told: u64,
}

struct Troublemaker {
    habit: Habit,
    stream: TcpStream,
}

/// What they send.
struct Bytes {
    address: SocketAddr,
    asked: Vec<u8>,
    begun: Vec<u8>,
}

impl Bytes {
    async fn come(&self, habit: Habit) -> Troublemaker {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        match habit {
            Habit::Idle => {
                stream.write_all(&self.asked).await.unwrap();
                let mut answer = [0; 12];
                stream.read_exact(&mut answer).await.unwrap();
                assert_eq!(&answer, b"HTTP/1.1 200");
                // The rest is here already: it came in one piece.
                let mut rest = [0; 4096];
                let _ = stream.read(&mut rest).await.unwrap();
            }
            Habit::SlowBody => stream.write_all(&self.begun).await.unwrap(),
            Habit::SlowHead => stream.write_all(b"GET / HTTP/1.1\r\nHost: l\r\nX-Slow: ").await.unwrap(),
        }
        Troublemaker { habit, stream }
    }
}

/// Everybody who makes trouble, on a thread of their own.
struct Crowd {
    over: Arc<AtomicBool>,
    thread: JoinHandle<BTreeMap<Habit, LetGo>>,
    connections: usize,
}

impl Crowd {
    /// Returns when all of them are there.
    fn begin(stage: &Stage) -> Self {
        let many = open_files::connections(IDLE, 2 * SLOW);
        let administrator = stage.administrator();
        let json = [("Content-Type", "application/json")];
        let mut begun = administrator.bytes("PUT", "/api/attempts/1/slots/0", &json, &[b' '; 1000]);
        begun.truncate(begun.len() - 999);
        let asked = administrator.bytes("GET", "/healthz", &[], b"");
        let bytes = Bytes { address: stage.server.address, asked, begun };
        let over = Arc::new(AtomicBool::new(false));
        let (until, (tell, there)) = (over.clone(), mpsc::channel());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(trouble(&bytes, many, &tell, &until))
        });
        there.recv().unwrap();
        Self { over, thread, connections: many + 2 * SLOW }
    }

    fn end(self) -> BTreeMap<Habit, LetGo> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

async fn trouble(
    bytes: &Bytes,
    idle: usize,
    tell: &mpsc::Sender<()>,
    over: &AtomicBool,
) -> BTreeMap<Habit, LetGo> {
    let mut crowd = Vec::with_capacity(idle + 2 * SLOW);
    for (habit, many) in [(Habit::Idle, idle), (Habit::SlowBody, SLOW), (Habit::SlowHead, SLOW)] {
        for _ in 0..many {
            crowd.push(bytes.come(habit).await);
        }
    }
    tell.send(()).unwrap();
    let mut let_go: BTreeMap<Habit, LetGo> = BTreeMap::new();
    while !over.load(Ordering::Relaxed) {
        for one in &mut crowd {
            let mut answer = [0; 12];
            let read = one.stream.try_read(&mut answer);
            if matches!(&read, Err(error) if error.kind() == ErrorKind::WouldBlock) {
                continue;
            }
            let gone = let_go.entry(one.habit).or_default();
            gone.all += 1;
            gone.told += u64::from(&answer == b"HTTP/1.1 408");
            *one = bytes.come(one.habit).await;
        }
        tokio::time::sleep(ROUND).await;
    }
    let_go
}

/// The most memory that the server had while it ran.
fn most_memory(report: &Report) -> f64 {
    float(report.samples.iter().map(|sample| sample.memory_bytes).max().unwrap())
}

pub(crate) fn rehearse() -> Vec<Promise> {
    let stage = Stage::open();
    let alone = stage.load(EXAM);
    let before = stage.server.memory_bytes();
    let crowd = Crowd::begin(&stage);
    #[expect(clippy::cast_precision_loss, reason = "a number of connections")]
    let connections = crowd.connections as f64;
    let waiting = (float(stage.server.memory_bytes()) - float(before)) / connections;
    let beside = stage.load(EXAM);
    let let_go = crowd.end();
    eprintln!("  {connections} connections, {waiting:.0} bytes each; let go and come back: {let_go:?}");
    let slow = let_go.iter().filter(|(habit, _)| **habit != Habit::Idle);
    let (told, all) = slow.fold((0, 0), |(told, all), (_, gone)| (told + gone.told, all + gone.all));
    let put_off = action(&beside, "save").put_off + action(&beside, "submit").put_off;
    vec![
        Promise::at_most("idle_lost", lost(&alone) + lost(&beside), 0.0),
        Promise::at_most("idle_put_off", float(put_off), 0.0),
        Promise::at_most(
            "idle_save_p99_to_alone",
            action(&beside, "save").p99_ms / action(&alone, "save").p99_ms,
            2.0,
        ),
        Promise::at_most("idle_save_p99_ms", action(&beside, "save").p99_ms, 100.0),
        Promise::at_most("idle_bytes_per_connection", waiting, BYTES_PER_CONNECTION),
        Promise::at_most(
            "idle_bytes_per_connection_at_most",
            (most_memory(&beside) - most_memory(&alone)) / connections,
            BYTES_PER_CONNECTION,
        ),
        // A flood that nobody ended would not be one.
        Promise::at_least("idle_slow_let_go", float(all), float(SLOW as u64)),
        Promise::at_least("idle_slow_told", float(told) / float(all).max(1.0), 0.99),
    ]
}
