//! What broken and hostile clients send, to a running server: each gets a problem document that says what is wrong,
//! and nothing is written.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lyceum::load::client::{Answer, Connection};
use serde_json::{Value, json};

use crate::client::{Client, Credential, Reply};
use crate::hostile_routes;
use crate::learner::respond;
use crate::school::{PASSWORD, School};
use crate::server::Server;
use crate::{dice, run};

const SETTINGS: [(&str, &str); 4] = [
    // So that the test does not wait as long for a body that never ends as a server has patience.
    ("LYCEUM__SERVER__BODY_IDLE_SECONDS", "2"),
    // What a hash costs is not what this test is about.
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];

/// A server with a school, a quiz, an attempt that runs and one of somebody else.
pub struct World {
    pub school: School,
    pub learner: Client,
    pub quiz: u64,
    pub attempt: u64,
    pub section: u64,
    pub item: u64,
    pub question: u64,
    others_attempt: u64,
    signed_out: Client,
    /// What was not answered as it should be, all of it and not the first only.
    pub faults: Vec<String>,
}

impl World {
    pub async fn make(server: &Server) -> Self {
        let mut school = School::open(server, 6).await;
        let questions = school.questions().await;
        let of = |name: &str| questions.iter().find(|row| row["name"] == name).unwrap()["id"].clone();
        let slots: Vec<Value> = ["Capital", "Ocean", "Root", "Inventors", "Paris", "Sampling"]
            .iter()
            .map(|name| json!({ "points": 1, "question": of(name) }))
            .collect();
        let facts = json!({ "name": "A quiz", "published": true, "slots": slots });
        let path = format!("/api/courses/{}/quizzes", school.course);
        let quiz = id(&school.teacher.post(&path, &facts).await.expect(201));
        let path = format!("/api/courses/{}/sections", school.course);
        let section = id(&school.teacher.post(&path, &json!({ "title": "Week 1" })).await.expect(201));
        let item = json!({ "title": "A page", "content": { "kind": "page", "markdown": "# Hello" } });
        let item = school.teacher.post(&format!("/api/sections/{section}/items"), &item).await;
        let item = id(&item.expect(201));
        let mut people = Vec::new();
        for (_, username) in &school.learners[..3] {
            let mut client = Client::new(server.address, Credential::None);
            client.sign_in(username, PASSWORD, false).await;
            people.push(client);
        }
        let start = format!("/api/quizzes/{quiz}/attempts");
        let mine = people[0].post(&start, &json!({})).await.expect(201).json();
        let others = people[1].post(&start, &json!({})).await.expect(201);
        let mut dice = dice::Dice::new(7);
        for slot in mine["slots"].as_array().unwrap() {
            let path = format!("/api/attempts/{}/slots/{}", mine["id"], slot["slot"]);
            let body = json!({ "sequence": 5, "response": respond(&mut dice, &slot["question"]["answer"]) });
            people[0].put(&path, &body).await.expect(200);
        }
        let mut signed_out = people.pop().unwrap();
        signed_out.call("DELETE", "/api/session", &[], b"").await.expect(204);
        Self {
            quiz,
            attempt: mine["id"].as_u64().unwrap(),
            section,
            item,
            question: of("Capital").as_u64().unwrap(),
            others_attempt: id(&others),
            learner: people.swap_remove(0),
            signed_out,
            faults: Vec::new(),
            school,
        }
    }

