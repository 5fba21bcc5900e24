//! The promised ratios, measured in one run on the machine at hand, one line each: `name value bound ok|short`.
//! Exits with 1 when one is short. `--million` loads a million learners first; `--only NAME` runs one; `--rounds N`
//! sets how often each pair is measured (the median counts).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "a bench stops at the first failure and prints"
)]

mod bare;
#[path = "../support/bare_loop.rs"]
mod bare_loop;
#[path = "../support/exam.rs"]
#[expect(dead_code, reason = "other benches ask the exam for more")]
mod exam;
#[path = "../support/promise.rs"]
mod promise;
mod store_write;
mod xapi;

use std::net::SocketAddr;
use std::time::Duration;

use lyceum::load::client::request;
use lyceum::load::closed_loop::{self, Outcome};
use lyceum::monitor::Usage;
use promise::{Promise, conclude};

/// As in the program; the bare counterparts have it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads of the load generator; they share the cores with the server.
const LOAD_THREADS: usize = 2;

struct Settings {
    rounds: usize,
    million: bool,
    only: Option<String>,
    span: Duration,
}

fn settings() -> Settings {
    let mut settings = Settings { rounds: 5, million: false, only: None, span: Duration::from_secs(3) };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--million" => settings.million = true,
            "--only" => settings.only = words.next(),
            "--rounds" => settings.rounds = words.next().unwrap().parse().unwrap(),
            // Cargo says so to every bench.
            "--bench" => {}
            other => panic!("unknown: {other}; there are --million, --only NAME, --rounds N"),
        }
    }
    settings
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

fn drive(
    address: SocketAddr,
    connections: usize,
    span: Duration,
    next: impl Fn(usize, u64) -> Vec<u8> + Send + Sync + 'static,
) -> Outcome {
    let outcome = closed_loop::run(address, LOAD_THREADS, connections, span, next).unwrap();
    assert_eq!(outcome.bad, 0, "a request was refused: the measurement would be of refusals");
    outcome
}

fn show(what: &str, outcome: &Outcome) {
    eprintln!(
        "  {what}: {:.0}/s, p50 {} us, p99 {} us",
        outcome.rate(),
        outcome.quantile_us(0.5),
        outcome.quantile_us(0.99)
    );
}

/// The outline against a handler that sends the same bytes.
fn outline(exam: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    let sample = exam.outline_request(0);
    let body = exam.fetch(&sample);
    let bare = bare::serve(&body);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let plain = drive(bare, 64, settings.span, |_, _| request("GET", "/bare", &[], &[]));
        let requests: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
        let ours = drive(exam.address, 64, settings.span, move |which, _| requests[which].clone());
        show("bare GET", &plain);
        show(&format!("outline of {} bytes", body.len()), &ours);
        ratios.push(ours.rate() / plain.rate());
    }
    Promise::at_least("outline_to_bare_get", median(ratios), bound)
}

/// What the server's own threads have been on a processor for, so far. The load generator has threads of another name.
fn server_cpu() -> Duration {
    let mut sum = 0;
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let task = task.unwrap().path();
        // A thread may end while it is looked at.
        let Ok(name) = std::fs::read_to_string(task.join("comm")) else { continue };
        if name.starts_with("actix") {
            let spent = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
            sum += spent.split_whitespace().next().map_or(0, |spent| spent.parse::<u64>().unwrap());
        }
    }
    Duration::from_nanos(sum)
}

/// The outline as a page against the same outline as JSON: processor time of the server per request, in turns.
fn outline_page(exam: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    let per_request = |what: &str, requests: Vec<Vec<u8>>| {
        let before = server_cpu();
        let outcome = drive(exam.address, 64, settings.span, move |which, _| requests[which].clone());
        let spent = server_cpu().checked_sub(before).unwrap();
        let micros = spent.as_secs_f64() * 1e6 / (outcome.rate() * settings.span.as_secs_f64());
        show(what, &outcome);
        eprintln!("    {micros:.1} us of processor time each");
        assert!(micros > 0.0, "the server's threads have another name");
        micros
    };
    let page = std::io::read_to_string(flate2::read::GzDecoder::new(&exam.fetch(&exam.page_request(0))[..]))
        .unwrap();
    assert!(page.starts_with("<!doctype html>"), "{page}");
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let json = per_request("outline", (0..64).map(|which| exam.outline_request(which)).collect());
        let page = per_request("outline page", (0..64).map(|which| exam.page_request(which)).collect());
        ratios.push(page / json);
    }
    Promise::at_most("outline.page", median(ratios), bound)
}

