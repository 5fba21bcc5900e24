//! Single statements and batches: what is kept of them, when two are the same, and that a batch is one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt as _;
use lyceum::clock::Clock;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::support::{Lrs, id, statement};

#[test]
fn bytes_that_nobody_has_to_change_are_not_changed() {
    let lrs = Lrs::start();
    let raw = format!(
        r#"{{ "id":"{}", "actor":{{"mbox":"mailto:a@b.c"}},"verb":{{"id":"http://v"}},"object":{{"id":"http://o"}},
            "result":{{"score":{{"raw":1.50e0,"max":1.5E0}},"extensions":{{"http://x":{{"b": 2.0, "a":[1e400, null]}} }} }} }}"#,
        id(1)
    );
    lrs.request("POST", "statements").body("application/json", raw).send().status(200);
    let answer = lrs.get(&format!("statements?statementId={}", id(1))).send().status(200);
    assert_eq!(answer.header("last-modified"), Some("Mon, 07 Sep 2026 08:00:00 GMT"));
    let text = answer.text();
    assert!(text.contains(r#""score":{"raw":1.50e0,"max":1.5E0}"#), "{text}");
    assert!(text.contains(r#"{"http://x":{"b": 2.0, "a":[1e400, null]} }"#), "{text}");
    assert!(
        text.contains(r#""version":"2.0.0""#)
            && text.contains(r#""authority":{"objectType":"Agent","name":"tests""#)
    );
}

#[test]
fn the_same_statement_again_changes_nothing_and_another_one_under_its_id_is_refused() {
    let lrs = Lrs::start();
    let put = |body: &serde_json::Value| {
        lrs.request("PUT", &format!("statements?statementId={}", id(1))).json(body).send()
    };
    let mut first = statement(1);
    first["result"] = json!({ "score": { "raw": 1 }, "duration": "PT1.001S" });
    put(&first).status(204);
    let kept = lrs.get(&format!("statements?statementId={}", id(1))).send().status(200);
    let mut same = first.clone();
    same["verb"]["display"] = json!({ "en": "did" });
    same["result"] = json!({ "duration": "PT1S", "score": { "raw": 1.0 } });
    same["stored"] = json!("2020-01-01T00:00:00Z");
    put(&same).status(204);
    // What is read here can be sent here again.
    put(&kept.json()).status(204);
    let mut other = first.clone();
    other["result"]["score"]["raw"] = json!(2);
    put(&other).refused(409, "statement_conflict", "");
    assert_eq!(lrs.get(&format!("statements?statementId={}", id(1))).send().bytes, kept.bytes);
    assert_eq!(lrs.found("").len(), 1);
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let lrs = Lrs::start();
    let post = |body: &serde_json::Value| lrs.request("POST", "statements").json(body).send();
    let mut bad = statement(2);
    bad["verb"]["id"] = json!("no iri");
    post(&json!([statement(1), bad])).refused(400, "invalid_statement", "/1/verb/id");
    post(&json!([statement(1), statement(1)])).refused(400, "invalid_statement", "/1");
    lrs.post(&statement(3));
    let mut other = statement(3);
    other["object"]["id"] = json!("http://example.com/other");
    post(&json!([statement(1), other])).refused(409, "statement_conflict", "");
    assert_eq!(lrs.found(""), [id(3)]);
    lrs.post(&json!([statement(1), statement(3), statement(2)]));
    assert_eq!(lrs.found("ascending=true"), [id(3), id(1), id(2)], "stored in the order of the batch");
    post(&json!([])).status(200);
}

#[test]
fn batches_about_the_same_people_and_activities_never_fail_each_other() {
    let lrs = Lrs::start();
    let batch = |writer: u32| {
        let all: Vec<_> = (0..50)
            .map(|number| {
                let mut one = statement(writer * 100 + number);
                one["object"]["definition"] = json!({ "name": { "en": format!("by {writer}") } });
                one["actor"]["name"] = json!(format!("Ada {writer}"));
                one
            })
            .collect();
        json!(all)
    };
    thread::scope(|scope| {
        for writer in 0..8 {
            let lrs = &lrs;
            scope.spawn(move || lrs.post(&batch(writer)));
        }
    });
    assert_eq!(lrs.found("verb=http://example.com/did&limit=70").len(), 400);
    let stored: Vec<String> = {
        let page = lrs.get("statements?ascending=true&limit=500").send().status(200).json();
        let all = page["statements"].as_array().unwrap().clone();
        all.iter().map(|one| one["stored"].as_str().unwrap().to_owned()).collect()
    };
    let mut sorted: Vec<jiff::Timestamp> = stored.iter().map(|text| text.parse().unwrap()).collect();
    assert!(sorted.is_sorted(), "in stored order");
    sorted.dedup();
    assert_eq!(sorted.len(), 400, "no two are stored at one moment");
    let person =
        lrs.get("agents?agent=%7B%22mbox%22:%22mailto:ada@example.com%22%7D").send().status(200).json();
    assert_eq!(person["name"].as_array().unwrap().len(), 8);
    let activity = lrs.get("activities?activityId=http://example.com/course").send().status(200).json();
    assert!(activity["definition"]["name"]["en"].as_str().unwrap().starts_with("by "));
}

#[test]
fn the_moment_up_to_which_all_is_seen_never_goes_back_and_never_promises_too_much() {
    let lrs = Lrs::start();
    let through = |answer: &crate::support::Answer| -> jiff::Timestamp {
        answer.header("x-experience-api-consistent-through").unwrap().parse().unwrap()
    };
    let before = through(&lrs.get("statements").send());
    lrs.post(&statement(1));
    let answer = lrs.get(&format!("statements?statementId={}", id(1))).send();
    let stored: jiff::Timestamp = answer.json()["stored"].as_str().unwrap().parse().unwrap();
    assert!(stored > before, "{stored} was promised to be seen at {before}");
    assert!(through(&answer) >= stored);
    let refused = lrs.get("statements?nonsense=1").send().status(400);
    assert!(through(&refused) >= stored, "on refusals, too");
}

#[test]
fn a_long_statement_is_kept_in_a_file_and_told_as_any_other() {
    let lrs = Lrs::start();
    let mut long = statement(1);
    let text = "\u{e9}".repeat(100_000);
    long["result"] = json!({ "response": text });
    lrs.post(&long);
    let kept = lrs.get(&format!("statements?statementId={}", id(1))).send().status(200).json();
    assert_eq!(kept["result"]["response"], text);
    let removed = lyceum::sweep::unnamed_files(
        &lrs.running.state,
        std::time::SystemTime::now() + std::time::Duration::from_hours(72),
    );
    assert_eq!(removed.unwrap(), 0, "the file is needed");
    let page = lrs.get("statements").send().status(200).json();
    assert_eq!(page["statements"][0], kept);
}

#[test]
fn version_one_is_answered_in_version_one() {
    let lrs = Lrs::start();
    let mut old = statement(1);
    old["timestamp"] = json!("2026-09-01T10:00:00.000+02:00");
    let answer =
        lrs.request("POST", "statements").header("X-Experience-API-Version", "1.0.1").json(&old).send();
    assert_eq!(answer.status(200).header("x-experience-api-version"), Some("1.0.3"));
    let path = format!("statements?statementId={}", id(1));
    let kept = lrs.get(&path).header("X-Experience-API-Version", "1.0.3").send().status(200).json();
    assert_eq!((&kept["version"], &kept["timestamp"]), (&json!("1.0.0"), &old["timestamp"]));
    let mut new = statement(2);
    new["timestamp"] = old["timestamp"].clone();
    new["context"] = json!({ "contextAgents": [{ "objectType": "contextAgent", "agent": { "openid": "http://o" } }],
        "contextActivities": { "parent": { "id": "http://p" } } });
    let refused =
        lrs.request("POST", "statements").header("X-Experience-API-Version", "1.0.3").json(&new).send();
    refused.refused(400, "invalid_statement", "/context/contextAgents");
    lrs.post(&new);
    let kept = lrs.get(&format!("statements?statementId={}", id(2))).send().status(200).json();
    assert_eq!(kept["timestamp"], "2026-09-01T08:00:00.000Z", "in UTC");
    assert_eq!(kept["context"]["contextActivities"]["parent"], json!([{ "id": "http://p" }]));
    let none = lrs.get("statements").without("X-Experience-API-Version").send().status(400);
    assert_eq!(none.header("x-experience-api-version"), Some("0.95"));
    lrs.get("about").without("X-Experience-API-Version").without("Authorization").send().status(200);
}

#[test]
fn a_long_body_is_looked_at_beside_the_workers_and_holds_up_no_short_one() {
    let lrs = Lrs::start();
    let long: Value = (0..500).map(statement).collect();
    let post = |body: &Value| lrs.request("POST", "statements").json(body).send();
    let mut wrong = long.clone();
    wrong[499]["verb"] = json!({});
    post(&wrong).refused(400, "invalid_statement", "/499/verb/id");
    wrong[499] = statement(7);
    post(&wrong).refused(400, "invalid_statement", "/499");
    wrong[499] = statement(499);
    wrong[499]["attachments"] = json!([{ "usageType": "http://u", "display": { "en": "x" }, "contentType": "text/plain",
        "length": 1, "sha2": "0".repeat(64) }]);
    post(&wrong).refused(400, "invalid_statement", "/499/attachments/0");
    assert_eq!(lrs.found(""), Vec::<String>::new());
    // The place beside the workers is taken, and there is one worker.
    let place = lrs
        .running
        .state
        .admission
        .row(Class::Bulk)
        .place_in_time(Class::Bulk)
        .now_or_never()
        .flatten()
        .unwrap();
    thread::scope(|scope| {
        let (tell, told) = channel();
        scope.spawn(move || tell.send(post(&long).code).unwrap());
        lrs.post(&statement(1_000));
        assert_eq!(told.recv_timeout(Duration::from_millis(300)), Err(RecvTimeoutError::Timeout));
        assert_eq!(lrs.found(""), [id(1_000)]);
        drop(place);
        assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(200));
    });
    assert_eq!(lrs.found("").len(), 501);
}

/// A client that copies everything asks again and again from the moment on that the answer before named.
#[test]
fn who_goes_on_from_the_moment_that_an_answer_names_misses_nothing() {
    const EACH: u32 = 60;
    let lrs = Lrs::start_with(Clock::System, |_| {});
    let writing = AtomicUsize::new(3);
    let mut got = BTreeSet::new();
    thread::scope(|scope| {
        for writer in 0..3 {
            let (lrs, writing) = (&lrs, &writing);
            scope.spawn(move || {
                for number in 0..EACH {
                    lrs.post(&statement(writer * EACH + number));
                }
                writing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let mut since = String::new();
        loop {
            let over = writing.load(Ordering::SeqCst) == 0;
            let answer = lrs.get(&format!("statements?ascending=true&limit=500{since}")).send().status(200);
            let page = answer.json();
            assert_eq!(page["more"], "");
            let all = page["statements"].as_array().unwrap();
            got.extend(all.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            since = format!("&since={}", answer.header("x-experience-api-consistent-through").unwrap());
            if over {
                break;
            }
        }
    });
    assert_eq!(got.len(), 3 * EACH as usize);
}

/// Who asks for what was stored since the moment of the last answer must not be sent back in time by others who write.
#[test]
fn consistent_through_never_goes_back_while_others_write() {
    let lrs = Lrs::start_with(lyceum::clock::Clock::System, |_| {});
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..3_u32 {
            let (lrs, over) = (&lrs, &over);
            scope.spawn(move || {
                for number in 0..150 {
                    lrs.post(&statement(writer * 1_000 + number));
                }
                over.store(true, std::sync::atomic::Ordering::SeqCst);
            });
        }
        let mut last = String::new();
        while !over.load(std::sync::atomic::Ordering::SeqCst) {
            let answer = lrs.get("statements?limit=1").send().status(200);
            let through = answer.header("x-experience-api-consistent-through").unwrap().to_owned();
            let moment = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
            assert!(last.is_empty() || moment(&last) <= moment(&through), "{last}, then {through}");
            last = through;
        }
    });
}

#[test]
fn version_two_tells_times_in_utc_whichever_version_wrote_them() {
    let lrs = Lrs::start();
    let times = [
        ("2020-01-01 00:00:00,5", "2020-01-01T00:00:00.500Z"),
        ("2020-01-01T00:00:00+05", "2019-12-31T19:00:00.000Z"),
        ("2020-01-01T00:00:00.1234567+01:00", "2019-12-31T23:00:00.123456Z"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ];
    for (number, (written, told)) in (1..).zip(times) {
        let mut one = statement(number);
        one["timestamp"] = json!(written);
        one["object"] = json!({ "objectType": "SubStatement", "actor": one["actor"], "verb": one["verb"],
            "object": one["object"], "timestamp": written });
        one["context"] = json!({ "extensions": { "http://x": { "timestamp": written } } });
        let one = one.to_string();
        let post = lrs.request("POST", "statements").header("X-Experience-API-Version", "1.0.3");
        post.body("application/json", one).send().status(200);
        for (version, expected) in [("1.0.3", written), ("2.0.0", told)] {
            for format in ["exact", "canonical", "ids"] {
                let path = format!("statements?statementId={}&format={format}", id(number));
                let kept =
                    lrs.get(&path).header("X-Experience-API-Version", version).send().status(200).json();
                let inside = &kept["object"]["timestamp"];
                let shown = format!("{version} {format}: {kept}");
                assert_eq!((&kept["timestamp"], inside), (&json!(expected), &json!(expected)), "{shown}");
                assert_eq!(kept["context"]["extensions"]["http://x"]["timestamp"], written, "{shown}");
            }
        }
    }
}
