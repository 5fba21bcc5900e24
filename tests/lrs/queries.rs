//! Finding statements: every combination of conditions against what a plain look at all of them finds, and pages that stay as
//! they were while others write.

use std::fmt::Write as _;

use lyceum::domain::xapi::definition::KnownActivity;
use lyceum::domain::xapi::term::Term;
use lyceum::store::Record as _;
use serde_json::{Value, json};

use crate::support::{Lrs, id, statement};

const AGENTS: [&str; 3] = ["ada", "ben", "cleo"];

fn agent(name: &str) -> Value {
    json!({ "mbox": format!("mailto:{name}@example.com") })
}

/// Statements that differ in everything that can be asked for.
fn varied() -> Vec<Value> {
    (0..60_u32)
        .map(|number| {
            let pick = |of: u32, by: u32| (number / by) % of;
            let mut one = statement(number);
            one["actor"] = agent(AGENTS[pick(3, 1) as usize]);
            one["verb"]["id"] = json!(format!("http://example.com/verb{}", pick(2, 3)));
            one["object"] = match number % 5 {
                3 => {
                    let mut who = agent(AGENTS[pick(3, 2) as usize]);
                    who["objectType"] = json!("Agent");
                    who
                }
                _ => json!({ "id": format!("http://example.com/activity{}", pick(3, 2)) }),
            };
            let mut context = json!({ "registration": id(pick(2, 7)),
                "contextActivities": { "parent": [{ "id": format!("http://example.com/activity{}", pick(3, 5)) }] } });
            if number % 4 == 1 {
                context["instructor"] = agent(AGENTS[pick(3, 4) as usize]);
            }
            one["context"] = context;
            one
        })
        .collect()
}

fn names(value: &Value, agent: &Value) -> bool {
    value["mbox"] == agent["mbox"]
}

/// What a plain look at one statement says.
fn is_met(
    one: &Value,
    name: Option<&str>,
    verb: Option<u32>,
    activity: Option<u32>,
    registration: Option<u32>,
    related: bool,
) -> bool {
    let by_name = name.is_none_or(|name| {
        let who = agent(name);
        names(&one["actor"], &who)
            || names(&one["object"], &who)
            || (related && names(&one["context"]["instructor"], &who))
    });
    let by_activity = activity.is_none_or(|number| {
        let iri = json!(format!("http://example.com/activity{number}"));
        one["object"]["id"] == iri
            || (related && one["context"]["contextActivities"]["parent"][0]["id"] == iri)
    });
    by_name
        && by_activity
        && verb.is_none_or(|number| one["verb"]["id"] == format!("http://example.com/verb{number}"))
        && registration.is_none_or(|number| one["context"]["registration"] == id(number))
}

