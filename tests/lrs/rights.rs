//! What a person may ask for: everything of them found and told, and erased or made nameless, with what refers to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lyceum::domain::ids::JobId;
use lyceum::domain::job::run::active;
use lyceum::domain::job::{Job, Work};
use lyceum::domain::xapi::credential::LrsScope;
use lyceum::domain::xapi::forward::edit::TargetFacts;
use lyceum::domain::xapi::forward::forget::FORGOTTEN;
use lyceum::domain::xapi::forward::progress::{Answer, PutAside, put_aside};
use lyceum::domain::xapi::own::Site;
use lyceum::domain::xapi::people::Person;
use lyceum::domain::xapi::term::Ifi;
use lyceum::jobs::do_chunks;
use lyceum::store::{Class, Read as _};
use serde_json::{Value, json};

use crate::export::{lines, unzip};
use crate::files::{body, hash, part, post, with_files};
use crate::support::{Lrs, id, statement};
use crate::target::{Asked, Reply, Scripted, facts, facts_of, say};

const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";
const SIGNATURE: &str = "http://adlnet.gov/expapi/attachments/signature";
const ADA: &str = "%7B%22mbox%22:%22mailto:ada@example.com%22%7D";
const STATE: &str = "activities/state?activityId=http://a&stateId=s&agent=";
const PROFILE: &str = "agents/profile?profileId=p&agent=";

/// Nobody runs jobs but the test.
fn waiting() -> Lrs {
    Lrs::with(|config| config.jobs.parallel = 0)
}

/// The account of a person elsewhere or here, as a query has it.
fn in_a_query(home: &str, name: &str) -> String {
    format!("%7B%22account%22:%7B%22homePage%22:%22{home}%22,%22name%22:%22{name}%22%7D%7D")
}

fn ada() -> Value {
    json!({ "mbox": "mailto:ada@example.com", "name": "Ada Lovelace" })
}

fn bob() -> Value {
    json!({ "mbox": "mailto:bob@example.com" })
}

fn by_bob(number: u32) -> Value {
    let mut one = statement(number);
    one["actor"] = bob();
    one
}

fn refers(number: u32, who: &Value, target: u32, verb: &str) -> Value {
    json!({ "id": id(number), "actor": who, "verb": { "id": verb },
        "object": { "objectType": "StatementRef", "id": id(target) } })
}

/// Statements of others that name Ada, each in another place: from number 10 on.
fn mentions() -> Vec<Value> {
    let group = json!({ "objectType": "Group", "member": [bob(), ada()] });
    let agents = json!([{ "objectType": "contextAgent", "agent": ada() }]);
    let groups = json!([{ "objectType": "contextGroup", "group": group }]);
    let mut all: Vec<Value> = (10..17).map(by_bob).collect();
    all[0]["actor"] = group.clone();
    all[1]["context"] = json!({ "instructor": ada() });
    all[2]["context"] = json!({ "team": group });
    all[3]["context"] = json!({ "contextAgents": agents });
    all[4]["context"] = json!({ "contextGroups": groups });
    all[5]["object"] = json!({ "objectType": "SubStatement", "actor": ada(), "verb": { "id": "http://v" },
        "object": { "id": "http://o" } });
    all[6]["actor"] = json!({ "objectType": "Group", "account": { "homePage": "http://g", "name": "g" },
        "member": [ada()] });
    all
}