    /// Everything that can be read of the school, as text.
    async fn everything(&mut self) -> Vec<String> {
        let (course, quiz) = (self.school.course, self.quiz);
        let paths = [
            "/api/export/roster".to_owned(),
            "/api/roles".to_owned(),
            "/api/courses".to_owned(),
            format!("/api/courses/{course}"),
            format!("/api/courses/{course}/order"),
            format!("/api/courses/{course}/outline"),
            format!("/api/courses/{course}/enrolments"),
            format!("/api/courses/{course}/groups"),
            format!("/api/courses/{course}/question_categories"),
            format!("/api/courses/{course}/questions/export"),
            format!("/api/courses/{course}/grades/structure"),
            format!("/api/courses/{course}/grades/export"),
            format!("/api/courses/{course}/quizzes"),
            format!("/api/quizzes/{quiz}"),
            format!("/api/quizzes/{quiz}/overrides"),
            format!("/api/quizzes/{quiz}/attempts"),
            format!("/api/attempts/{}/receipts", self.attempt),
            format!("/api/attempts/{}/receipts", self.others_attempt),
            format!("/api/attempts/{}/log", self.attempt),
            format!("/api/sections/{}", self.section),
            format!("/api/items/{}", self.item),
            format!("/api/questions/{}/versions", self.question),
        ];
        let mut texts = Vec::new();
        for path in paths {
            let reply = self.school.administrator.get(&path).await.expect(200);
            texts.push(format!("{path}: {}", reply.text()));
        }
        texts
    }

    /// The number of the last group of changes.
    async fn group(&mut self) -> u64 {
        let text = self.school.administrator.get("/metrics").await.expect(200).text();
        let line = text.lines().find(|line| line.starts_with("lyceum_store_group_number ")).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

fn id(reply: &Reply) -> u64 {
    reply.json()["id"].as_u64().unwrap()
}

/// A problem document that tells its reader something: its code. Or what is wrong with it.
pub fn problem(what: &str, answer: &Answer) -> Result<String, String> {
    let text = String::from_utf8_lossy(&answer.body);
    let wrong = |why: &str| {
        Err(format!("{what}: {why}: {} {}", answer.status, text.chars().take(400).collect::<String>()))
    };
    if !(400..500).contains(&answer.status) {
        return wrong("not refused");
    }
    if answer.header("content-type") != Some("application/problem+json") {
        return wrong("not a problem document");
    }
    let Ok(document) = serde_json::from_slice::<Value>(&answer.body) else { return wrong("not JSON") };
    let code = document["code"].as_str().unwrap_or_default().to_owned();
    let is_whole = document["status"] == json!(answer.status)
        && document["detail"].as_str().is_some_and(|detail| detail.len() > 10)
        && document["type"] == json!(format!("/problems/{code}"));
    if is_whole { Ok(code) } else { wrong("says too little") }
}

#[test]
fn hostile_input_gets_a_problem_that_says_what_is_wrong_and_writes_nothing() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut world = World::make(&server).await;
        let slow = tokio::spawn(slow_body(world.learner.another(), world.attempt));
        let (before, first, since) = (world.everything().await, world.group().await, Instant::now());

        cases(&mut world).await;
        broken_requests(&mut world).await;
        hostile_routes::every_route(&mut world).await;

        let (after, last) = (world.everything().await, world.group().await);
        assert!(world.faults.is_empty(), "{} faults:\n{}", world.faults.len(), world.faults.join("\n"));
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after);
        }
        // The server's own heartbeat writes now and then; hundreds of refused requests did not.
        let beats = since.elapsed().as_secs() / 10 + 3;
        assert!(last - first <= beats, "{} groups of changes were written", last - first);
        slow.await.unwrap();
        server.stop();
        server.verify();
    });
}

/// Who sends it.
#[derive(Clone, Copy)]
enum Who {
    Nobody,
    Learner,
    SignedOut,
    Teacher,
    Administrator,
}

struct Case {
    who: Who,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    status: u16,
    /// The expected code; empty where the status says enough.
    code: &'static str,
}

const JSON: &str = "application/json";

fn case(who: Who, method: &'static str, path: impl Into<String>, status: u16, code: &'static str) -> Case {
    Case { who, method, path: path.into(), headers: Vec::new(), body: Vec::new(), status, code }
}

impl Case {
    fn body(mut self, media: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.push(("Content-Type", media.to_owned()));
        self.body = body.into();
        self
    }

