//! States and profiles: merging, preconditions, and many who write one document at once.

use std::thread;

use lyceum::domain::xapi::term::Ifi;
use serde_json::{Value, json};

use crate::support::{Lrs, id};

const STATE: &str = "activities/state?activityId=http://a&agent=%7B%22mbox%22:%22mailto:a@b.c%22%7D";
const PROFILE: &str = "activities/profile?activityId=http://a";

#[test]
fn nobody_loses_what_was_merged_at_the_same_time() {
    let lrs = Lrs::start();
    let path = format!("{STATE}&stateId=bookmarks");
    thread::scope(|scope| {
        for writer in 0..8 {
            let (lrs, path) = (&lrs, &path);
            scope.spawn(move || {
                for number in 0..5 {
                    let part = json!({ format!("{writer}-{number}"): number });
                    lrs.request("POST", path).json(&part).send().status(204);
                }
            });
        }
    });
    let all = lrs.get(&path).send().status(200).json();
    assert_eq!(all.as_object().unwrap().len(), 40);
}

#[test]
fn of_those_who_read_the_same_only_one_may_replace_it() {
    let lrs = Lrs::start();
    let path = format!("{PROFILE}&profileId=p");
    let put = |tag: Option<&str>, body: &str| {
        let request = lrs.request("PUT", &path).body("text/plain", body);
        let request = match tag {
            Some("*") => request.header("If-None-Match", "*"),
            Some(tag) => request.header("If-Match", tag),
            None => request,
        };
        request.send()
    };
    put(Some("*"), "one").status(204);
    put(Some("*"), "two").refused(412, "changed", "If-None-Match");
    put(None, "two").refused(409, "document_conflict", "If-Match");
    let answer = lrs.get(&path).send().status(200);
    let tag = answer.header("etag").unwrap().to_owned();
    assert_eq!(tag, "\"fe05bcdcdc4928012781a5f1a2a77cbb5398e106\"", "the SHA-1 of its bytes");
    let outcomes: Vec<u16> = thread::scope(|scope| {
        let put = &put;
        let tag = tag.as_str();
        let all: Vec<_> =
            (0..6).map(|number| scope.spawn(move || put(Some(tag), &format!("by {number}")).code)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|code| **code == 204).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|code| **code == 412).count(), 5, "{outcomes:?}");
    lrs.request("DELETE", &path).header("If-Match", &tag).send().refused(412, "changed", "If-Match");
    lrs.request("DELETE", &path).send().status(204);
    lrs.get(&path).send().status(404);
}

#[test]
fn a_large_document_of_any_type_comes_back_as_it_was() {
    let lrs = Lrs::start();
    let path = format!("{STATE}&stateId=large");
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| number.to_le_bytes()[0] ^ 0x5a).collect();
    lrs.request("PUT", &path).body("image/x-test; q=1", bytes.clone()).send().status(204);
    let answer = lrs.get(&path).send().status(200);
    assert_eq!((answer.header("content-type"), &answer.bytes), (Some("image/x-test; q=1"), &bytes));
    lrs.request("POST", &path).json(&json!({})).send().refused(400, "invalid_xapi_request", "");
    assert_eq!(lrs.get(&path).send().bytes, bytes, "as it was");
}

#[test]
fn what_is_merged_is_no_longer_than_what_is_written() {
    let lrs = Lrs::start();
    let path = format!("{STATE}&stateId=growing");
    let part = |key: &str| json!({ key: "x".repeat(9 * 1024 * 1024) });
    lrs.request("POST", &path).json(&part("a")).send().status(204);
    let tag = lrs.get(&path).send().status(200).header("etag").unwrap().to_owned();
    lrs.request("POST", &path).json(&part("b")).send().refused(413, "too_large", "");
    let kept = lrs.get(&path).send().status(200);
    assert_eq!((kept.header("etag"), kept.json().as_object().unwrap().len()), (Some(tag.as_str()), 1));
    lrs.request("POST", &path).json(&json!({ "a": "short" })).send().status(204);
    lrs.request("POST", &path).json(&part("b")).send().status(204);
}

#[test]
fn a_media_type_that_no_header_can_have_is_refused_also_in_a_form() {
    let lrs = Lrs::start();
    let put = |media: &str| {
        let form = format!(
            "activityId=http://a&agent=%7B%22mbox%22:%22mailto:a@b.c%22%7D&stateId=s&content=x&Content-Type={media}"
        );
        let request = lrs.request("POST", "activities/state?method=PUT");
        request
            .header("X-Experience-API-Version", "1.0.3")
            .body("application/x-www-form-urlencoded", form)
            .send()
    };
    for wrong in ["text/plain;%20a=%0D%0AX-Evil:%201", "text/plain;a=%00", "text/plain;charset=%C3%A9"] {
        put(wrong).refused(400, "invalid_xapi_request", "Content-Type");
    }
    put("text/plain;%20a=b").status(204);
    let answer = lrs.get(&format!("{STATE}&stateId=s")).send().status(200);
    assert_eq!(answer.header("content-type"), Some("text/plain; a=b"));
}

