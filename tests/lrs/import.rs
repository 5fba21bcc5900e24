//! Statements from a file: what another store exported is the same here, line by line whatever is wrong with some of them, once
//! whatever happens in between.

use std::io::{Cursor, Write as _};
use std::process::Command;

use lyceum::domain::ids::JobId;
use lyceum::domain::xapi::credential::LrsScope;
use lyceum::domain::xapi::own::Site;
use lyceum::jobs::do_chunks;
use lyceum::store::Read as _;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::export::{lines, unzip};
use crate::files::{body, hash, part, post, with_files};
use crate::support::{Answer, Lrs, id, statement};

const NDJSON: &str = "application/x-ndjson";
pub const ZIP: &str = "application/zip";
const IMPORT: &str = "/api/import/statements";

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Nobody runs jobs but the test.
pub fn waiting() -> Lrs {
    Lrs::with(|config| config.jobs.parallel = 0)
}

fn send(lrs: &Lrs, query: &str, media: &str, file: impl Into<Vec<u8>>) -> Answer {
    lrs.api("POST", &format!("{IMPORT}{query}")).body(media, file).send()
}

/// The job that an upload became.
#[track_caller]
fn started(answer: Answer) -> u64 {
    let view = answer.status(202).json();
    assert_eq!((&view["kind"], &view["unit"]), (&json!("statement_import"), &json!("lines")));
    view["id"].as_u64().unwrap()
}

fn job(lrs: &Lrs, id: u64) -> Value {
    lrs.api("GET", &format!("/api/jobs/{id}")).send().status(200).json()
}

#[track_caller]
fn report(lrs: &Lrs, id: u64) -> Value {
    lrs.api("GET", &format!("/api/jobs/{id}/result")).send().status(200).json()
}

/// Imports a file whole; the report.
#[track_caller]
pub fn import(lrs: &Lrs, query: &str, media: &str, file: impl Into<Vec<u8>>) -> Value {
    let id = started(send(lrs, query, media, file));
    do_chunks(&lrs.running.state, JobId(id), usize::MAX);
    let view = job(lrs, id);
    assert_eq!(view["state"], "done", "{view}");
    report(lrs, id)
}

fn ndjson(statements: &[Value]) -> String {
    statements.iter().flat_map(|one| [one.to_string(), "\n".to_owned()]).collect()
}

/// What an export has, without what each store says for itself.
fn exported(lrs: &Lrs) -> Vec<Value> {
    let mut all = lines(&lrs.api("GET", "/api/export/statements").send().status(200).text());
    for one in &mut all {
        assert!(one.as_object_mut().unwrap().remove("stored").is_some());
    }
    all
}

pub fn counts(report: &Value) -> [u64; 4] {
    ["lines", "imported", "unchanged", "refused"].map(|name| report[name].as_u64().unwrap())
}

/// A store with a bit of everything.
fn varied() -> Lrs {
    let lrs = waiting();
    let (one, two): (&[u8], &[u8]) = (b"one\r\n\0\xff", b"two");
    post(&lrs, body(&json!([with_files(1, &[one, two]), with_files(2, &[one])]), &[part(one), part(two)]))
        .status(200);
    let mut long = statement(3);
    long["result"] = json!({ "response": "x".repeat(40_000), "score": { "raw": 1.50 } });
    let mut inner = statement(4);
    inner.as_object_mut().unwrap().remove("id");
    inner["objectType"] = json!("SubStatement");
    let mut outer = statement(4);
    outer["object"] = inner;
    outer["timestamp"] = json!("2025-01-01T01:00:00+01:00");
    let refers = |number, target, verb: &str| {
        let mut one = statement(number);
        one["verb"]["id"] = json!(verb);
        one["object"] = json!({ "objectType": "StatementRef", "id": id(target) });
        one
    };
    lrs.post(&json!([long, outer, refers(5, 1, "http://example.com/saw")]));
    lrs.post(&refers(6, 2, "http://adlnet.gov/expapi/verbs/voided"));
    let other = lrs.credential("Another tool", &[LrsScope::StatementsWrite], &[]);
    let old = lrs.request("POST", "statements").by(&other).header("X-Experience-API-Version", "1.0.3");
    old.json(&statement(7)).send().status(200);
    lrs
}