    fn json(self, body: &Value) -> Self {
        self.body(JSON, body.to_string()).header("If-Match", "*")
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

async fn cases(world: &mut World) {
    let mut all = attempts(world);
    all.extend(identities(world));
    all.extend(files(world));
    all.extend(records(world));
    for case in all {
        let client = match case.who {
            Who::Nobody => &mut Client::new(world.learner.address, Credential::None),
            Who::Learner => &mut world.learner,
            Who::SignedOut => &mut world.signed_out,
            Who::Teacher => &mut world.school.teacher,
            Who::Administrator => &mut world.school.administrator,
        };
        let headers: Vec<(&str, &str)> =
            case.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let bytes = client.bytes(case.method, &case.path, &headers, &case.body);
        let what = format!(
            "{} {} {:?}",
            case.method,
            case.path,
            String::from_utf8_lossy(&case.body[..case.body.len().min(120)])
        );
        let reply = match client.send_in_turn(&bytes).await {
            Ok(reply) => reply,
            Err(error) => {
                world.faults.push(format!("{what}: no answer: {error}"));
                continue;
            }
        };
        match problem(&what, &reply.answer) {
            Ok(code) if reply.status == case.status && (case.code.is_empty() || case.code == code) => {}
            Ok(_) => {
                world.faults.push(format!("{what}: not {} {}: {}", case.status, case.code, reply.text()));
            }
            Err(fault) => world.faults.push(fault),
        }
    }
}

/// Answers that are none, and what is somebody else's.
fn attempts(world: &World) -> Vec<Case> {
    use Who::Learner;
    let (attempt, others, quiz) = (world.attempt, world.others_attempt, world.quiz);
    let slot = format!("/api/attempts/{attempt}/slots/0");
    let save = |response: Value| json!({ "sequence": 9, "response": response });
    let truth = save(json!({ "type": "truth", "value": true }));
    let put = |status, code| case(Learner, "PUT", slot.clone(), status, code);
    let nested = format!("{{\"sequence\":9,\"response\":{}", "{\"a\":".repeat(50_000));
    vec![
        put(422, "malformed_json").body(JSON, "{\"sequence\": 9, \"response\": {\"type\":"),
        put(422, "malformed_json").body(JSON, ""),
        put(422, "malformed_json").body(JSON, b"{\"sequence\": 9, \"response\": \"\xff\xfe\"}".to_vec()),
        put(422, "malformed_json").body(JSON, truth.to_string() + "{}"),
        put(422, "").body(JSON, nested),
        put(422, "wrong_shape").json(&json!({ "sequence": "one", "response": { "type": "empty" } })),
        put(422, "wrong_shape").json(&json!({ "sequence": -1, "response": { "type": "empty" } })),
        put(422, "wrong_shape").json(&json!({ "sequence": 1.5, "response": { "type": "empty" } })),
        put(422, "").body(JSON, "{\"sequence\":1e999,\"response\":{\"type\":\"empty\"}}"),
        put(422, "wrong_shape").json(&json!({ "sequence": 9 })),
        put(422, "wrong_shape").json(&json!({ "sequence": 9, "response": { "type": "telepathy" } })),
        put(422, "wrong_shape")
            .body(JSON, "{\"sequence\":9,\"sequence\":9,\"response\":{\"type\":\"empty\"}}"),
        put(422, "wrong_shape").json(&json!([9, { "type": "empty" }])),
        put(422, "").json(&json!({ "sequence": 0, "response": { "type": "empty" } })),
        put(422, "").json(&json!({ "sequence": 1_u64 << 60, "response": { "type": "empty" } })),
        put(422, "").json(&truth),
        put(422, "").json(&save(json!({ "type": "choice", "option": 4 }))),
        put(422, "").json(&save(json!({ "type": "choice", "option": 70_000 }))),
        put(415, "unsupported_media_type").body("text/plain", truth.to_string()),
        put(415, "encoded_body").json(&truth).header("Content-Encoding", "gzip"),
        put(413, "too_large").json(&save(json!({ "type": "text", "text": "x".repeat(2 * 1024 * 1024) }))),
        put(409, "sequence_reused")
            .json(&json!({ "sequence": 5, "response": { "type": "choice", "option": 3 } })),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/1"), 422, "")
            .json(&save(json!({ "type": "text", "text": "x".repeat(20_000) }))),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/5"), 422, "")
            .json(&save(json!({ "type": "essay", "text": "x".repeat(200_000) }))),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/3"), 422, "")
            .json(&save(json!({ "type": "pairs", "answers": [0] }))),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/6"), 404, "not_found").json(&truth),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/99999"), 404, "not_found").json(&truth),
        case(Learner, "PUT", "/api/attempts/999999/slots/0", 404, "not_found").json(&truth),
        case(Learner, "PUT", "/api/attempts/-1/slots/0", 404, "not_found").json(&truth),
        case(Learner, "PUT", format!("/api/attempts/{others}/slots/0"), 404, "not_found").json(&truth),
        case(Learner, "POST", format!("/api/attempts/{others}/submit"), 404, "not_found"),
        case(Learner, "GET", format!("/api/attempts/{others}"), 404, "not_found"),
        case(Learner, "GET", format!("/api/attempts/{others}/review"), 404, "not_found"),
        case(Learner, "GET", format!("/api/attempts/{others}/receipts"), 404, "not_found"),
        case(Learner, "GET", format!("/api/attempts/{attempt}/log"), 403, "forbidden"),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/answers"), 422, "")
            .json(&json!({ "answers": [] })),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/answers"), 422, "").json(&json!({ "answers": [
            { "slot": 0, "sequence": 9, "response": { "type": "choice", "option": 0 } },
            { "slot": 1, "sequence": 9, "response": { "type": "choice", "option": 0 } }
        ] })),
        case(Learner, "POST", format!("/api/attempts/{attempt}/reports"), 422, "")
            .json(&json!({ "reports": [] })),
        case(Learner, "POST", "/api/quizzes/999999/attempts", 404, "not_found").json(&json!({})),
        case(Learner, "POST", format!("/api/quizzes/{quiz}/attempts"), 422, "wrong_shape").json(&json!([])),
        case(Learner, "PUT", format!("/api/attempts/{attempt}/slots/0/mark"), 403, "forbidden")
            .json(&json!({ "points": 1 })),
        case(Who::Teacher, "PUT", format!("/api/attempts/{attempt}/slots/0/mark"), 409, "attempt_running")
            .json(&json!({ "points": 1 })),
        case(Who::Teacher, "PUT", format!("/api/attempts/{attempt}/slots/0/mark"), 422, "")
            .json(&json!({ "points": 2 })),
    ]
}

