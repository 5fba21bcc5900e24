//! Sections and items: order, moves, limits, pages and what the sanitiser leaves of them.

use serde_json::{Value, json};

use crate::classroom::{admin, draft, enrol, item, outline, page, person, published, section, titles};
use crate::support::{Answer, Person, TestApp};

fn html(app: &TestApp, by: &Person, item: u64) -> String {
    let view = app.get(&format!("/api/items/{item}/page")).by(by).send().status(200).json();
    view["html"].as_str().unwrap().to_owned()
}

fn write(app: &TestApp, by: &Person, item: u64, if_match: &str, markdown: impl Into<Vec<u8>>) -> Answer {
    let path = format!("/api/items/{item}/source");
    app.put(&path).by(by).header("If-Match", if_match).body("text/markdown", markdown).send()
}

#[test]
fn scripts_in_markdown_never_reach_a_reader() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let at = section(&app, &admin, course, "One");
    let evil = "# Fine\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n\
        [click](javascript:alert(3)) [data](data:text/html,x)\n\n<iframe src=\"https://evil.example\"></iframe>\n\n\
        <a href=\"https://example.org\" onclick=\"alert(4)\">ok</a> <svg onload=alert(5)>";
    let text = page(&app, &admin, at, "Page", evil);
    for who in [&learner, &admin] {
        let html = html(&app, who, text);
        assert!(html.contains("<h1>Fine</h1>") && html.contains("https://example.org"), "{html}");
        for bad in ["<script", "alert(", "javascript:", "data:", "<iframe", "onclick", "onerror", "<svg"] {
            assert!(!html.contains(bad), "{bad} is in {html}");
        }
    }
    let body = json!({ "short_name": "X", "title": "T", "summary": evil });
    let made = app.post("/api/courses").by(&admin).json(&body).send().status(201).json();
    assert!(!made["summary_html"].as_str().unwrap().contains("alert("), "{made}");
    let link = json!({ "title": "L", "content": { "kind": "link", "url": "javascript:alert(1)" } });
    let problem = app.post(&format!("/api/sections/{at}/items")).by(&admin).json(&link).send();
    assert_eq!(problem.problem(422, "invalid_field")["errors"][0]["at"], "/content/url");
    // One paragraph that is longer than what is made safe at a time.
    let long = "word ".repeat(14_000);
    let item = json!({ "title": "L", "content": { "kind": "page", "markdown": long } });
    let problem = app.post(&format!("/api/sections/{at}/items")).by(&admin).json(&item).send();
    assert_eq!(problem.problem(422, "invalid_field")["errors"][0]["at"], "/content/markdown");
}

#[test]
fn a_page_is_read_as_it_was_written_last_whatever_its_length() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let at = section(&app, &admin, course, "One");
    let text = page(&app, &admin, at, "Page", "First");
    assert_eq!(html(&app, &learner, text), "<p>First</p>");
    write(&app, &admin, text, "\"1\"", "Second").status(200);
    assert_eq!(html(&app, &learner, text), "<p>Second</p>");
    write(&app, &admin, text, "\"1\"", "Lost").problem(412, "changed");
    let long = "A paragraph of *some* length.\n\n".repeat(32_000);
    write(&app, &admin, text, "\"2\"", long.clone()).status(200);
    let shown = html(&app, &learner, text);
    assert_eq!(shown.matches("<em>some</em>").count(), 32_000);
    let answer = app.get(&format!("/api/items/{text}/source")).by(&admin).send().status(200);
    assert_eq!((answer.header("etag"), answer.text() == long), (Some("\"3\""), true));
    write(&app, &admin, text, "\"3\"", "x".repeat(1024 * 1024 + 1)).problem(413, "too_large");
    write(&app, &admin, text, "\"3\"", vec![0xff, 0xfe]).problem(422, "invalid_field");
    write(&app, &learner, text, "\"3\"", "mine").problem(403, "forbidden");
    app.get(&format!("/api/items/{text}/source")).by(&learner).send().problem(403, "forbidden");

    let answer = app.get(&format!("/api/items/{text}/page")).by(&learner).send().status(200);
    let etag = answer.header("etag").unwrap().to_owned();
    let again =
        app.get(&format!("/api/items/{text}/page")).by(&learner).header("If-None-Match", &etag).send();
    assert!(again.status(304).bytes.is_empty());
}