#[test]
fn what_one_store_exports_is_the_same_in_another_one_with_its_files() {
    let from = varied();
    let archive = from.api("GET", "/api/export/statements.zip").send().status(200).bytes;
    let to = waiting();
    assert_eq!(counts(&import(&to, "", ZIP, archive.clone())), [7, 7, 0, 0]);
    assert_eq!(exported(&to), exported(&from));
    assert_eq!(to.found(""), from.found(""), "found in the same order, the voided one not");
    to.get(&format!("statements?voidedStatementId={}", id(2))).send().status(200);
    let by_file = |lrs: &Lrs| {
        let mut files = unzip(&lrs.api("GET", "/api/export/statements.zip").send().status(200).bytes);
        files.remove(0);
        files
    };
    assert_eq!(by_file(&to), by_file(&from));
    let with_file = to.get(&format!("statements?statementId={}&attachments=true", id(1))).send().status(200);
    assert!(with_file.text().contains("two"));
    assert!(to.found("agent=%7B%22mbox%22:%22mailto:ada@example.com%22%7D").contains(&id(5)));
    // Again, also without the files, and back into where it came from.
    let plain = to.api("GET", "/api/export/statements").send().status(200).bytes;
    for (lrs, media, file) in [(&to, ZIP, &archive), (&to, NDJSON, &plain), (&from, NDJSON, &plain)] {
        assert_eq!(counts(&import(lrs, "", media, file.clone())), [7, 0, 7, 0]);
    }
    assert_eq!(exported(&to), exported(&from));
    // Files of two statements, a text that is too long for its row: the files of the jobs are gone.
    assert_eq!(to.files(), 3);
}

/// Older versions took statements that name 1.0.x and have what came with 2.0. A store moves whole.
#[test]
fn what_was_taken_under_the_wrong_version_is_imported() {
    let lrs = waiting();
    let mut one = statement(1);
    one["version"] = json!("1.0.3");
    one["context"] = json!({ "contextAgents": [{ "objectType": "contextAgent",
        "agent": { "mbox": "mailto:bob@example.com" } }] });
    lrs.request("POST", "statements").json(&one).send().refused(
        400,
        "invalid_statement",
        "/context/contextAgents",
    );
    assert_eq!(counts(&import(&lrs, "", NDJSON, ndjson(&[one]))), [1, 1, 0, 0]);
}

#[test]
fn a_statement_without_its_files_is_passed_over_with_the_place_of_the_first() {
    let from = varied();
    let plain = from.api("GET", "/api/export/statements").send().status(200).bytes;
    let to = waiting();
    let report = import(&to, "", NDJSON, plain);
    assert_eq!(counts(&report), [7, 5, 0, 2]);
    assert_eq!(
        report["problems"][0],
        json!({ "line": 1, "id": id(1), "code": "invalid_statement", "at": "/attachments/0",
            "problem": "has neither a fileUrl nor a file with its bytes" })
    );
    assert_eq!(report["problems"][1]["line"], 2);
    assert_eq!(to.found("").len(), 5);
}