fn found(lrs: &Lrs, agent: &str) -> Vec<String> {
    let answer = lrs.api("GET", &format!("/api/xapi/people/statements?agent={agent}")).send().status(200);
    lines(&answer.text()).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn documents(lrs: &Lrs) -> Vec<Value> {
    lines(&lrs.api("GET", &format!("/api/xapi/people/documents?agent={ADA}")).send().status(200).text())
}

fn exported(lrs: &Lrs) -> String {
    lrs.api("GET", "/api/export/statements").send().status(200).text()
}

/// Does anything need this file? What nothing needs is swept.
fn is_named(lrs: &Lrs, file: &str) -> bool {
    lrs.running.state.store.read(|read| lyceum::domain::files::is_named(read, file)).unwrap()
}

#[track_caller]
fn begun(lrs: &Lrs, how: &str, dry_run: bool) -> u64 {
    let input = json!({ "agents": [ada()], "how": how, "dry_run": dry_run });
    let view = lrs.api("POST", "/api/xapi/people/erase").json(&input).send().status(202).json();
    assert_eq!((&view["kind"], &view["unit"]), (&json!("person_erasure"), &json!("statements")));
    view["id"].as_u64().unwrap()
}

/// The counts of a job's report: removed, pseudonymised, references, documents.
#[track_caller]
fn counts(lrs: &Lrs, id: u64) -> [u64; 4] {
    let view = lrs.api("GET", &format!("/api/jobs/{id}")).send().status(200).json();
    assert_eq!(view["state"], "done", "{view}");
    let report = lrs.api("GET", &format!("/api/jobs/{id}/result")).send().status(200).json();
    ["removed", "pseudonymised", "references", "documents"].map(|name| report[name].as_u64().unwrap())
}

#[track_caller]
fn erase(lrs: &Lrs, how: &str) -> [u64; 4] {
    let id = begun(lrs, how, false);
    do_chunks(&lrs.running.state, JobId(id), usize::MAX);
    counts(lrs, id)
}

#[test]
fn a_person_is_found_in_every_place_with_voided_statements_and_documents() {
    let lrs = waiting();
    lrs.post(&json!(mentions()));
    lrs.post(&json!([statement(1), by_bob(2), refers(3, &bob(), 1, VOIDED)]));
    let mut all: Vec<String> = (10..17).map(id).collect();
    all.extend([1, 3].map(id));
    assert_eq!(found(&lrs, ADA), all, "in the order of storing, and behind what is voided what voids it");
    assert_eq!(found(&lrs, "%7B%22openid%22:%22http://nobody%22%7D"), Vec::<String>::new());
    lrs.request("PUT", &format!("{STATE}{ADA}")).body("text/plain", "here").send().status(204);
    // It is sent in pieces, of which none is cut where a sign of Base64 is.
    let long = "long ".repeat(500_001);
    lrs.request("PUT", &format!("{PROFILE}{ADA}")).body("text/plain", long.as_str()).send().status(204);
    let documents = documents(&lrs);
    assert_eq!(documents.len(), 2);
    let state = documents.iter().find(|one| one["kind"] == "state").unwrap();
    assert_eq!((&state["activity"], &state["content"]), (&json!("http://a"), &json!("aGVyZQ==")));
    let profile = documents.iter().find(|one| one["kind"] == "agent_profile").unwrap();
    assert_eq!((&profile["id"], &profile["content"]), (&json!("p"), &json!(STANDARD.encode(long))));
    // Everything that identifies one person.
    let several =
        "%5B%7B%22openid%22:%22http://nobody%22%7D,%7B%22mbox%22:%22mailto:bob@example.com%22%7D%5D";
    assert_eq!(found(&lrs, several).len(), 8, "Bob is in all of them but Ada's own and the group of hers");
    // The whole agent, or an account; nobody is nobody.
    let path = "/api/xapi/people/statements";
    for path in [path, "/api/xapi/people/documents"] {
        lrs.api("GET", path).send().refused(422, "invalid_field", "?agent");
    }
    lrs.api("GET", &format!("{path}?agent=ada")).send().refused(422, "invalid_field", "?agent");
    lrs.api("GET", &format!("{path}?agent={ADA}")).without("Authorization").send().status(401);
}

#[test]
fn an_account_that_there_is_not_is_refused_and_not_answered_with_nothing() {
    let lrs = waiting();
    let site = lrs.running.state.store.read(|read| read.get::<Site>(&0)).unwrap().unwrap();
    let own = |name: &str| format!("agent={}", in_a_query(&site.base, name));
    let me = lrs.api("GET", "/api/session").send().status(200).json()["user"].to_string();
    for of in ["statements", "documents"] {
        let of = |query: &str| lrs.api("GET", &format!("/api/xapi/people/{of}?{query}")).send();
        of("account=999999").refused(422, "invalid_field", "?account");
        of(&own("999999")).refused(422, "invalid_field", "?agent");
        of(&own("ada")).refused(422, "invalid_field", "?agent");
        // Of whom is here, or of whom other tools know, there may be nothing.
        let elsewhere = format!("agent={}", in_a_query("http://elsewhere", "999999"));
        for none in [&format!("account={me}"), &own(&me), &elsewhere] {
            assert_eq!(of(none).status(200).text(), "", "{none}");
        }
    }
    let erase = |body: &Value| lrs.api("POST", "/api/xapi/people/erase").json(body).send();
    erase(&json!({ "account": 999_999, "how": "erase" })).refused(422, "invalid_field", "/account");
    let agent = json!({ "account": { "homePage": site.base, "name": "ada" } });
    erase(&json!({ "agents": [bob(), agent], "how": "erase" })).refused(422, "invalid_field", "/agents/1");
    let wrong = json!({ "agents": [{ "mbox": "x" }], "how": "erase" });
    erase(&wrong).refused(422, "invalid_field", "/agents/0/mbox");
    erase(&json!({ "how": "erase" })).refused(422, "invalid_field", "/agents");
    // What a former installation at this address has left is that of a person, too.
    let mut left = statement(1);
    left["actor"] = agent.clone();
    lrs.post(&left);
    erase(&json!({ "agents": [agent], "how": "erase" })).status(202);
}

#[test]
fn erasing_removes_what_a_person_did_and_makes_them_nameless_elsewhere() {
    let lrs = waiting();
    let file: &[u8] = b"a file of Ada's";
    post(&lrs, body(&json!([with_files(1, &[file])]), &[part(file)])).status(200);
    let mut acted_on = by_bob(2);
    acted_on["object"] = ada();
    acted_on["object"]["objectType"] = json!("Agent");
    lrs.post(&json!([refers(4, &bob(), 1, "http://example.com/saw"), acted_on, by_bob(3)]));
    lrs.post(&json!(mentions()));
    for place in [STATE, PROFILE] {
        lrs.request("PUT", &format!("{place}{ADA}")).body("text/plain", "here").send().status(204);
    }
    let before = exported(&lrs);
    let dry = begun(&lrs, "erase", true);
    do_chunks(&lrs.running.state, JobId(dry), usize::MAX);
    assert_eq!(counts(&lrs, dry), [2, 7, 1, 2]);
    assert_eq!(exported(&lrs), before, "only said");
    assert_eq!(erase(&lrs, "erase"), [2, 7, 1, 2]);
    for number in [1, 2] {
        lrs.get(&format!("statements?statementId={}", id(number))).send().status(404);
    }
    let mut left: Vec<String> = [4, 3].into_iter().chain(10..17).map(id).collect();
    assert_eq!(lrs.found("ascending=true"), left);
    assert_eq!(lrs.found(&format!("agent={ADA}&related_agents=true")), Vec::<String>::new());
    left.remove(0);
    left.retain(|one| *one != id(15));
    assert_eq!(lrs.found("ascending=true&activity=http://example.com/course"), left, "not by what is gone");
    assert_eq!((found(&lrs, ADA), documents(&lrs)), (Vec::new(), Vec::new()));
    let text = exported(&lrs);
    assert!(!text.contains("ada@") && !text.contains("Lovelace"), "{text}");
    assert_eq!(text.matches("/xapi/pseudonyms").count(), 7);
    let person = lrs.get(&format!("agents?agent={ADA}")).send().status(200).text();
    assert!(!person.contains("Lovelace"), "{person}");
    assert!(!is_named(&lrs, &hash(file)), "its file is nobody's");
    // Sent again it is taken, and does not come back, whatever it says.
    let mut other = statement(1);
    other["verb"]["id"] = json!("http://example.com/other");
    for again in [statement(1), other, mentions()[0].clone()] {
        lrs.post(&again);
    }
    assert_eq!(exported(&lrs), text);
    assert_eq!(erase(&lrs, "erase"), [0, 0, 0, 0], "again there is nothing to do");
    let audit = lrs.api("GET", "/api/export/audit").send().status(200).text();
    assert!(audit.contains("2 removed, 7 pseudonymised, 1 references, 2 documents"), "{audit}");
    assert!(!audit.contains("ada@"), "{audit}");
}

#[test]
fn what_is_voided_stays_voided_when_either_of_the_two_is_erased() {
    let lrs = waiting();
    // Hers is voided by Bob; Bob's by her; and she voided one that comes later.
    lrs.post(&json!([statement(1), refers(2, &bob(), 1, VOIDED)]));
    lrs.post(&json!([by_bob(3), refers(4, &ada(), 3, VOIDED), refers(5, &ada(), 6, VOIDED)]));
    let dry = begun(&lrs, "erase", true);
    do_chunks(&lrs.running.state, JobId(dry), usize::MAX);
    assert_eq!(counts(&lrs, dry), [1, 2, 1, 0]);
    assert_eq!(erase(&lrs, "erase"), [1, 2, 1, 0], "what voids is made nameless and stays");
    assert_eq!(lrs.found(""), [5, 4, 2].map(id));
    lrs.get(&format!("statements?voidedStatementId={}", id(1))).send().status(404);
    lrs.get(&format!("statements?voidedStatementId={}", id(3))).send().status(200);
    lrs.post(&by_bob(6));
    lrs.get(&format!("statements?statementId={}", id(6))).send().status(404);
    lrs.get(&format!("statements?voidedStatementId={}", id(6))).send().status(200);
    assert_eq!(lrs.found(""), [5, 4, 2].map(id));
    let text = exported(&lrs);
    assert!(!text.contains("ada@") && !text.contains("Lovelace"), "{text}");
    // And so it is wherever these statements go.
    let (elsewhere, target) = (waiting(), Lrs::start());
    crate::import::import(&elsewhere, "", "application/x-ndjson", text);
    let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
    let way = lrs.forward(facts_of(&target, &key));
    lrs.run();
    assert_eq!(lrs.letters(way), []);
    for other in [&elsewhere, &target] {
        for number in [3, 6] {
            other.get(&format!("statements?statementId={}", id(number))).send().status(404);
            other.get(&format!("statements?voidedStatementId={}", id(number))).send().status(200);
        }
    }
}

#[test]
fn what_voids_an_erased_statement_reaches_where_that_one_went() {
    let of = |activity: &str, all: TargetFacts| TargetFacts { activity: Some(activity.to_owned()), ..all };
    let course = "http://example.com/course";
    // Told by what it was about, it would not be found any more.
    let (lrs, target) = (waiting(), Lrs::start());
    let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
    let way = lrs.forward(of(course, facts_of(&target, &key)));
    lrs.post(&json!([statement(1), by_bob(3)]));
    lrs.run();
    lrs.post(&refers(2, &bob(), 1, VOIDED));
    assert_eq!(erase(&lrs, "erase"), [1, 0, 1, 0]);
    assert_eq!(lrs.letters(way).len(), 1);
    lrs.run();
    target.get(&format!("statements?statementId={}", id(1))).send().status(404);
    target.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
    target.get(&format!("statements?statementId={}", id(3))).send().status(200);
    assert_eq!((lrs.letters(way), lrs.lag(way).statements), (vec![], 0));
    // Its turn was over before the other one came, with which it was to go along.
    let (lrs, target) = (waiting(), Scripted::start());
    lrs.post(&refers(9, &bob(), 1, VOIDED));
    lrs.post(&statement(1));
    let way = lrs.forward(of(course, facts(&target.endpoint)));
    // Both, the first, what voids it: the machine fails.
    target.script([say(400), say(200), say(500)]);
    lrs.run();
    assert_eq!(target.taken(), [id(1)]);
    assert_eq!(erase(&lrs, "erase"), [1, 0, 1, 0]);
    lrs.running.clock.advance(std::time::Duration::from_secs(2));
    lrs.run();
    assert_eq!((target.taken(), lrs.letters(way)), ([1, 9].map(id).to_vec(), vec![]));
    // Where it is found by itself it goes in its turn, and where nothing went of either no letter does.
    let (lrs, all, other) = (waiting(), Scripted::start(), Scripted::start());
    let selected = [facts(&all.endpoint), of("http://example.com/none", facts(&other.endpoint))];
    let [everything, nothing] = selected.map(|facts| lrs.forward(facts));
    lrs.post(&statement(1));
    lrs.run();
    lrs.post(&refers(2, &bob(), 1, VOIDED));
    erase(&lrs, "erase");
    assert_eq!((lrs.letters(everything), lrs.letters(nothing)), (vec![], vec![]));
    lrs.run();
    assert_eq!((all.taken(), other.taken()), ([1, 2].map(id).to_vec(), vec![]));
}

#[test]
fn what_voids_a_statement_reaches_where_that_one_went_by_the_person_who_is_erased() {
    let with_instructor = || {
        let mut one = by_bob(1);
        one["context"] = json!({ "instructor": ada() });
        one
    };
    for how in ["erase", "pseudonymise"] {
        for (one, voids) in [(statement(1), bob()), (statement(1), ada()), (with_instructor(), bob())] {
            let (lrs, target) = (waiting(), Lrs::start());
            let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
            let agent = Some(ada().to_string());
            let way = lrs.forward(TargetFacts { agent, ..facts_of(&target, &key) });
            lrs.post(&one);
            lrs.run();
            lrs.post(&refers(2, &voids, 1, VOIDED));
            erase(&lrs, how);
            lrs.run();
            target.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
            assert_eq!((lrs.letters(way), lrs.lag(way).statements), (vec![], 0), "{how} {one} {voids}");
        }
    }
}

#[test]
fn what_was_made_nameless_is_voided_later_where_it_went_by_the_person_too() {
    for how in ["erase", "pseudonymise"] {
        let (lrs, target, other) = (waiting(), Lrs::start(), Scripted::start());
        let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
        let agent = |who: &Value, facts: TargetFacts| TargetFacts { agent: Some(who.to_string()), ..facts };
        lrs.forward(agent(&ada(), facts_of(&target, &key)));
        lrs.forward(agent(&json!({ "mbox": "mailto:zoe@example.com" }), facts(&other.endpoint)));
        lrs.post(&statement(1));
        lrs.run();
        erase(&lrs, how);
        for number in [2, 3] {
            lrs.post(&refers(number, &bob(), 1, VOIDED));
        }
        lrs.run();
        target.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
        assert_eq!(target.found(""), [id(2)], "{how}: once");
        assert_eq!(other.taken(), Vec::<String>::new(), "{how}: it did not go there");
    }
}

#[test]
fn what_is_voided_is_so_wherever_the_export_of_a_person_is_imported() {
    let (lrs, elsewhere) = (waiting(), waiting());
    lrs.post(&json!([statement(1), by_bob(3), refers(2, &bob(), 1, VOIDED), refers(4, &ada(), 3, VOIDED)]));
    assert_eq!(found(&lrs, ADA), [1, 2, 4].map(id), "what voids is there, and what Bob did is not");
    let zip = lrs.api("GET", &format!("/api/xapi/people/statements.zip?agent={ADA}")).send().status(200);
    let file = String::from_utf8(unzip(&zip.bytes).remove(0).1).unwrap();
    crate::import::import(&elsewhere, "", "application/x-ndjson", file);
    elsewhere.get(&format!("statements?statementId={}", id(1))).send().status(404);
    elsewhere.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
}

#[test]
fn an_erasure_waits_for_imports_that_were_taken_in_before_it() {
    let lrs = waiting();
    let import = || {
        let file = format!("{}\n", statement(1));
        let answer = lrs.api("POST", "/api/import/statements").body("application/x-ndjson", file).send();
        answer.status(202).json()["id"].as_u64().unwrap()
    };
    let first = import();
    let (erasure, dry) = (begun(&lrs, "erase", false), begun(&lrs, "erase", true));
    let later = import();
    let active = || -> Vec<u64> {
        let active = lrs.running.state.store.read(|read| active(read)).unwrap();
        active.into_iter().map(|(_, id)| id.0).collect()
    };
    assert_eq!(active(), [first, dry, later]);
    do_chunks(&lrs.running.state, JobId(first), usize::MAX);
    assert_eq!(active(), [erasure, dry, later]);
    do_chunks(&lrs.running.state, JobId(erasure), usize::MAX);
    assert_eq!(counts(&lrs, erasure), [1, 0, 0, 0]);
}

#[test]
fn what_was_valid_when_it_was_erased_is_voided_elsewhere_by_who_may_void_anything_only() {
    let (lrs, target) = (waiting(), Lrs::start());
    let tool = lrs.credential("Tool", &[LrsScope::StatementsWrite], &[]);
    let any = lrs.credential("Any", &[LrsScope::All], &[]);
    lrs.forward(facts_of(&target, &target.credential("Source", &[LrsScope::All], &[])));
    lrs.post(&statement(1));
    lrs.run();
    assert_eq!(erase(&lrs, "erase"), [1, 0, 0, 0]);
    let send = |key, one: &Value| lrs.request("POST", "statements").by(key).json(one).send().status(200);
    send(&tool, &refers(2, &bob(), 1, VOIDED));
    lrs.run();
    target.get(&format!("statements?statementId={}", id(1))).send().status(200);
    send(&any, &refers(3, &bob(), 1, VOIDED));
    lrs.run();
    target.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
    assert_eq!(target.found(""), [id(3)]);
}

/// Erasing somebody gives nobody a right.
#[test]
fn what_a_credential_may_not_void_is_not_voided_by_erasing_who_would_have() {
    let lrs = waiting();
    let key = |name| lrs.credential(name, &[LrsScope::StatementsWrite], &[]);
    let (tool, other) = (key("Tool"), key("Other"));
    let send = |key, one: &Value| lrs.request("POST", "statements").by(key).json(one).send().status(200);
    send(&tool, &json!([refers(2, &ada(), 1, VOIDED), refers(4, &ada(), 3, VOIDED)]));
    assert_eq!(erase(&lrs, "erase"), [0, 2, 0, 0]);
    send(&other, &by_bob(1));
    send(&tool, &by_bob(3));
    lrs.get(&format!("statements?statementId={}", id(1))).send().status(200);
    lrs.get(&format!("statements?statementId={}", id(3))).send().status(404);
}

#[test]
fn what_voids_and_would_become_too_long_stays_without_its_surroundings() {
    let lrs = waiting();
    let ada = json!({ "mbox": "mailto:ada@example.com" });
    let group = json!({ "objectType": "Group", "member": vec![&ada; 400] });
    let mut long = refers(2, &ada, 1, VOIDED);
    long["context"] =
        json!({ "contextGroups": vec![json!({ "objectType": "contextGroup", "group": group }); 35] });
    long["timestamp"] = json!("2026-01-01T00:00:00Z");
    lrs.post(&by_bob(1));
    lrs.post(&long);
    assert_eq!(erase(&lrs, "erase"), [0, 1, 0, 0]);
    let left = lrs.get(&format!("statements?statementId={}", id(2))).send().status(200).json();
    assert_eq!((&left["object"]["id"], &left["timestamp"]), (&json!(id(1)), &long["timestamp"]));
    assert!(left.get("context").is_none() && !left.to_string().contains("ada@"), "{left}");
    lrs.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
}

#[test]
fn a_pseudonym_keeps_counts_order_voiding_and_references() {
    let lrs = waiting();
    lrs.post(&refers(7, &bob(), 1, "http://example.com/saw"));
    lrs.post(&json!([statement(1), statement(2), refers(3, &ada(), 2, VOIDED)]));
    let mut long = statement(4);
    long["actor"] = ada();
    long["result"] = json!({ "response": "x".repeat(40_000), "score": { "raw": 5 } });
    lrs.post(&json!(long));
    lrs.post(&json!(mentions()));
    let signed = {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let jws = format!("{}.{}.c2ln", encode(r#"{"alg":"RS256"}"#), encode(&statement(5).to_string()));
        let mut one = statement(5);
        one["attachments"] = json!([{ "usageType": SIGNATURE, "display": { "en": "x" }, "length": jws.len(),
            "contentType": "application/octet-stream", "sha2": hash(jws.as_bytes()) }]);
        let part = String::from_utf8(part(jws.as_bytes())).unwrap();
        let part = part.replace("text/x-test", "application/octet-stream");
        post(&lrs, body(&one, &[part.into_bytes()])).status(200);
        hash(jws.as_bytes())
    };
    let (before, order) = (lines(&exported(&lrs)), lrs.found(""));
    assert_eq!(erase(&lrs, "pseudonymise"), [0, 12, 1, 0]);
    let text = exported(&lrs);
    assert!(!text.contains("ada@") && !text.contains("Lovelace"), "{text}");
    let after = lines(&text);
    let kept = |all: &[Value]| -> Vec<[Value; 5]> {
        all.iter()
            .map(|one| ["id", "stored", "timestamp", "verb", "result"].map(|name| one[name].clone()))
            .collect()
    };
    assert_eq!(kept(&after), kept(&before));
    assert_eq!(lrs.found(""), order);
    lrs.get(&format!("statements?voidedStatementId={}", id(2))).send().status(200);
    assert_eq!(lrs.found(&format!("agent={ADA}&related_agents=true")), Vec::<String>::new());
    let one = after.iter().find(|one| one["id"] == id(1)).unwrap();
    let home = one["actor"]["account"]["homePage"].as_str().unwrap();
    let name = one["actor"]["account"]["name"].as_str().unwrap();
    assert!(home.ends_with("/xapi/pseudonyms") && name.len() == 32, "{home} {name}");
    let mut found = lrs.found(&format!("agent={}&ascending=true", in_a_query(home, name)));
    found.sort();
    // Number 3 is about a voided one, number 7 refers to number 1 and came before it.
    let mut expected: Vec<String> = [1, 3, 4, 5, 7, 10, 16].map(id).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let five = after.iter().find(|one| one["id"] == id(5)).unwrap();
    assert_eq!(five["attachments"], json!([]), "a signature would say who it was");
    assert!(!is_named(&lrs, &signed));
    lrs.post(&statement(1));
    assert_eq!(exported(&lrs), text, "what is sent again changes nothing");
}

#[test]
fn a_dry_run_counts_all_documents_of_a_person_however_many_there_are() {
    let lrs = waiting();
    lrs.post(&json!([statement(1)]));
    lrs.write_states(&Ifi::Mbox("mailto:ada@example.com".to_owned()), None, 0..2_100);
    let hash = Ifi::MboxSha1sum(lyceum::domain::xapi::document::etag(b"mailto:ada@example.com"));
    lrs.write_states(&hash, None, 0..7);
    let id = begun(&lrs, "erase", true);
    do_chunks(&lrs.running.state, JobId(id), 1);
    assert_eq!(counts(&lrs, id), [1, 0, 0, 2_107]);
    assert_eq!(erase(&lrs, "erase"), [1, 0, 0, 2_107]);
    assert_eq!(documents(&lrs), Vec::<Value>::new());
}

#[test]
fn what_refers_to_several_of_a_person_is_counted_once_as_a_dry_run_says() {
    let saw = "http://example.com/saw";
    for (how, expected) in [("pseudonymise", [0, 3, 3, 0]), ("erase", [3, 0, 3, 0])] {
        let lrs = waiting();
        // Number 2 leads over hers to another one of hers, which comes later, and number 5 over his; number 6 over all of them.
        lrs.post(&json!([refers(1, &ada(), 3, saw), refers(2, &bob(), 1, saw), refers(6, &bob(), 5, saw)]));
        lrs.post(&json!([statement(3), refers(4, &ada(), 3, saw), refers(5, &bob(), 2, saw)]));
        let dry = begun(&lrs, how, true);
        do_chunks(&lrs.running.state, JobId(dry), usize::MAX);
        assert_eq!(counts(&lrs, dry), expected, "{how}");
        assert_eq!(erase(&lrs, how), expected, "{how}, as it was told before");
        assert_eq!(erase(&lrs, how), [0; 4]);
    }
}

#[test]
fn files_do_not_come_later_to_what_was_made_nameless() {
    let lrs = waiting();
    let file: &[u8] = b"a file of Ada's";
    let mut one = with_files(1, &[file]);
    one["attachments"][0]["fileUrl"] = json!("http://example.com/file");
    lrs.post(&one);
    assert_eq!(erase(&lrs, "pseudonymise"), [0, 1, 0, 0]);
    let nameless = lines(&exported(&lrs)).remove(0);
    for again in [one, nameless] {
        post(&lrs, body(&again, &[part(file)])).status(200);
        assert!(!is_named(&lrs, &hash(file)), "{again}");
    }
}

#[test]
fn an_erasure_goes_on_where_it_was() {
    let lrs = waiting();
    for first in [0, 60] {
        lrs.post(&json!((first..first + 60).map(statement).collect::<Vec<_>>()));
    }
    let job = begun(&lrs, "erase", false);
    // Each call begins anew with what is written down.
    do_chunks(&lrs.running.state, JobId(job), 1);
    assert_eq!(lrs.found("").len(), 70);
    // Hers come meanwhile, and are not left.
    lrs.post(&json!((200..210).map(statement).collect::<Vec<_>>()));
    for _ in 0..6 {
        do_chunks(&lrs.running.state, JobId(job), 1);
    }
    assert_eq!(counts(&lrs, job), [130, 0, 0, 0]);
    assert_eq!(lrs.found(""), Vec::<String>::new());
}

#[test]
fn a_long_record_is_handed_out_whole() {
    let lrs = waiting();
    let mut all = Vec::new();
    for number in 0..8 {
        let mut one = statement(number);
        one["result"] = json!({ "response": "x".repeat(400_000) });
        lrs.post(&one);
        all.push(id(number));
    }
    assert_eq!(found(&lrs, ADA), all);
    assert_eq!(erase(&lrs, "pseudonymise"), [0, 8, 0, 0]);
}

#[test]
fn a_statement_that_would_become_too_long_is_removed_and_keeps_no_other_one_waiting() {
    let lrs = waiting();
    let ada = json!({ "mbox": "mailto:ada@example.com" });
    let group = json!({ "objectType": "Group", "member": vec![ada; 400] });
    let mut long = by_bob(2);
    long["context"] =
        json!({ "contextGroups": vec![json!({ "objectType": "contextGroup", "group": group }); 35] });
    lrs.post(&json!([statement(1), long.clone(), refers(3, &bob(), 2, "http://example.com/saw")]));
    lrs.post(&statement(4));
    let dry = begun(&lrs, "pseudonymise", true);
    do_chunks(&lrs.running.state, JobId(dry), usize::MAX);
    assert_eq!(counts(&lrs, dry), [1, 2, 1, 0], "as it is told before");
    assert_eq!(erase(&lrs, "pseudonymise"), [1, 2, 1, 0]);
    assert!(!exported(&lrs).contains("ada@"));
    lrs.get(&format!("statements?statementId={}", id(2))).send().status(404);
    lrs.post(&long);
    assert_eq!(lrs.found("ascending=true"), [1, 3, 4].map(id), "it does not come back");
}

/// Refuses everything, and quotes what it is about.
fn quoting(asked: &Asked) -> Reply {
    let about =
        if String::from_utf8_lossy(&asked.body).contains("ada@") { "ada@example.com" } else { "this" };
    Reply::Say(400, String::new(), format!("{about} is not wanted"))
}

#[test]
fn what_other_stores_said_of_a_person_is_forgotten_with_them() {
    let (lrs, target) = (waiting(), Scripted::start());
    lrs.post(&json!([statement(1), mentions()[0], by_bob(3)]));
    let way = lrs.forward(facts(&target.endpoint));
    target.judge(quoting);
    lrs.run();
    let said = |lrs: &Lrs| -> Vec<String> { lrs.letters(way).into_iter().map(|one| one.answer).collect() };
    let (hers, his) = ("ada@example.com is not wanted", "this is not wanted");
    assert_eq!(said(&lrs), [hers, hers, his]);
    let places: Vec<_> = lrs.letters(way).iter().map(|one| (one.stored, one.statement)).collect();
    lrs.post(&by_bob(5));
    target.script([Reply::Say(500, String::new(), "busy with ada@example.com".to_owned())]);
    lrs.run();
    assert_eq!(lrs.progress(way).trouble.unwrap().reason, "busy with ada@example.com");
    assert_eq!(erase(&lrs, "erase"), [1, 1, 0, 0]);
    assert_eq!(said(&lrs), [FORGOTTEN, his], "one statement is gone, the other one nameless");
    let trouble = lrs.progress(way).trouble.unwrap();
    assert_eq!((trouble.reason.as_str(), trouble.tries, trouble.status), (FORGOTTEN, 1, Some(500)));
    // An answer may come later than what it is about is erased.
    let (now, late) = (lrs.running.clock.now(), vec![places[0], places[1]]);
    let asked = lrs.target(way);
    let put = move |txn: &mut lyceum::store::Txn<'_>| {
        late.into_iter()
            .map(|place| {
                let answer = Answer { status: Some(400), said: hers.to_owned(), retry_after: None };
                put_aside(txn, &asked, place, place.0, &answer, now)
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let put = lrs.running.state.store.write_blocking(Class::Interactive, put).unwrap();
    assert_eq!(put, [PutAside::Done; 2]);
    assert_eq!(said(&lrs), [FORGOTTEN, his]);
    // Sent again, and refused again.
    lrs.running.clock.advance(std::time::Duration::from_mins(1));
    lrs.send_again(way);
    lrs.run();
    assert_eq!(said(&lrs), [FORGOTTEN, his, his]);
}

#[test]
fn a_job_that_is_over_does_not_say_who_it_was_about_however_it_ended() {
    let lrs = waiting();
    lrs.post(&json!((0..60).map(statement).collect::<Vec<_>>()));
    let kept = |id: u64| {
        let job = lrs.running.state.store.read(|read| read.get::<Job>(&JobId(id))).unwrap().unwrap();
        let Work::PersonErasure(erasure) = &job.work else { panic!("{job:?}") };
        (erasure.person == Person::default(), erasure.pseudonym.is_none())
    };
    let cancel = |id: u64| lrs.api("POST", &format!("/api/jobs/{id}/cancel")).send().status(200);
    let waits = begun(&lrs, "erase", false);
    assert_eq!(kept(waits), (false, false));
    cancel(waits);
    assert_eq!(kept(waits), (true, true));
    let half = begun(&lrs, "pseudonymise", false);
    do_chunks(&lrs.running.state, JobId(half), 1);
    cancel(half);
    do_chunks(&lrs.running.state, JobId(half), 1);
    assert_eq!(kept(half), (true, true));
    let report = lrs.api("GET", &format!("/api/jobs/{half}/result")).send().status(200).json();
    assert_eq!(report["pseudonymised"], 50, "what was done is told");
    let whole = begun(&lrs, "erase", false);
    do_chunks(&lrs.running.state, JobId(whole), usize::MAX);
    assert_eq!(kept(whole), (true, true));
    assert_eq!(counts(&lrs, whole), [10, 0, 0, 0]);
}

#[test]
fn a_person_gets_their_statements_with_their_files_as_a_zip() {
    let lrs = waiting();
    let (own, others): (&[u8], &[u8]) = (b"hers", b"his");
    let mut his = with_files(2, &[others]);
    his["actor"] = bob();
    post(&lrs, body(&json!([with_files(1, &[own]), his]), &[part(own), part(others)])).status(200);
    lrs.post(&json!(mentions()));
    let path = format!("/api/xapi/people/statements.zip?agent={ADA}");
    let answer = lrs.api("GET", &path).send().status(200);
    let named = Some("attachment; filename=\"person-statements.zip\"");
    assert_eq!(
        (answer.header("content-type"), answer.header("content-disposition")),
        (Some("application/zip"), named)
    );
    let files = unzip(&answer.bytes);
    let plain = lrs.api("GET", &format!("/api/xapi/people/statements?agent={ADA}")).send().status(200);
    assert_eq!(
        files,
        [
            ("statements.ndjson".to_owned(), plain.bytes.clone()),
            (format!("attachments/{}", hash(own)), own.to_vec()),
        ]
    );
    let first = lines(&plain.text())[0]["stored"].as_str().unwrap().to_owned();
    let rest = unzip(&lrs.api("GET", &format!("{path}&after={first}")).send().status(200).bytes);
    assert_eq!(
        (rest.len(), lines(str::from_utf8(&rest[0].1).unwrap()).len()),
        (1, 7),
        "behind the one with a file"
    );
    lrs.api("GET", &format!("{path}&after=now")).send().refused(422, "invalid_field", "?after");
    lrs.api("GET", "/api/xapi/people/statements.zip").send().refused(422, "invalid_field", "?agent");
    lrs.api("GET", &path).without("Authorization").send().status(401);
}