#[test]
fn ids_are_listed_by_registration_and_time_and_states_go_together() {
    let lrs = Lrs::start();
    for (number, registration) in [(1, None), (2, Some(1)), (3, Some(2))] {
        let registration =
            registration.map(|number| format!("&registration={}", id(number))).unwrap_or_default();
        let path = format!("{STATE}&stateId=s{number}{registration}");
        lrs.request("PUT", &path).body("text/plain", "x").send().status(204);
        lrs.running.clock.advance(std::time::Duration::from_secs(1));
    }
    let ids = |query: &str| -> Value { lrs.get(&format!("{STATE}{query}")).send().status(200).json() };
    assert_eq!(ids(""), json!(["s1", "s2", "s3"]));
    assert_eq!(ids(&format!("&registration={}", id(1))), json!(["s2"]));
    assert_eq!(ids("&since=2026-09-07T08:00:00.500Z"), json!(["s2", "s3"]));
    lrs.request("DELETE", &format!("{STATE}&registration={}", id(2))).send().status(204);
    assert_eq!(ids(""), json!(["s1", "s2"]));
    lrs.request("DELETE", STATE).header("If-Match", "\"x\"").send().refused(
        400,
        "invalid_xapi_request",
        "If-Match",
    );
    assert_eq!(ids(""), json!(["s1", "s2"]), "which of them was meant is not known");
    lrs.request("DELETE", STATE).send().status(204);
    assert_eq!(ids(""), json!([]));
    lrs.request("PUT", STATE).body("text/plain", "x").send().refused(400, "invalid_xapi_request", "?stateId");
    lrs.request("DELETE", PROFILE).send().refused(400, "invalid_xapi_request", "?profileId");
}

#[test]
fn what_are_too_many_ids_for_one_answer_is_said_and_a_later_moment_has_fewer() {
    let lrs = Lrs::start();
    let agent = Ifi::Mbox("mailto:a@b.c".to_owned());
    let one = lyceum::domain::xapi::scalar::uuid(&id(7)).unwrap();
    let registration = format!("&registration={}", id(7));
    let ids = |query: &str| lrs.get(&format!("{STATE}{query}")).send();
    let count = |query: &str| ids(query).status(200).json().as_array().unwrap().len();
    lrs.write_states(&agent, None, 0..2_500);
    lrs.write_states(&agent, Some(one), 2_499..2_510);
    let all = ids("").status(200).json();
    let expected: Vec<String> = (0..2_510).map(|number| format!("s{number}")).collect();
    assert_eq!(all, json!(expected), "several pages of them, each once");
    assert_eq!(count(&registration), 11);
    lrs.running.clock.advance(std::time::Duration::from_secs(1));
    lrs.write_states(&agent, None, 3_000..10_489);
    assert_eq!(count(""), 9_999);
    let since = "&since=2026-09-07T08:00:00.500Z";
    assert_eq!(count(since), 7_489);
    lrs.write_states(&agent, None, 11_000..11_002);
    ids("").refused(400, "invalid_xapi_request", "?since");
    assert_eq!((count(since), count(&registration)), (7_491, 11));
    lrs.write_states(&agent, None, 12_000..14_510);
    let early = ids(since);
    assert!(early.text().contains("?since is too early"), "{}", early.text());
    early.refused(400, "invalid_xapi_request", "?since");
    lrs.request("DELETE", &format!("{STATE}{registration}")).send().status(204);
    assert_eq!(count(&registration), 0);
    lrs.request("DELETE", STATE).send().status(204);
    assert_eq!(ids("").status(200).json(), json!([]));
}

#[test]
fn tags_are_compared_as_http_has_it() {
    let lrs = Lrs::start();
    for (version, path) in [
        ("1.0.3", format!("{STATE}&stateId=s")),
        ("2.0.0", format!("{STATE}&stateId=t")),
        ("2.0.0", format!("{PROFILE}&profileId=p")),
    ] {
        let request = |method: &str| lrs.request(method, &path).header("X-Experience-API-Version", version);
        request("POST").json(&json!({ "a": 1 })).send().status(204);
        let tag = request("GET").send().status(200).header("etag").unwrap().to_owned();
        let put = |tag: &str| request("PUT").body("application/json", "{}").header("If-Match", tag);
        for other in [format!("W/{tag}"), "\"*\"".to_owned(), "\"x\"".to_owned()] {
            put(&other).send().refused(412, "changed", "If-Match");
        }
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            for method in ["GET", "HEAD"] {
                let answer = request(method).header("If-None-Match", &known).send().status(304);
                assert_eq!((answer.header("etag"), answer.text().as_str()), (Some(tag.as_str()), ""));
            }
        }
        let other = request("GET").header("If-None-Match", "\"x\"").send().status(200);
        assert_eq!(other.json(), json!({ "a": 1 }));
        // A list in two lines is one list; and some clients leave the quotes out.
        put("\"x\"").also("If-Match", &tag).send().status(204);
        let tag = request("GET").send().status(200).header("etag").unwrap().to_owned();
        put(tag.trim_matches('"')).send().status(204);
    }
}
