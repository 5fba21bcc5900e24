//! `lyceum exam give-back`, the real binary on the files of a stopped server.

use std::process::{Command, Output};
use std::time::Duration;

use lyceum::app;
use lyceum::clock::{Clock, Timestamp};
use lyceum::domain::access::Actor;
use lyceum::domain::attempt::start::{self, Entry};
use lyceum::domain::attempt::supervise::TakenExtension;
use lyceum::domain::attempt::{self, AttemptEvent, AttemptHead, AttemptState, Happened, submit};
use lyceum::domain::ids::AttemptId;
use lyceum::domain::refusal::Refusal;
use lyceum::domain::schedule::{self, Beat, Downtime, Heartbeat};
use lyceum::store::{Class, Read as _, Store, Txn};
use serde_json::json;

use crate::exam::Exam;

const MINUTE: Duration = Duration::from_mins(1);

fn give_back(exam: &Exam, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lyceum"))
        .args(["exam", "give-back", "--data"])
        .arg(&exam.app.state.config.store.directory)
        .args(more)
        .output()
        .unwrap()
}

/// What it said, on whichever way out.
fn said(output: &Output, success: bool) -> String {
    let all = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8(all).unwrap();
    assert_eq!(output.status.success(), success, "{text}");
    text
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
) -> T {
    store.write_blocking(Class::Bulk, work).unwrap()
}

/// Somebody begins at a time of the system's clock, by which the command goes.
fn begin(exam: &Exam, quiz: u64, at: Timestamp) -> AttemptId {
    let actor = Actor::person(exam.learner().user, at);
    let begin =
        move |txn: &mut Txn<'_>| start::start(txn, &actor, quiz.into(), &Entry::default(), 0, 1, None);
    write(&exam.app.state.store, begin).attempt
}

fn set_deadline(txn: &mut Txn<'_>, attempt: AttemptId, deadline: Timestamp) -> Result<(), Refusal> {
    let head = AttemptHead::clone(&*attempt::head(txn, attempt)?);
    Ok(txn.put(AttemptHead { deadline: Some(deadline), grace_ms: 0, ..head })?)
}

#[test]
fn what_a_stopped_server_lost_is_given_back_once_and_more_when_it_is_named() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let died = Timestamp::from_ms(Clock::System.now().ms() - 10 * 60_000);
    let [running, expired, before] = [(); 3].map(|()| begin(&exam, quiz, died.minus(MINUTE * 5)));
    let ends = died.plus(MINUTE * 3);
    write(&exam.app.state.store, move |txn| {
        txn.put(Heartbeat { at: died })?;
        set_deadline(txn, running, ends)?;
        set_deadline(txn, expired, ends)?;
        submit::hand_in_if_overdue(txn, ends.plus(MINUTE), expired, None)?;
        let early = Timestamp::from_ms(died.ms() - 60_000);
        set_deadline(txn, before, early)?;
        submit::hand_in_if_overdue(txn, died, before, None)?;
        Ok(())
    });
    exam.app.state.store.close();

    // What is refused leaves the outage as it is.
    let typo = said(&give_back(&exam, &["--minutes", "100000"]), false);
    assert!(typo.contains("1 to 1440"), "{typo}");
    let first = said(&give_back(&exam, &[]), true);
    let minutes = if first.contains("have 11 minutes more") { 11 } else { 10 };
    assert!(first.contains(&format!("1 running attempts have {minutes} minutes more")), "{first}");
    assert!(first.contains("1 attempts that were handed in by their deadline run again"), "{first}");
    assert!(first.contains(&format!("down from {died}")), "{first}");
    let again = said(&give_back(&exam, &[]), true);
    assert!(again.contains(&format!("The outage from {died} until ")), "{again}");
    assert!(again.contains("was given back at") && !again.contains("running attempts"), "{again}");
    let named = said(&give_back(&exam, &["--minutes", "5", "--reason", "and for the shock"]), true);
    assert!(named.contains("2 running attempts have 5 minutes more"), "{named}");

    let state = app::open(exam.app.state.config.clone(), exam.app.clock.clone()).unwrap();
    let (running, expired, before) = state.store.read(|read| {
        let head = |attempt| AttemptHead::clone(&*attempt::head(read, attempt).unwrap());
        (head(running), head(expired), head(before))
    });
    let later = ends.plus(MINUTE * (minutes + 5));
    assert_eq!((&running.state, running.deadline), (&AttemptState::Running, Some(later)));
    assert_eq!((&expired.state, expired.deadline), (&AttemptState::Running, Some(later)));
    assert!(matches!(before.state, AttemptState::Finished { .. }), "whose time was over before lost nothing");
    for attempt in [running.attempt, expired.attempt] {
        let log = state.store.read(|read| read.list::<AttemptEvent>(&(attempt,), None, 9)).unwrap();
        let given = |what: &Happened| matches!(what, Happened::Extended { .. } | Happened::Reopened { .. });
        let by: Vec<_> = log.iter().filter(|event| given(&event.what)).map(|event| event.by).collect();
        assert_eq!(by, [None, None], "it was nobody's account: {log:?}");
    }
    let now = Clock::System.now();
    let next = write(&state.store, move |txn| schedule::beat(txn, now, None));
    assert_eq!(next, Beat::Steady, "the outage is over; a start now finds no other");
    state.store.close();
}

