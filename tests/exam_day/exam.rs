//! The exam day: three hundred learners start in one second, answer, lose the server to `kill -9` in the middle, go on,
//! hand in or are handed in, and every acknowledged answer is there and graded.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use lyceum::domain::decimal::Decimal;
use serde_json::{Value, json};

use crate::client::{Client, Credential};
use crate::expected::{Keys, decimal, points};
use crate::learner::{Learner, Progress};
use crate::questions::FIXED;
use crate::school::{PASSWORD, School};
use crate::server::Server;
use crate::{gradebook, receipts, run, together};

const LEARNERS: usize = 300;
/// Learners who never hand in.
const LATE: usize = 10;
/// Of them, those who write until the server refuses.
const INTO_THE_DEADLINE: usize = 2;
/// What the late ones have from their start.
const LATE_LIMIT_MS: u64 = 20_000;
/// From the first request to start until the last answer, for all learners.
const STARTS_WITHIN: Duration = Duration::from_secs(1);

pub const SETTINGS: [(&str, &str); 6] = [
    // Three hundred sign-ins at the real cost are ten seconds of nothing but hashing, and what a hash costs is not what
    // this test is about. The smallest that Argon2 allows.
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    // Turns are given by what a start costs, which is several times as much where nothing is optimised.
    ("LYCEUM__LIMITS__STARTS_PER_SECOND", "1000"),
    // So that the deadline is past soon after it came.
    ("LYCEUM__EXAM__GRACE_SECONDS", "1"),
    // Exams are taken on stores that have been there for a while: what the kill leaves behind is a tree and the journal
    // of some seconds.
    ("LYCEUM__STORE__CHECKPOINT_SECONDS", "2"),
    // A test's machine may have a small disk.
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];

#[test]
fn three_hundred_start_in_one_second_and_no_acknowledged_answer_is_lost_to_a_kill_in_the_middle() {
    run(exam_day());
}

async fn exam_day() {
    let begun = Instant::now();
    let mut server = Server::start(&SETTINGS);
    let mut school = School::open(&server, LEARNERS).await;
    gradebook::grade_coursework(&mut school).await;
    let (quiz, quiz_max) = make_quiz(&mut school).await;
    let prepared = begun.elapsed();

    let since = Instant::now();
    let mut learners = sign_in_all(&school, &server).await;
    let signed_in = since.elapsed();

    let started = start_all(&mut learners, quiz).await;
    assert!(started <= STARTS_WITHIN, "{LEARNERS} starts took {started:?}");

    let progress = Arc::new(Progress::default());
    // Each learner saves some forty times.
    progress.middle.store(u64::try_from(LEARNERS * 20).unwrap(), Ordering::Relaxed);
    let since = Instant::now();
    let answering = {
        let progress = progress.clone();
        tokio::spawn(together(learners.into_iter().map(move |mut learner| {
            let progress = progress.clone();
            async move {
                learner.take(&progress).await;
                learner
            }
        })))
    };
    progress.in_the_middle.notified().await;
    let in_flight = progress.in_flight.load(Ordering::Relaxed);
    *progress.killed.lock() = Some(Instant::now());
    server.kill();
    assert!(in_flight >= 100, "the kill hit {in_flight} saves in flight");
    let acknowledged_before = progress.acknowledged.load(Ordering::Relaxed);
    server.spawn();
    let listens_again = progress.killed.lock().unwrap().elapsed();
    let learners = answering.await.unwrap();
    let answered = since.elapsed();
    let away = progress.back.lock().expect("somebody had to try again after the kill");
    assert!(progress.retries.load(Ordering::Relaxed) > 0);

    let since = Instant::now();
    let learners = hand_in_all(learners).await;
    let handed_in = since.elapsed();
    let learners = write_into_the_deadline(learners, &progress).await;
    let rows = wait_for_the_deadline(&mut school, quiz).await;

    let by_hand = mark_essays(&mut school, quiz).await;
    let marks = check_attempts(&school, &learners, &rows, &by_hand).await;
    gradebook::check(&mut school, quiz, quiz_max, &marks).await;
    check_own_views(learners, &marks, school.course).await;

    server.stop();
    let verified = server.verify();
    summary(&progress);
    println!(
        "exam day: prepared in {prepared:.1?}; {LEARNERS} sign-ins in {signed_in:.1?}; {LEARNERS} starts in \
         {started:.0?} ({:.0}/s); answering took {answered:.1?}; killed with {in_flight} saves in flight after \
         {acknowledged_before} acknowledged, listening again after {listens_again:.0?}, first save after {away:.0?}; handing in took {handed_in:.1?}; {} essays marked; \
         verify: {}; all in {:.1?}",
        f64::from(u32::try_from(LEARNERS).unwrap()) / started.as_secs_f64(),
        by_hand.len(),
        verified.trim(),
        begun.elapsed(),
    );
}