#[test]
fn a_zip_brings_the_files_of_statements_that_came_without_them() {
    let from = waiting();
    let (one, two): (&[u8], &[u8]) = (b"one", b"two");
    let mut elsewhere = with_files(1, &[one, two]);
    for file in elsewhere["attachments"].as_array_mut().unwrap() {
        file["fileUrl"] = json!("http://example.com/file");
    }
    post(&from, body(&json!([elsewhere, statement(2)]), &[part(one), part(two)])).status(200);
    let plain = from.api("GET", "/api/export/statements").send().status(200).bytes;
    let archive = from.api("GET", "/api/export/statements.zip").send().status(200).bytes;
    let to = waiting();
    assert_eq!(counts(&import(&to, "", NDJSON, plain.clone())), [2, 2, 0, 0]);
    assert_eq!(to.files(), 0);
    // A file that is another one does not come in under the name of the right one.
    let text = String::from_utf8(plain.clone()).unwrap();
    let name = format!("attachments/{}", hash(one));
    let wrong = zip(&[("statements.ndjson", text.as_bytes()), (&name, b"two")]);
    assert_eq!(counts(&import(&to, "", ZIP, wrong)), [2, 0, 1, 1]);
    for (media, file) in [(ZIP, &archive), (NDJSON, &plain), (ZIP, &archive)] {
        assert_eq!(counts(&import(&to, "", media, file.clone())), [2, 0, 2, 0]);
        assert_eq!(unzip(&to.api("GET", "/api/export/statements.zip").send().status(200).bytes).len(), 3);
    }
    let told = to.get(&format!("statements?statementId={}&attachments=true", id(1))).send().status(200);
    assert_eq!(told.text().matches("X-Experience-API-Hash").count(), 2);
}

/// A file says what statements said, and not which of their tools might say what things are called.
#[test]
fn an_import_says_what_things_are_called_where_nobody_has() {
    let lrs = waiting();
    let base = lrs.running.state.store.read(|read| read.get::<Site>(&0)).unwrap().unwrap().base.clone();
    let own = format!("{base}/courses/6");
    let says = |number: u32, activity: &str, person: &str, name: &str, definition: &Value| {
        let mut one = statement(number);
        one["actor"] = json!({ "mbox": format!("mailto:{person}@example.com"), "name": name });
        one["object"] = json!({ "id": activity, "definition": definition });
        one
    };
    lrs.post(&says(1, "http://example.com/known", "ada", "Ada", &json!({ "name": { "en": "Right" } })));
    let file = [
        says(
            2,
            "http://example.com/known",
            "ada",
            "Wrong",
            &json!({ "name": { "en": "Wrong", "de": "Neu" }, "type": "http://example.com/type" }),
        ),
        says(3, "http://example.com/new", "bob", "Bob", &json!({ "name": { "en": "First" } })),
        says(
            4,
            "http://example.com/new",
            "bob",
            "Other",
            &json!({ "name": { "en": "Second", "fr": "Nouveau" } }),
        ),
        says(5, &own, "bob", "Bob", &json!({ "name": { "und": "Wrong" } })),
    ];
    assert_eq!(counts(&import(&lrs, "", NDJSON, ndjson(&file))), [4, 4, 0, 0]);
    let activity = |id: &str| {
        lrs.get(&format!("activities?activityId={id}")).send().status(200).json()["definition"].clone()
    };
    assert_eq!(
        activity("http://example.com/known"),
        json!({ "name": { "en": "Right", "de": "Neu" }, "type": "http://example.com/type" })
    );
    assert_eq!(activity("http://example.com/new"), json!({ "name": { "en": "First", "fr": "Nouveau" } }));
    assert_eq!(activity(&own), Value::Null, "what is its own this installation says itself");
    let names = |who: &str| {
        let agent = format!("%7B%22mbox%22:%22mailto:{who}@example.com%22%7D");
        lrs.get(&format!("agents?agent={agent}")).send().status(200).json()["name"].clone()
    };
    assert_eq!((names("ada"), names("bob")), (json!(["Ada"]), json!(["Bob"])));
    // Who may say goes over it.
    lrs.post(&says(6, "http://example.com/new", "bob", "Robert", &json!({ "name": { "en": "Now" } })));
    assert_eq!(activity("http://example.com/new"), json!({ "name": { "en": "Now", "fr": "Nouveau" } }));
    assert_eq!(names("bob"), json!(["Bob", "Robert"]));
}