/// People who are not who they say, or may not.
fn identities(world: &World) -> Vec<Case> {
    use Who::{Administrator, Learner, Nobody, SignedOut, Teacher};
    let course = world.school.course;
    let slot = format!("/api/attempts/{}/slots/0", world.attempt);
    let save = json!({ "sequence": 9, "response": { "type": "choice", "option": 0 } });
    let Credential::Cookie { cookie, .. } = &world.learner.credential else {
        panic!("learners have cookies")
    };
    vec![
        case(Nobody, "PUT", slot.clone(), 401, "unauthenticated").json(&save),
        case(SignedOut, "PUT", slot.clone(), 401, "unauthenticated").json(&save),
        case(SignedOut, "GET", "/api/me", 401, "unauthenticated"),
        case(Nobody, "GET", "/api/me", 401, "unauthenticated").header("Authorization", "Bearer nonsense"),
        case(Nobody, "GET", "/api/me", 401, "unauthenticated").header("Authorization", "Basic QTpC"),
        case(Nobody, "GET", "/api/me", 401, "unauthenticated").header("Authorization", "Bearer lyt_nonsense"),
        case(Nobody, "GET", "/api/me", 401, "unauthenticated").header("Cookie", "lyceum_session=%00; x"),
        case(Nobody, "PUT", slot.clone(), 403, "").json(&save).header("Cookie", cookie.clone()),
        case(Nobody, "PUT", slot.clone(), 403, "")
            .json(&save)
            .header("Cookie", cookie.clone())
            .header("X-CSRF-Token", "guess"),
        case(Nobody, "POST", "/api/session", 401, "")
            .json(&json!({ "username": "nobody.at.all", "password": "x" })),
        case(Nobody, "POST", "/api/session", 401, "")
            .json(&json!({ "username": "l0000", "password": "wrong" })),
        case(Nobody, "POST", "/api/session", 422, "")
            .json(&json!({ "username": "l0000", "password": "x".repeat(5000) })),
        case(Nobody, "POST", "/api/session", 422, "")
            .json(&json!({ "username": "x".repeat(5000), "password": "wrong" })),
        case(Nobody, "POST", "/api/activation", 410, "")
            .json(&json!({ "token": "nonsense", "password": PASSWORD })),
        case(Learner, "GET", "/api/accounts", 403, "forbidden"),
        case(Learner, "GET", "/api/export/roster", 403, "forbidden"),
        case(Learner, "GET", format!("/api/courses/{course}/grades"), 403, "forbidden"),
        case(Learner, "GET", format!("/api/courses/{course}/questions"), 403, "forbidden"),
        case(Learner, "GET", format!("/api/courses/{course}/questions/export"), 403, "forbidden"),
        case(Learner, "GET", format!("/api/questions/{}", world.question), 403, "forbidden"),
        case(Learner, "POST", "/api/courses", 403, "forbidden")
            .json(&json!({ "short_name": "MINE", "title": "Mine" })),
        case(Learner, "POST", "/api/import/roster", 403, "forbidden").body("text/csv", "username\nx\n"),
        case(Learner, "POST", format!("/api/courses/{course}/questions/import"), 403, "forbidden")
            .body("text/plain", "Q{T}"),
        case(Teacher, "POST", "/api/import/roster", 403, "forbidden").body("text/csv", "username\nx\n"),
        case(Teacher, "GET", "/api/accounts/999999/grants", 403, "forbidden"),
        case(Administrator, "GET", "/api/accounts/999999", 404, "not_found"),
        case(Administrator, "GET", "/api/accounts?limit=0", 422, ""),
        case(Administrator, "GET", "/api/accounts?limit=many", 422, ""),
        case(Administrator, "GET", "/api/accounts?after=%21%21", 422, ""),
        case(Administrator, "GET", "/api/courses/abc", 404, ""),
        case(Administrator, "GET", "/api/courses/18446744073709551616", 404, ""),
        case(Administrator, "GET", "/api/files/..%2f..%2fetc%2fpasswd", 404, ""),
        case(Administrator, "GET", "/api/files/%00", 404, ""),
        case(Administrator, "GET", "/api/roles/%ff%fe", 422, ""),
        case(Administrator, "PATCH", "/api/me", 405, "method_not_allowed"),
        case(Administrator, "GET", "/api/nothing/here", 404, "not_found"),
    ]
}

