//! Bad input: 400 with the place, and nothing kept.

use serde_json::json;

use crate::support::{Lrs, statement};

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
