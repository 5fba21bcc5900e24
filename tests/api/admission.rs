//! Who is served when there is no room for all: rates, the limiter, the row of those who start.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lyceum::domain::ids::{QuizId, UserId};
use lyceum::load::client::{Connection, request};
use serde_json::json;

use crate::exam::{COURSE, Exam};
use crate::full::Full;
use crate::people::{activated, admin, sign_in};
use crate::support::{Person, TestApp};

#[test]
fn a_person_who_sends_too_much_waits_and_nobody_else_does() {
    let app = TestApp::start_with(|config| {
        config.limits.person_per_second = 1;
        config.limits.person_burst = 5;
    });
    let busy = app.signed_in(UserId(1), &["administrator"]);
    let other = app.signed_in(UserId(2), &["administrator"]);
    for _ in 0..5 {
        app.get("/api/courses").by(&busy).send().status(200);
    }
    let refused = app.get("/api/courses").by(&busy).send();
    assert_eq!(refused.header("ratelimit-policy"), Some("\"person\";q=5;w=5"));
    assert_eq!(refused.header("ratelimit"), Some("\"person\";r=0;t=1"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    refused.problem(429, "person_rate");
    app.get("/api/courses").by(&other).send().status(200);
    let told = rates_refused(&app);
    assert_eq!((told("person"), told("token"), told("address")), (1, 0, 0));
}

/// How many requests each limit refused, by the metrics.
fn rates_refused(app: &TestApp) -> impl Fn(&str) -> u64 + use<> {
    let text = String::from_utf8(app.state.metrics.render().unwrap()).unwrap();
    move |limit| {
        let name = format!("lyceum_rate_refused_total{{limit=\"{limit}\"}} ");
        text.lines()
            .find_map(|line| line.strip_prefix(&name))
            .expect("it is there from the start")
            .parse()
            .unwrap()
    }
}

#[test]
fn a_token_that_sends_too_much_waits_and_its_owner_does_not() {
    let app = TestApp::start_with(|config| {
        (config.limits.person_per_second, config.limits.person_burst) = (1, 20);
        (config.limits.token_per_second, config.limits.token_burst) = (1, 3);
    });
    let root = admin(&app);
    activated(&app, &root, "ada");
    let ada = sign_in(&app, "ada");
    let [script, other] = ["script", "other"].map(|name| {
        let body = json!({ "name": name, "scopes": [], "expires": "2026-10-01T00:00:00Z" });
        let made = app.post("/api/me/tokens").by(&ada).json(&body).send().status(201).json();
        Person { user: ada.user, token: made["token"].as_str().unwrap().to_owned() }
    });
    for _ in 0..3 {
        app.get("/api/me").by(&script).send().status(200);
    }
    for _ in 0..30 {
        let refused = app.get("/api/me").by(&script).send();
        if refused.code == 200 {
            // A second has gone by.
            continue;
        }
        assert_eq!(refused.header("ratelimit-policy"), Some("\"token\";q=3;w=3"));
        assert_eq!(refused.header("ratelimit"), Some("\"token\";r=0;t=1"));
        assert_eq!(refused.header("retry-after"), Some("1"));
        refused.problem(429, "token_rate");
    }
    app.get("/api/me").by(&other).send().status(200);
    app.get("/api/me").by(&ada).send().status(200);
    // What tokens were served counted for their owner.
    let mut refused = None;
    for _ in 0..40 {
        refused = refused.or_else(|| Some(app.get("/api/me").by(&ada).send()).filter(|it| it.code == 429));
    }
    let refused = refused.expect("nobody is without limit");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"person\";q=20;w=20"));
    refused.problem(429, "person_rate");
    let told = rates_refused(&app);
    assert!(told("person") > 0 && told("token") > 0, "both are seen");
}