/// Every third name stands for ten of the one before: unfolded it would be ten million of them.
fn entity_bomb() -> String {
    let mut document = "<?xml version=\"1.0\"?><!DOCTYPE quiz [<!ENTITY a0 \"ha\">".to_owned();
    for depth in 1..8 {
        let inner = format!("&a{};", depth - 1).repeat(10);
        write!(document, "<!ENTITY a{depth} \"{inner}\">").unwrap();
    }
    document + "]><quiz><question type=\"essay\"><name><text>&a7;</text></name></question></quiz>"
}

/// Files that are broken, or bombs.
fn files(world: &World) -> Vec<Case> {
    use Who::{Administrator, Teacher};
    let course = world.school.course;
    let roster = |status, code, file: &[u8]| {
        case(Administrator, "POST", "/api/import/roster", status, code).body("text/csv", file)
    };
    let questions = |format: &str, code, file: &[u8]| {
        let path = format!("/api/courses/{course}/questions/import?format={format}");
        case(Teacher, "POST", path, 422, code).body("application/octet-stream", file)
    };
    let grades = |status, file: &str| {
        let path = format!("/api/courses/{course}/grades/import");
        case(Teacher, "POST", path, status, "").body("text/csv", file)
    };
    let file = "<!DOCTYPE q [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><quiz><question type=\"essay\">\
                <name><text>&f;</text></name></question></quiz>";
    let deep = "<quiz>".to_owned() + &"<a>".repeat(100_000);
    // What a gzip of zeros begins with: never unpacked, so its size does not matter.
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xec\xc1\x01\x0d\x00\x00\x00\xc2\xa0".repeat(50);
    vec![
        roster(422, "roster_unreadable", b""),
        roster(422, "roster_unreadable", b"username,firstname\n\"x,y\n"),
        roster(422, "roster_unreadable", b"username,firstname\nx\n"),
        roster(422, "roster_unreadable", b"name,firstname\nx,y\n"),
        roster(422, "roster_unreadable", b"username,username\nx,y\n"),
        roster(422, "roster_unreadable", b"username,firstname\nJos\xe9,y\n"),
        roster(422, "roster_unreadable", b"PK\x03\x04\x14\0\0\0\x08\0"),
        roster(422, "roster_unreadable", &b"a,".repeat(100_000)),
        roster(415, "encoded_body", &gzip).header("Content-Encoding", "gzip"),
        case(Administrator, "POST", "/api/import/roster", 415, "unsupported_media_type")
            .body("text/html", "username\nx\n"),
        case(Administrator, "POST", "/api/import/roster?encoding=klingon", 422, "")
            .body("text/csv", "username\nx\n"),
        questions("gift", "", b"::Q:: What? {=a ~b"),
        questions("gift", "", b"::Q:: What? {=a} and {=b}"),
        questions("gift", "", b"::Q:: What? {#=ten}"),
        questions("gift", "", &gzip),
        Case { status: 415, ..questions("gift", "encoded_body", &gzip) }.header("Content-Encoding", "gzip"),
        questions("moodle_xml", "", b"<quiz><question type=\"essay\"><name><text>x</text>"),
        questions("moodle_xml", "", b"<quiz><question></quiz>"),
        questions("moodle_xml", "", b"\xff\xfe\x00\x00"),
        questions("moodle_xml", "", entity_bomb().as_bytes()),
        questions("moodle_xml", "", file.as_bytes()),
        questions("moodle_xml", "", deep.as_bytes()),
        questions("word", "", b"x"),
        grades(422, "user_id,Nothing [#999999]\n1,2\n"),
        grades(422, "user_id\n\"1\n"),
        grades(422, "username,username\na,b\n"),
        grades(422, ""),
        case(Teacher, "POST", format!("/api/courses/{course}/grades/import"), 415, "encoded_body")
            .body("text/csv", gzip.clone())
            .header("Content-Encoding", "gzip"),
        case(Teacher, "PUT", format!("/api/items/{}/source", world.item), 422, "")
            .body("text/markdown", b"\xff\xfe\xfd".to_vec())
            .header("If-Match", "*"),
        case(Teacher, "PUT", format!("/api/items/{}/source", world.item), 413, "too_large")
            .body("text/markdown", "x".repeat(2 * 1024 * 1024))
            .header("If-Match", "*"),
        case(Teacher, "POST", format!("/api/courses/{course}/question_files"), 422, "")
            .body("application/zip", b"PK\x03\x04".to_vec()),
    ]
}

