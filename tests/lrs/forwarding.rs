//! Forwarding to a store that takes what it gets: order, selection, files of any length, pauses, restarts, loops.

use std::time::Duration;

use lyceum::clock::{Clock, Timestamp};
use lyceum::domain::xapi::credential::LrsScope;
use lyceum::domain::xapi::forward::edit::TargetFacts;
use lyceum::domain::xapi::multipart;
use lyceum::domain::xapi::version::Version;
use serde_json::{Value, json};

use crate::files::{body, hash, part, post, with_files};
use crate::support::{Lrs, START, id, statement};
use crate::target::{Reply, Scripted, facts, facts_of, say};

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(id).collect()
}

fn post_all(lrs: &Lrs, numbers: std::ops::Range<u32>) {
    lrs.post(&numbers.map(statement).collect::<Value>());
}

#[test]
fn everything_arrives_in_the_order_in_which_it_was_stored() {
    let (source, target) = (Lrs::start(), Lrs::start());
    let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
    post_all(&source, 1..121);
    let way = source.forward(facts_of(&target, &key));
    source.running.clock.advance(Duration::from_secs(30));
    let lag = source.lag(way);
    assert_eq!((lag.statements, lag.age.as_secs()), (120, 30), "the first was stored half a minute ago");
    let text = source.metrics();
    for name in ["delivered_total", "failed_tries_total"] {
        assert!(text.contains(&format!("lyceum_forward_{name}{{target=\"{way}\"}} 0\n")), "{text}");
    }
    assert_eq!(source.run(), 3);
    assert_eq!(target.found("ascending=true&limit=500"), ids(1..121));
    let progress = source.progress(way);
    assert_eq!((progress.delivered, progress.delivered_at), (120, Some(source.running.clock.now())));
    assert_eq!(source.lag(way).statements, 0);
    assert_eq!(source.run(), 0, "nothing is sent twice");
    // What is stored later goes, too, with its own time and none of what each store sets.
    source.post(&statement(121));
    assert_eq!(source.run(), 1);
    let ours = source.get(&format!("statements?statementId={}", id(121))).send().json();
    let theirs = target.get(&format!("statements?statementId={}", id(121))).send().status(200).json();
    assert_eq!((&theirs["timestamp"], &theirs["actor"]), (&ours["timestamp"], &ours["actor"]));
    assert_eq!(theirs["authority"]["name"], "Source");
    let text = source.metrics();
    assert!(text.contains(&format!("lyceum_forward_delivered_total{{target=\"{way}\"}} 121")), "{text}");
    assert!(text.contains(&format!("lyceum_forward_behind_statements{{target=\"{way}\"}} 0")), "{text}");
    assert!(text.contains(&format!("lyceum_forward_dead_letters{{target=\"{way}\"}} 0")), "{text}");
}

#[test]
fn a_request_says_who_sends_and_in_which_version() {
    let (source, target) = (Lrs::start(), Scripted::start());
    source.post(&statement(1));
    let token = TargetFacts { key: None, version: Version::One, ..facts(&target.endpoint) };
    source.forward(token);
    source.forward(facts(&target.endpoint));
    source.run();
    let asked = target.asked();
    let said: Vec<_> = asked
        .iter()
        .map(|asked| (asked.header("x-experience-api-version"), asked.header("authorization")))
        .collect();
    assert_eq!(said, [(Some("1.0.3"), Some("Bearer s3cret")), (Some("2.0.0"), Some("Basic dXM6czNjcmV0"))]);
    assert_eq!(asked[0].line, "POST /xapi/statements HTTP/1.1");
    let sent: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert!(sent[0].get("stored").is_none(), "{sent}");
    assert_eq!(sent[0]["version"], "2.0.0", "as it was accepted, whatever the target speaks");
}

