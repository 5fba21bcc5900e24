//! An exam on a course that the run made itself: what the report counts is what the server's metrics, its attempts and
//! its gradebook have.

use std::time::Duration;

use lyceum::load::settings::{Place, Profile, Settings, SignIn};
use serde_json::{Value, json};

use crate::drive;
use crate::server::{ADMIN, PASSWORD, Server};

const LEARNERS: usize = 30;

fn seed(server: &Server, profile: Profile, learners: usize, keep: Option<&str>) -> Settings {
    let keep = keep.map(|name| server.home.path().join(name));
    let place = Place::Seed { admin: ADMIN.to_owned(), password: PASSWORD.to_owned(), keep };
    let mut settings = Settings::new(server.base.clone(), profile, learners, place);
    // One of each type that is marked by itself.
    settings.questions = 6;
    settings.speed_up = 200.0;
    (settings.drops, settings.reloads) = (0.2, 0.2);
    settings.think = Duration::from_millis(20);
    settings.loops = 2;
    settings
}

fn users(server: &Server, file: &str) -> Vec<SignIn> {
    let text = std::fs::read_to_string(server.home.path().join(file)).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            SignIn {
                username: fields[0].to_owned(),
                password: fields[1].to_owned(),
                teaches: fields[2] == "teacher",
            }
        })
        .collect()
}

/// The ids of the course and the quiz that a run left.
fn kept(notes: &[String]) -> (u64, u64) {
    let note = notes.iter().find(|note| note.contains("--course")).expect("a note says what is kept");
    let words: Vec<&str> = note.split(' ').collect();
    let after = |flag: &str| {
        let at = words.iter().position(|word| *word == flag).unwrap();
        words[at + 1].parse().unwrap()
    };
    (after("--course"), after("--quiz"))
}

#[test]
fn every_acknowledged_save_is_there_and_the_report_counts_what_the_server_counted() {
    let server = Server::start();
    let report = drive(&seed(&server, Profile::Exam, LEARNERS, Some("users.csv"))).unwrap();
    let all = u64::try_from(LEARNERS).unwrap();
    assert_eq!(report.totals.errors, 0, "{:?}", report.actions);
    for action in ["sign_in", "overview", "start", "paper", "submit"] {
        assert_eq!(report.actions[action].count, all, "{action}");
    }
    let saves = report.actions["save"].count;
    assert!(saves >= all * 6, "{saves}");
    assert!(report.actions["reload"].count > 0);
    let said = report.actions["here"].count;
    assert!(said >= all, "every page says that it is there: {said}");
    assert_eq!(server.counted("POST", "/api/attempts/{attempt}/here", "2xx"), said);

    let slot = "/api/attempts/{attempt}/slots/{slot}";
    assert_eq!(server.counted("PUT", slot, "2xx"), saves);
    assert_eq!(server.counted("POST", "/api/quizzes/{quiz}/attempts", "2xx"), all);
    assert_eq!(server.counted("POST", "/api/attempts/{attempt}/submit", "2xx"), all);
    let looks = report.actions["paper"].count + report.actions["reload"].count;
    assert_eq!(server.counted("GET", "/api/attempts/{attempt}", "2xx"), looks);
    // The administrator signed in twice: for the test and for the run.
    assert_eq!(server.counted("POST", "/api/session", "2xx"), all + 2);
    let answers: u64 = report.samples.iter().map(|sample| sample.answers).sum();
    assert_eq!(answers, report.totals.count, "every answer is in one second");
    assert!(report.samples.iter().any(|sample| sample.memory_bytes > 0), "the metrics were read");

    // By the server's own times, each learner's from their own start.
    let time = report.working_time.expect("exams were taken");
    assert_eq!(time.learners, all);
    assert!(time.min_ms > 0 && time.p50_ms <= time.p99_ms && time.p99_ms <= time.max_ms, "{time:?}");
    assert!(time.max_ms <= 60_000, "{time:?}");

    let (course, quiz) = kept(&report.notes);
    let attempts = server.list(&format!("/api/quizzes/{quiz}/attempts"));
    assert_eq!(attempts.len(), LEARNERS);
    let mut receipts = 0;
    for attempt in &attempts {
        assert_eq!(attempt["finished_by"], json!("learner"), "{attempt}");
        receipts += server.list(&format!("/api/attempts/{}/receipts", attempt["attempt"])).len();
    }
    assert_eq!(u64::try_from(receipts).unwrap(), saves);
    let lines = server.list(&format!("/api/courses/{course}/grades"));
    assert_eq!(lines.len(), LEARNERS);
    for attempt in &attempts {
        let line = lines.iter().find(|line| line["user"] == attempt["user"]).expect("a line for everybody");
        assert_eq!(line["items"][0]["points"], attempt["points"], "{line}");
        assert_ne!(attempt["points"], Value::Null);
    }

    // Again on what was left.
    let place = Place::Given { course, quiz, people: users(&server, "users.csv") };
    let again = Settings { place, learners: 5, ..seed(&server, Profile::Exam, 5, None) };
    let again = drive(&again).unwrap();
    assert_eq!((again.totals.errors, again.actions["submit"].count), (0, 5), "{:?}", again.actions);
    assert_eq!(server.list(&format!("/api/quizzes/{quiz}/attempts")).len(), LEARNERS + 5);
}