#[test]
fn hidden_and_dated_pages_cannot_be_read_by_address() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let at = section(&app, &admin, course, "One");
    let text = page(&app, &admin, at, "Page", "Text");
    let path = format!("/api/items/{text}/page");
    app.get(&path).by(&learner).send().status(200);
    let hide = |target: String, availability: Value| {
        let body = json!({ "title": "Page", "availability": availability });
        app.put(&target).by(&admin).header("If-Match", "*").json(&body).send().status(200);
    };
    let (item, section) = (format!("/api/items/{text}"), format!("/api/sections/{at}"));
    for target in [&item, &section] {
        hide(target.clone(), json!({ "visible": false }));
        app.get(&path).by(&learner).send().problem(404, "not_found");
        app.put(&format!("{item}/visited")).by(&learner).send().problem(404, "not_found");
        app.get(&path).by(&admin).send().status(200);
        hide(target.clone(), json!({ "from": "2026-09-07T08:00:01Z" }));
        app.get(&path).by(&learner).send().problem(404, "not_found");
        hide(target.clone(), json!({}));
        app.get(&path).by(&learner).send().status(200);
    }
    hide(item, json!({ "from": "2026-09-07T08:00:01Z", "until": "2026-09-07T08:00:02Z" }));
    for expected in [404, 200, 404] {
        app.get(&path).by(&learner).send().status(expected);
        app.clock.advance(std::time::Duration::from_secs(1));
    }
}

#[test]
fn order_is_changed_by_naming_everything_once() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let ids: Vec<u64> = ["a", "b", "c"].map(|title| section(&app, &admin, course, title)).to_vec();
    let path = format!("/api/courses/{course}/order");
    let answer = app.get(&path).by(&admin).send().status(200);
    let etag = answer.header("etag").unwrap().to_owned();
    let put = |etag: &str, order: &[u64]| {
        app.put(&path).by(&admin).header("If-Match", etag).json(&json!({ "sections": order })).send()
    };
    put(&etag, &[ids[2], ids[0], ids[1]]).status(200);
    put(&etag, &ids).problem(412, "changed");
    for wrong in [vec![ids[0], ids[1]], vec![ids[0], ids[1], ids[1]], vec![ids[0], ids[1], ids[2], 1]] {
        put("*", &wrong).problem(422, "invalid_field");
    }
    let items: Vec<u64> = ["x", "y", "z"].map(|title| page(&app, &admin, ids[0], title, "")).to_vec();
    let order = json!({ "items": [items[1], items[2], items[0]] });
    app.put(&format!("/api/sections/{}/order", ids[0]))
        .by(&admin)
        .header("If-Match", "*")
        .json(&order)
        .send()
        .status(200);
    let outline = outline(&app, &admin, course);
    assert_eq!(outline["sections"][0]["title"], "c");
    assert_eq!(titles(&outline), ["y", "z", "x"]);
}

#[test]
fn an_item_moves_within_its_course_only_and_full_sections_cannot_be_removed() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let elsewhere = draft(&app, &admin, "NAV101");
    let (one, two) = (section(&app, &admin, course, "1"), section(&app, &admin, course, "2"));
    let foreign = section(&app, &admin, elsewhere, "3");
    let items: Vec<u64> = ["x", "y", "z"].map(|title| page(&app, &admin, one, title, "text")).to_vec();
    let go = |item: u64, body: Value| {
        app.post(&format!("/api/items/{item}/move")).by(&admin).header("If-Match", "*").json(&body).send()
    };
    go(items[0], json!({ "section": two })).status(200);
    go(items[2], json!({ "section": two, "position": 0 })).status(200);
    assert_eq!(titles(&outline(&app, &admin, course)), ["y", "z", "x"]);
    go(items[0], json!({ "section": two, "position": 0 })).status(200);
    assert_eq!(titles(&outline(&app, &admin, course)), ["y", "x", "z"]);
    go(items[0], json!({ "section": foreign })).problem(422, "invalid_field");
    go(items[0], json!({ "section": one, "position": 2 })).problem(422, "invalid_field");
    assert_eq!(titles(&outline(&app, &admin, course)), ["y", "x", "z"]);

    let remove = |path: String| app.delete(&path).by(&admin).header("If-Match", "*").send();
    remove(format!("/api/sections/{one}")).problem(409, "section_not_empty");
    remove(format!("/api/items/{}", items[1])).status(204);
    remove(format!("/api/sections/{one}")).status(204);
    app.get(&format!("/api/items/{}/page", items[1])).by(&admin).send().problem(404, "not_found");
    let left = outline(&app, &admin, course);
    assert_eq!(left["sections"].as_array().unwrap().len(), 1);
}

#[test]
fn a_section_takes_two_hundred_items_and_says_so() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let at = section(&app, &admin, course, "Long");
    for number in 0..200 {
        page(&app, &admin, at, &format!("Item {number}"), "");
    }
    let one_more = json!({ "title": "Too much", "content": { "kind": "page" } });
    let path = format!("/api/sections/{at}/items");
    let refused = app.post(&path).by(&admin).json(&one_more).send().problem(409, "too_much_content");
    let problem = "a section has at most 200 items";
    assert_eq!(refused["errors"], json!([{ "at": "{section}", "problem": problem }]));
    let another = section(&app, &admin, course, "Room");
    let link = json!({ "kind": "link", "url": "http://example.org" });
    let fits = item(&app, &admin, another, "Fits", &link);
    let place = app.post(&format!("/api/items/{fits}/move")).by(&admin).header("If-Match", "*");
    let refused = place.json(&json!({ "section": at })).send().problem(409, "too_much_content");
    assert_eq!(refused["errors"][0]["at"], "/section");
}

