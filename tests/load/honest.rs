//! Latency counts from the time a request was meant to be sent, and a client that is told to come back does.

use std::sync::atomic::Ordering;
use std::time::Duration;

use lyceum::load::settings::Arrival;

use crate::drive;
use crate::stub::{Behaviour, Stub};

#[test]
fn requests_that_wait_behind_a_slow_answer_are_counted_from_when_they_were_meant() {
    let slow = Behaviour { first_save_ms: 700, ..Behaviour::default() };
    let stub = Stub::start(slow);
    let report = drive(&stub.settings(1)).unwrap();
    let save = &report.actions["save"];
    assert!((20..=60).contains(&save.count), "{save:?}");
    assert_eq!(save.errors, 0);
    // One answer in forty was slow, but a third of the exam's 1.8 s went by behind it.
    assert!(save.p90_ms > 200.0, "{save:?}");
    assert!(save.max_ms >= 700.0, "{save:?}");
    // The sum of a queue that drains: about half of 700 ms for a third of the saves.
    assert!(save.mean_ms > 60.0, "{save:?}");

    let stub = Stub::start(slow);
    let mut settings = stub.settings(1);
    settings.arrival = Arrival::Closed;
    settings.think = Duration::from_millis(20);
    let closed = drive(&settings).unwrap();
    let save = &closed.actions["save"];
    assert!(save.p90_ms < 200.0, "who thinks after the answer sends nothing meanwhile: {save:?}");
    assert!(save.max_ms >= 700.0, "{save:?}");
}

#[test]
fn who_is_told_to_come_back_does_and_works_from_then_on() {
    let stub = Stub::start(Behaviour { busy_starts: 2, ..Behaviour::default() });
    let report = drive(&stub.settings(1)).unwrap();
    let start = &report.actions["start"];
    assert_eq!((start.count, start.errors, start.put_off), (1, 0, 2));
    assert_eq!((start.by_status["503"], start.by_status["200"]), (2, 1));
    assert!(start.max_ms >= 2000.0, "two waits of a second count from the first time: {start:?}");
    assert_eq!(stub.seen.starts.load(Ordering::SeqCst), 3);
    let save = &report.actions["save"];
    assert!(save.max_ms < 1000.0, "the plan of the exam moved with its start: {save:?}");
    assert_eq!((report.totals.errors, report.totals.put_off), (0, 2));
    assert!(report.seconds > 3.5, "{}", report.seconds);
}

#[test]
fn the_wait_for_a_turn_is_told_apart_from_the_start() {
    let stub = Stub::start(Behaviour { later_starts: 2, ..Behaviour::default() });
    let report = drive(&stub.settings(1)).unwrap();
    let (turn, start) = (&report.actions["turn"], &report.actions["start"]);
    assert_eq!((turn.count, start.count, start.put_off), (1, 1, 2));
    assert!(turn.max_ms >= 2000.0, "two waits of a second: {turn:?}");
    assert!(start.max_ms < 1000.0, "it counts from the turn: {start:?}");
    assert!(report.totals.max_ms < 2000.0, "a turn is no request: {:?}", report.totals);
    // What the learner waited for is said beside what the server needed.
    assert!(start.mean_with_turns_ms.unwrap() >= 2000.0, "{start:?}");
    let all = &report.totals;
    let apart = all.mean_with_turns_ms.unwrap() - all.mean_ms;
    #[expect(clippy::cast_precision_loss, reason = "some dozens")]
    let expected = turn.mean_ms / all.count as f64;
    assert!((apart - expected).abs() < 0.01, "{apart} {expected}");
}

#[test]
fn a_connection_that_the_server_closed_is_opened_again_and_no_request_is_lost() {
    let stub = Stub::start(Behaviour { answers_per_connection: 3, ..Behaviour::default() });
    let report = drive(&stub.settings(2)).unwrap();
    assert_eq!(report.totals.errors, 0, "{:?}", report.totals);
    assert_eq!(report.actions["submit"].count, 2);
    let saves = u64::try_from(stub.seen.saves.load(Ordering::SeqCst)).unwrap();
    assert_eq!(report.actions["save"].count, saves);
    assert!(report.notes.iter().any(|note| note.contains("opened again")), "{:?}", report.notes);
}