fn summary(progress: &Progress) {
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let mut latencies = progress.latencies_us.lock().clone();
    latencies.sort_unstable();
    let at = |hundredth: usize| latencies[(latencies.len() - 1) * hundredth / 100] / 1000;
    println!(
        "exam day: {} requests, {} saves, {} repeats, {} superseded, {} tries again; saves took p50 {} ms, p99 {} ms",
        count(&progress.sent),
        count(&progress.acknowledged),
        count(&progress.repeated),
        count(&progress.superseded),
        count(&progress.retries),
        at(50),
        at(99),
    );
}

/// A quiz of fixed questions and draws: 15 questions, shuffled, with a window and a time limit.
async fn make_quiz(school: &mut School) -> (u64, Decimal) {
    let questions = school.questions().await;
    let mut slots: Vec<Value> = FIXED
        .iter()
        .map(|(name, points)| {
            let found = questions.iter().find(|row| row["name"] == *name).unwrap();
            json!({ "points": points, "question": found["id"] })
        })
        .collect();
    let pool = school.category("Pool").await;
    slots.push(json!({ "points": 1, "draw": { "count": 3, "category": pool } }));
    slots.push(json!({ "points": 0.75, "draw": { "count": 2, "tag": "drawn" } }));
    let now = lyceum::clock::Clock::System.now();
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    let mut facts = json!({
        "name": "Final exam", "slots": slots, "shuffle_questions": true, "shuffle_options": true,
        "opens": now, "closes": now.plus(Duration::from_hours(1)), "time_limit_ms": 1_800_000,
        "attempts_allowed": 1, "review": { "after_submit": all, "after_close": all }
    });
    let path = format!("/api/courses/{}/quizzes", school.course);
    let made = school.teacher.post(&path, &facts).await.expect(201).json();
    let quiz = made["id"].as_u64().unwrap();
    let checked = school.teacher.get(&format!("/api/quizzes/{quiz}/check")).await.expect(200).json();
    assert_eq!(checked["ready"], json!(true), "{checked}");
    facts["published"] = json!(true);
    let made = school.teacher.put(&format!("/api/quizzes/{quiz}"), &facts).await.expect(200).json();
    assert_eq!(made["questions"], json!(15));
    let section = json!({ "title": "The exam" });
    let path = format!("/api/courses/{}/sections", school.course);
    let section = school.teacher.post(&path, &section).await.expect(201).json()["id"].clone();
    let item = json!({ "title": "Final exam", "content": { "kind": "quiz", "quiz": quiz } });
    school.teacher.post(&format!("/api/sections/{section}/items"), &item).await.expect(201);
    for (user, _) in &school.learners[..LATE] {
        let path = format!("/api/quizzes/{quiz}/overrides/users/{user}");
        school.teacher.put(&path, &json!({ "time_limit_ms": LATE_LIMIT_MS })).await.expect(200);
    }
    (quiz, decimal(&made["max_points"]))
}

/// Everybody signs in at once, most with cookies as browsers do, every fifth with a bearer token.
async fn sign_in_all(school: &School, server: &Server) -> Vec<Learner> {
    let address = server.address;
    let people = school.learners.clone().into_iter().enumerate();
    together(people.map(move |(place, (user, username))| async move {
        let mut client = Client::new(address, Credential::None);
        client.sign_in(&username, PASSWORD, place % 5 == 0).await;
        Learner::new(user, client, place < LATE)
    }))
    .await
}