/// Records that cannot be.
fn records(world: &World) -> Vec<Case> {
    use Who::{Administrator, Teacher};
    let (course, quiz) = (world.school.course, world.quiz);
    let courses = |status, code| case(Teacher, "POST", "/api/courses", status, code);
    let quizzes =
        |facts: Value| case(Teacher, "POST", format!("/api/courses/{course}/quizzes"), 422, "").json(&facts);
    let accounts = |status, name: &str, email: &str| {
        case(Administrator, "POST", "/api/accounts", status, "").json(&json!({
            "username": name, "email": email, "first_name": "A", "last_name": "B"
        }))
    };
    let rename = json!({ "short_name": "EXAM", "title": "Another" });
    vec![
        courses(422, "").json(&json!({ "short_name": "X", "title": "" })),
        courses(422, "").json(&json!({ "short_name": "X", "title": "x".repeat(300) })),
        courses(422, "").json(&json!({ "short_name": "X".repeat(300), "title": "x" })),
        courses(422, "").json(&json!({ "short_name": "X", "title": "a\u{0}b" })),
        courses(422, "").json(&json!({ "short_name": "X", "title": "x", "starts": "tomorrow" })),
        courses(409, "").json(&json!({ "short_name": "exam", "title": "The same" })),
        case(Teacher, "PUT", format!("/api/courses/{course}"), 428, "").body(JSON, rename.to_string()),
        case(Teacher, "PUT", format!("/api/courses/{course}"), 412, "")
            .body(JSON, rename.to_string())
            .header("If-Match", "\"99\""),
        case(Teacher, "PUT", format!("/api/courses/{course}"), 422, "")
            .body(JSON, rename.to_string())
            .header("If-Match", "W/nonsense"),
        case(Teacher, "PUT", "/api/courses/999999", 404, "not_found").json(&rename),
        quizzes(json!({ "name": "" })),
        quizzes(json!({ "name": "x", "opens": "2026-01-02T00:00:00Z", "closes": "2026-01-01T00:00:00Z" })),
        quizzes(json!({ "name": "x", "time_limit_ms": 1 })),
        quizzes(json!({ "name": "x", "slots": [{ "points": -1, "question": 1 }] })),
        quizzes(json!({ "name": "x", "slots": [{ "points": 1 }] })),
        quizzes(json!({ "name": "x", "slots": [{ "points": 1, "draw": { "count": 0, "tag": "drawn" } }] })),
        quizzes(json!({ "name": "x", "slots": vec![json!({ "points": 1, "question": 1 }); 2000] })),
        quizzes(json!({ "name": "x", "networks": ["10.0.0.0/99"] })),
        quizzes(json!({ "name": "x", "access_code": "x".repeat(500) })),
        case(Teacher, "DELETE", format!("/api/quizzes/{quiz}"), 409, "").header("If-Match", "*"),
        case(Teacher, "PUT", format!("/api/quizzes/{quiz}/overrides/users/999999"), 404, "")
            .json(&json!({ "extra_time_ms": 1000 })),
        case(Teacher, "POST", format!("/api/sections/{}/items", world.section), 422, "")
            .json(&json!({ "title": "x", "content": { "kind": "link", "url": "javascript:alert(1)" } })),
        case(Teacher, "POST", format!("/api/courses/{course}/enrolments"), 422, "")
            .json(&json!({ "people": [{ "username": "nobody.at.all" }] })),
        case(Teacher, "DELETE", format!("/api/questions/{}", world.question), 409, "")
            .header("If-Match", "*"),
        case(Teacher, "POST", format!("/api/courses/{course}/grades/items"), 422, "")
            .json(&json!({ "name": "x", "max": -1 })),
        case(Teacher, "POST", format!("/api/courses/{course}/grades/items"), 422, "")
            .json(&json!({ "name": "x", "max": 1e300 })),
        accounts(422, "no spaces", "a@b.example"),
        accounts(422, "fine", "no address"),
        accounts(422, &"x".repeat(300), "a@b.example"),
        accounts(409, "L0000", "new@b.example"),
        accounts(409, "new", "L0@SCHOOL.example"),
        case(Administrator, "POST", "/api/me/tokens", 422, "")
            .json(&json!({ "name": "", "scopes": [], "expires": null })),
        case(Administrator, "PUT", "/api/me/password", 422, "")
            .json(&json!({ "old_password": PASSWORD, "new_password": "principal1" })),
        case(Administrator, "POST", "/api/roles", 422, "")
            .json(&json!({ "name": "learner", "description": "", "permissions": ["fly"] })),
    ]
}

