//! Who may do what: scopes, authority, bearer tokens, and pages of other origins.

use lyceum::domain::xapi::credential::LrsScope;
use lyceum::secret::LrsSecrets;
use serde_json::{Value, json};

use crate::support::{Lrs, id, statement};

#[test]
fn a_credential_does_what_its_scopes_say() {
    use LrsScope::{
        All, AllRead, Define, Profile, State, StatementsRead, StatementsReadMine, StatementsWrite,
    };
    let lrs = Lrs::start();
    let state = "activities/state?activityId=http://a&agent=%7B%22mbox%22:%22mailto:a@b.c%22%7D&stateId=s";
    let profile = "activities/profile?activityId=http://a&profileId=p";
    for (number, (scope, may)) in (1..).zip([
        (StatementsWrite, "w...."),
        (StatementsReadMine, ".r..."),
        (StatementsRead, ".r..."),
        (State, "..sS."),
        (Profile, "....p"),
        (Define, "....."),
        (AllRead, ".rs.p"),
        (All, "wrsSp"),
    ]) {
        let key = lrs.credential("x", &[scope], &[]);
        let code = |answer: crate::support::Answer| answer.code != 403;
        let did = [
            ('w', code(lrs.request("POST", "statements").by(&key).json(&statement(number)).send())),
            ('r', code(lrs.get("statements").by(&key).send())),
            ('s', code(lrs.get(state).by(&key).send())),
            ('S', code(lrs.request("PUT", state).by(&key).body("text/plain", "x").send())),
            ('p', code(lrs.get(profile).by(&key).send())),
        ];
        let did: String = did.iter().map(|(letter, may)| if *may { *letter } else { '.' }).collect();
        assert_eq!(did, may, "{scope:?}");
    }
}

#[test]
fn who_reads_only_their_own_sees_nothing_of_others() {
    use LrsScope::{StatementsReadMine, StatementsWrite};
    let lrs = Lrs::start();
    let tool = lrs.credential("Tool", &[StatementsWrite, StatementsReadMine], &[]);
    lrs.post(&statement(1));
    let mut own = statement(2);
    own["authority"] = json!({ "mbox": "mailto:somebody.else@example.com" });
    lrs.request("POST", "statements").by(&tool).json(&own).send().status(200);
    let page = lrs.get("statements?verb=http://example.com/did").by(&tool).send().status(200).json();
    let all = page["statements"].as_array().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0]["id"], &all[0]["authority"]["name"]), (&json!(id(2)), &json!("Tool")));
    assert_eq!(all[0]["authority"]["account"]["name"], tool.key, "the server says who wrote it");
    lrs.get(&format!("statements?statementId={}", id(1))).by(&tool).send().status(404);
    lrs.get(&format!("statements?statementId={}", id(2))).by(&tool).send().status(200);
    assert_eq!(lrs.found("").len(), 2);
    // It may not say what things are called.
    let mut named = statement(3);
    named["object"]["definition"] = json!({ "name": { "en": "Mine" } });
    lrs.request("POST", "statements").by(&tool).json(&named).send().status(200);
    let activity = lrs.get("activities?activityId=http://example.com/course").send().status(200).json();
    assert_eq!(activity, json!({ "objectType": "Activity", "id": "http://example.com/course" }));
}

#[test]
fn basic_and_bearer_open_and_anything_else_does_not() {
    let lrs = Lrs::start();
    let key = lrs.credential("x", &[LrsScope::All], &[]);
    let bearer = format!("Bearer {}", key.token);
    lrs.get("statements").header("Authorization", &bearer).send().status(200);
    let refused = lrs.get("statements").without("Authorization").send().status(401);
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic realm="));
    assert_eq!(refused.header("x-experience-api-version"), Some("2.0.0"));
    for wrong in ["Basic", "Basic !!", "Basic eDp5", "Bearer lyx_no", "Bearer no", "Digest x", "Basic eA=="] {
        lrs.get("statements").header("Authorization", wrong).send().status(401);
    }
    let other = lyceum::secret::LrsSecrets { secret: "wrong".to_owned(), ..key };
    lrs.get("statements").by(&other).send().status(401);
}