#[test]
fn from_now_on_means_what_is_stored_from_now_on() {
    let (source, target) = (Lrs::start(), Scripted::start());
    post_all(&source, 1..4);
    let actor = lyceum::domain::access::Actor::program(source.running.clock.now());
    let new = facts(&target.endpoint).parse().unwrap();
    let store = &source.running.state.store;
    let make = move |txn: &mut lyceum::store::Txn<'_>| {
        lyceum::domain::xapi::forward::edit::create(txn, &actor, new, None)
    };
    store.write_blocking(lyceum::store::Class::Interactive, make).unwrap();
    assert_eq!(source.run(), 0);
    post_all(&source, 4..6);
    source.run();
    assert_eq!(target.taken(), ids(4..6));
}

#[test]
fn only_what_is_selected_goes_and_what_voids_it_goes_along() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let verb = |number, verb: &str| {
        let mut one = statement(number);
        one["verb"]["id"] = json!(verb);
        one
    };
    let mut inside = verb(3, "http://example.com/passed");
    inside["context"] = json!({ "contextActivities": { "parent": [{ "id": "http://example.com/parent" }] } });
    let mut other = verb(4, "http://example.com/passed");
    other["actor"] = json!({ "mbox": "mailto:grace@example.com" });
    let mut void = verb(5, "http://adlnet.gov/expapi/verbs/voided");
    void["object"] = json!({ "objectType": "StatementRef", "id": id(2) });
    source.post(&json!([
        verb(1, "http://example.com/looked"),
        verb(2, "http://example.com/failed"),
        inside,
        other,
        void
    ]));
    let verbs = vec!["http://example.com/passed".to_owned(), "http://example.com/failed".to_owned()];
    let cases: [(TargetFacts, &[u32]); 4] = [
        (TargetFacts { verbs, ..facts(&target.endpoint) }, &[2, 3, 4, 5]),
        (
            TargetFacts { activity: Some("http://example.com/parent".to_owned()), ..facts(&target.endpoint) },
            &[3],
        ),
        (
            TargetFacts {
                agent: Some(r#"{"mbox":"mailto:grace@example.com"}"#.to_owned()),
                activity: Some("http://example.com/course".to_owned()),
                ..facts(&target.endpoint)
            },
            &[4],
        ),
        (
            TargetFacts { activity: Some("http://example.com/none".to_owned()), ..facts(&target.endpoint) },
            &[],
        ),
    ];
    for (facts, expected) in cases {
        let before = target.taken().len();
        let way = source.forward(facts);
        source.run();
        assert_eq!(target.taken()[before..], ids(expected.iter().copied()));
        assert_eq!(source.lag(way).statements, 0, "what is not selected does not wait");
    }
}

fn voids(number: u32, target: u32) -> Value {
    let mut one = statement(number);
    one["actor"] = json!({ "mbox": "mailto:grace@example.com" });
    one["verb"]["id"] = json!("http://adlnet.gov/expapi/verbs/voided");
    one["object"] = json!({ "objectType": "StatementRef", "id": id(target) });
    one
}

#[track_caller]
fn is_voided(lrs: &Lrs, number: u32) -> bool {
    lrs.get(&format!("statements?statementId={}", id(number))).send().code == 404
        && lrs.get(&format!("statements?voidedStatementId={}", id(number))).send().code == 200
}

#[test]
fn what_was_voided_before_it_came_arrives_with_what_voids_it_whatever_is_selected() {
    let (source, all, some) = (Lrs::start(), Lrs::start(), Lrs::start());
    let course = Some("http://example.com/course".to_owned());
    let to = |lrs: &Lrs| facts_of(lrs, &lrs.credential("Source", &[LrsScope::StatementsWrite], &[]));
    let first = source.forward(to(&all));
    let second = source.forward(TargetFacts { activity: course.clone(), ..to(&some) });
    // Its turn is over when it is not known yet what it is about.
    source.post(&voids(9, 1));
    source.run();
    assert_eq!((all.found(""), some.found("")), (ids([9]), vec![]));
    // A target that gets what is stored from now on.
    let late = Scripted::start();
    let actor = lyceum::domain::access::Actor::program(source.running.clock.now());
    let new = facts(&late.endpoint).parse().unwrap();
    let make = move |txn: &mut lyceum::store::Txn<'_>| {
        lyceum::domain::xapi::forward::edit::create(txn, &actor, new, None)
    };
    source.running.state.store.write_blocking(lyceum::store::Class::Interactive, make).unwrap();
    source.post(&json!([statement(1), statement(2)]));
    source.run();
    for target in [&source, &all, &some] {
        assert!(is_voided(target, 1) && !is_voided(target, 2));
    }
    assert_eq!(late.taken(), ids([1, 9, 2]));
    assert_eq!((source.letters(first), source.letters(second)), (vec![], vec![]));
    // From the beginning each goes once, what voids behind what is voided.
    let whole = Scripted::start();
    let way = source.forward(TargetFacts { activity: course, ..facts(&whole.endpoint) });
    source.run();
    assert_eq!((whole.taken(), source.progress(way).delivered), (ids([1, 9, 2]), 3));
    assert_eq!(source.lag(way).statements, 0);
}