#[test]
fn every_outage_of_the_day_is_given_back_together_and_where_a_run_was_broken_off_the_rest_of_it() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let now = Clock::System.now();
    let ago = move |minutes: u32| now.minus(MINUTE * minutes);
    let [early, cut, between] = [50, 50, 25].map(|minutes| begin(&exam, quiz, ago(minutes)));
    write(&exam.app.state.store, move |txn| {
        txn.put(Downtime { from: ago(4_000), until: ago(3_000), given_back: None })?;
        txn.put(Downtime { from: ago(40), until: ago(30), given_back: None })?;
        txn.put(Heartbeat { at: ago(20) })?;
        // A run ended the second outage and gave it to one attempt.
        assert!(matches!(schedule::beat(txn, now, None)?, Beat::Down(_)));
        let reference = u64::try_from(ago(20).ms()).unwrap();
        txn.put(TakenExtension { attempt: early, reference, at: now })?;
        for attempt in [early, between] {
            set_deadline(txn, attempt, now)?;
        }
        // Ten minutes more, and the second outage would have begun before its end.
        set_deadline(txn, cut, ago(27))?;
        submit::hand_in_if_overdue(txn, ago(26), cut, None)?;
        // However long all this took, it is no outage.
        Ok(txn.put(Heartbeat { at: Clock::System.now() })?)
    });
    exam.app.state.store.close();
    let given = said(&give_back(&exam, &[]), true);
    for (from, until, minutes) in [(40, 30, 10), (20, 0, 20)] {
        let line = format!("down from {} until {}: {minutes} minutes.", ago(from), ago(until));
        assert!(given.contains(&line), "{given}");
    }
    assert_eq!(given.matches("was down from").count(), 2, "nobody thinks of the one days ago: {given}");
    assert!(given.contains("2 running attempts have up to 30 minutes more"), "{given}");
    assert!(given.contains("1 attempts that were handed in by their deadline run again"), "{given}");
    let again = said(&give_back(&exam, &[]), true);
    assert!(again.contains("was given back at"), "{again}");
    let state = app::open(exam.app.state.config.clone(), exam.app.clock.clone()).unwrap();
    let deadlines = state.store.read(|read| {
        [early, cut, between].map(|attempt| attempt::head(read, attempt).unwrap().deadline.unwrap())
    });
    let later = |at: Timestamp, minutes: u32| at.plus(MINUTE * minutes);
    assert_eq!(deadlines, [later(now, 10), later(ago(27), 30), later(now, 20)]);
    state.store.close();
}

#[test]
fn without_a_measured_outage_it_asks_for_the_minutes_and_beside_a_server_it_names_the_route() {
    let exam = Exam::new();
    let in_use = said(&give_back(&exam, &[]), false);
    assert!(in_use.contains("in use") && in_use.contains("POST /api/exam/give-back"), "{in_use}");
    exam.app.state.store.close();
    let unmeasured = said(&give_back(&exam, &[]), false);
    assert!(
        unmeasured.contains("one of less than a minute mostly is not; say with --minutes"),
        "{unmeasured}"
    );
    let long = said(&give_back(&exam, &["--minutes", "1", "--reason", &"x".repeat(5000)]), false);
    assert!(long.contains("lyceum: --reason is longer than"), "{long}");
    let nowhere = exam.app.state.config.store.directory.join("nowhere");
    let output = Command::new(env!("CARGO_BIN_EXE_lyceum"))
        .args(["exam", "give-back", "--data"])
        .arg(nowhere)
        .output()
        .unwrap();
    assert!(said(&output, false).contains("there is no store"));
}