/// Requests that are broken below JSON.
async fn broken_requests(world: &mut World) {
    let path = format!("/api/attempts/{}/slots/0", world.attempt);
    let learner = &world.learner.another();
    let whole = learner.bytes("PUT", &path, &[("Content-Type", JSON)], b"{\"sequence\":9,\"response\":");
    let head = String::from_utf8(whole).unwrap();
    let (head, _) = head.split_once("Content-Length").unwrap();

    // Chunks that are none.
    let reply =
        raw(learner, &format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n")).await;
    let reply = reply.ok_or_else(|| "a chunk without a length is not answered".to_owned());
    let reply = reply.and_then(|reply| problem("a chunk without a length", &reply));
    world.faults.extend(reply.err());

    // Two lengths: what one server reads as a body another reads as a request.
    let reply = raw(learner, &format!("{head}Content-Length: 2\r\nContent-Length: 30\r\n\r\n{{}}")).await;
    world.faults.extend(refused_or_closed("two lengths", reply.as_ref()));
    let reply = raw(learner, &format!("{head}Content-Length: -2\r\n\r\n{{}}")).await;
    world.faults.extend(refused_or_closed("a negative length", reply.as_ref()));

    // Headers without end.
    let reply = raw(learner, &format!("{head}X-Long: {}\r\n\r\n", "x".repeat(1024 * 1024))).await;
    world.faults.extend(refused_or_closed("a header of a megabyte", reply.as_ref()));
    let many = "X-Many: y\r\n".repeat(5000);
    let reply = raw(learner, &format!("{head}{many}\r\n")).await;
    world.faults.extend(refused_or_closed("five thousand headers", reply.as_ref()));
    let reply = raw(learner, "NONSENSE\r\n\r\n").await;
    world.faults.extend(refused_or_closed("no HTTP at all", reply.as_ref()));

    // A body that ends early.
    let mut connection = Connection::open(learner.address).await.unwrap();
    let bytes = format!("{head}Content-Length: 100\r\n\r\n{{\"sequence\":9");
    connection.send_raw(bytes.as_bytes()).await.unwrap();
    connection.finish_sending().await.unwrap();
    let reply = tokio::time::timeout(Duration::from_secs(20), connection.read_answer()).await.unwrap().ok();
    world.faults.extend(refused_or_closed("a body that ends early", reply.as_ref()));

    // After all of that the server is well.
    world.learner.get("/readyz").await.expect(200);
    world.learner.get("/api/me").await.expect(200);
}

/// Sends a text on a connection of its own; the answer, or none when the server hangs up.
async fn raw(client: &Client, text: &str) -> Option<Answer> {
    let mut connection = Connection::open(client.address).await.unwrap();
    connection.send_raw(text.as_bytes()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), connection.read_answer())
        .await
        .expect("an answer or an end")
        .ok()
}

/// What is not even HTTP never reaches the part that writes problem documents.
fn refused_or_closed(what: &str, answer: Option<&Answer>) -> Option<String> {
    answer
        .filter(|answer| !(400..500).contains(&answer.status))
        .map(|answer| format!("{what}: answered with {}", answer.status))
}

/// Half a body and then silence: told off, not waited for.
async fn slow_body(learner: Client, attempt: u64) {
    let path = format!("/api/attempts/{attempt}/slots/0");
    let whole = learner.bytes("PUT", &path, &[("Content-Type", JSON)], &[b' '; 200]);
    let mut connection = Connection::open(learner.address).await.unwrap();
    connection.send_raw(&whole[..whole.len() - 100]).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(40), connection.read_answer()).await;
    let answer = answer.expect("a body that never ends is not waited for").unwrap();
    assert_eq!(problem("a body that never ends", &answer), Ok("slow_body".to_owned()));
}