#[test]
fn a_server_that_is_not_on_loopback_tells_its_own_machine() {
    let server = Server::start();
    let mut settings = seed(&server, Profile::Exam, 2, None);
    // The system takes it for this machine, and the generator does not.
    settings.url = server.base.replace("127.0.0.1", "0.0.0.0");
    settings.allow_host = Some("0.0.0.0".to_owned());
    let report = drive(&settings).unwrap();
    assert_eq!(report.totals.errors, 0, "{:?}", report.actions);
    let own = report.generator_hardware.as_ref().expect("the generator's is told apart");
    let named: Vec<&str> = report.hardware.keys().map(String::as_str).collect();
    assert_eq!(named, ["cores", "memory_bytes"], "by its metrics");
    assert_eq!(report.hardware["cores"], own["cores"]);
    assert!(
        report.notes.iter().any(|note| note.contains("driven from another machine")),
        "{:?}",
        report.notes
    );
    assert!(report.samples.iter().any(|sample| sample.cpu > 0.0), "its processor time was read");
    assert_eq!(report.others_processors, None);
}

#[test]
fn a_mixed_run_does_everything_and_puts_its_people_and_its_course_away() {
    let server = Server::start();
    let mut settings = seed(&server, Profile::Mixed, 8, None);
    settings.threads = 1;
    let report = drive(&settings).unwrap();
    assert_eq!(report.totals.errors, 0, "{:?}", report.actions);
    for action in [
        "save",
        "submit",
        "outline",
        "page",
        "file",
        "matrix",
        "live",
        "live_events",
        "regrade_preview",
        "regrade",
        "course_edit",
    ] {
        assert!(report.actions[action].count > 0, "{action}");
    }
    let note = report.notes.iter().find(|note| note.contains("suspended")).expect("a note says what is left");
    assert!(note.contains("deleted"), "{note}");
    let people = server.list("/api/accounts");
    let made: Vec<&Value> =
        people.iter().filter(|person| person["username"].as_str().unwrap().starts_with("load-")).collect();
    assert_eq!(made.len(), 8);
    assert!(made.iter().all(|person| person["status"] == json!("suspended")), "{made:?}");
    let courses = server.list("/api/courses");
    let course = courses.iter().find(|course| course["short_name"].as_str().unwrap().starts_with("load-"));
    assert!(course.is_none(), "{course:?}");
}

#[test]
fn who_only_teaches_or_reads_has_something_to_teach_and_to_read() {
    let server = Server::start();
    let report = drive(&seed(&server, Profile::Teach, 2, None)).unwrap();
    assert_eq!((report.totals.errors, report.actions["regrade"].count), (0, 4), "{:?}", report.actions);
    let report = drive(&seed(&server, Profile::Browse, 3, None)).unwrap();
    assert_eq!((report.totals.errors, report.actions["page"].count), (0, 18), "{:?}", report.actions);
    assert_eq!((report.actions["outline"].count, report.actions["file"].count), (6, 6));
}