/// Everybody starts at once. How long from the first request to the last answer?
async fn start_all(learners: &mut Vec<Learner>, quiz: u64) -> Duration {
    for learner in learners.iter_mut() {
        learner.client.connect().await;
    }
    let gate = Arc::new(tokio::sync::Barrier::new(learners.len()));
    let results = together(std::mem::take(learners).into_iter().map(|mut learner| {
        let gate = gate.clone();
        async move {
            let json = [("Content-Type", "application/json")];
            let bytes = learner.client.bytes("POST", &format!("/api/quizzes/{quiz}/attempts"), &json, b"{}");
            gate.wait().await;
            let sent = Instant::now();
            let reply = learner.client.try_send(&bytes).await.unwrap();
            let answered = Instant::now();
            learner.attempt = reply.expect(201).json();
            // Once more, as an impatient finger does: the same attempt.
            (learner, sent, answered, bytes)
        }
    }))
    .await;
    let first = results.iter().map(|(_, sent, ..)| *sent).min().unwrap();
    let last = results.iter().map(|(_, _, answered, _)| *answered).max().unwrap();
    *learners =
        together(results.into_iter().enumerate().map(|(place, (mut learner, _, _, bytes))| async move {
            if place % 7 == 0 {
                let again = learner.client.try_send(&bytes).await.unwrap().expect(200).json();
                assert_eq!(again["id"], learner.attempt["id"]);
            }
            learner
        }))
        .await;
    let ids: std::collections::HashSet<u64> = learners.iter().map(Learner::attempt_id).collect();
    assert_eq!(ids.len(), LEARNERS);
    let orders: std::collections::HashSet<String> =
        learners.iter().map(|learner| learner.attempt["slots"].to_string()).collect();
    assert!(orders.len() > LEARNERS * 9 / 10, "papers are shuffled; {} are different", orders.len());
    last - first
}

/// Everybody but the late ones hands in.
async fn hand_in_all(learners: Vec<Learner>) -> Vec<Learner> {
    together(learners.into_iter().enumerate().map(move |(place, mut learner)| async move {
        if !learner.is_late {
            learner.hand_in(place % 10 == 0).await;
        }
        learner
    }))
    .await
}

/// Some of the late ones write on until the server refuses.
async fn write_into_the_deadline(learners: Vec<Learner>, progress: &Arc<Progress>) -> Vec<Learner> {
    let progress = progress.clone();
    together(learners.into_iter().enumerate().map(move |(place, mut learner)| {
        let progress = progress.clone();
        async move {
            if place < INTO_THE_DEADLINE {
                learner.write_into_the_deadline(&progress).await;
            }
            learner
        }
    }))
    .await
}

