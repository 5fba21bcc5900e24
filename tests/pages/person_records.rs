//! The pages of what is kept of one person: finding it, handing it out, counting, and erasing it after asking.

use lyceum::domain::ids::JobId;
use lyceum::domain::rich_text::decode_entities;
use lyceum::domain::xapi::own::Site;
use lyceum::jobs::do_chunks;
use lyceum::store::Read as _;
use serde_json::{Value, json};

use crate::pages::Browser;
use crate::people::{account, admin};
use crate::support::{Answer, Person, TestApp};

const HERE: &str = "/admin/records/people";
const ERASE: &str = "/admin/records/people/erase";
const ADA: &str = "account=&agents=ada%40example.com";

/// Without the signs that isolate names.
fn plain(answer: &Answer) -> String {
    answer.text().replace(['\u{2068}', '\u{2069}'], "")
}

#[track_caller]
fn has(answer: &Answer, all: &[&str]) {
    let text = plain(answer);
    for words in all {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

/// Nobody runs jobs but the test.
fn school() -> (TestApp, Person) {
    let app = TestApp::start_with(|config| config.jobs.parallel = 0);
    let admin = admin(&app);
    (app, admin)
}

fn statement(actor: &Value, verb: &str) -> Value {
    json!({ "actor": actor, "verb": { "id": verb }, "object": { "id": "http://example.com/course" } })
}

fn write(app: &TestApp, by: &Person, path: &str, body: &Value) {
    let credential = json!({ "name": "Tool", "scopes": ["all"] });
    let credential = app.post("/api/xapi/credentials").by(by).json(&credential).send().status(201).json();
    let request = app.request(if path.contains("activities") { "PUT" } else { "POST" }, path);
    let request = request.header("X-Experience-API-Version", "2.0.0").json(body);
    let answer =
        request.header("Authorization", &format!("Bearer {}", credential["token"].as_str().unwrap())).send();
    assert!(answer.code < 300, "{}", answer.text());
}

/// What a page's link with these words leads to.
#[track_caller]
fn link(page: &Answer, beginning: &str) -> String {
    let text = page.text();
    let rest = text.split("href=\"").find(|rest| rest.starts_with(beginning));
    let rest = rest.unwrap_or_else(|| panic!("nothing leads to {beginning}: {text}"));
    decode_entities(rest.split('"').next().unwrap())
}

#[test]
fn a_person_is_found_handed_out_counted_and_erased_after_asking() {
    let (app, admin) = school();
    let ada = json!({ "mbox": "mailto:ada@example.com", "name": "Ada Lovelace" });
    let bob = json!({ "mbox": "mailto:bob@example.com" });
    let both = json!({ "objectType": "Group", "member": [ada, bob] });
    let all = json!([
        statement(&ada, "http://example.com/read"),
        statement(&both, "http://example.com/built"),
        statement(&bob, "http://example.com/slept"),
    ]);
    write(&app, &admin, "/xapi/statements", &all);
    let agent = "%7B%22mbox%22:%22mailto:ada@example.com%22%7D";
    let state = format!("/xapi/activities/state?activityId=http://a&stateId=s&agent={agent}");
    write(&app, &admin, &state, &json!({ "page": 7 }));

    let mut browser = Browser::of(&app, &admin);
    assert_eq!(link(&browser.get("/admin/records"), HERE), HERE);
    let empty = browser.get(HERE).status(200);
    assert!(!empty.text().contains(ERASE), "nobody is meant yet");
    // What is wrong stands beside what was typed.
    let back = browser.get(&format!("{HERE}?account=nobody&agents=ada%40example.com")).status(422);
    has(&back, &["value=\"nobody\"", "ada@example.com", "Is no username", "id=\"f-account-problem\""]);
    let back = browser.get(&format!("{HERE}?account=&agents=ada%40example.com%0A%7B%7D")).status(422);
    has(&back, &["Line 2: ", "id=\"f-agents-problem\""]);
    browser.get(&format!("{HERE}?account=&agents=%20")).status(200);
    has(
        &browser.get(&format!("{HERE}?account=&agents=eve%40example.com")).status(200),
        &["No statement names them; no document is theirs."],
    );

    let page = format!("{HERE}?{ADA}");
    let found = browser.get(&page).status(200);
    has(&found, &["2 statements name them; 1 document (state or profile) is theirs."]);
    has(&found, &["http://example.com/read", "http://example.com/built"]);
    assert!(!found.text().contains("slept"));
    let file = browser.get(&link(&found, "/api/xapi/people/statements")).status(200).text();
    assert!(file.lines().count() == 2 && file.contains("Ada Lovelace"), "{file}");
    let zip = browser.get(&link(&found, "/api/xapi/people/statements.zip")).status(200);
    assert_eq!(zip.header("content-type"), Some("application/zip"));
    let file = browser.get(&link(&found, "/api/xapi/people/documents")).status(200).text();
    assert_eq!(file.lines().count(), 1, "{file}");

    // It is counted first.
    let counting = browser.fill(&page, ERASE, &[]);
    let job = counting.header("location").unwrap().to_owned();
    has(&browser.follow(&counting), &["It is counted; nothing is written.", "waits"]);
    let number = |job: &str| JobId(job.rsplit('/').next().unwrap().parse().unwrap());
    do_chunks(&app.state, number(&job), usize::MAX);
    has(
        &browser.get(&job).status(200),
        &[
            "What would change",
            "Statements removed</dt><dd>1<",
            "made nameless</dt><dd>1<",
            "Nothing was changed.",
        ],
    );
    has(&browser.get(&page), &["2 statements name them"]);

    // Then it is asked for, and asks.
    let ask = link(&found, &format!("{ERASE}?{}", ADA.replace('&', "&#38;")));
    assert!(ask.ends_with("&how=pseudonymise"), "{ask}");
    has(&browser.get(&ask).status(200), &["Make ada@example.com nameless in the learning records?"]);
    let ask = ask.replace("pseudonymise", "erase");
    has(
        &browser.get(&ask).status(200),
        &[
            "Erase ada@example.com from the learning records?",
            "2 statements name them",
            "Statements in which they act, or are acted on, are removed.",
            "This cannot be undone.",
        ],
    );
    let begun = browser.fill(&ask, ERASE, &[]);
    let job = begun.header("location").unwrap().to_owned();
    let running = browser.follow(&begun);
    has(&running, &["It has begun.", "Erasure of a person from learning records"]);
    assert_eq!(running.header("refresh"), Some("3"), "its progress is shown");
    do_chunks(&app.state, number(&job), usize::MAX);
    has(
        &browser.get(&job),
        &["What changed", "Statements removed</dt><dd>1<", "Documents removed</dt><dd>1<"],
    );
    let left = browser.get(&page).status(200);
    has(&left, &["No statement names them; no document is theirs."]);
    assert!(!left.text().contains(ERASE), "there is nothing left to erase");
}

#[test]
fn a_person_is_found_by_their_account_and_asked_about_what_stays() {
    let (app, admin) = school();
    // A username may look like the number of another account.
    let id = account(&app, &admin, "ada");
    let other = account(&app, &admin, &id.to_string());
    assert_ne!(id, other);
    let site = app.state.store.read(|read| read.get::<Site>(&0)).unwrap().unwrap();
    let own = |id: u64| json!({ "account": { "homePage": site.base, "name": id.to_string() } });
    write(&app, &admin, "/xapi/statements", &statement(&own(id), "http://example.com/read"));
    let mailbox = json!({ "mbox": "mailto:ada@school.example" });
    write(&app, &admin, "/xapi/statements", &statement(&mailbox, "http://example.com/wrote"));
    let target = json!({ "name": "District", "endpoint": "http://127.0.0.1:1/", "version": "2.0.0", "secret": "x",
        "agent": mailbox.to_string() });
    app.post("/api/xapi/targets").by(&admin).json(&target).send().status(201);

    let mut browser = Browser::of(&app, &admin);
    let person = browser.get(&format!("/admin/people/{id}")).status(200);
    assert_eq!(link(&person, HERE), format!("{HERE}?account=%23{id}"));
    for typed in ["ada", "ADA%40school.example", &format!("%23{id}")] {
        let found = browser.get(&format!("{HERE}?account={typed}&agents=")).status(200);
        has(&found, &["Ada Lovelace", "1 statement names them", "http://example.com/read"]);
        assert!(!found.text().contains("wrote"), "{typed}");
    }
    has(&browser.get(&format!("{HERE}?account={id}")).status(200), &["No statement names them"]);
    let back = browser.get(&format!("{HERE}?account=%23999999&agents=")).status(422);
    has(&back, &["value=\"#999999\"", "Is no account here.", "id=\"f-account-problem\""]);
    // Other tools know them by their address.
    let found = browser.get(&format!("{HERE}?account=ada&agents="));
    let also = link(&found, &format!("{HERE}?account=ada&#38;agents=ada"));
    let found = browser.get(&also).status(200);
    has(&found, &["2 statements name them", "http://example.com/wrote"]);
    let file = browser.get(&link(&found, "/api/xapi/people/statements")).status(200).text();
    assert_eq!(file.lines().count(), 2, "{file}");
    let ask = browser.get(&link(&found, &format!("{ERASE}?account=ada"))).status(200);
    has(&ask, &["Make Ada Lovelace nameless", "The account stays", "Forwarding to District selects"]);
    // Whom nothing means is asked about again.
    let led = browser.get(&format!("{ERASE}?account=nobody&agents=&how=erase"));
    assert_eq!(led.header("location"), Some(format!("{HERE}?account=nobody&agents=").as_str()));
    let refused = browser.fill(&also, ERASE, &[("how", "both")]).status(422);
    has(&refused, &["Is neither erase nor pseudonymise.", "value=\"ada\""]);
}