/// What admission costs while nothing is refused: the outline of a server with it against one without, in short turns. Both
/// cores are busy with server and clients, so the processor time of a request at both ends is what throughput is made
/// of. Unlike the rate it does not change when somebody else has the machine for a moment.
fn admission(with: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    const TURNS: u32 = 6;
    let without = exam::Exam::start_with(settings.million, false);
    let span = settings.span / TURNS;
    let turn = |exam: &exam::Exam, sum: &mut (f64, f64)| {
        let requests: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
        // Threads that ended included, in steps of 10 ms.
        let before = Usage::read().cpu_seconds;
        let outcome = drive(exam.address, 64, span, move |which, _| requests[which].clone());
        sum.0 += Usage::read().cpu_seconds - before;
        sum.1 += f64::from(u32::try_from(outcome.good).unwrap());
    };
    let (mut free, mut asked) = ((0.0, 0.0), (0.0, 0.0));
    for number in 0..settings.rounds * TURNS as usize {
        // Neither always comes after the other.
        if number % 2 == 0 {
            turn(&without, &mut free);
            turn(with, &mut asked);
        } else {
            turn(with, &mut asked);
            turn(&without, &mut free);
        }
    }
    let micros = |(seconds, requests): (f64, f64)| seconds * 1e6 / requests;
    let (free, asked) = (micros(free), micros(asked));
    eprintln!("  an outline without admission {free:.2} us of a processor, with admission {asked:.2} us");
    Promise::at_least("admission_to_none", free / asked, bound)
}

/// The durable save against a handler that takes the same body and sends the same answer.
fn save(exam: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    let (sample, _) = exam.save_request(0, exam.next_sequence());
    let answer = exam.fetch(&sample);
    let bare = bare::serve(&answer);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let body = exam.save_request(0, 1_000_000).1;
        let plain = drive(bare, exam::LEARNERS, settings.span, move |_, _| {
            request("POST", "/bare", &[("Content-Type", "application/json")], &body)
        });
        let first = exam.next_sequence();
        let learners = exam.savers();
        let ours = drive(exam.address, exam::LEARNERS, settings.span, move |which, number| {
            learners.save(which, first + number).0
        });
        exam.skip_sequences(first + 1_000_000);
        show("bare POST", &plain);
        show("durable save", &ours);
        ratios.push(ours.rate() / plain.rate());
    }
    Promise::at_least("durable_save_to_bare_post", median(ratios), bound)
}

fn main() {
    let settings = settings();
    let wanted = |name: &str| settings.only.as_deref().is_none_or(|only| name.contains(only));
    // With a million learners' rows in the store the same holds within 20 percent.
    let (scale, slower) = if settings.million { (0.8, 1.2) } else { (1.0, 1.0) };
    let mut lines = Vec::new();
    if wanted("outline") || wanted("outline.page") || wanted("save") || wanted("admission") {
        let exam = exam::Exam::start(settings.million);
        if wanted("outline") {
            lines.push(outline(&exam, &settings, 0.75 * scale));
        }
        if wanted("outline.page") {
            lines.push(outline_page(&exam, &settings, 2.0));
        }
        if wanted("admission") {
            lines.push(admission(&exam, &settings, 0.98));
        }
        if wanted("save") {
            lines.push(save(&exam, &settings, 0.5 * scale));
        }
    }
    if wanted("store") {
        lines.extend(store_write::measure(&settings, 0.7 * scale, 2.0 * slower));
    }
    if wanted("xapi") {
        lines.extend(xapi::measure(&settings));
    }
    conclude(&lines);
}