/// Asks until nobody's attempt runs any more; all attempts by learner.
async fn wait_for_the_deadline(school: &mut School, quiz: u64) -> HashMap<u64, Value> {
    let until = Instant::now() + Duration::from_secs(40);
    loop {
        let rows = school.teacher.list(&format!("/api/quizzes/{quiz}/attempts")).await;
        assert_eq!(rows.len(), LEARNERS);
        if rows.iter().all(|row| !row["finished"].is_null()) {
            return rows.into_iter().map(|row| (row["user"].as_u64().unwrap(), row)).collect();
        }
        assert!(Instant::now() < until, "the deadline does not hand in");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Marks what waits for a mark by hand; the points by attempt and slot.
pub async fn mark_essays(school: &mut School, quiz: u64) -> BTreeMap<(u64, u64), Decimal> {
    let mut given = BTreeMap::new();
    for row in school.teacher.list(&format!("/api/quizzes/{quiz}/awaiting-marks")).await {
        let attempt = row["attempt"].as_u64().unwrap();
        for slot in row["waiting"].as_array().unwrap() {
            let slot = slot.as_u64().unwrap();
            let points: Decimal = format!("{}.{}5", attempt % 4, slot % 10).parse().unwrap();
            let mark = json!({ "points": points, "comment": "Read with <interest> & care." });
            let path = format!("/api/attempts/{attempt}/slots/{slot}/mark");
            school.teacher.put(&path, &mark).await.expect(200);
            given.insert((attempt, slot), points);
        }
    }
    assert!(given.len() > LEARNERS / 2, "{} essays", given.len());
    let left = school.teacher.list(&format!("/api/quizzes/{quiz}/awaiting-marks")).await;
    assert_eq!(left, Vec::<Value>::new());
    given
}

/// Every attempt shows the last acknowledged responses and the marks that they earn; points by learner.
async fn check_attempts(
    school: &School,
    learners: &[Learner],
    rows: &HashMap<u64, Value>,
    by_hand: &BTreeMap<(u64, u64), Decimal>,
) -> HashMap<u64, Decimal> {
    let mut teacher = school.teacher.another();
    let mut keys = Keys::default();
    let mut marks = HashMap::new();
    let (mut at_the_deadline, mut right, mut wrong) = (0, 0, 0);
    for learner in learners {
        let attempt = learner.attempt_id();
        let chain = receipts::check(learner, &mut teacher).await;
        for (slot, sequence, response) in &chain {
            let sent = learner.sent.iter().find(|save| (save.slot, save.sequence) == (*slot, *sequence));
            assert_eq!(&sent.expect("only what was sent is saved").response, response);
        }
        let view = teacher.get(&format!("/api/attempts/{attempt}/review")).await.expect(200).json();
        let mut sum = Decimal::ZERO;
        for slot in view["slots"].as_array().unwrap() {
            let at = slot["slot"].as_u64().unwrap();
            check_response(learner, slot, &chain);
            let of = decimal(&slot["max_points"]);
            let by_key = points(keys.of(slot, &mut teacher).await, &slot["question"], &slot["response"], of);
            let expected = by_key.unwrap_or_else(|| by_hand[&(attempt, at)]);
            assert_eq!(slot["mark"]["by_hand"], json!(by_key.is_none()), "{slot}");
            assert_eq!(decimal(&slot["mark"]["points"]), expected, "{slot}");
            sum += expected;
            right += u32::from(expected == of);
            wrong += u32::from(expected <= Decimal::ZERO);
        }
        let sum = sum.max_zero();
        assert_eq!(decimal(&view["points"]), sum, "{view}");
        let row = &rows[&learner.user];
        let by = if learner.is_late { "deadline" } else { "learner" };
        assert_eq!((&row["attempt"], &row["finished_by"]), (&json!(attempt), &json!(by)));
        at_the_deadline += usize::from(learner.is_late);
        marks.insert(learner.user, sum);
    }
    assert_eq!(at_the_deadline, LATE);
    assert!(right > 500 && wrong > 500, "{right} right and {wrong} wrong responses: a test of both");
    marks
}

/// What a slot shows was saved last, and nothing that was acknowledged is newer.
fn check_response(learner: &Learner, slot: &Value, chain: &[(u64, u64, Value)]) {
    let at = slot["slot"].as_u64().unwrap();
    let last = chain.iter().rev().find(|(of, ..)| *of == at);
    assert_eq!(slot["response"], last.map_or(Value::Null, |(_, _, response)| response.clone()), "{slot}");
    let saved = last.map_or(0, |(_, sequence, _)| *sequence);
    let acknowledged = learner.receipts.iter().filter(|receipt| receipt.slot == at);
    let newest = acknowledged.map(|receipt| receipt.sequence.max(receipt.sent_sequence)).max().unwrap_or(0);
    assert!(saved >= newest, "{newest} was acknowledged and {saved} is there: {slot}");
    let sent = learner.sent.iter().filter(|save| save.slot == at).map(|save| save.sequence).max();
    assert!(learner.refused || Some(saved) == sent, "all was acknowledged, so the last one is there: {slot}");
}

/// Learners see their own points, and nobody else's.
async fn check_own_views(learners: Vec<Learner>, marks: &HashMap<u64, Decimal>, course: u64) {
    let others: Vec<u64> = learners.iter().map(Learner::attempt_id).collect();
    for (place, mut learner) in learners.into_iter().enumerate().step_by(25) {
        let path = format!("/api/attempts/{}/review", learner.attempt_id());
        let view = learner.client.get(&path).await.expect(200).json();
        assert_eq!(decimal(&view["points"]), marks[&learner.user]);
        let grades = learner.client.get(&format!("/api/courses/{course}/grades/me")).await.expect(200).text();
        assert!(grades.contains("Final exam"), "{grades}");
        let other = others[(place + 1) % others.len()];
        learner.client.get(&format!("/api/attempts/{other}/review")).await.expect(404);
        learner.client.get(&format!("/api/courses/{course}/grades")).await.expect(403);
    }
}