#[test]
fn lines_that_are_no_statements_are_passed_over_and_named() {
    let lrs = waiting();
    lrs.post(&statement(1));
    let mut other = statement(1);
    other["verb"]["id"] = json!("http://example.com/other");
    let mut nameless = statement(3);
    nameless.as_object_mut().unwrap().remove("id");
    let mut wrong = statement(4);
    wrong["result"] = json!({ "score": { "scaled": 2 } });
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(600 * 1024));
    let mut again = statement(2);
    again["verb"]["id"] = json!("http://example.com/again");
    let file = [
        format!("\u{feff}{}", statement(1)),
        format!("{other}\r"),
        "not JSON".to_owned(),
        String::new(),
        nameless.to_string(),
        wrong.to_string(),
        long,
        statement(2).to_string(),
        statement(2).to_string(),
        again.to_string(),
        "[]".to_owned(),
        "{\"a\":\"\\ud800\"}".to_owned(),
        statement(5).to_string(),
    ];
    let report = import(&lrs, "", NDJSON, file.join("\n"));
    assert_eq!(counts(&report), [13, 2, 2, 8]);
    let said: Vec<(u64, &str, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["line"].as_u64().unwrap(), one["code"].as_str().unwrap(), one["at"].as_str().unwrap())
        })
        .collect();
    let invalid = "invalid_statement";
    let expected = [
        (2, "statement_conflict", ""),
        (3, invalid, ""),
        (5, invalid, "/id"),
        (6, invalid, "/result/score/scaled"),
        (7, invalid, ""),
        (10, "statement_conflict", ""),
        (11, invalid, ""),
        (12, invalid, "/…"),
    ];
    assert_eq!(said, expected);
    assert_eq!(lrs.found("ascending=true"), [id(1), id(2), id(5)]);
    let audit = lrs.api("GET", "/api/export/audit").send().status(200).text();
    assert!(audit.contains("2 imported, 2 unchanged, 8 refused"), "{audit}");
}

/// As many activities as a statement may well name.
fn about_many(number: u32) -> Value {
    let activity = |place| json!({ "id": format!("http://example.com/{number}/{place}") });
    let mut one = statement(number);
    one["context"] =
        json!({ "contextActivities": { "grouping": (0..190).map(activity).collect::<Value>() } });
    one
}

/// One that says in a language what activities are called: half of them by a statement in it, for one context has not room for all.
fn defining(number: u32, activities: std::ops::Range<u32>, language: &str, name: &str) -> Value {
    let activity = |place| json!({ "id": format!("http://example.com/defined/{place}"), "definition": { "name": { language: name } } });
    let context = |some: std::ops::Range<u32>| json!({ "contextActivities": { "grouping": some.map(activity).collect::<Value>() } });
    let middle = u32::midpoint(activities.start, activities.end);
    let mut one = statement(number);
    let mut inside = statement(number);
    inside.as_object_mut().unwrap().remove("id");
    inside["objectType"] = json!("SubStatement");
    inside["context"] = context(activities.start..middle);
    one["context"] = context(middle..activities.end);
    one["object"] = inside;
    one
}

