//! The pages of learning records: credentials and forwarding, as a browser without scripts uses them.

use crate::pages::Browser;
use crate::people::admin;
use crate::support::TestApp;
use crate::xapi_target::{input, refused};

const HERE: &str = "/admin/records";

/// Without the signs that isolate names.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn a_credential_is_made_shown_once_and_deleted_after_asking() {
    let app = TestApp::start();
    let admin = admin(&app);
    let mut browser = Browser::of(&app, &admin);
    let new = "/admin/records/credentials/new";
    let wrong =
        [("name", "Authoring tool"), ("scopes", "statements/write"), ("origins", "https://a.example\nb")];
    let back = browser.fill(new, new, &wrong).status(422).text();
    assert!(back.contains("Authoring tool") && plain(&back).contains("Line 2: Is not an origin"), "{back}");
    let none = browser.fill(new, new, &[("name", "x"), ("origins", "")]).status(422).text();
    assert!(none.contains("could do nothing"), "{none}");
    let right =
        [("name", "Authoring tool"), ("scopes", "statements/write"), ("scopes", "state"), ("origins", "")];
    let made = browser.fill(new, new, &right).status(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let value = |id: &str| {
        let text = made.text();
        let rest = text.split_once(&format!("id=\"{id}\"")).unwrap().1.split_once("value=\"").unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    };
    assert!(value("records-endpoint").ends_with("/xapi/"), "{}", value("records-endpoint"));
    let token = value("records-token");
    let report = |status: u16| {
        let request =
            app.get("/xapi/activities/state?activityId=http://a&agent=%7B%22mbox%22:%22mailto:a@b.c%22%7D");
        let request = request.header("X-Experience-API-Version", "2.0.0");
        request.header("Authorization", &format!("Bearer {token}")).send().status(status);
    };
    report(200);
    let list = browser.get(HERE).status(200).text();
    assert!(list.contains("Authoring tool") && list.contains(&value("records-key")), "{list}");
    assert!(!list.contains(&token) && !list.contains(&value("records-secret")));
    let asks = link(&list, "delete");
    assert!(
        plain(&browser.get(&asks).status(200).text()).contains("Delete the credential of Authoring tool?")
    );
    let gone = browser.fill(&asks, &asks, &[]);
    assert!(browser.follow(&gone).text().contains("The credential is deleted."));
    report(401);
}

/// Where the list leads from its first credential.
fn link(list: &str, what: &str) -> String {
    let links = list.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut links = links.filter(|link| link.starts_with("/admin/records/credentials/"));
    links.find(|link| link.ends_with(what)).unwrap().to_owned()
}

#[test]
fn a_credential_is_edited_and_given_a_new_secret_after_asking() {
    let app = TestApp::start();
    let admin = admin(&app);
    let mut browser = Browser::of(&app, &admin);
    let input = serde_json::json!({ "name": "Old tool", "scopes": ["statements/write", "state"],
        "origins": ["https://tool.example"] });
    let made = app.post("/api/xapi/credentials").by(&admin).json(&input).send().status(201).json();
    let list = browser.get(HERE).status(200).text();
    let edit = link(&list, "edit");
    let text = browser.get(&edit).status(200).text();
    for held in ["value=\"Old tool\"", "value=\"state\" checked", "https://tool.example", "name=\"revision\""]
    {
        assert!(text.contains(held), "{held} is not in {text}");
    }
    assert!(!text.contains("value=\"profile\" checked"), "{text}");
    let wrong = [("name", ""), ("scopes", "profile"), ("origins", "")];
    let back = browser.fill(&edit, &edit, &wrong).status(422).text();
    assert!(back.contains("value=\"profile\" checked") && back.contains("Edit the credential of"), "{back}");
    let right = [("name", "New tool"), ("scopes", "profile"), ("origins", "HTTPS://Other.Example:443")];
    let changed = browser.fill(&edit, &edit, &right);
    assert!(plain(&browser.follow(&changed).text()).contains("The credential of New tool is changed."));
    let mut stale = right.to_vec();
    stale.push(("revision", "1"));
    browser.fill(&edit, &edit, &stale).status(412);
    let all = app.get("/api/xapi/credentials").by(&admin).send().status(200).json();
    let now = &all["items"][0];
    assert_eq!(
        (&now["name"], &now["scopes"]),
        (&serde_json::json!("New tool"), &serde_json::json!(["profile"]))
    );
    assert_eq!(now["origins"], serde_json::json!(["https://other.example"]));

    let renew = link(&list, "secret");
    assert!(plain(&browser.get(&renew).status(200).text()).contains("Give New tool a new secret?"));
    let shown = browser.fill(&renew, &renew, &[]).status(200);
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let text = shown.text();
    assert!(text.contains(made["key"].as_str().unwrap()), "the key stays: {text}");
    for gone in ["secret", "token"] {
        assert!(!text.contains(made[gone].as_str().unwrap()), "{gone} is another one: {text}");
    }
    let old = app.get("/xapi/statements").header("X-Experience-API-Version", "2.0.0");
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    old.header("Authorization", &bearer).send().status(401);
    let trail = plain(&browser.get("/admin/audit").status(200).text());
    assert!(trail.contains("gave a new secret to") && trail.contains("New tool"), "{trail}");

    let delete = link(&list, "delete");
    browser.fill(&delete, &delete, &[("revision", "1")]).status(412);
    let gone = browser.fill(&delete, &delete, &[]);
    assert!(!browser.follow(&gone).status(200).text().contains("New tool"), "it is in no list");
    let trail = browser.get("/admin/audit").status(200).text();
    let deleted = trail.split("<li ").find(|line| line.starts_with("data-action=\"xapi_credential.delete"));
    let deleted = deleted.unwrap().split("</li>").next().unwrap();
    assert!(deleted.contains("New tool"), "{deleted}");
}

