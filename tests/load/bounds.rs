//! What a run refuses, where it ends, and what it calls an error.

use std::time::Duration;

use lyceum::load::LoadError;
use lyceum::load::report::Report;
use lyceum::load::run::{Progress, run_until};
use lyceum::load::settings::{MOST_LEARNERS, Place, Profile, Settings};
use lyceum::load::stop::Stop;
use serde_json::{Value, json};

use crate::drive;
use crate::server::{ADMIN, PASSWORD, Server};
use crate::stub::{Behaviour, Stub};

#[test]
fn another_machine_is_not_driven_unless_it_is_named() {
    let place = Place::Seed { admin: "a".to_owned(), password: "b".to_owned(), keep: None };
    let settings = Settings::new("http://192.0.2.1:8080", Profile::Exam, 1, place);
    let refused = drive(&settings).unwrap_err();
    assert!(matches!(refused, LoadError::NotHere { .. }), "{refused}");
    assert!(refused.to_string().contains("--allow-host 192.0.2.1"), "{refused}");
    let mut tls = settings.clone();
    tls.url = "https://127.0.0.1:8080".to_owned();
    assert!(drive(&tls).unwrap_err().to_string().contains("TLS"));
    let mut many = settings;
    many.learners = MOST_LEARNERS + 1;
    assert!(drive(&many).unwrap_err().to_string().contains("--learners"));
}

#[test]
fn a_run_ends_at_its_most_requests_and_says_so() {
    let stub = Stub::start(Behaviour::default());
    let mut settings = stub.settings(4);
    settings.max_requests = 30;
    let report = drive(&settings).unwrap();
    assert_eq!(report.totals.count, 30);
    assert!(report.notes.iter().any(|note| note.contains("--max-requests 30")), "{:?}", report.notes);
}

#[test]
fn a_run_ends_after_its_seconds_and_says_so() {
    let stub = Stub::start(Behaviour::default());
    let mut settings = stub.settings(2);
    settings.speed_up = 1.0;
    settings.max_seconds = 3;
    let report = drive(&settings).unwrap();
    assert!(report.seconds < 4.5, "{}", report.seconds);
    assert_eq!(report.actions["start"].count, 2);
    assert!(report.notes.iter().any(|note| note.contains("--max-seconds 3")), "{:?}", report.notes);
}

#[test]
fn metrics_that_are_kept_from_a_run_are_noted_with_what_opens_them() {
    for (status, token, says) in [
        (None, None, "did not answer"),
        (Some(403), None, "asks for a token (--metrics-token-file)"),
        (Some(403), Some("old"), "does not take the token of --metrics-token-file"),
    ] {
        let stub = Stub::start(Behaviour { metrics_status: status, ..Behaviour::default() });
        let mut settings = stub.settings(1);
        settings.metrics_token = token.map(str::to_owned);
        let notes = drive(&settings).unwrap().notes;
        assert!(notes.iter().any(|note| note.contains(&format!("/metrics {says}: memory"))), "{notes:?}");
    }
}

#[test]
fn who_stops_a_run_does_not_wait_for_its_plan_and_has_a_report_of_what_was_seen() {
    let stub = Stub::start(Behaviour::default());
    let mut settings = stub.settings(3);
    // Half an hour, with minutes between requests.
    settings.speed_up = 0.1;
    let begun = std::time::Instant::now();
    // Everybody has signed in before it runs.
    let (report, _) =
        stopped_when(&settings, |progress| matches!(progress, Progress::Second { phase: "running", .. }));
    let report = report.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(report.actions["sign_in"].count, 3);
    assert!(!report.actions.contains_key("submit"), "{:?}", report.actions);
    assert!(report.notes.iter().any(|note| note.contains("stopped")), "{:?}", report.notes);
}