#[test]
fn a_voided_statement_is_not_done_before_what_voids_it_is_there() {
    let (source, target) = (Lrs::start(), Scripted::start());
    source.post(&voids(9, 1));
    source.post(&statement(1));
    source.post(&statement(2));
    let way = source.forward(facts(&target.endpoint));
    // All three, the first, what voids it: the machine fails.
    target.script([say(400), say(200), say(500)]);
    source.run();
    source.running.clock.advance(Duration::from_secs(2));
    source.run();
    assert_eq!(target.taken(), ids([1, 1, 9, 2]), "both again");
    assert_eq!((source.letters(way), source.lag(way).statements), (vec![], 0));
    // One that is not wanted is put aside, and the other one goes all the same.
    let other = Scripted::start();
    let way = source.forward(facts(&other.endpoint));
    other.judge(|asked| say(if asked.ids().contains(&id(1)) { 400 } else { 200 }));
    // All three, the first, whether it is there, voided or not, the other two.
    other.script([say(400), say(400), say(404), say(404), say(503)]);
    source.run();
    source.running.clock.advance(Duration::from_secs(2));
    source.run();
    assert_eq!(other.taken(), ids([9, 2]));
    let letters: Vec<_> = source.letters(way).iter().map(|letter| letter.status).collect();
    assert_eq!((letters, source.lag(way).statements), (vec![Some(400)], 0));
}

#[test]
fn what_voids_and_what_is_voided_become_letters_like_others_when_the_target_fails_at_them() {
    for of_the_voided in [200, 400] {
        let (source, target) = (Lrs::start(), Scripted::start());
        let way = source.forward(facts(&target.endpoint));
        // What it took shows later that it works.
        source.post(&statement(3));
        source.run();
        source.post(&voids(9, 1));
        source.post(&statement(1));
        source.post(&statement(2));
        target.judge(move |asked| {
            let (voids, voided) = (asked.ids().contains(&id(9)), asked.ids().contains(&id(1)));
            say(if voids {
                500
            } else if voided {
                of_the_voided
            } else {
                200
            })
        });
        let mut turns = 0;
        while source.lag(way).statements > 0 {
            turns += 1;
            assert!(turns < 60, "it stands still: {of_the_voided}");
            source.run();
            source.running.clock.advance(Duration::from_mins(11));
        }
        let letters: Vec<_> = source.letters(way).iter().map(|letter| letter.status).collect();
        let expected = if of_the_voided == 200 { vec![Some(500)] } else { vec![Some(500), Some(400)] };
        assert_eq!(letters, expected);
        assert!(target.taken().contains(&id(2)));
    }
}