#[test]
fn forwarding_is_set_up_changed_paused_and_ended_on_pages() {
    let app = TestApp::start();
    let admin = admin(&app);
    let mut browser = Browser::of(&app, &admin);
    let new = "/admin/records/targets/new";
    let fields = [
        ("name", "Archive"),
        ("endpoint", "lrs.example"),
        ("version", "2.0.0"),
        ("key", "us"),
        ("secret", "hidden-words"),
        ("begin", "beginning"),
        ("verbs", "http://example.com/passed\npassed"),
        ("activity", ""),
        ("agent", ""),
        ("attachments", "true"),
    ];
    let back = browser.fill(new, new, &fields).status(422).text();
    assert!(back.contains("value=\"lrs.example\"") && !back.contains("hidden-words"), "{back}");
    let with = |changes: &[(&'static str, &'static str)]| {
        let mut fields = fields.to_vec();
        for (name, value) in changes {
            fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
        }
        fields
    };
    let back = browser.fill(new, new, &with(&[("endpoint", "https://lrs.example/xapi")])).status(422).text();
    assert!(back.contains("Line 2: "), "{back}");
    let right = with(&[("endpoint", "https://lrs.example/xapi"), ("verbs", "http://example.com/passed")]);
    let made = browser.fill(new, new, &right);
    let address = made.header("location").unwrap().to_owned();
    let text = plain(&browser.follow(&made).status(200).text());
    assert!(text.contains("Statements are forwarded to Archive.") && text.contains("up to date"), "{text}");

    // Who edits sees everything but the secret, which stays.
    let edit = format!("{address}/edit");
    let text = browser.get(&edit).status(200).text();
    assert!(text.contains("value=\"us\"") && !text.contains("hidden-words"), "{text}");
    let change =
        with(&[("name", "Store"), ("endpoint", "https://lrs.example/xapi"), ("verbs", ""), ("secret", "")]);
    let change: Vec<_> = change.into_iter().filter(|(name, _)| *name != "begin").collect();
    let changed = browser.fill(&edit, &edit, &change);
    assert!(plain(&browser.follow(&changed).text()).contains("Store is changed."));
    let mut stale = change.clone();
    stale.push(("revision", "1"));
    browser.fill(&edit, &edit, &stale).status(412);

    let paused = browser.fill(&address, &format!("{address}/pause"), &[]);
    assert!(browser.follow(&paused).text().contains("Nothing more is sent"));
    let text = browser.get(&address).status(200).text();
    assert!(text.contains("paused") && !text.contains("/pause\""), "{text}");
    let resumed = browser.fill(&address, &format!("{address}/resume"), &[]);
    assert!(browser.follow(&resumed).text().contains("It goes on."));

    // What was not wanted.
    let id: u64 = address.rsplit('/').next().unwrap().parse().unwrap();
    refused(&app, id, 3);
    let text = plain(&browser.get(&address).status(200).text());
    assert!(text.contains("Send all 3 again") && text.contains("no &#60;such&#62; verb"), "{text}");
    let again = browser.fill(&address, &format!("{address}/redeliver"), &[("letter", "2")]);
    assert!(plain(&browser.follow(&again).text()).contains("1 statement is sent again."));
    let discard = format!("{address}/discard");
    let one = browser.fill(&format!("{discard}?letter=1"), &discard, &[]);
    assert!(plain(&browser.follow(&one).text()).contains("1 statement is not sent."));
    // All are meant by a form that says so.
    browser.fill(&discard, &discard, &[("all", "")]).status(422);
    let rest = browser.fill(&discard, &discard, &[]);
    assert!(plain(&browser.follow(&rest).text()).contains("2 statements are not sent."));

    let delete = format!("{address}/delete");
    let gone = browser.fill(&delete, &delete, &[]);
    let text = browser.follow(&gone).status(200).text();
    assert!(
        text.contains("Nothing is forwarded there any more.") && text.contains("Nothing is forwarded."),
        "{text}"
    );
    let trail = plain(&browser.get("/admin/audit").status(200).text());
    for words in ["began to forward statements to", "gave up what was not wanted by", "Store"] {
        assert!(trail.contains(words), "{words} is not in {trail}");
    }
    assert!(!trail.contains("lang=\"en\" dir=\"ltr\">forward"), "{trail}");
}