#[test]
fn whoever_adds_a_page_is_told_what_of_its_text_is_not_shown() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let at = section(&app, &admin, course, "One");
    let add = |content: Value| {
        let body = json!({ "title": "Page", "content": content });
        let path = format!("/api/sections/{at}/items");
        app.post(&path).by(&admin).json(&body).send().status(201).json()
    };
    let text = "Look: <iframe src=\"https://example.org\"></iframe> and *this*.";
    let added = add(json!({ "kind": "page", "markdown": text }));
    assert_eq!(added["lost"], json!(["<iframe src=https://example.org>"]));
    // As whoever changes one is.
    let id = added["id"].as_u64().unwrap();
    let write = app.put(&format!("/api/items/{id}/source")).by(&admin).header("If-Match", "*");
    let changed = write.body("text/markdown", text.to_owned()).send().status(200).json();
    assert_eq!(changed["lost"], added["lost"]);
    let write = app.put(&format!("/api/items/{id}/source")).by(&admin).header("If-Match", "*");
    write.body("text/markdown", b"Jos\xe9").send().refused(422, "invalid_field", "");
    // A paragraph is measured as it is shown, `<p>` and all.
    let put = |media: &str, text: String| {
        let write = app.put(&format!("/api/items/{id}/source")).by(&admin).header("If-Match", "*");
        write.body(media, text).send()
    };
    put("text/markdown; charset=utf-8", "a".repeat(65_528)).status(200);
    let problem = put("text/markdown", "a".repeat(65_529)).problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "", "{problem}");
    assert!(problem["detail"].as_str().unwrap().ends_with("longer than 65536 bytes as HTML"), "{problem}");
    put("text/markdown; charset=iso-8859-1", "text".to_owned()).refused(
        415,
        "unsupported_media_type",
        "Content-Type",
    );
    let unread = app.put(&format!("/api/items/{id}/source")).by(&admin).body("text/markdown", "text");
    unread.send().refused(428, "precondition_required", "If-Match");
    assert_eq!(add(json!({ "kind": "page", "markdown": "All of *this*." }))["lost"], json!([]));
    assert_eq!(add(json!({ "kind": "page" }))["lost"], json!([]));
    let table = add(json!({ "kind": "page", "markdown": "| Late |\n|---:|\n| 41 |\n" }));
    assert_eq!(table["lost"], json!([]));
    assert!(html(&app, &admin, table["id"].as_u64().unwrap()).contains("<td align=\"right\">41</td>"));
    let link = add(json!({ "kind": "link", "url": "http://example.org" }));
    let read = app.get(&format!("/api/items/{id}")).by(&admin).send().status(200).json();
    assert!(link.get("lost").is_none() && read.get("lost").is_none());
}

#[test]
fn learners_change_nothing_and_strangers_see_nothing() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let stranger = person(&app, 1_002, "yusuf", &[]);
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let at = section(&app, &admin, course, "One");
    let text = page(&app, &admin, at, "Page", "Text");
    let writes = [
        ("POST", format!("/api/courses/{course}/sections"), json!({ "title": "T" })),
        ("PUT", format!("/api/courses/{course}/order"), json!({ "sections": [at] })),
        ("PUT", format!("/api/sections/{at}"), json!({ "title": "T" })),
        ("DELETE", format!("/api/sections/{at}"), json!({})),
        ("PUT", format!("/api/sections/{at}/order"), json!({ "items": [text] })),
        ("POST", format!("/api/sections/{at}/items"), json!({ "title": "T", "content": { "kind": "page" } })),
        ("PUT", format!("/api/items/{text}"), json!({ "title": "T" })),
        ("POST", format!("/api/items/{text}/move"), json!({ "section": at })),
        ("DELETE", format!("/api/items/{text}"), json!({})),
    ];
    for (method, path, body) in &writes {
        let by = |who| app.request(method, path).by(who).header("If-Match", "*").json(body).send();
        by(&learner).problem(403, "forbidden");
        by(&stranger).problem(404, "not_found");
    }
    assert_eq!(titles(&outline(&app, &learner, course)), ["Page"]);
    // What is there for others is refused in the words of what is not there.
    for (what, there) in [("section", at), ("item", text)] {
        for method in ["GET", "DELETE"] {
            for id in [there, 777_777] {
                let asked = app.request(method, &format!("/api/{what}s/{id}")).by(&stranger);
                let refused = asked.header("If-Match", "*").send().problem(404, "not_found");
                assert_eq!(refused["detail"], format!("there is no {what} {id}, or none that you may see"));
            }
        }
    }
}