/// Over there one credential writes what several have written here.
#[test]
fn what_a_credential_may_not_void_here_is_voided_nowhere() {
    let source = Lrs::with(|config| config.jobs.parallel = 0);
    let key = |name| source.credential(name, &[LrsScope::StatementsWrite], &[]);
    let (tool, other) = (key("Tool"), key("Other"));
    let send = |key, one: &Value| source.request("POST", "statements").by(key).json(one).send().status(200);
    let target = Lrs::start();
    let way = source.forward(facts_of(&target, &target.credential("Source", &[LrsScope::All], &[])));
    send(&tool, &json!([voids(11, 1), voids(12, 2), voids(13, 3)]));
    source.run();
    send(&other, &statement(1));
    send(&tool, &statement(2));
    source.run();
    // Voiding what voids changes nothing, and is told.
    send(&tool, &voids(14, 12));
    source.run();
    let text = source.api("GET", "/api/export/statements").send().status(200).text();
    let told: Vec<String> =
        crate::export::lines(&text).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ids([1, 12, 2, 14]), "and 13 is told when its target comes, and it may void it");
    let elsewhere = Lrs::with(|config| config.jobs.parallel = 0);
    crate::import::import(&elsewhere, "", "application/x-ndjson", text);
    for lrs in [&source, &target, &elsewhere] {
        assert!(!is_voided(lrs, 1) && is_voided(lrs, 2));
    }
    assert_eq!((source.letters(way), target.found("ascending=true")), (vec![], ids([1, 12, 14])));
    // What is new since an export has what voids it, also when that is older.
    let last = source.get(&format!("statements?statementId={}", id(1))).send().json();
    let path = format!("/api/export/statements?after={}", last["stored"].as_str().unwrap());
    let text = source.api("GET", &path).send().status(200).text();
    let told: Vec<Value> = crate::export::lines(&text).iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, ids([12, 2, 14]));
}

#[test]
fn files_go_along_or_are_left_out() {
    let source = Lrs::start();
    let bytes = b"four\r\n--b\0\xff";
    let hash = lyceum::store::blobs::name_of(bytes);
    let mut with_file = statement(1);
    with_file["attachments"] = json!([{ "usageType": "http://example.com/file", "display": { "en": "x" },
        "contentType": "text/x-test", "length": bytes.len(), "sha2": hash }]);
    let head =
        format!("--edge\r\nContent-Type: application/json\r\n\r\n{}", json!([with_file, statement(2)]));
    let part = format!(
        "\r\n--edge\r\nContent-Type: text/x-test\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {hash}\r\n\r\n"
    );
    let body = [head.as_bytes(), part.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    source.request("POST", "statements").body("multipart/mixed; boundary=edge", body).send().status(200);
    for attachments in [true, false] {
        let target = Lrs::start();
        let key = target.credential("Source", &[LrsScope::All], &[]);
        let way = source.forward(TargetFacts { attachments, ..facts_of(&target, &key) });
        source.run();
        assert_eq!(source.letters(way), []);
        assert_eq!(target.found("ascending=true"), ids(1..3));
        let got = target.get("statements?attachments=true").send().status(200);
        let there = got.bytes.windows(bytes.len()).any(|window| window == bytes);
        assert_eq!(there, attachments);
    }
}

#[test]
fn files_of_any_length_are_sent_from_where_they_are() {
    let (source, target) = (Lrs::with(|config| config.jobs.parallel = 0), Scripted::start());
    // More than would be held in memory for one request.
    let bytes = vec![7; 65 * 1024 * 1024];
    source.running.state.blobs.put(&bytes).unwrap();
    let line = with_files(1, &[&bytes]).to_string();
    let answer = source.api("POST", "/api/import/statements").body("application/x-ndjson", line).send();
    let job = answer.status(202).json()["id"].as_u64().unwrap();
    lyceum::jobs::do_chunks(&source.running.state, lyceum::domain::ids::JobId(job), usize::MAX);
    let way = source.forward(facts(&target.endpoint));
    source.run();
    assert_eq!((source.letters(way), source.progress(way).delivered), (vec![], 1));
    let asked = target.asked().pop().unwrap();
    assert_eq!(asked.header("transfer-encoding"), None, "the length is said before");
    let media = asked.header("content-type").unwrap();
    let boundary = multipart::boundary(media).unwrap();
    let parts = multipart::parts([asked.body.as_slice()], &boundary).unwrap();
    assert_eq!(parts[1].head.header("x-experience-api-hash"), Some(hash(&bytes).as_str()));
    assert!(parts.len() == 2 && parts[1].body == bytes);
}

#[test]
fn a_pause_holds_everything_back_and_loses_nothing() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    post_all(&source, 1..3);
    source.pause(way, true);
    assert_eq!(source.run(), 0);
    assert_eq!((target.asked().len(), source.lag(way).statements), (0, 2));
    source.pause(way, false);
    source.run();
    assert_eq!(target.taken(), ids(1..3));
}