#[test]
fn lag_and_trouble_are_shown() {
    let app = TestApp::start();
    let admin = admin(&app);
    let mut body = input();
    // Nobody listens there.
    body["endpoint"] = serde_json::json!("http://127.0.0.1:1/xapi/");
    body["since"] = serde_json::json!("1970-01-01T00:00:00Z");
    let id = app.post("/api/xapi/targets").by(&admin).json(&body).send().status(201).json()["id"].to_string();
    let credential = serde_json::json!({ "name": "x", "scopes": ["all"] });
    let credential = app.post("/api/xapi/credentials").by(&admin).json(&credential).send().status(201).json();
    let statement = serde_json::json!({ "actor": { "mbox": "mailto:a@b.c" }, "verb": { "id": "http://v" }, "object": { "id": "http://o" } });
    let request = app.post("/xapi/statements").header("X-Experience-API-Version", "2.0.0");
    let bearer = format!("Bearer {}", credential["token"].as_str().unwrap());
    request.header("Authorization", &bearer).json(&statement).send().status(200);
    lyceum::forwarding::run_due(&app.state).unwrap();
    let mut browser = Browser::of(&app, &admin);
    let text = plain(&browser.get(&format!("/admin/records/targets/{id}")).status(200).text());
    for words in ["does not get through", "It was tried once", "1 statement waits", "Try now"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let text = plain(&browser.get(HERE).status(200).text());
    assert!(text.contains("does not get through") && text.contains("1 statement waits"), "{text}");
}

#[test]
fn statements_are_imported_from_a_page_and_the_page_of_the_job_says_what_came_of_it() {
    let app = TestApp::start_with(|config| config.jobs.parallel = 0);
    let admin = admin(&app);
    let mut browser = Browser::of(&app, &admin);
    let page = "/admin/records/import";
    let overview = browser.get(HERE).status(200).text();
    for there in ["/api/export/statements\"", "/api/export/statements.zip\"", page] {
        assert!(overview.contains(&format!("href=\"{there}")), "{there} is not in {overview}");
    }
    let form = browser.get(page).status(200).text();
    assert!(form.contains("of 32 MiB at most") || plain(&form).contains("of 32 MiB at most"), "{form}");
    let csrf = lyceum::domain::session::csrf_token(&admin.token);
    let csrf = ("csrf", csrf.as_str());
    let line = |number: u32| {
        serde_json::json!({ "id": format!("00000000-0000-4000-8000-{number:012}"),
            "actor": { "mbox": "mailto:ada@example.com" }, "verb": { "id": "http://example.com/did" },
            "object": { "id": "http://example.com/course" } })
    };
    let mut wrong = line(2);
    wrong["result"] = serde_json::json!({ "score": { "scaled": 2 } });
    let file = format!("{}\n{}\n{wrong}\nno JSON", line(1), line(1));
    let none = browser.upload(page, &[csrf], None).status(422).text();
    assert!(none.contains("id=\"f-file-problem\""), "{none}");
    let array = browser.upload(page, &[csrf], Some(("all.json", b"[{}]"))).status(422).text();
    assert!(array.contains("<form method=\"post\" action=\"/admin/records/import\""), "{array}");
    browser.upload(page, &[], Some(("all.ndjson", file.as_bytes()))).status(403);
    let number = |answer: &crate::support::Answer| {
        let job = answer.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
        lyceum::domain::ids::JobId(job.parse().unwrap())
    };
    let facts = "Lines</dt><dd>4</dd>\n<dt>Statements imported</dt><dd>1</dd>\n<dt>There already</dt><dd>1</dd>\n<dt>Lines passed over</dt><dd>2</dd>";
    let fields = [csrf, ("dry_run", "true")];
    let tried = browser.upload(page, &fields, Some(("all.ndjson", file.as_bytes()))).status(303);
    assert!(browser.follow(&tried).text().contains("It is tried; nothing is written."));
    lyceum::jobs::do_chunks(&app.state, number(&tried), usize::MAX);
    let text = browser.follow(&tried).status(200).text();
    for has in [facts, "What would happen", "Nothing is written yet.", "/result/score/scaled", "is not JSON"]
    {
        assert!(text.contains(has), "{has} is not in {text}");
    }
    let begun = browser.upload(page, &[csrf], Some(("all.ndjson", file.as_bytes()))).status(303);
    assert!(browser.follow(&begun).text().contains("It has begun."));
    lyceum::jobs::do_chunks(&app.state, number(&begun), usize::MAX);
    let text = browser.follow(&begun).status(200).text();
    for has in [facts, "What was done", "00000000-0000-4000-8000-000000000002", "/result/score/scaled"] {
        assert!(text.contains(has), "{has} is not in {text}");
    }
    assert!(!text.contains("Nothing is written yet."));
    // A zip is known by what is in it.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("statements.ndjson", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, line(3).to_string().as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let begun = browser.upload(page, &[csrf], Some(("all.zip", &zip))).status(303);
    lyceum::jobs::do_chunks(&app.state, number(&begun), usize::MAX);
    assert!(browser.follow(&begun).text().contains("Statements imported</dt><dd>1</dd>"));
    assert_eq!(app.get("/api/export/statements").by(&admin).send().status(200).text().lines().count(), 2);
}