#[test]
fn an_address_without_a_valid_sign_in_is_limited_and_people_behind_it_are_not() {
    let app = TestApp::start_with(|config| {
        config.limits.address_per_second = 1;
        config.limits.address_burst = 6;
    });
    let person = app.signed_in(UserId(1), &["administrator"]);
    for _ in 0..4 {
        app.get("/api/courses")
            .header("Authorization", "Bearer guessed")
            .send()
            .problem(401, "unauthenticated");
    }
    app.get("/api/courses").send().problem(401, "unauthenticated");
    app.get("/problems/not_found").send().status(200);
    app.get("/api/courses").header("Authorization", "Bearer guessed").send().problem(429, "address_rate");
    app.get("/problems/not_found").send().problem(429, "address_rate");
    app.get("/api/nowhere").send().problem(429, "address_rate");
    app.get("/api/courses").by(&person).send().status(200);
    let metrics = String::from_utf8(app.state.metrics.render().unwrap()).unwrap();
    assert!(metrics.contains("route=\"none\",status=\"4xx\"} 1\n"), "{metrics}");
    assert_eq!(rates_refused(&app)("address"), 3);
    // What costs next to nothing has a bucket of its own, twenty times as large: 120 at once.
    for _ in 0..100 {
        app.get("/healthz").send().status(200);
    }
    let refused = (0..1000).find(|_| app.get("/healthz").send().code == 429);
    assert!(refused.is_some_and(|more| more >= 20), "{refused:?}");
}

#[test]
fn who_starts_alone_is_told_of_no_wait() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let started = exam.try_start(&exam.learner(), quiz).send();
    // What the start took inside the server is no turn that was waited for.
    assert_eq!(started.header("server-timing"), None);
    started.status(201);
}

#[test]
fn when_many_start_at_once_each_is_told_their_place_and_keeps_the_turn() {
    let exam = Exam::with(|config| {
        config.limits.starts_per_second = 1;
        // This one asks far too often.
        config.limits.person_per_second = 0;
    });
    let quiz = exam.simple_quiz(1, &json!({}));
    let pace = &exam.app.state.admission.pace;
    let interval = pace.interval(1, Duration::ZERO);
    assert_eq!(interval, Duration::from_secs(1));
    let learner = exam.learner();
    let began = Instant::now();
    // Three who asked before.
    for number in 1..=3 {
        pace.turn(QuizId(quiz), UserId(number), interval, Instant::now());
    }
    let refused = exam.try_start(&learner, quiz).send();
    assert_eq!(refused.header("retry-after"), Some("3"));
    let problem = refused.problem(503, "start_later");
    assert_eq!(problem["waiting"]["place"], 3, "{problem}");
    assert!(problem["waiting"]["wait_ms"].as_u64().unwrap() > 2000, "{problem}");
    // That is no failure of the server.
    let metrics = exam.app.get("/metrics").send().status(200).text();
    let later: Vec<_> = metrics.lines().filter(|line| line.contains("status=\"later\"")).collect();
    assert_eq!(later.len(), 1, "{later:?}");
    assert!(!metrics.contains("status=\"5xx\""), "{metrics}");
    assert_eq!(exam.app.state.metrics.totals().failed, 0);
    // Two seconds before the turn the server waits with the learner.
    let started = loop {
        let answer = exam.try_start(&learner, quiz).send();
        if answer.code != 503 {
            break answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "the turn never comes");
    };
    assert!(began.elapsed() > Duration::from_millis(2990), "before the turn");
    let timing = started.header("server-timing").unwrap().to_owned();
    let held: f64 = timing.strip_prefix("queue;dur=").unwrap().parse().unwrap();
    assert!((0.1..=2500.0).contains(&held), "the server says how long it waited: {timing}");
    started.status(201);
    // Going on with a running attempt never waits.
    let began = Instant::now();
    exam.try_start(&learner, quiz).send().status(200);
    assert!(began.elapsed() < Duration::from_secs(1));
}

