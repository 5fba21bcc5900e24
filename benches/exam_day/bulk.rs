//! A 10,000-row import, whole exports, course edits and a regrade while 1,000 learners take an exam.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::client::Client;
use crate::{Line, Stage, action, lost};

const EXAM: &str = "--profile exam --learners 1000 --start-within 1s --speed-up 30 --seed";
const ROWS: usize = 10_000;

pub(crate) fn rehearse() -> Vec<Line> {
    let stage = Stage::open();
    let alone = stage.load(&format!("{EXAM} 1"));
    // Something to regrade and to edit: the course of this run stays.
    let kept = tempfile::tempdir().unwrap();
    let users = kept.path().join("users.csv");
    stage.load(&format!(
        "--profile exam --learners 1000 --start-within 1s --speed-up 300 --seed 2 --keep --users {}",
        users.display()
    ));
    let over = AtomicBool::new(false);
    let (address, credential) = {
        let administrator = stage.administrator();
        (administrator.address, administrator.credential.clone())
    };
    let (beside, rounds) = std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(keep_busy(Client::new(address, credential), &over))
        });
        let report = stage.load(&format!("{EXAM} 3"));
        over.store(true, Ordering::Relaxed);
        (report, busy.join().unwrap())
    });
    eprintln!("  {rounds} rounds of an import, exports, a course edit and a regrade were done meanwhile");
    vec![
        Line::at_most("bulk_lost", lost(&alone) + lost(&beside), 0.0),
        Line::at_least("bulk_rounds", f64::from(rounds), 1.0),
        Line::at_most(
            "bulk_save_p99_to_alone",
            action(&beside, "save").p99_ms / action(&alone, "save").p99_ms,
            1.5,
        ),
    ]
}

/// One thing of each kind after the other, until the exam is over.
async fn keep_busy(mut client: Client, over: &AtomicBool) -> u32 {
    let course = client.list("/api/courses").await.first().map_or(0, |course| course["id"].as_u64().unwrap());
    let quiz = client.list(&format!("/api/courses/{course}/quizzes")).await[0]["id"].as_u64().unwrap();
    let mut rounds = 0;
    while !over.load(Ordering::Relaxed) {
        let mut file = "username,firstname,lastname\n".to_owned();
        for row in 0..ROWS {
            writeln!(file, "b{rounds}n{row:05},Ana,N{row}").unwrap();
        }
        let reply = client
            .call("POST", "/api/import/roster", &[("Content-Type", "text/csv")], file.as_bytes())
            .await
            .expect(202);
        let job = reply.answer.header("location").unwrap().to_owned();
        ended(&mut client, &job).await;
        client.get("/api/export/people").await.expect(200);
        client.get(&format!("/api/courses/{course}/export/grades")).await.expect(200);
        let edit = client.get(&format!("/api/courses/{course}")).await.expect(200);
        let etag = edit.answer.header("etag").unwrap().to_owned();
        let known = edit.json();
        let summary = format!("Edited {rounds} times.");
        let facts = json!({"short_name": known["short_name"], "title": known["title"], "summary": summary});
        client
            .call(
                "PUT",
                &format!("/api/courses/{course}"),
                &[("Content-Type", "application/json"), ("If-Match", &etag)],
                &serde_json::to_vec(&facts).unwrap(),
            )
            .await
            .expect(200);
        let reply = client.post(&format!("/api/quizzes/{quiz}/regrade"), &json!({})).await;
        if reply.status == 202 {
            let job = reply.answer.header("location").unwrap().to_owned();
            ended(&mut client, &job).await;
        }
        rounds += 1;
    }
    rounds
}

/// Waits for a job as a page does: by asking.
async fn ended(client: &mut Client, job: &str) -> Value {
    loop {
        let view = client.get(job).await.expect(200).json();
        if !view["ended"].is_null() {
            assert_eq!(view["state"], "done", "{view}");
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
}
