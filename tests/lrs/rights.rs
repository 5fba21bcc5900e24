//! What a person may ask for: everything of them found and told, and erased or made nameless, with what refers to it.

use lyceum::domain::ids::JobId;
use lyceum::jobs::do_chunks;
use serde_json::{Value, json};

use crate::export::lines;
use crate::files::{body, hash, part, post, with_files};
use crate::support::{Lrs, id, statement};

const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";
const SIGNATURE: &str = "http://adlnet.gov/expapi/attachments/signature";
const ADA: &str = "%7B%22mbox%22:%22mailto:ada@example.com%22%7D";
const STATE: &str = "activities/state?activityId=http://a&stateId=s&agent=";
const PROFILE: &str = "agents/profile?profileId=p&agent=";

/// Nobody runs jobs but the test.
fn waiting() -> Lrs {
    Lrs::with(|config| config.jobs.parallel = 0)
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
    all.push(id(1));
    assert_eq!(found(&lrs, ADA), all, "in the order of storing; who voided it did not name her");
    assert_eq!(found(&lrs, "%7B%22openid%22:%22http://nobody%22%7D"), Vec::<String>::new());
    lrs.request("PUT", &format!("{STATE}{ADA}")).body("text/plain", "here").send().status(204);
    let long = "x".repeat(20_000);
    lrs.request("PUT", &format!("{PROFILE}{ADA}")).body("text/plain", long).send().status(204);
    let documents = documents(&lrs);
    assert_eq!(documents.len(), 2);
    let state = documents.iter().find(|one| one["kind"] == "state").unwrap();
    assert_eq!((&state["activity"], &state["content"]), (&json!("http://a"), &json!("aGVyZQ==")));
    let profile = documents.iter().find(|one| one["kind"] == "agent_profile").unwrap();
    assert_eq!((&profile["id"], profile["content"].as_str().unwrap().len()), (&json!("p"), 26_668));
    // The whole agent, or an account; nobody is nobody.
    let path = "/api/xapi/people/statements";
    lrs.api("GET", &format!("{path}?account=1")).send().status(200);
    lrs.api("GET", path).send().refused(422, "invalid_field", "/agents");
    lrs.api("GET", &format!("{path}?agent=ada")).send().refused(422, "invalid_field", "?agent");
    lrs.api("GET", &format!("{path}?agent={ADA}")).without("Authorization").send().status(401);
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
    assert_eq!(erase(&lrs, "erase"), [3, 0, 1, 0]);
    assert_eq!(lrs.found(""), [id(2)]);
    lrs.get(&format!("statements?voidedStatementId={}", id(1))).send().status(404);
    lrs.get(&format!("statements?voidedStatementId={}", id(3))).send().status(200);
    lrs.post(&by_bob(6));
    lrs.get(&format!("statements?statementId={}", id(6))).send().status(404);
    lrs.get(&format!("statements?voidedStatementId={}", id(6))).send().status(200);
    assert_eq!(lrs.found(""), [id(2)]);
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
    let nobody = format!("%7B%22account%22:%7B%22homePage%22:%22{home}%22,%22name%22:%22{name}%22%7D%7D");
    let mut found = lrs.found(&format!("agent={nobody}&ascending=true"));
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
