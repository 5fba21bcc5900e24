//! A 10,000-row import, whole exports, a course edit and a regrade while 1,000 learners take an exam: once, and without
//! a pause for as long as the exam lasts.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lyceum::load::report::Report;
use serde_json::{Value, json};

use crate::client::Client;
use crate::promise::Promise;
use crate::{Stage, action, lost};

const EXAM: &str = "--profile exam --learners 1000 --start-within 1s --speed-up 30";
const ROWS: usize = 10_000;
/// So many files are brought in in turn: what is exported beside them stays of a size that the client reads.
const FILES: u32 = 8;

pub(crate) fn rehearse() -> Vec<Promise> {
    let stage = Stage::open();
    // Something to regrade and to edit: the course of this run stays.
    let kept = tempfile::tempdir().unwrap();
    let users = kept.path().join("users.csv");
    stage.load(&format!(
        "--profile exam --learners 1000 --start-within 1s --speed-up 300 --keep --users {}",
        users.display()
    ));
    let alone = stage.load(EXAM);
    let (once, _) = beside(&stage, "a", 1);
    let (always, rounds) = beside(&stage, "b", u32::MAX);
    eprintln!("  without a pause: {rounds} rounds of an import, exports, a course edit and a regrade");
    let p99 = |report: &Report| action(report, "save").p99_ms;
    vec![
        Promise::at_most("bulk_lost", lost(&alone) + lost(&once) + lost(&always), 0.0),
        Promise::at_most("bulk_save_p99_to_alone", p99(&once) / p99(&alone), 1.5),
        Promise::at_most("bulk_without_pause_save_p99_ms", p99(&always), 100.0),
    ]
}

/// An exam with bulk work beside it, up to `most` rounds of it; the report of the exam, and the rounds.
fn beside(stage: &Stage, prefix: &str, most: u32) -> (Report, u32) {
    let over = AtomicBool::new(false);
    // On a connection of its own: one belongs to the runtime on which it was opened.
    let administrator = stage.administrator().another();
    std::thread::scope(|scope| {
        let over = &over;
        let busy = scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(keep_busy(administrator, prefix, most, over))
        });
        let report = stage.load(EXAM);
        over.store(true, Ordering::Relaxed);
        (report, busy.join().unwrap())
    })
}

/// Waits until the exam runs, then does one thing of each kind after the other.
async fn keep_busy(mut client: Client, prefix: &str, most: u32, over: &AtomicBool) -> u32 {
    let course = client.list("/api/courses").await[0]["id"].as_u64().unwrap();
    let quiz = client.list(&format!("/api/courses/{course}/quizzes")).await[0]["id"].as_u64().unwrap();
    while !client.get("/metrics").await.text().contains("lyceum_attempts_active 1000") {
        assert!(!over.load(Ordering::Relaxed), "the exam was over before all its learners were in it");
        pause().await;
    }
    let mut rounds = 0;
    while rounds < most && !over.load(Ordering::Relaxed) {
        let mut file = "username,firstname,lastname\n".to_owned();
        for row in 0..ROWS {
            writeln!(file, "{prefix}{}n{row:05},Ana,N{row}-{rounds}", rounds % FILES).unwrap();
        }
        let csv = [("Content-Type", "text/csv")];
        let reply = client.call("POST", "/api/import/roster", &csv, file.as_bytes()).await.expect(202);
        ended(&mut client, reply.answer.header("location").unwrap()).await;
        client.get("/api/export/people").await.expect(200);
        client.get(&format!("/api/courses/{course}/export/grades")).await.expect(200);
        edit(&mut client, course, rounds).await;
        let reply = client.post(&format!("/api/quizzes/{quiz}/regrade"), &json!({})).await.expect(202);
        ended(&mut client, reply.answer.header("location").unwrap()).await;
        rounds += 1;
    }
    rounds
}

async fn edit(client: &mut Client, course: u64, round: u32) {
    let path = format!("/api/courses/{course}");
    let known = client.get(&path).await.expect(200);
    let etag = known.answer.header("etag").unwrap().to_owned();
    let known = known.json();
    let summary = format!("Edited in round {round}.");
    let facts = json!({"short_name": known["short_name"], "title": known["title"], "summary": summary});
    let headers = [("Content-Type", "application/json"), ("If-Match", etag.as_str())];
    client.call("PUT", &path, &headers, &serde_json::to_vec(&facts).unwrap()).await.expect(200);
}

/// Waits for a job as a page does: by asking.
async fn ended(client: &mut Client, job: &str) -> Value {
    loop {
        let view = client.get(job).await.expect(200).json();
        if !view["ended"].is_null() {
            assert_eq!(view["state"], "done", "{view}");
            return view;
        }
        pause().await;
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(250)).await;
}