/// Keeps asking on one connection until told to stop; counts answers by whether they were served.
async fn keep_asking(
    address: std::net::SocketAddr,
    asked: Vec<u8>,
    stop: Arc<AtomicBool>,
    served: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
) {
    let mut connection = Connection::open(address).await.unwrap();
    while !stop.load(Ordering::Relaxed) {
        let answer = connection.exchange(&asked).await.unwrap();
        match answer.status {
            200 => served.fetch_add(1, Ordering::Relaxed),
            503 => {
                assert_eq!(answer.header("retry-after"), Some("3"));
                assert_eq!(answer.header("content-type"), Some("application/problem+json"));
                refused.fetch_add(1, Ordering::Relaxed)
            }
            // On a machine that does much else, the server may look at a head later than it waits for one.
            408 => {
                connection = Connection::open(address).await.unwrap();
                continue;
            }
            other => panic!("answered with {other}"),
        };
    }
}

#[test]
fn when_the_machine_is_full_a_page_loads_again_by_itself_and_what_the_exam_room_needs_is_there() {
    let exam = Exam::with(|config| config.limits.address_per_second = 0);
    let page = exam.app.get("/sign-in").send().status(200).text();
    let style = page
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|at| at.contains("/assets/style.")));
    let style = style.unwrap().to_owned();
    let course = format!("/courses/{COURSE}");
    let _full = Full::begin(&exam.app.state);
    let began = Instant::now();
    let refused = loop {
        let answer = exam.app.get(&course).header("Accept", "text/html").by(&exam.teacher).send();
        if answer.code == 503 {
            break answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "nothing is refused");
    };
    assert_eq!((refused.header("retry-after"), refused.header("refresh")), (Some("3"), Some("3")));
    assert!(refused.text().contains("data-code=\"overloaded\""));
    for _ in 0..50 {
        exam.app.get(&style).send().status(200);
    }
    let astray = (0..50).filter(|_| exam.app.get("/nowhere").send().code == 503).count();
    assert!(astray > 25, "what leads nowhere is refused like reading: {astray} of 50");
}

#[test]
fn when_the_machine_is_full_reading_is_refused_and_saving_is_not() {
    let exam = Exam::with(|config| config.limits.person_per_second = 0);
    let quiz = exam.simple_quiz(30, &json!({}));
    let learner = exam.learner();
    let attempt = exam.try_start(&learner, quiz).send().status(201).json()["id"].as_u64().unwrap();
    let address = exam.app.base.trim_start_matches("http://").parse().unwrap();
    // What costs the server more than those who ask.
    let teacher = format!("Bearer {}", exam.teacher.token);
    let path = format!("/api/attempts/{attempt}/review");
    let reading = request("GET", &path, &[("Authorization", &teacher)], &[]);
    let (stop, served, refused) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let flood = std::thread::spawn({
        let (stop, served, refused) = (stop.clone(), served.clone(), refused.clone());
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut askers = tokio::task::JoinSet::new();
                for _ in 0..100 {
                    askers.spawn(keep_asking(
                        address,
                        reading.clone(),
                        stop.clone(),
                        served.clone(),
                        refused.clone(),
                    ));
                }
                while let Some(asker) = askers.join_next().await {
                    asker.unwrap();
                }
            });
        }
    });
    let began = Instant::now();
    let mut sequence = 0;
    while refused.load(Ordering::Relaxed) < 100 {
        assert!(began.elapsed() < Duration::from_mins(3), "nothing is refused: {served:?} served");
        sequence += 1;
        let body =
            json!({ "sequence": sequence, "response": { "type": "truth", "value": sequence % 2 == 0 } });
        let path = format!("/api/attempts/{attempt}/slots/{}", sequence % 3);
        exam.app.put(&path).by(&learner).json(&body).send().status(200);
    }
    // Whoever watches the server is answered too.
    exam.app.get("/readyz").send().status(200);
    stop.store(true, Ordering::Relaxed);
    flood.join().unwrap();
    assert!(sequence > 0 && served.load(Ordering::Relaxed) > 0);
    let metrics = exam.app.get("/metrics").send().status(200).text();
    let refused_saves = metrics
        .lines()
        .find_map(|line| line.strip_prefix("lyceum_admission_refused_total{class=\"exam\"} "))
        .unwrap();
    assert_eq!(refused_saves, "0");
}