#[test]
fn a_restart_goes_on_where_it_was_and_repeats_only_what_was_not_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let target = Scripted::start();
    let clock = Clock::fixed(START.parse::<Timestamp>().unwrap());
    let open = || Lrs::start_with(clock.clone(), |config| config.store.directory = home.path().join("store"));
    let source = open();
    post_all(&source, 1..121);
    let way = source.forward(facts(&target.endpoint));
    // The second batch arrives, but nobody hears of it.
    target.script([say(200), Reply::Hang]);
    source.run();
    assert_eq!(source.progress(way).delivered, 50);
    assert_eq!(target.asked().last().unwrap().ids(), ids(51..101));
    drop(source);
    let source = open();
    clock.advance(Duration::from_secs(2));
    source.run();
    assert_eq!(target.taken(), ids(1..121), "in order, none lost; the batch without an answer came again");
    assert_eq!(source.progress(way).delivered, 120);
}

#[test]
fn a_loop_of_two_stores_ends_because_both_know_the_statements() {
    let (one, two) = (Lrs::start(), Lrs::start());
    let (of_one, of_two) =
        (one.credential("Two", &[LrsScope::All], &[]), two.credential("One", &[LrsScope::All], &[]));
    let (there, back) = (one.forward(facts_of(&two, &of_two)), two.forward(facts_of(&one, &of_one)));
    one.post(&statement(1));
    two.post(&statement(2));
    let mut rounds = 0;
    while one.run() + two.run() > 0 {
        rounds += 1;
        assert!(rounds < 5, "they send to each other for ever");
    }
    for lrs in [&one, &two] {
        let mut found = lrs.found("");
        found.sort();
        assert_eq!(found, ids(1..3));
    }
    assert_eq!((one.letters(there), two.letters(back)), (vec![], vec![]));
}

#[test]
fn a_loop_ends_for_statements_with_files_too_whichever_way_the_files_go() {
    for (files_there, files_back) in [(true, true), (true, false), (false, true), (false, false)] {
        let (one, two) = (Lrs::start(), Lrs::start());
        let (of_one, of_two) =
            (one.credential("Two", &[LrsScope::All], &[]), two.credential("One", &[LrsScope::All], &[]));
        let there = one.forward(TargetFacts { attachments: files_there, ..facts_of(&two, &of_two) });
        let back = two.forward(TargetFacts { attachments: files_back, ..facts_of(&one, &of_one) });
        for (lrs, number) in [(&one, 1), (&two, 2)] {
            let mut both = with_files(number, &[b"here"]);
            let mut elsewhere = both["attachments"][0].clone();
            elsewhere["fileUrl"] = json!("http://example.com/file");
            elsewhere["sha2"] = json!(hash(b"elsewhere"));
            both["attachments"].as_array_mut().unwrap().push(elsewhere);
            post(lrs, body(&both, &[part(b"here")])).status(200);
        }
        let mut rounds = 0;
        while one.run() + two.run() > 0 {
            rounds += 1;
            assert!(rounds < 5, "they send to each other for ever");
        }
        let shown = format!("files there {files_there}, files back {files_back}");
        assert_eq!((one.letters(there), two.letters(back)), (vec![], vec![]), "{shown}");
        for (lrs, way) in [(&one, there), (&two, back)] {
            assert_eq!((lrs.progress(way).trouble, lrs.progress(way).delivered), (None, 2), "{shown}");
            let mut found = lrs.found("");
            found.sort();
            assert_eq!(found, ids(1..3), "{shown}");
        }
    }
}