#[test]
fn every_combination_of_conditions_finds_what_a_look_at_all_of_them_finds() {
    let lrs = Lrs::start();
    let all = varied();
    lrs.post(&json!(all));
    let mut asked = 0;
    let mut wrong = Vec::new();
    for name in [None, Some("ada"), Some("ben")] {
        for verb in [None, Some(0), Some(1)] {
            for activity in [None, Some(0), Some(2)] {
                for registration in [None, Some(1)] {
                    for related in [false, true] {
                        let mut query =
                            format!("limit=7&related_agents={related}&related_activities={related}");
                        if let Some(name) = name {
                            write!(query, "&agent=%7B%22mbox%22:%22mailto:{name}@example.com%22%7D").unwrap();
                        }
                        if let Some(verb) = verb {
                            write!(query, "&verb=http://example.com/verb{verb}").unwrap();
                        }
                        if let Some(activity) = activity {
                            write!(query, "&activity=http://example.com/activity{activity}").unwrap();
                        }
                        if let Some(registration) = registration {
                            write!(query, "&registration={}", id(registration)).unwrap();
                        }
                        let mut expected: Vec<&str> = all
                            .iter()
                            .filter(|one| is_met(one, name, verb, activity, registration, related))
                            .map(|one| one["id"].as_str().unwrap())
                            .collect();
                        if lrs.found(&format!("{query}&ascending=true")) != expected {
                            wrong.push(format!("{query}, ascending"));
                        }
                        expected.reverse();
                        if lrs.found(&query) != expected {
                            wrong.push(query);
                        }
                        asked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(asked, 108);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_go_on_where_they_ended_whatever_is_written_meanwhile() {
    let lrs = Lrs::start();
    lrs.post(&json!((0..10).map(statement).collect::<Vec<_>>()));
    let first = lrs.get("statements?limit=4&verb=http://example.com/did").send().status(200).json();
    lrs.post(&json!((10..20).map(statement).collect::<Vec<_>>()));
    let more = first["more"].as_str().unwrap().strip_prefix("/xapi/").unwrap().to_owned();
    let second = lrs.get(&more).send().status(200).json();
    let ids = |page: &Value| -> Vec<String> {
        page["statements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&first), [id(9), id(8), id(7), id(6)]);
    assert_eq!(ids(&second), [id(5), id(4), id(3), id(2)]);
    assert_eq!(ids(&lrs.get(&more).send().json()), ids(&second), "a place can be asked for again");
    lrs.get("statements?more=e.x").send().refused(400, "invalid_xapi_request", "?more");
    lrs.get(&format!("{more}&verb=http://v")).send().refused(400, "invalid_xapi_request", "?verb");
}

#[test]
fn since_leaves_out_its_moment_and_until_keeps_it() {
    let lrs = Lrs::start();
    for number in 0..4 {
        lrs.post(&statement(number));
        lrs.running.clock.advance(std::time::Duration::from_millis(5));
    }
    let stored = |number| {
        let one = lrs.get(&format!("statements?statementId={}", id(number))).send().status(200).json();
        one["stored"].as_str().unwrap().to_owned()
    };
    let (first, third) = (stored(1), stored(3));
    assert_eq!(lrs.found(&format!("since={first}")), [id(3), id(2)]);
    assert_eq!(lrs.found(&format!("until={first}")), [id(1), id(0)]);
    assert_eq!(lrs.found(&format!("since={first}&until={third}&ascending=true")), [id(2), id(3)]);
    assert_eq!(lrs.found(&format!("since={third}")), Vec::<String>::new());
    lrs.get("statements?since=yesterday").send().refused(400, "invalid_xapi_request", "?since");
}

#[test]
fn parameters_that_are_not_known_or_exclude_each_other_are_refused() {
    let lrs = Lrs::start();
    lrs.post(&statement(1));
    for (query, at) in [
        ("statementid=x", "?statementid"),
        ("limit=-1", "?limit"),
        ("limit=1&limit=2", "?limit"),
        ("ascending=yes", "?ascending"),
        ("format=all", "?format"),
        ("agent=%7B%7D", "?agent"),
        ("agent=ada", "?agent"),
        ("registration=1", "?registration"),
        ("verb=did", "?verb"),
    ] {
        lrs.get(&format!("statements?{query}")).send().refused(400, "invalid_xapi_request", at);
    }
    let both = format!("statements?statementId={}&voidedStatementId={}", id(1), id(1));
    lrs.get(&both).send().status(400);
    lrs.get(&format!("statements?statementId={}&verb=http://v", id(1))).send().status(400);
    lrs.get(&format!("statements?statementId={}&format=ids", id(1))).send().status(200);
}

#[test]
fn a_stored_that_was_told_is_exact_when_it_comes_back_and_sorts_as_text() {
    let lrs = Lrs::start();
    for batch in 0..3 {
        lrs.post(&json!((batch * 4..batch * 4 + 4).map(statement).collect::<Vec<_>>()));
    }
    let all = lrs.get("statements?ascending=true").send().status(200).json();
    let stored: Vec<&str> =
        all["statements"].as_array().unwrap().iter().map(|one| one["stored"].as_str().unwrap()).collect();
    assert_eq!(stored.len(), 12);
    assert!(stored.is_sorted(), "{stored:?}");
    for (place, moment) in stored.iter().enumerate() {
        assert_eq!(lrs.found(&format!("until={moment}")).len(), place + 1, "until {moment}");
        assert_eq!(lrs.found(&format!("since={moment}")).len(), 11 - place, "since {moment}");
    }
    let ms = &stored[0][..stored[0].len() - 4];
    assert_eq!(lrs.found(&format!("until={ms}Z")).len(), 12, "{ms}: all of the millisecond");
}

/// Of every two statements one has the registration and the other one the person.
#[test]
fn conditions_that_never_meet_end_in_one_page_where_there_are_not_too_many_places() {
    let lrs = Lrs::start();
    let one = |number: u32| {
        let mut one = statement(number);
        one["context"] = json!({ "registration": id(number % 2) });
        one["actor"] = agent(AGENTS[(number % 2) as usize]);
        one
    };
    for batch in 0..12 {
        lrs.post(&json!((batch * 200..batch * 200 + 200).map(one).collect::<Vec<_>>()));
    }
    let never = format!(
        "registration={}&agent=%7B%22mbox%22:%22mailto:{}@example.com%22%7D&related_agents=true",
        id(0),
        AGENTS[1]
    );
    let page = lrs.get(&format!("statements?{never}&limit=50")).send().status(200).json();
    assert_eq!(page, json!({ "statements": [], "more": "" }));
    let mut meets = one(2_400);
    meets["actor"] = agent(AGENTS[1]);
    lrs.post(&meets);
    let page = lrs.get(&format!("statements?{never}&ascending=true")).send().status(200).json();
    assert_eq!(page["statements"][0]["id"], id(2_400), "behind all of them");
}

#[test]
fn a_definition_that_cannot_be_read_is_an_error_and_not_left_out() {
    let lrs = Lrs::start();
    let mut one = statement(1);
    one["object"]["definition"] = json!({ "name": { "en": "A course" } });
    lrs.post(&one);
    let canonical = || lrs.get("statements?format=canonical").send();
    assert!(canonical().status(200).text().contains("A course"));
    let store = &lrs.running.state.store;
    let row = [&[KnownActivity::TABLE.tag][..], &Term::activity("http://example.com/course").0].concat();
    let kept = store.raw_row(&row).unwrap().unwrap();
    store.damage_row(&row, Some(b"\xff")).unwrap();
    canonical().status(500);
    lrs.get("statements?format=exact").send().status(200);
    store.damage_row(&row, Some(&kept)).unwrap();
    assert!(canonical().status(200).text().contains("A course"));
}
