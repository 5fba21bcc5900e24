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
#[path = "../support/full.rs"]
mod full;
#[path = "../support/promise.rs"]
mod promise;
mod store_write;
mod xapi;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use full::Full;
use lyceum::load::closed_loop::{self, Outcome};
use lyceum::monitor::Usage;
use promise::{Promise, conclude};

/// As in the program; the bare counterparts have it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads of the load generator; they share the cores with the server.
const LOAD_THREADS: usize = 2;
/// Turns that may be disturbed before it is told that nothing can be measured here.
const TRIES: u32 = 10;
/// The limiter lets everybody in again after a second without refusals.
const CALM: Duration = Duration::from_secs(2);

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

/// Does a turn, and again when something in it was refused: it would be a measurement of refusals. Admission is as it is
/// shipped, because its cost is part of what is measured, and when somebody else has the machine for a moment it refuses.
fn undisturbed<T>(mut turn: impl FnMut() -> (Outcome, T)) -> (Outcome, T) {
    for _ in 0..TRIES {
        let (outcome, measured) = turn();
        if outcome.bad == 0 {
            return (outcome, measured);
        }
        let all = outcome.good + outcome.bad;
        eprintln!("  the machine was full for a moment: {} of {all} were refused; once more", outcome.bad);
        std::thread::sleep(CALM);
    }
    panic!("{TRIES} times something was refused: on this machine nothing can be measured now");
}

/// A turn of requests that may be sent again.
fn drive(
    address: SocketAddr,
    connections: usize,
    span: Duration,
    next: impl Fn(usize, u64) -> Vec<u8> + Send + Sync + 'static,
) -> Outcome {
    let next = Arc::new(next);
    let turn = || {
        let next = next.clone();
        closed_loop::run(address, LOAD_THREADS, connections, span, move |which, number| next(which, number))
    };
    undisturbed(|| (turn().unwrap(), ())).0
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
    let bare = bare::serve("/api/courses/{course}/outline", &body);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let asked = |address| {
            let requests: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
            drive(address, 64, settings.span, move |which, _| requests[which].clone())
        };
        let (plain, ours) = (asked(bare), asked(exam.address));
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

/// A turn of 64 learners with a request each, and the server's processor time per answer in microseconds.
fn served(exam: &exam::Exam, span: Duration, requests: &[Vec<u8>]) -> (Outcome, f64) {
    let requests = requests.to_vec();
    let before = server_cpu();
    let next = move |which: usize, _: u64| requests[which].clone();
    let outcome = closed_loop::run(exam.address, LOAD_THREADS, 64, span, next).unwrap();
    let spent = server_cpu().checked_sub(before).unwrap();
    assert!(!spent.is_zero(), "the server's threads have another name");
    let answers = u32::try_from(outcome.good + outcome.bad).unwrap();
    (outcome, spent.as_secs_f64() * 1e6 / f64::from(answers))
}

fn show_served(what: &str, (outcome, micros): (Outcome, f64)) -> f64 {
    show(what, &outcome);
    eprintln!("    {micros:.1} us of processor time each");
    micros
}

/// The outline as a page against the same outline as JSON: processor time of the server per request, in turns.
fn outline_page(exam: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    let page = std::io::read_to_string(flate2::read::GzDecoder::new(&exam.fetch(&exam.page_request(0))[..]))
        .unwrap();
    assert!(page.starts_with("<!doctype html>"), "{page}");
    let of_json: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
    let of_pages: Vec<Vec<u8>> = (0..64).map(|which| exam.page_request(which)).collect();
    let each = |what: &str, requests: &[Vec<u8>]| {
        show_served(what, undisturbed(|| served(exam, settings.span, requests)))
    };
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let json = each("outline", &of_json);
        ratios.push(each("outline page", &of_pages) / json);
    }
    Promise::at_most("outline.page", median(ratios), bound)
}

/// A request that is refused for lack of room against the same one answered: processor time of the server, whose limiter is told
/// that the machine is full.
fn refusal(exam: &exam::Exam, settings: &Settings) -> [Promise; 2] {
    let requests: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
    let (mut times, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds {
        let answered = show_served("outline", undisturbed(|| served(exam, settings.span, &requests)));
        let full = Full::begin(&exam.state);
        // Until the limiter has found out.
        served(exam, settings.span / 3, &requests);
        let (outcome, refused) = served(exam, settings.span, &requests);
        drop(full);
        assert!(outcome.bad > 100 * outcome.good, "{} of {} were served", outcome.good, outcome.bad);
        let told = Outcome { good: outcome.bad, ..outcome };
        times.push(show_served("outline, refused", (told, refused)));
        ratios.push(refused / answered);
        // The next ones are not refused any more.
        std::thread::sleep(CALM);
    }
    [
        Promise::at_most("refusal_us", median(times), 50.0),
        Promise::at_most("refusal_to_outline", median(ratios), 1.0),
    ]
}

/// What admission costs while nothing is refused: the outline of a server with it against one without, in short turns. Both
/// cores are busy with server and clients, so the processor time of a request at both ends is what throughput is made
/// of. Unlike the rate it does not change when somebody else has the machine for a moment.
fn admission(with: &exam::Exam, settings: &Settings, bound: f64) -> Promise {
    const TURNS: u32 = 6;
    let without = exam::Exam::start_with(settings.million, false);
    let span = settings.span / TURNS;
    let turn = |exam: &exam::Exam, sum: &mut (f64, f64)| {
        let (outcome, seconds) = undisturbed(|| {
            let requests: Vec<Vec<u8>> = (0..64).map(|which| exam.outline_request(which)).collect();
            let next = move |which: usize, _: u64| requests[which].clone();
            // Threads that ended included, in steps of 10 ms.
            let before = Usage::read().cpu_seconds;
            let outcome = closed_loop::run(exam.address, LOAD_THREADS, 64, span, next).unwrap();
            (outcome, Usage::read().cpu_seconds - before)
        });
        sum.0 += seconds;
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
    let sample = exam.save_request(0, exam.next_sequence());
    let answer = exam.fetch(&sample);
    let bare = bare::serve("/api/attempts/{attempt}/slots/{slot}", &answer);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let learners = exam.savers();
        let plain =
            drive(bare, exam::LEARNERS, settings.span, move |which, number| learners.save(which, number));
        let (ours, ()) = undisturbed(|| {
            // What is saved again has numbers of its own.
            let first = exam.next_sequence();
            let learners = exam.savers();
            let next = move |which: usize, number: u64| learners.save(which, first + number);
            let saved = closed_loop::run(exam.address, LOAD_THREADS, exam::LEARNERS, settings.span, next);
            exam.skip_sequences(first + 1_000_000);
            (saved.unwrap(), ())
        });
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
    if ["outline", "outline.page", "admission", "save", "refusal"].into_iter().any(wanted) {
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
        if wanted("refusal") {
            lines.extend(refusal(&exam, &settings));
        }
    }
    if wanted("store") {
        lines.extend(store_write::measure(&settings, 0.7 * scale, 2.0 * slower));
    }
    if wanted("xapi") {
        lines.extend(xapi::measure(&settings));
    }
    assert!(!lines.is_empty(), "there are outline, outline.page, admission, save, refusal, store, xapi");
    conclude(&lines);
}