#[test]
fn the_threads_send_by_themselves_and_a_stop_does_not_wait_for_a_silent_target() {
    let home = tempfile::tempdir().unwrap();
    let target = Scripted::start();
    let patience = Duration::from_secs(20);
    let open = || Lrs::start_with(Clock::System, |config| config.store.directory = home.path().join("store"));
    let source = open();
    let way = source.forward(facts(&target.endpoint));
    source.post(&statement(1));
    target.came.recv_timeout(patience).unwrap();
    assert_eq!(target.taken(), ids(1..2));
    target.script([Reply::Silence]);
    source.post(&statement(2));
    target.came.recv_timeout(patience).unwrap();
    let begun = std::time::Instant::now();
    drop(source);
    assert!(begun.elapsed() < patience, "the stop took {:?}", begun.elapsed());
    let source = open();
    target.came.recv_timeout(patience).unwrap();
    assert_eq!(target.taken(), ids(1..3));
    drop(source);
    let source = Lrs::start_with(Clock::fixed(START.parse::<Timestamp>().unwrap()), |config| {
        config.store.directory = home.path().join("store");
    });
    assert_eq!(source.progress(way).delivered, 2);
}

#[test]
fn all_that_voided_a_statement_before_it_came_is_behind_it() {
    let source = Lrs::with(|config| config.jobs.parallel = 0);
    let key = |name| source.credential(name, &[LrsScope::StatementsWrite], &[]);
    let (writer, other) = (key("Writer"), key("Other"));
    let send = |key, one: &Value| source.request("POST", "statements").by(key).json(one).send().status(200);
    send(&other, &voids(11, 1));
    source.post(&voids(12, 1));
    source.post(&statement(2));
    send(&writer, &voids(13, 1));
    send(&writer, &statement(1));
    let target = Scripted::start();
    let way = source.forward(facts(&target.endpoint));
    source.run();
    assert_eq!((target.taken(), source.lag(way).statements), (ids([2, 1, 11, 12, 13]), 0));
    // As a file they keep their order, also when it is taken in and goes out again.
    let exported = |lrs: &Lrs| lrs.api("GET", "/api/export/statements").send().status(200).text();
    let order = |text: &str| -> Vec<Value> {
        crate::export::lines(text).iter().map(|one| one["id"].clone()).collect()
    };
    let text = exported(&source);
    assert_eq!(order(&text), ids([2, 11, 12, 13, 1]));
    let elsewhere = Lrs::with(|config| config.jobs.parallel = 0);
    crate::import::import(&elsewhere, "", "application/x-ndjson", text);
    assert!(is_voided(&elsewhere, 1));
    assert_eq!(order(&exported(&elsewhere)), ids([2, 11, 12, 13, 1]));
    // The last of them is one at which the target fails.
    let failing = Scripted::start();
    let way = source.forward(facts(&failing.endpoint));
    failing.judge(|asked| say(if asked.ids().contains(&id(13)) { 500 } else { 200 }));
    let mut turns = 0;
    while source.lag(way).statements > 0 {
        turns += 1;
        assert!(turns < 60, "it stands still");
        source.run();
        source.running.clock.advance(Duration::from_mins(11));
    }
    let letters: Vec<_> = source.letters(way).iter().map(|letter| letter.status).collect();
    assert_eq!(letters, [Some(500)]);
    assert!(ids([2, 1, 11, 12]).iter().all(|one| failing.taken().contains(one)));
}

#[test]
fn a_loop_ends_where_one_way_is_in_version_one() {
    let (one, two) = (Lrs::start(), Lrs::start());
    let of_one = one.credential("Two", &[LrsScope::StatementsWrite, LrsScope::StatementsRead], &[]);
    let of_two = two.credential("One", &[LrsScope::StatementsWrite], &[]);
    let there = one.forward(facts_of(&two, &of_two));
    let back = two.forward(TargetFacts { version: Version::One, ..facts_of(&one, &of_one) });
    one.post(&json!([statement(1), statement(2), voids(3, 1)]));
    one.run();
    two.run();
    assert_eq!((one.letters(there), two.letters(back)), (vec![], vec![]), "it has them all already");
    assert_eq!((two.progress(back).delivered, two.lag(back).statements), (3, 0));
    // One that it does not have is not told as one of 1.0.3.
    two.post(&statement(4));
    two.run();
    let letters: Vec<_> = two.letters(back).iter().map(|letter| letter.status).collect();
    assert_eq!(letters, [Some(400)]);
}