#[test]
fn what_changes_too_much_for_one_transaction_is_imported_in_pieces_and_a_statement_that_does_so_alone_is_named()
 {
    let lrs = waiting();
    // Statements about those of the file, which are found by what those are about as soon as they come.
    for (first, count, target) in [(1_000, 170, 1), (2_000, 170, 2), (3_000, 170, 3), (4_000, 480, 6)] {
        let about = |number| {
            let mut one = statement(number);
            one["object"] = json!({ "objectType": "StatementRef", "id": id(target) });
            one
        };
        lrs.post(&(first..first + count).map(about).collect::<Value>());
    }
    // What is known of an activity is written as a whole when something is added.
    for part in 0..10 {
        lrs.post(&defining(20 + part, 40 * part..40 * (part + 1), "en", &"x".repeat(11_000)));
    }
    let mut file = ndjson(&[statement(4), about_many(1), about_many(2)]);
    file.push_str("not JSON\n\n");
    file.push_str(&ndjson(&[about_many(3), about_many(6), defining(7, 0..400, "de", "y"), statement(5)]));
    for (query, before) in [("?dry_run=true", 1_000), ("", 1_006)] {
        let report = import(&lrs, query, NDJSON, file.clone());
        assert_eq!(counts(&report), [9, 6, 0, 2], "{query}: {report}");
        let said: Vec<Value> = report["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["line"], one["id"], one["code"]]))
            .collect();
        assert_eq!(
            said,
            [json!([4, null, "invalid_statement"]), json!([8, id(7), "too_large"])],
            "{query}: {report}"
        );
        assert_eq!(exported(&lrs).len(), before, "{query}");
    }
    let by_activity = |number| {
        lrs.found(&format!("activity=http://example.com/{number}/7&related_activities=true&limit=500")).len()
    };
    assert_eq!([by_activity(1), by_activity(2), by_activity(3)], [171; 3]);
    let told = by_activity(6);
    assert!((100..480).contains(&told), "{told}: as many as there is room for");
    // What is there by now is no longer in the way.
    assert_eq!(counts(&import(&lrs, "", NDJSON, file)), [9, 0, 6, 2]);
}

#[test]
fn an_import_goes_on_where_it_was_and_a_stopped_one_is_finished_by_sending_it_again() {
    let all: Vec<Value> = (0..450).map(statement).collect();
    let mut text = ndjson(&all);
    text.push_str("the end\nis not JSON");
    let packed = zip(&[("statements.ndjson", text.as_bytes())]);
    for (media, file, total) in [(NDJSON, text.into_bytes(), json!(452)), (ZIP, packed, Value::Null)] {
        let lrs = waiting();
        let key = |lrs: &Lrs| {
            let request = lrs.api("POST", IMPORT).header("Idempotency-Key", "once");
            started(request.body(media, file.clone()).send())
        };
        let first = key(&lrs);
        assert_eq!(key(&lrs), first, "sent again because the answer might have been lost");
        // Each call begins anew with what is written down.
        do_chunks(&lrs.running.state, JobId(first), 1);
        let view = job(&lrs, first);
        assert_eq!((&view["state"], &view["done"], &view["total"]), (&json!("queued"), &json!(200), &total));
        assert_eq!(lrs.found("").len(), 200);
        lrs.api("POST", &format!("/api/jobs/{first}/cancel")).send().status(200);
        do_chunks(&lrs.running.state, JobId(first), 1);
        assert_eq!(job(&lrs, first)["state"], "cancelled");
        assert_eq!(counts(&report(&lrs, first)), [200, 200, 0, 0]);
        let second = started(send(&lrs, "", media, file.clone()));
        for _ in 0..3 {
            do_chunks(&lrs.running.state, JobId(second), 1);
        }
        assert_eq!(job(&lrs, second)["state"], "done");
        let report = report(&lrs, second);
        assert_eq!(counts(&report), [452, 250, 200, 2]);
        let said: Vec<&Value> =
            report["problems"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
        assert_eq!(said, [&json!(451), &json!(452)]);
        assert_eq!(lrs.found("ascending=true"), (0..450).map(id).collect::<Vec<_>>());
        assert_eq!(lrs.files(), 0, "the files of the jobs are gone");
    }
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let from = varied();
    let archive = from.api("GET", "/api/export/statements.zip").send().status(200).bytes;
    let lrs = waiting();
    lrs.post(&statement(7));
    let before = exported(&lrs);
    let report = import(&lrs, "?dry_run=true", ZIP, archive);
    assert_eq!((counts(&report), &report["dry_run"]), ([7, 6, 1, 0], &json!(true)));
    assert_eq!((exported(&lrs), lrs.files()), (before, 0));
}

/// The second of two is met by the first, which is kept by then; a dry run keeps nothing and has to remember it.
#[test]
fn a_dry_run_says_the_same_of_ids_that_stand_twice_whatever_turns_it_takes() {
    let lrs = Lrs::with(|config| config.jobs.parallel = 0);
    let mut other = statement(3);
    other["verb"]["id"] = json!("http://example.com/other");
    let mut all: Vec<Value> = (0..400).map(statement).collect();
    all.extend([statement(1), other.clone(), statement(250), statement(450), other, statement(450)]);
    let text = format!("{}no JSON\n", ndjson(&all));
    lrs.post(&statement(250));
    let dry = started(send(&lrs, "?dry_run=true", NDJSON, text.clone()));
    // Each is another turn of the same job, which knows no more of the one before than behind a restart.
    for _ in 0..2 {
        do_chunks(&lrs.running.state, JobId(dry), 1);
    }
    assert_eq!(job(&lrs, dry)["done"], 400);
    for _ in 0..9 {
        do_chunks(&lrs.running.state, JobId(dry), 1);
    }
    let view = job(&lrs, dry);
    assert_eq!((&view["state"], &view["done"]), (&json!("done"), &json!(407)), "{view}");
    let tried = report(&lrs, dry);
    assert_eq!(counts(&tried), [407, 400, 4, 3]);
    let mut done = import(&lrs, "", NDJSON, text);
    assert_eq!((&tried["dry_run"], &tried["repeats_compared"]), (&json!(true), &json!(true)));
    done["dry_run"] = json!(true);
    assert_eq!(tried, done);
    assert_eq!(lrs.found("limit=500").len(), 401);
}

#[test]
fn a_zip_with_anything_else_in_it_is_refused_whole() {
    let lrs = Lrs::with(|config| {
        config.jobs.parallel = 0;
        config.xapi.import_limit_bytes = 100_000;
    });
    let line = ndjson(&[statement(1)]);
    let good = ("statements.ndjson", line.as_bytes());
    let bomb = vec![b' '; 200_000];
    let mut broken = zip(&[good]);
    broken.truncate(broken.len() - 10);
    for (what, file) in [
        ("no zip", b"PK nothing".to_vec()),
        ("cut off", broken),
        ("no statements", zip(&[(&format!("attachments/{}", hash(b"x")), b"x")])),
        ("a way out", zip(&[good, ("../../etc/passwd", b"x")])),
        ("another folder", zip(&[("export/statements.ndjson", line.as_bytes())])),
        ("no hash", zip(&[good, ("attachments/x", b"x")])),
        ("a hash in upper case", zip(&[good, (&format!("attachments/{}", hash(b"x").to_uppercase()), b"x")])),
    ] {
        let answer = send(&lrs, "", ZIP, file);
        assert_eq!(answer.code, 422, "{what}: {}", answer.text());
        assert_eq!(answer.json()["code"], "statements_unreadable", "{what}");
        assert_eq!(lrs.files(), 0, "{what}");
    }
    send(&lrs, "", ZIP, zip(&[("statements.ndjson", &bomb)])).refused(413, "too_large", "");
    send(&lrs, "", NDJSON, bomb).refused(413, "too_large", "");
    send(&lrs, "", "text/plain", line.clone()).refused(415, "unsupported_media_type", "");
    let nobody = lrs.api("POST", IMPORT).without("Authorization").body(NDJSON, line).send();
    nobody.refused(401, "unauthenticated", "");
    assert_eq!((lrs.files(), lrs.found("").len()), (0, 0));
}

#[test]
fn a_file_says_itself_what_it_is_and_one_of_another_kind_is_refused_at_once() {
    let lrs = waiting();
    let line = ndjson(&[statement(1)]);
    let array = json!([statement(2), statement(3)]);
    let pretty = serde_json::to_string_pretty(&statement(4)).unwrap();
    for (media, file, says) in [
        (NDJSON, array.to_string(), "one JSON array"),
        (NDJSON, serde_json::to_string_pretty(&array).unwrap(), "one JSON array"),
        (NDJSON, pretty, "over several lines"),
        (NDJSON, json!({"statements": array, "more": ""}).to_string(), "jq -c '.statements[]'"),
        (NDJSON, "<html></html>".to_owned(), "an HTML page"),
        (ZIP, line.clone(), "application/x-ndjson"),
    ] {
        let answer = send(&lrs, "", media, file).status(422).json();
        assert_eq!(answer["code"], "statements_unreadable");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{answer}");
    }
    assert_eq!((lrs.files(), lrs.found("").len()), (0, 0), "nothing of them is kept");
    let zip = zip(&[("statements.ndjson", line.as_bytes())]);
    assert_eq!(counts(&import(&lrs, "", NDJSON, zip)), [1, 1, 0, 0]);
    assert_eq!(lrs.found(""), [id(1)]);
}

#[test]
fn files_of_a_zip_are_compared_with_their_hash_and_their_limit() {
    let lrs = Lrs::with(|config| {
        config.jobs.parallel = 0;
        config.xapi.attachment_limit_bytes = 10;
    });
    let (good, long): (&[u8], &[u8]) = (b"good", b"longer than ten bytes");
    let text = ndjson(&[with_files(1, &[good]), with_files(2, &[b"other"]), with_files(3, &[long])]);
    let name = |bytes: &[u8]| format!("attachments/{}", hash(bytes));
    let file = zip(&[
        ("attachments/", b""),
        (&name(good), good),
        (&name(b"other"), b"another"),
        (&name(long), long),
        (&name(b"unasked"), b"unasked"),
        ("statements.ndjson", text.as_bytes()),
    ]);
    let report = import(&lrs, "", ZIP, file);
    assert_eq!(counts(&report), [3, 1, 0, 2]);
    for (place, says) in [(0, "other bytes than its hash says"), (1, "more than 10 bytes")] {
        let problem = &report["problems"][place];
        assert_eq!(problem["at"], "/attachments/0");
        assert!(problem["problem"].as_str().unwrap().ends_with(says), "{problem}");
    }
    assert_eq!(lrs.files(), 1, "only the file of the statement that is kept");
}

#[test]
fn the_command_imports_into_a_store_that_is_not_served() {
    let home = tempfile::tempdir().unwrap();
    let (store, file) = (home.path().join("store"), home.path().join("all.zip"));
    let from = varied();
    let archive = from.api("GET", "/api/export/statements.zip").send().status(200).bytes;
    std::fs::write(&file, archive).unwrap();
    let run = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lyceum"));
        let output =
            command.args(["import", "statements", "--data"]).arg(&store).args(more).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let path = file.to_str().unwrap();
    let (code, said) = run(&[path]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("there is no store in") && !store.exists(), "{said}");
    let made = Command::new(env!("CARGO_BIN_EXE_lyceum"))
        .args([
            "admin",
            "create",
            "--new-store",
            "--username",
            "ada",
            "--first-name",
            "Ada",
            "--last-name",
            "Principal",
            "--data",
        ])
        .arg(&store)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for (more, says) in [
        (
            vec![path, "--dry-run"],
            "dry run, nothing was written: 7 lines: 7 imported, 0 unchanged, 0 refused",
        ),
        (vec![path], "7 lines: 7 imported, 0 unchanged, 0 refused"),
        (vec![path], "7 lines: 0 imported, 7 unchanged, 0 refused"),
    ] {
        let (code, said) = run(&more);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.lines().any(|line| line == says), "{said}");
    }
    let wrong = home.path().join("wrong.ndjson");
    std::fs::write(&wrong, format!("{}\n{{\"id\":1}}\n", statement(9))).unwrap();
    let (code, said) = run(&[wrong.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("line 2: /id is not a string"), "{said}");
    assert!(said.contains("2 lines: 1 imported, 0 unchanged, 1 refused"), "{said}");
    let pretty = home.path().join("pretty.json");
    std::fs::write(&pretty, serde_json::to_string_pretty(&statement(10)).unwrap()).unwrap();
    let (code, said) = run(&[pretty.to_str().unwrap()]);
    assert!(code == Some(1) && said.contains("over several lines"), "{said}");
    let verified = Command::new(env!("CARGO_BIN_EXE_lyceum")).args(["verify", "--data"]).arg(&store).output();
    assert!(verified.unwrap().status.success());
}
