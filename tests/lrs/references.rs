//! Statements about statements: found by what their target is about, in whatever order they come; and voiding.

use lyceum::domain::xapi::credential::LrsScope;
use serde_json::{Value, json};

use crate::support::{Lrs, id, statement};

fn about(number: u32, target: u32, verb: &str) -> Value {
    json!({
        "id": id(number),
        "actor": { "mbox": format!("mailto:referrer{number}@example.com") },
        "verb": { "id": verb },
        "object": { "objectType": "StatementRef", "id": id(target) },
    })
}

const CONFIRMED: &str = "http://example.com/confirmed";
const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";
const BY_ADA: &str = "agent=%7B%22mbox%22:%22mailto:ada@example.com%22%7D";

#[test]
fn a_chain_of_references_is_found_by_its_end_in_whatever_order_it_comes() {
    for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1], [2, 1, 3]] {
        let lrs = Lrs::start();
        for number in order {
            lrs.post(&match number {
                1 => statement(1),
                number => about(number, number - 1, CONFIRMED),
            });
        }
        let mut found = lrs.found(BY_ADA);
        found.sort();
        assert_eq!(found, [id(1), id(2), id(3)], "{order:?}");
        let mut found = lrs.found("activity=http://example.com/course&verb=http://example.com/did");
        found.sort();
        assert_eq!(found, [id(1), id(2), id(3)], "{order:?}");
        // The conditions are met together: nobody of them is by Ada and confirmed.
        assert!(lrs.found(&format!("{BY_ADA}&verb={CONFIRMED}")).is_empty(), "{order:?}");
        assert_eq!(lrs.found("agent=%7B%22mbox%22:%22mailto:referrer3@example.com%22%7D"), [id(3)]);
    }
}

#[test]
fn a_ring_of_references_ends() {
    let lrs = Lrs::start();
    lrs.post(&about(1, 2, CONFIRMED));
    lrs.post(&about(2, 1, CONFIRMED));
    lrs.post(&about(3, 3, CONFIRMED));
    let mut found = lrs.found("agent=%7B%22mbox%22:%22mailto:referrer1@example.com%22%7D");
    found.sort();
    assert_eq!(found, [id(1), id(2)]);
}

#[test]
fn a_voided_statement_is_found_no_more_but_what_is_about_it_is() {
    for early in [false, true] {
        let lrs = Lrs::start();
        let (target, voiding) = (statement(1), about(2, 1, VOIDED));
        for one in if early { [&voiding, &target] } else { [&target, &voiding] } {
            lrs.post(one);
        }
        lrs.get(&format!("statements?statementId={}", id(1))).send().status(404);
        lrs.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
        lrs.get(&format!("statements?voidedStatementId={}", id(2))).send().status(404);
        assert_eq!(lrs.found(""), [id(2)]);
        assert_eq!(lrs.found(BY_ADA), [id(2)], "the voiding statement is about Ada's");
        // Void a voiding statement, and void again: nothing changes.
        lrs.post(&about(3, 2, VOIDED));
        lrs.post(&about(4, 1, VOIDED));
        lrs.get(&format!("statements?statementId={}", id(2))).send().status(200);
        lrs.get(&format!("statements?statementId={}", id(1))).send().status(404);
    }
}

/// A tool takes back what it said itself, in whatever order the two come, and nothing of others.
#[test]
fn a_credential_voids_what_it_wrote_and_with_all_what_anybody_wrote() {
    let lrs = Lrs::start();
    let key = |name| lrs.credential(name, &[LrsScope::StatementsWrite], &[]);
    let (tool, other) = (key("Tool"), key("Other"));
    let send = |key, one: &Value| lrs.request("POST", "statements").by(key).json(one).send();
    let is_voided = |number| lrs.get(&format!("statements?statementId={}", id(number))).send().code == 404;
    send(&tool, &statement(1)).status(200);
    let refused = send(&other, &json!([statement(2), about(3, 1, VOIDED)])).status(403);
    assert!(refused.text().contains("was written by another credential"), "{}", refused.text());
    assert!(is_voided(2) && is_voided(3) && !is_voided(1), "nothing of the batch is kept");
    send(&tool, &about(4, 1, VOIDED)).status(200);
    assert!(is_voided(1));
    send(&other, &about(5, 6, VOIDED)).status(200);
    send(&tool, &statement(6)).status(200);
    assert!(!is_voided(6), "it was not there to be refused, and is not voided either");
    send(&tool, &about(7, 8, VOIDED)).status(200);
    send(&tool, &statement(8)).status(200);
    assert!(is_voided(8));
    lrs.post(&about(9, 6, VOIDED));
    assert!(is_voided(6), "the tests' own has the scope all");
}