#[test]
fn pages_of_an_origin_may_use_the_credentials_that_name_it() {
    let lrs = Lrs::start();
    let origin = "https://tool.example";
    let key = lrs.credential("x", &[LrsScope::All], &[origin]);
    let preflight = |from: &str| {
        let request = lrs.request("OPTIONS", "statements").without("Authorization").header("Origin", from);
        request.header("Access-Control-Request-Method", "POST").send().status(204)
    };
    assert_eq!(preflight(origin).header("access-control-allow-origin"), Some(origin));
    assert_eq!(preflight("https://other.example").header("access-control-allow-origin"), None);
    let answer = lrs.get("statements").by(&key).header("Origin", origin).send().status(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    let answer = lrs.get("statements").header("Origin", origin).send().status(200);
    assert_eq!(answer.header("access-control-allow-origin"), None, "another credential");
    // What needs no credential, and what is refused before one is known.
    for path in ["about", "statements?limit=1&limit=2"] {
        let answer = lrs.get(path).by(&key).header("Origin", origin).send();
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{path}: {}", answer.text());
        let answer = lrs.get(path).by(&key).header("Origin", "https://other.example").send();
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
}

#[test]
fn the_alternate_syntax_carries_what_a_request_has_and_only_in_version_one() {
    let lrs = Lrs::start();
    let form = |version: &str, query: &str, body: &str| {
        let request =
            lrs.request("POST", &format!("statements?{query}")).header("X-Experience-API-Version", version);
        request.body("application/x-www-form-urlencoded", body).send()
    };
    let content = "%7B%22actor%22:%7B%22mbox%22:%22mailto:a@b.c%22%7D,%22verb%22:%7B%22id%22:%22http://v%22%7D,%22object%22:%7B%22id%22:%22http://o%22%7D%7D";
    let put = format!("statementId={}&content={content}", id(1));
    form("1.0.3", "method=PUT", &put).status(204);
    let got = form("1.0.3", "method=GET", &format!("statementId={}", id(1))).status(200).json();
    assert_eq!(got["id"], id(1));
    form("1.0.3", "method=PUT&statementId=x", &put).status(400);
    form("1.0.3", "method=PATCH", &put).status(400);
    form("1.0.3", "method=PUT", "content=").status(400);
    form("2.0.0", "method=PUT", &put).status(400);
    let without = lrs.request("POST", "statements?method=PUT").without("X-Experience-API-Version");
    let put = format!("{put}&X-Experience-API-Version=2.0.0");
    without.body("application/x-www-form-urlencoded", put).send().refused(
        400,
        "invalid_xapi_request",
        "?method",
    );
    let about = lrs.request("POST", "about?method=GET").header("X-Experience-API-Version", "1.0.3");
    let about = about.body("application/x-www-form-urlencoded", "").send().status(200);
    assert_eq!(about.header("x-experience-api-version"), Some("1.0.3"));
    assert_eq!(about.json()["version"], json!(["1.0.3", "2.0.0"]));
    lrs.request("POST", "about?method=PUT").send().status(400);
}

#[test]
fn who_reads_only_their_own_is_not_told_by_them_what_others_wrote() {
    use LrsScope::{StatementsReadMine, StatementsWrite};
    let lrs = Lrs::start();
    let tool = lrs.credential("Tool", &[StatementsWrite, StatementsReadMine], &[]);
    lrs.post(&statement(1));
    let mut about = statement(2);
    about["actor"] = json!({ "mbox": "mailto:tool@example.com" });
    about["object"] = json!({ "objectType": "StatementRef", "id": id(1) });
    lrs.request("POST", "statements").by(&tool).json(&about).send().status(200);
    let by = |name: &str| {
        let path = format!("statements?agent=%7B%22mbox%22:%22mailto:{name}@example.com%22%7D");
        lrs.get(&path).by(&tool).send().status(200).json()["statements"].as_array().unwrap().len()
    };
    assert_eq!((by("ada"), by("tool")), (0, 1), "whose statement it is about is not theirs to know");
    assert_eq!(lrs.found("agent=%7B%22mbox%22:%22mailto:ada@example.com%22%7D").len(), 2);
}

#[test]
fn a_credential_is_changed_and_renewed_and_keeps_its_key() {
    let lrs = Lrs::start();
    let path = "/api/xapi/credentials";
    let input = |name: &str, scopes: &[&str]| json!({ "name": name, "scopes": scopes, "origins": [] });
    let made = lrs.api("POST", path).json(&input("Tool", &["statements/write"])).send().status(201).json();
    let one = format!("{path}/{}", made["id"]);
    let text = |view: &Value, name: &str| view[name].as_str().unwrap().to_owned();
    let secrets = |view: &Value| LrsSecrets {
        key: text(view, "key"),
        secret: text(view, "secret"),
        token: text(view, "token"),
    };
    let old = secrets(&made);
    lrs.get("statements").by(&old).send().status(403);
    lrs.request("POST", "statements").by(&old).json(&statement(1)).send().status(200);

    let shown = lrs.api("GET", &one).send().status(200);
    assert_eq!((shown.header("etag"), &shown.json()["secret"]), (Some("\"1\""), &Value::Null));
    let wider = input("Better tool", &["statements/write", "statements/read/mine"]);
    lrs.api("PUT", &one).json(&wider).send().status(428);
    lrs.api("PUT", &one).header("If-Match", "\"2\"").json(&wider).send().status(412);
    lrs.api("PUT", &one).header("If-Match", "\"1\"").json(&input("x", &[])).send().refused(
        422,
        "invalid_field",
        "/scopes",
    );
    let changed = lrs.api("PUT", &one).header("If-Match", "\"1\"").json(&wider).send().status(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    lrs.request("POST", "statements").by(&old).json(&statement(2)).send().status(200);
    let mine = lrs.get("statements?ascending=true").by(&old).send().status(200).json();
    for (place, name) in ["Tool", "Better tool"].into_iter().enumerate() {
        let authority = &mine["statements"][place]["authority"];
        assert_eq!((&authority["name"], &authority["account"]["name"]), (&json!(name), &made["key"]));
    }

    let renewed = lrs.api("POST", &format!("{one}/secret")).send().status(200).json();
    assert_eq!((&renewed["id"], &renewed["key"]), (&made["id"], &made["key"]));
    let new = secrets(&renewed);
    lrs.get("statements").by(&old).send().status(401);
    let bearer = |key: &LrsSecrets| format!("Bearer {}", key.token);
    lrs.get("statements").header("Authorization", &bearer(&old)).send().status(401);
    for answer in [
        lrs.get("statements").by(&new).send(),
        lrs.get("statements").header("Authorization", &bearer(&new)).send(),
    ] {
        assert_eq!(answer.status(200).json()["statements"].as_array().unwrap().len(), 2, "still its own");
    }
    lrs.api("DELETE", &one).send().status(428);
    lrs.api("DELETE", &one).header("If-Match", "\"1\"").send().status(412);
    lrs.get("statements").by(&new).send().status(200);
    lrs.api("DELETE", &one).header("If-Match", "\"2\"").send().status(204);
    lrs.get("statements").by(&new).send().status(401);
    let audit = lrs.api("GET", "/api/export/audit").send().status(200).text();
    let deleted = audit.lines().find(|line| line.contains("xapi_credential.delete")).unwrap();
    assert!(deleted.contains("Better tool"), "{deleted}");

    let gone = format!("{path}/999999999");
    lrs.api("DELETE", &gone).header("If-Match", "*").send().status(404);
    lrs.api("PUT", &gone).header("If-Match", "*").json(&wider).send().status(404);
    lrs.api("POST", &format!("{gone}/secret")).send().status(404);
}

#[test]
fn the_head_alone_is_what_the_alternate_syntax_gets_when_it_asks_for_it() {
    let lrs = Lrs::start();
    lrs.post(&statement(1));
    for (path, form, code) in [
        ("statements", format!("statementId={}", id(1)), 200),
        ("statements", "statementId=x".to_owned(), 400),
        ("about", String::new(), 200),
    ] {
        let request = lrs.request("POST", &format!("{path}?method=HEAD"));
        let request = request.header("X-Experience-API-Version", "1.0.3");
        let answer = request.body("application/x-www-form-urlencoded", form).send().status(code);
        assert_eq!(answer.text(), "", "{path}");
        assert_eq!(answer.header("x-experience-api-version"), Some("1.0.3"), "{path}");
    }
}

#[test]
fn pages_of_an_origin_read_also_what_no_resource_answered() {
    let lrs = Lrs::start();
    let origin = "https://tool.example";
    lrs.credential("x", &[LrsScope::All], &["https://Tool.example:443"]);
    for (method, path, code) in [("GET", "nothing", 404), ("DELETE", "statements", 405)] {
        for (from, may) in [(origin, Some(origin)), ("https://other.example", None)] {
            let answer = lrs.request(method, path).header("Origin", from).send().status(code);
            assert_eq!(answer.header("access-control-allow-origin"), may, "{method} {path}");
        }
    }
}

#[test]
fn what_people_are_called_is_for_who_may_read_what_says_it() {
    use LrsScope::{AllRead, Profile, StatementsRead, StatementsReadMine};
    let lrs = Lrs::start();
    let mut named = statement(1);
    named["actor"]["name"] = json!("Ada Lovelace");
    lrs.post(&named);
    let agent = "%7B%22mbox%22:%22mailto:ada@example.com%22,%22name%22:%22A.%22%7D";
    for (scope, names) in [
        (StatementsRead, json!(["Ada Lovelace", "A."])),
        (AllRead, json!(["Ada Lovelace", "A."])),
        (StatementsReadMine, json!(["A."])),
        (Profile, json!(["A."])),
    ] {
        let key = lrs.credential("x", &[scope], &[]);
        let person = lrs.get(&format!("agents?agent={agent}")).by(&key).send().status(200).json();
        assert_eq!(person["name"], names, "{scope:?}");
    }
}

#[test]
fn what_browsers_ask_before_a_request_costs_an_address_next_to_nothing() {
    let lrs = Lrs::with(|config| {
        config.limits.address_per_second = 3;
        config.limits.address_burst = 8;
    });
    let origin = "https://tool.example";
    lrs.credential("x", &[LrsScope::All], &[origin]);
    let preflight = || {
        let request = lrs.request("OPTIONS", "statements").without("Authorization").header("Origin", origin);
        request.header("Access-Control-Request-Method", "PUT").send()
    };
    for _ in 0..100 {
        preflight().status(204);
    }
    let refused = (0..5_000).map(|_| preflight()).find(|answer| answer.code == 429).expect("a flood ends");
    // A page reads when it may come back.
    assert_eq!(refused.header("access-control-allow-origin"), Some(origin));
    let readable = refused.header("access-control-expose-headers").unwrap();
    for name in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
        assert!(refused.header(name).is_some(), "{name}");
        assert!(readable.split(", ").any(|known| known == name), "{name}: {readable}");
    }
}
