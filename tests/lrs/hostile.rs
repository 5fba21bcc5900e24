//! Bad input: 400 with the place, and nothing kept.

use serde_json::json;

use crate::files::part;
use crate::support::{Lrs, id, statement};

#[test]
fn what_is_no_statement_is_refused_with_the_place_where_it_is_wrong() {
    let lrs = Lrs::start();
    let good = statement(1).to_string();
    let inside = |what: &str| good.replacen('{', &format!("{{{what},"), 1);
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let long = "x".repeat(600 * 1024);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), ""),
        (b"{".to_vec(), ""),
        (b"\"text\"".to_vec(), ""),
        (inside(r#""actor":{"mbox":"mailto:a@b.c"}"#).into_bytes(), "/actor"),
        (inside(&format!(r#""result":{{"extensions":{{"http://x":{deep}}}}}"#)).into_bytes(), ""),
        (inside(r#""result":{"score":{"raw":NaN}}"#).into_bytes(), "/result/score/raw"),
        (inside(r#""result":{"score":{"scaled":1.01}}"#).into_bytes(), "/result/score/scaled"),
        (inside(r#""result":{"score":{"raw":1e999}}"#).into_bytes(), "/result/score/raw"),
        (inside(r#""result":null"#).into_bytes(), "/result"),
        (inside(r#""timestamp":"9999-99-99T00:00:00Z""#).into_bytes(), "/timestamp"),
        (inside(r#""timestamp":"+275760-09-13T00:00:00Z""#).into_bytes(), "/timestamp"),
        (inside(r#""surprise":1"#).into_bytes(), "/surprise"),
        (inside(&format!(r#""result":{{"response":"{long}"}}"#)).into_bytes(), ""),
        ([&inside("\"result\":{\"response\":\"").into_bytes()[..24], b"\xff\xfe\"}}"].concat(), ""),
    ];
    for (body, at) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let answer = lrs.request("POST", "statements").body("application/json", body).send();
        assert_eq!(answer.code, 400, "{shown}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["code"], "invalid_statement", "{shown}");
        let found = problem["errors"][0]["at"].as_str().unwrap();
        assert!(found.starts_with(at), "{shown}: {found} and not {at}");
    }
    assert!(lrs.found("").is_empty(), "nothing was kept");
    lrs.request("POST", "statements").body("text/plain", good).send().status(400);
    let encoded = lrs.request("POST", "statements").header("Content-Encoding", "gzip").json(&json!({}));
    encoded.send().status(415);
    let huge =
        lrs.request("POST", "statements").body("application/json", vec![b' '; 33 * 1024 * 1024]).send();
    assert_eq!(huge.code, 413);
}

#[test]
fn whichever_way_bad_input_comes_it_is_refused_with_its_place_and_nothing_is_stored() {
    let lrs = Lrs::start();
    let inside = |what: &str| statement(1).to_string().replacen('{', &format!("{{{what},"), 1).into_bytes();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let long = "x".repeat(10_000_000);
    let mut no_text = inside(r#""result":{"response":"?"}"#);
    let place = no_text.iter().position(|byte| *byte == b'?').unwrap();
    no_text[place] = 0xff;
    // Nesting is refused where it gets too deep, below what is named here.
    let cases = [
        ("10 MB", inside(&format!(r#""result":{{"response":"{long}"}}"#)), ""),
        ("no month", inside(r#""timestamp":"2026-13-01T00:00:00Z""#), "/timestamp"),
        ("no year", inside(r#""timestamp":"99999-01-01T00:00:00Z""#), "/timestamp"),
        ("no UTF-8", no_text, "/result/response"),
        ("NaN", inside(r#""result":{"score":{"min":0,"raw":NaN}}"#), "/result/score/raw"),
        ("a key twice", inside(r#""result":{"success":true,"success":true}"#), "/result/success"),
        (
            "100 levels",
            inside(&format!(r#""context":{{"extensions":{{"http://x/y":{deep}}}}}"#)),
            "/context/extensions/http:~1~1x~1y",
        ),
    ];
    for (what, bad, at) in cases {
        let list = [&b"["[..], statement(2).to_string().as_bytes(), b",", &bad, b"]"].concat();
        let parts = |first: &[u8]| {
            let head = b"--b\r\nContent-Type: application/json\r\n\r\n";
            [&head[..], first, &part(b"a file"), b"\r\n--b--\r\n"].concat()
        };
        let (json, mixed) = ("application/json", "multipart/mixed; boundary=b");
        let put = format!("statements?statementId={}", id(1));
        for (method, path, media, body, under) in [
            ("POST", "statements", json, bad.clone(), ""),
            ("PUT", put.as_str(), json, bad.clone(), ""),
            ("POST", "statements", mixed, parts(&bad), ""),
            ("POST", "statements", mixed, parts(&list), "/1"),
            ("POST", "statements", json, list, "/1"),
        ] {
            let answer = lrs.request(method, path).body(media, body).send();
            assert_eq!(answer.code, 400, "{what}, {method} of {media}: {}", answer.text());
            let problem = answer.json();
            assert_eq!(problem["code"], "invalid_statement", "{what}, {method} of {media}");
            let (found, at) = (problem["errors"][0]["at"].as_str().unwrap(), format!("{under}{at}"));
            let right = if what == "100 levels" { found.starts_with(&at) } else { found == at };
            assert!(right, "{what}, {method} of {media}: {found} and not {at}");
        }
    }
    assert!(lrs.found("").is_empty() && lrs.files() == 0, "nothing was kept");
    assert_eq!(lrs.api("GET", "/api/export/statements").send().status(200).text(), "");
}

#[test]
fn what_is_wrong_with_a_document_as_a_whole_is_a_sentence() {
    let lrs = Lrs::start();
    let put = format!("statements?statementId={}", id(1));
    for (method, path, body, said) in [
        ("POST", "statements", "7", "the document is neither an object nor a list"),
        ("PUT", put.as_str(), "[]", "the document is not an object"),
        ("POST", "statements", "{", "the document is not JSON: a key is expected here (byte 1)"),
    ] {
        let answer = lrs.request(method, path).body("application/json", body).send();
        let problem = answer.problem(400, "invalid_statement");
        assert_eq!((&problem["detail"], &problem["errors"][0]["at"]), (&said.into(), &"".into()), "{body}");
    }
    let agent = lrs.api("GET", "/api/xapi/people/statements?agent=7").send().problem(422, "invalid_field");
    let detail = agent["detail"].as_str().unwrap();
    assert!(detail.starts_with("?agent ") && !detail.contains("  "), "{detail}");
}

#[test]
fn what_no_resource_answers_has_a_version_too() {
    let lrs = Lrs::start();
    for (method, path, status) in [
        ("DELETE", "statements", 405),
        ("PUT", "about", 405),
        ("PATCH", "agents/profile", 405),
        ("GET", "nothing", 404),
    ] {
        for (asked, told) in [("1.0.1", "1.0.3"), ("2.0.0", "2.0.0"), ("3.0.0", "2.0.0")] {
            let request = lrs.request(method, path).header("X-Experience-API-Version", asked);
            let answer = request.send().status(status);
            assert_eq!(answer.header("x-experience-api-version"), Some(told), "{method} {path} in {asked}");
            assert_eq!(answer.header("allow").is_some(), status == 405, "{method} {path}");
        }
        let answer = lrs.request(method, path).without("X-Experience-API-Version").send().status(status);
        assert_eq!(answer.header("x-experience-api-version"), Some("2.0.0"), "{method} {path}");
    }
}

/// A mailbox is one address. What was taken once is still read, handed out, taken in from another store, and erased.
#[test]
fn a_mailbox_that_is_no_single_address_is_refused_and_what_is_kept_of_former_times_is_still_read() {
    let lrs = crate::import::waiting();
    let odd =
        ["a@b@c", "a@b.c?subject=x", "a@b.c#f", "a@b.c;d@e.f", "a@b.c,d@e.f", "\"@b.c", "a\\@b.c", "a b@c"];
    let who = |address: &str| json!({ "mbox": format!("mailto:{address}") });
    for address in odd {
        let mut one = statement(1);
        one["actor"] = who(address);
        let answer = lrs.request("POST", "statements").json(&one).send();
        answer.refused(400, "invalid_statement", "/actor/mbox");
        let mut one = statement(1);
        let member = json!({ "objectType": "Group", "member": [who("a@b.c"), who(address)] });
        one["object"] = json!({ "objectType": "SubStatement", "actor": member, "verb": { "id": "http://v" },
            "object": { "id": "http://o" } });
        let answer = lrs.request("POST", "statements").json(&one).send();
        answer.refused(400, "invalid_statement", "/object/actor/member/1/mbox");
        let mut one = statement(1);
        one["context"] =
            json!({ "contextAgents": [{ "objectType": "contextAgent", "agent": who(address) }] });
        let answer = lrs.request("POST", "statements").json(&json!([one])).send();
        answer.refused(400, "invalid_statement", "/0/context/contextAgents/0/agent/mbox");
    }
    let said = |address: &str| {
        let mut one = statement(1);
        one["actor"] = who(address);
        lrs.request("POST", "statements").json(&one).send().text()
    };
    assert!(
        said("a@b@c").contains("has a second @") && said("a@b.c#f").contains("has a #"),
        "{}",
        said("a@b@c")
    );
    let agent = "agent=%7B%22mbox%22:%22mailto:a@b@c%22%7D";
    let state = format!("activities/state?activityId=http://a&stateId=s&{agent}");
    let put = lrs.request("PUT", &state).body("text/plain", "x").send();
    put.refused(400, "invalid_xapi_request", "?agent");
    lrs.get(&state).send().status(404);
    // In what nobody is identified by, everything may stand.
    let mut free = statement(2);
    free["result"] = json!({ "extensions": { "http://x": who("a@b@c") } });
    lrs.post(&free);
    // A store moves whole.
    let mut kept = statement(3);
    kept["actor"] = who("a@b@c");
    let report = crate::import::import(&lrs, "", "application/x-ndjson", kept.to_string());
    assert_eq!(crate::import::counts(&report), [1, 1, 0, 0]);
    assert_eq!(lrs.found(agent), [id(3)]);
    let input = json!({ "agents": [who("a@b@c")], "how": "erase" });
    let job = lrs.api("POST", "/api/xapi/people/erase").json(&input).send().status(202).json();
    let number = lyceum::domain::ids::JobId(job["id"].as_u64().unwrap());
    lyceum::jobs::do_chunks(&lrs.running.state, number, usize::MAX);
    assert_eq!(lrs.found(""), [id(2)]);
}