/// Runs it until `when` has come, and what was said.
fn stopped_when(
    settings: &Settings,
    when: impl Fn(&Progress) -> bool,
) -> (Result<Report, LoadError>, Vec<String>) {
    let stop = Stop::default();
    let mut said = Vec::new();
    let mut tell = |progress: Progress| {
        if when(&progress) {
            stop.say();
        }
        if let Progress::Says(text) = progress {
            said.push(text);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(run_until(settings, &stop, &mut tell));
    (outcome, said)
}

/// Nothing of a run is there any more, and nobody of it can sign in; how many people it had made.
pub fn put_away(server: &Server) -> usize {
    let courses = server.list("/api/courses");
    assert!(courses.is_empty(), "{courses:?}");
    let people = server.list("/api/accounts");
    let made: Vec<&Value> =
        people.iter().filter(|person| person["username"].as_str().unwrap().starts_with("load-")).collect();
    assert!(made.iter().all(|person| person["status"] == json!("suspended")), "{made:?}");
    made.len()
}

#[test]
fn what_was_made_before_a_run_is_stopped_is_put_away_and_nobody_else_is_made_for_it() {
    let server = Server::start();
    let place = Place::Seed { admin: ADMIN.to_owned(), password: PASSWORD.to_owned(), keep: None };
    let mut settings = Settings::new(server.base.clone(), Profile::Exam, 150, place);
    settings.questions = 3;
    let (outcome, said) = stopped_when(
        &settings,
        |progress| matches!(progress, Progress::Says(text) if text.starts_with("made 100 of 150")),
    );
    assert!(matches!(outcome, Err(LoadError::Stopped)), "{outcome:?}");
    assert_eq!(put_away(&server), 100, "and not the fifty that were never made");
    assert!(said.iter().any(|text| text.contains("100 people") && text.contains("suspended")), "{said:?}");

    // Before anybody was made: no course yet, and one that is not published.
    for when in ["making course", "made 3 questions"] {
        let (outcome, said) = stopped_when(
            &settings,
            |progress| matches!(progress, Progress::Says(text) if text.starts_with(when)),
        );
        assert!(matches!(outcome, Err(LoadError::Stopped)), "{outcome:?}");
        assert_eq!(put_away(&server), 100, "{said:?}");
    }
}

#[test]
fn a_run_on_a_course_of_its_own_that_is_stopped_half_way_puts_it_away() {
    let server = Server::start();
    let place = Place::Seed { admin: ADMIN.to_owned(), password: PASSWORD.to_owned(), keep: None };
    let mut settings = Settings::new(server.base.clone(), Profile::Exam, 4, place);
    settings.questions = 3;
    // Half an hour, with attempts that run when it is stopped: everybody asks for a session and looks at the quiz, so that
    // one more answer is a start.
    settings.speed_up = 0.1;
    let before_starts = 2 * u64::try_from(settings.learners).unwrap();
    let (report, _) = stopped_when(
        &settings,
        |progress| matches!(progress, Progress::Second { done, .. } if *done > before_starts),
    );
    let report = report.unwrap();
    assert!((1..=4).contains(&report.actions["start"].count), "{:?}", report.actions["start"]);
    assert!(!report.actions.contains_key("submit"), "{:?}", report.actions);
    assert!(report.notes.iter().any(|note| note.contains("deleted")), "{:?}", report.notes);
    assert_eq!(put_away(&server), 4);
}

#[test]
fn an_error_is_counted_by_its_status_and_not_as_a_latency() {
    let stub = Stub::start(Behaviour { save_status: Some(500), ..Behaviour::default() });
    let report = drive(&stub.settings(1)).unwrap();
    let save = &report.actions["save"];
    assert_eq!(save.count, 0);
    assert!(save.errors >= 20, "{save:?}");
    assert_eq!(save.by_status["500"], save.errors);
    assert_eq!(report.totals.errors, save.errors);
    let seconds: u64 = report.samples.iter().map(|sample| sample.errors).sum();
    assert_eq!(seconds, save.errors);
    assert_eq!(report.actions["submit"].count, 1, "the learner goes on");
}

#[test]
fn nobody_to_drive_is_an_error_and_not_an_empty_report() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let stub = Stub::start(Behaviour::default());
    let mut settings = stub.settings(1);
    settings.url = format!("http://127.0.0.1:{port}");
    settings.sign_in_within = Some(Duration::from_millis(1));
    assert!(matches!(drive(&settings).unwrap_err(), LoadError::Io { .. }));
}
