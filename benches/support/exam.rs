//! A Lyceum with one running exam: 256 learners, 20 questions. Benches that ask over HTTP share it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use lyceum::app;
use lyceum::clock::{Clock, Timestamp};
use lyceum::config::Config;
use lyceum::domain::access::{self, Grants, RoleName};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::ids::{CourseId, SessionId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::session::{Session, token_hash};
use lyceum::load::client::{Answer, Connection, request};
use lyceum::state::State;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

/// Learners in the exam, each with a connection.
pub(crate) const LEARNERS: usize = 256;
const QUESTIONS: usize = 20;
const TEACHER: UserId = UserId(1_000_000_000);

pub(crate) struct Exam {
    pub(crate) address: SocketAddr,
    pub(crate) state: State,
    course: u64,
    attempts: Arc<Vec<u64>>,
    sequence: AtomicU64,
    _home: tempfile::TempDir,
}

fn learner(which: usize) -> UserId {
    UserId(2_000_000_000 + which as u64)
}

fn token(user: UserId) -> String {
    format!("ratio-token-{user}")
}

fn session(txn: &mut Txn<'_>, user: UserId, now: Timestamp) -> Result<(), Refusal> {
    let id: SessionId = txn.new_id()?;
    txn.put(Session {
        token: token_hash(&token(user)),
        id,
        user,
        csrf: [0; 32],
        created: now,
        seen: now,
        idle_until: Timestamp::MAX,
        absolute_until: Timestamp::MAX,
        address: "127.0.0.1".to_owned(),
        agent: "ratio".to_owned(),
    })?;
    Ok(())
}

fn enrolment(course: CourseId, user: UserId, now: Timestamp) -> Enrolment {
    Enrolment {
        course,
        user,
        role: RoleName::parse(access::LEARNER).unwrap(),
        status: EnrolmentStatus::Active,
        starts: None,
        ends: None,
        enrolled: now,
        by: EnrolledBy::Teacher,
        revision: 1,
    }
}

/// Builds requests without touching the rest of the exam.
pub(crate) struct Savers {
    attempts: Arc<Vec<u64>>,
}

impl Savers {
    pub(crate) fn save(&self, which: usize, sequence: u64) -> Vec<u8> {
        let body = format!(
            "{{\"sequence\":{sequence},\"response\":{{\"type\":\"choice\",\"option\":{}}}}}",
            sequence % 3
        );
        let attempt = self.attempts[which];
        let slot = sequence % QUESTIONS as u64;
        request(
            "PUT",
            &format!("/api/attempts/{attempt}/slots/{slot}"),
            &[
                ("Authorization", &format!("Bearer {}", token(learner(which)))),
                ("Content-Type", "application/json"),
            ],
            body.as_bytes(),
        )
    }
}

impl Exam {
    pub(crate) fn start(million: bool) -> Self {
        Self::start_with(million, true)
    }

    /// With or without admission.
    pub(crate) fn start_with(million: bool, admission: bool) -> Self {
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:0".parse().unwrap();
        config.server.workers = 2;
        // One learner stands for a whole class here.
        config.limits.person_per_second = if admission { 1_000_000 } else { 0 };
        config.limits.person_burst = 1_000_000;
        config.limits.by_load = admission;
        config.store.directory = home.path().join("store");
        let state = app::open(config, Clock::System).unwrap();
        let (tell, told) = mpsc::channel();
        let serving = state.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = app::start(serving).unwrap();
                tell.send(running.port).unwrap();
                running.serve().await.unwrap();
            });
        });
        let address = SocketAddr::from(([127, 0, 0, 1], told.recv().unwrap()));
        let mut exam = Self {
            address,
            state: state.clone(),
            course: 0,
            attempts: Arc::default(),
            sequence: AtomicU64::new(1),
            _home: home,
        };
        exam.build(&state);
        if million {
            load_a_million(&state);
        }
        exam
    }

    fn call(&self, user: UserId, method: &str, path: &str, media: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", token(user));
        let bytes = request(method, path, &[("Authorization", &bearer), ("Content-Type", media)], body);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime
            .block_on(async { Connection::open(self.address).await.unwrap().exchange(&bytes).await })
            .unwrap();
        assert!(answer.status < 300, "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
        answer
    }

    fn json(&self, user: UserId, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.call(user, method, path, "application/json", &serde_json::to_vec(body).unwrap());
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// What an administrator's request is answered with.
    pub(crate) fn manage(&self, method: &str, path: &str, body: &Value) -> Value {
        self.json(TEACHER, method, path, body)
    }

    /// The same for a body of another kind.
    pub(crate) fn send(&self, method: &str, path: &str, media: &str, body: &[u8]) -> Value {
        serde_json::from_slice(&self.call(TEACHER, method, path, media, body).body).unwrap()
    }

    /// The body that a request is answered with.
    pub(crate) fn fetch(&self, bytes: &[u8]) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime
            .block_on(async { Connection::open(self.address).await.unwrap().exchange(bytes).await })
            .unwrap();
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        answer.body
    }

    fn build(&mut self, state: &State) {
        let now = Clock::System.now();
        let store = &state.store;
        let signed_in = store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            let site = vec![RoleName::parse(access::ADMINISTRATOR).unwrap()];
            txn.put(Grants { user: TEACHER, site, courses: Vec::new() })?;
            session(txn, TEACHER, now)?;
            (0..LEARNERS).try_for_each(|which| session(txn, learner(which), now))
        });
        signed_in.unwrap();
        let course = self.json(
            TEACHER,
            "POST",
            "/api/courses",
            &json!({"short_name": "RATIO", "title": "Measured", "summary": "One exam."}),
        );
        self.course = course["id"].as_u64().unwrap();
        let id = CourseId(self.course);
        let enrolled = store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            (0..LEARNERS).try_for_each(|which| {
                txn.put(enrolment(id, learner(which), now))?;
                Ok(())
            })
        });
        enrolled.unwrap();
        let mut gift = String::new();
        for number in 0..QUESTIONS {
            let next = number + 1;
            write!(gift, "::Question {number}::What is {number} plus one? {{ ={next} ~0 ~100 }}\n\n")
                .unwrap();
        }
        let at = format!("/api/courses/{}/questions/import?format=gift", self.course);
        self.call(TEACHER, "POST", &at, "text/plain", gift.as_bytes());
        let at = format!("/api/courses/{}/questions?limit=100", self.course);
        let questions = self.json(TEACHER, "GET", &at, &json!(null));
        let slots: Vec<Value> = questions["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|question| json!({"points": 1, "question": question["id"]}))
            .collect();
        assert_eq!(slots.len(), QUESTIONS);
        let quiz = self.json(
            TEACHER,
            "POST",
            &format!("/api/courses/{}/quizzes", self.course),
            &json!({"name": "Exam", "published": true, "slots": slots, "shuffle_options": true}),
        );
        self.furnish(&quiz["id"]);
        let at = format!("/api/quizzes/{}/attempts", quiz["id"]);
        let attempts = (0..LEARNERS)
            .map(|which| self.json(learner(which), "POST", &at, &json!({}))["id"].as_u64().unwrap())
            .collect();
        self.attempts = Arc::new(attempts);
    }

    /// Sections and items, so that the outline is one of a real course; then the course is published.
    fn furnish(&self, quiz: &Value) {
        let sections = format!("/api/courses/{}/sections", self.course);
        for number in 0..5 {
            let section = self.json(
                TEACHER,
                "POST",
                &sections,
                &json!({"title": format!("Week {number} of the course")}),
            );
            let items = format!("/api/sections/{}/items", section["id"]);
            for page in 0..4 {
                self.json(
                    TEACHER,
                    "POST",
                    &items,
                    &json!({"title": format!("Page {page}"), "content": {"kind": "page", "markdown": "Some *text*."}}),
                );
            }
            if number == 0 {
                self.json(
                    TEACHER,
                    "POST",
                    &items,
                    &json!({"title": "Exam", "content": {"kind": "quiz", "quiz": quiz}}),
                );
            }
        }
        let at = format!("/api/courses/{}/status", self.course);
        let bearer = format!("Bearer {}", token(TEACHER));
        let headers =
            [("Authorization", bearer.as_str()), ("Content-Type", "application/json"), ("If-Match", "*")];
        self.fetch(&request("PUT", &at, &headers, br#"{"status":"published"}"#));
    }

    pub(crate) fn outline_request(&self, which: usize) -> Vec<u8> {
        let bearer = format!("Bearer {}", token(learner(which)));
        request("GET", &format!("/api/courses/{}/outline", self.course), &[("Authorization", &bearer)], &[])
    }

    /// The same course as a page, as a browser asks for it.
    pub(crate) fn page_request(&self, which: usize) -> Vec<u8> {
        let cookie = format!("lyceum_session={}", token(learner(which)));
        let headers = [("Cookie", cookie.as_str()), ("Accept", "text/html"), ("Accept-Encoding", "gzip")];
        request("GET", &format!("/courses/{}", self.course), &headers, &[])
    }

    /// A learner's paper as far as they have answered it.
    pub(crate) fn paper_request(&self, which: usize) -> Vec<u8> {
        let bearer = format!("Bearer {}", token(learner(which)));
        let at = format!("/api/attempts/{}", self.attempts[which]);
        request("GET", &at, &[("Authorization", &bearer)], &[])
    }

    /// A page of the gradebook: 50 learners, as the teacher sees them.
    pub(crate) fn matrix_request(&self) -> Vec<u8> {
        let bearer = format!("Bearer {}", token(TEACHER));
        let at = format!("/api/courses/{}/grades?limit=50", self.course);
        request("GET", &at, &[("Authorization", &bearer)], &[])
    }

    pub(crate) fn savers(&self) -> Savers {
        Savers { attempts: self.attempts.clone() }
    }

    pub(crate) fn save_request(&self, which: usize, sequence: u64) -> Vec<u8> {
        self.savers().save(which, sequence)
    }

    /// A sequence number behind all that were sent.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn skip_sequences(&self, to: u64) {
        self.sequence.store(to, Ordering::Relaxed);
    }
}

/// A million learners with an enrolment each, in a hundred other courses.
fn load_a_million(state: &State) {
    let now = Clock::System.now();
    let started = std::time::Instant::now();
    for block in 0..1000_u64 {
        state
            .store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
                for number in 0..1000 {
                    let user = UserId(3_000_000_000 + block * 1000 + number);
                    txn.put(enrolment(CourseId(4_000_000_000 + block % 100), user, now))?;
                }
                Ok(())
            })
            .unwrap();
    }
    eprintln!("  a million learners loaded in {:.1} s", started.elapsed().as_secs_f64());
}