#[test]
fn only_a_reference_can_be_voided() {
    let lrs = Lrs::start();
    let mut wrong = statement(1);
    wrong["verb"]["id"] = json!(VOIDED);
    lrs.request("POST", "statements").json(&wrong).send().refused(
        400,
        "invalid_statement",
        "/object/objectType",
    );
}

/// Key rotation: what was rightly voided is voided, whatever has become of who voided it.
#[test]
fn what_all_voided_before_it_came_is_voided_when_the_credential_is_gone() {
    let lrs = Lrs::start();
    let old = lrs.credential("Old", &[LrsScope::All], &[]);
    lrs.request("POST", "statements").by(&old).json(&about(2, 1, VOIDED)).send().status(200);
    let all = lrs.api("GET", "/api/xapi/credentials").send().status(200).json();
    let known = all["items"].as_array().unwrap().iter().find(|one| one["key"] == old.key).unwrap();
    let path = format!("/api/xapi/credentials/{}", known["id"]);
    lrs.api("DELETE", &path).header("If-Match", "*").send().status(204);
    let tool = lrs.credential("Tool", &[LrsScope::StatementsWrite], &[]);
    let send = |one: &Value| lrs.request("POST", "statements").by(&tool).json(one).send();
    send(&statement(1)).status(200);
    lrs.get(&format!("statements?statementId={}", id(1))).send().status(404);
    lrs.get(&format!("statements?voidedStatementId={}", id(1))).send().status(200);
    send(&statement(1)).status(200);
    let mut other = statement(1);
    other["verb"]["id"] = json!(CONFIRMED);
    send(&other).status(409);
}

fn group(from: u32, members: u32) -> Value {
    let members: Vec<Value> = (from..from + members)
        .map(|number| json!({ "mbox": format!("mailto:member{number}@example.com") }))
        .collect();
    json!({ "objectType": "Group", "member": members })
}

#[test]
fn a_reference_between_large_groups_is_followed_as_far_as_there_is_room() {
    for order in [[1, 2], [2, 1]] {
        let lrs = Lrs::start();
        for number in order {
            let mut one = if number == 1 { statement(1) } else { about(2, 1, CONFIRMED) };
            one["actor"] = if number == 1 { group(0, 400) } else { group(1_000, 300) };
            lrs.post(&one);
        }
        let both = |query: &str| {
            let mut found = lrs.found(query);
            found.sort();
            found == [id(1), id(2)]
        };
        let by = |number: u32| format!("agent=%7B%22mbox%22:%22mailto:member{number}@example.com%22%7D");
        assert!(both("verb=http://example.com/did"), "{order:?}");
        assert!(both("activity=http://example.com/course"), "{order:?}");
        assert!(both(&by(0)) && both(&by(297)), "{order:?}");
        assert_eq!(lrs.found(&by(399)), [id(1)], "{order:?}: there is no room for all");
        assert_eq!(lrs.found(&by(1_299)), [id(2)], "{order:?}: those of the statement itself always have it");
    }
}

#[test]
fn whoever_refers_to_a_statement_before_it_comes_does_not_keep_it_from_coming() {
    let lrs = Lrs::start();
    let tool = lrs.credential("Tool", &[LrsScope::StatementsWrite], &[]);
    let refer = |first: u32, target: u32| {
        let all: Value = (first..first + 504).map(|number| about(number, target, CONFIRMED)).collect();
        lrs.request("POST", "statements").by(&tool).json(&all).send().status(200);
    };
    refer(1_000, 1);
    lrs.post(&statement(1));
    assert_eq!(lrs.found(&format!("{BY_ADA}&limit=500")).len(), 501, "those that came first are told");
    assert_eq!(lrs.found("agent=%7B%22mbox%22:%22mailto:referrer1503@example.com%22%7D"), [id(1_503)]);
    // What would not be looked at when its target comes is refused until that is there.
    refer(2_000, 2);
    let void = || lrs.request("POST", "statements").json(&about(9, 2, VOIDED)).send();
    void().refused(409, "too_many_references", "");
    lrs.post(&statement(2));
    void().status(200);
    lrs.get(&format!("statements?statementId={}", id(2))).send().status(404);
    // Telling them all what this one is about would be too much for one transaction.
    refer(3_000, 3);
    let mut long = statement(3);
    long["actor"] = group(0, 400);
    lrs.post(&long);
    let told = lrs.found("agent=%7B%22mbox%22:%22mailto:member7@example.com%22%7D&limit=500").len();
    assert!((10..500).contains(&told), "{told}");
}
