//! The question bank: questions, versions, categories, tags, files, preview and who may do what.

use lyceum::clock::Timestamp;
use lyceum::domain::access::RoleName;
use lyceum::domain::bank::{self, Draw};
use lyceum::domain::course::{Course, CourseStatus, ShortName};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::ids::{CategoryId, CourseId, QuestionId, QuizId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

/// A published course.
pub fn course(app: &TestApp, short_name: &str) -> CourseId {
    let now = app.clock.now();
    let name = ShortName::parse(short_name).unwrap();
    app.state
        .store
        .write_blocking(Class::Interactive, move |txn| -> Result<CourseId, Refusal> {
            let id = txn.new_id()?;
            let title = name.to_string();
            txn.put(Course { status: CourseStatus::Published, ..Course::draft(id, name, title, now) })?;
            Ok(id)
        })
        .unwrap()
}

/// Somebody with a role in a course.
pub fn member(app: &TestApp, course: CourseId, user: u64, role: &str) -> Person {
    let role = RoleName::parse(role).unwrap();
    let user = UserId(user);
    let enrolled: Timestamp = app.clock.now();
    app.state
        .store
        .write_blocking(Class::Interactive, move |txn| -> Result<(), Refusal> {
            txn.put(Enrolment {
                course,
                user,
                role,
                status: EnrolmentStatus::Active,
                starts: None,
                ends: None,
                enrolled,
                by: EnrolledBy::Teacher,
                revision: 1,
            })?;
            Ok(())
        })
        .unwrap();
    app.signed_in(user, &[])
}

/// A choice between Paris and Rome.
pub fn capital(name: &str) -> Value {
    json!({
        "name": name,
        "text": { "text": "<p>The capital of France?</p>" },
        "tags": ["Europe"],
        "kind": { "type": "single_choice", "options": [
            { "text": { "text": "Paris" }, "fraction": "1" },
            { "text": { "text": "Rome" }, "feedback": { "text": "That is Italy." } }
        ] }
    })
}

fn made(app: &TestApp, by: &Person, course: CourseId, category: Option<u64>, name: &str) -> u64 {
    let body = json!({ "category": category, "question": capital(name) });
    let answer = app.post(&format!("/api/courses/{course}/questions")).by(by).json(&body).send().status(201);
    answer.json()["id"].as_u64().unwrap()
}

fn folder(app: &TestApp, by: &Person, course: CourseId, parent: Option<u64>, name: &str) -> u64 {
    let body = json!({ "parent": parent, "name": name });
    let path = format!("/api/courses/{course}/question_categories");
    app.post(&path).by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap()
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn editing_makes_a_version_and_the_old_one_stays() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let id = made(&app, &teacher, course, None, "Capital");
    let path = format!("/api/questions/{id}");
    let first = app.get(&path).by(&teacher).send().status(200);
    assert_eq!(first.header("etag"), Some("\"1\""));
    let mut edited = first.json()["question"].clone();
    edited["text"]["text"] = json!("<p>What is the capital of France?</p>");

    app.put(&path).by(&teacher).json(&edited).send().problem(428, "precondition_required");
    let answer = app.put(&path).by(&teacher).header("If-Match", "\"1\"").json(&edited).send().status(200);
    assert_eq!(answer.json()["version"], 2);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    app.put(&path).by(&teacher).header("If-Match", "\"1\"").json(&edited).send().problem(412, "changed");

    let old = app.get(&format!("{path}/versions/1")).by(&teacher).send().status(200).json();
    assert_eq!(old["question"], first.json()["question"]);
    let versions = app.get(&format!("{path}/versions?limit=1")).by(&teacher).send().status(200);
    assert_eq!(versions.json()["items"][0]["version"], 2);
    let next = versions.json()["next"].as_str().unwrap().to_owned();
    let rest = app.get(&format!("{path}/versions?limit=1&after={next}")).by(&teacher).send().json();
    assert_eq!((rest["items"][0]["version"].clone(), rest["next"].clone()), (json!(1), Value::Null));

    let restored = app
        .post(&format!("{path}/versions/1/restore"))
        .by(&teacher)
        .header("If-Match", "\"2\"")
        .send()
        .status(200)
        .json();
    assert_eq!(restored["version"], 3);
    assert_eq!(restored["question"], first.json()["question"]);
    let second = app.state.store.read(|read| bank::version(read, QuestionId(id), 2)).unwrap();
    assert_eq!(second.body.text.html(), "<p>What is the capital of France?</p>");
    let newest = app.state.store.read(|read| bank::latest(read, QuestionId(id))).unwrap();
    assert_eq!(newest.version, 3);
}

#[test]
fn sending_back_what_was_got_changes_nothing() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let path = format!("/api/questions/{}", made(&app, &teacher, course, None, "Capital"));
    let got = app.get(&path).by(&teacher).send().json();
    let answer =
        app.put(&path).by(&teacher).header("If-Match", "*").json(&got["question"]).send().status(200);
    assert_eq!(answer.json(), got);
}

#[test]
fn wrong_input_is_named_with_its_place_and_nothing_is_written() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let path = format!("/api/courses/{course}/questions");
    let before = app.state.store.group_number();
    let mut no_right_option = capital("x");
    no_right_option["kind"]["options"][0]["fraction"] = json!("0.5x");
    let cases = [
        (json!({ "question": capital("") }), "invalid_field", "/question/name"),
        (json!({ "question": no_right_option }), "wrong_shape", "/question/kind/options/0/fraction"),
        (json!({ "question": { "name": "x" } }), "wrong_shape", "/question"),
        (json!({ "question": capital("x"), "surprise": 1 }), "wrong_shape", "/surprise"),
        (json!({ "question": capital("x"), "category": 999_999 }), "invalid_field", "/category"),
        (json!({ "question": capital(&"n".repeat(256)) }), "invalid_field", "/question/name"),
    ];
    for (body, code, at) in cases {
        let problem = app.post(&path).by(&teacher).json(&body).send().problem(422, code);
        assert!(problem["errors"][0]["at"].as_str().unwrap().starts_with(at), "{problem}");
    }
    app.post(&path)
        .by(&teacher)
        .body("application/json", "{\"question\": ")
        .send()
        .problem(422, "malformed_json");
    app.post(&path).by(&teacher).body("text/plain", "{}").send().problem(415, "unsupported_media_type");
    let long = json!({ "question": { "name": "x", "text": { "text": "y".repeat(300_000) }, "kind": { "type": "essay" } } });
    app.post(&path).by(&teacher).json(&long).send().problem(413, "too_large");
    let over = json!({ "question": { "name": "x", "text": { "text": "y".repeat(20_000) }, "kind": { "type": "essay" } } });
    app.post(&path).by(&teacher).json(&over).send().problem(422, "invalid_field");
    assert_eq!(app.state.store.group_number(), before, "a refused question was written");
    assert_eq!(names(&app.get(&path).by(&teacher).send().json()), Vec::<String>::new());
}

#[test]
fn lists_are_filtered_and_paged() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let other = crate::bank::course(&app, "OTHER");
    let teacher = member(&app, course, 1, "teacher");
    let elsewhere = member(&app, other, 2, "teacher");
    made(&app, &elsewhere, other, None, "alpha elsewhere");
    let europe = folder(&app, &teacher, course, None, "Europe");
    let france = folder(&app, &teacher, course, Some(europe), "France");
    for (name, category) in
        [("beta", None), ("Alpha", Some(europe)), ("alphabet", Some(france)), ("gamma", Some(france))]
    {
        made(&app, &teacher, course, category, name);
    }
    let essay = json!({ "question": { "name": "Delta", "text": { "text": "Write." }, "tags": ["Long"], "kind": { "type": "essay" } } });
    let path = format!("/api/courses/{course}/questions");
    app.post(&path).by(&teacher).json(&essay).send().status(201);
    let list =
        |query: &str| names(&app.get(&format!("{path}{query}")).by(&teacher).send().status(200).json());

    assert_eq!(list(""), ["Alpha", "alphabet", "beta", "Delta", "gamma"]);
    assert_eq!(list("?name=ALPH"), ["Alpha", "alphabet"]);
    assert_eq!(list("?q=PHA"), ["Alpha", "alphabet"]);
    assert_eq!(list("?q=write+ELT"), ["Delta"], "words of the text and of the name");
    assert_eq!(list("?q=long&type=essay"), ["Delta"], "a tag");
    assert_eq!(list(&format!("?q=alph&category={france}")), ["alphabet"]);
    assert!(list("?q=alpha+nothing").is_empty());
    assert_eq!(list("?q=++").len(), 5, "no words find everything");
    assert_eq!(list("?category=top"), ["beta", "Delta"]);
    assert_eq!(list(&format!("?category={europe}")), ["Alpha"]);
    assert_eq!(list(&format!("?category={europe}&with_children=true")), ["Alpha", "alphabet", "gamma"]);
    assert_eq!(list("?tag=long"), ["Delta"]);
    assert_eq!(list("?type=essay"), ["Delta"]);
    assert_eq!(list(&format!("?tag=europe&category={france}")), ["alphabet", "gamma"]);
    app.get(&format!("{path}?category=x")).by(&teacher).send().problem(422, "invalid_field");
    app.get(&format!("{path}?after=x")).by(&teacher).send().problem(422, "invalid_field");
    let theirs = folder(&app, &elsewhere, other, None, "Theirs");
    for category in [99_999_999, theirs] {
        for more in ["", "&with_children=true"] {
            let asked = app.get(&format!("{path}?category={category}{more}")).by(&teacher);
            asked.send().problem(404, "not_found");
        }
    }
    // A place among names is none among ids, and the other way round.
    let next = |query: &str| {
        app.get(&format!("{path}{query}")).by(&teacher).send().status(200).json()["next"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (by_name, by_id) = (next("?limit=1"), next(&format!("?limit=1&category={france}")));
    for query in [format!("?category={france}&after={by_name}"), format!("?after={by_id}")] {
        let problem = app.get(&format!("{path}{query}")).by(&teacher).send().problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], "?after", "{query}");
    }

    for filter in ["limit=2", "limit=1&q=a", "limit=1&tag=europe", &format!("limit=1&category={france}")] {
        let (mut seen, mut next) = (Vec::new(), Some(String::new()));
        while let Some(after) = next {
            let page = app.get(&format!("{path}?{filter}{after}")).by(&teacher).send().status(200).json();
            seen.extend(names(&page));
            next = page["next"].as_str().map(|next| format!("&after={next}"));
        }
        let all = filter.split_once('&').map_or_else(String::new, |(_, rest)| format!("?{rest}"));
        assert_eq!(seen, list(&all), "{filter}");
    }
}

#[test]
fn a_retired_question_is_not_drawn_and_one_in_use_is_not_deleted() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let europe = folder(&app, &teacher, course, None, "Europe");
    let france = folder(&app, &teacher, course, Some(europe), "France");
    let ids = [
        made(&app, &teacher, course, Some(france), "a"),
        made(&app, &teacher, course, Some(europe), "b"),
        made(&app, &teacher, course, None, "c"),
    ];
    let drawn = |draw: Draw| -> Vec<u64> {
        let found = app.state.store.read(|read| bank::candidates(read, course, &draw)).unwrap();
        found.into_iter().map(|id| id.0).collect()
    };
    let category = |id, with_children| Draw::Category { category: CategoryId(id), with_children };
    assert_eq!(drawn(category(europe, false)), [ids[1]]);
    assert_eq!(drawn(category(europe, true)), [ids[0], ids[1]]);
    assert_eq!(drawn(Draw::Tag("EUROPE".to_owned())), ids);

    let path = format!("/api/questions/{}", ids[0]);
    let retired = json!({ "retired": true });
    app.put(&format!("{path}/retired"))
        .by(&teacher)
        .header("If-Match", "\"1\"")
        .json(&retired)
        .send()
        .status(200);
    assert_eq!(drawn(category(europe, true)), [ids[1]]);
    assert_eq!(drawn(Draw::Tag("europe".to_owned())), [ids[1], ids[2]]);

    let quiz = QuizId(77);
    let slots = |slots: Vec<u64>| {
        let slots: Vec<QuestionId> = slots.into_iter().map(QuestionId).collect();
        app.state
            .store
            .write_blocking(Class::Interactive, move |txn| bank::set_slots(txn, quiz, &slots))
            .unwrap();
    };
    slots(vec![ids[0], ids[1]]);
    app.state
        .store
        .write_blocking(Class::Start, move |txn| bank::note_attempt(txn, quiz, QuestionId(ids[1])))
        .unwrap();
    app.delete(&path).by(&teacher).header("If-Match", "*").send().problem(409, "question_in_use");
    slots(Vec::new());
    app.delete(&path).by(&teacher).header("If-Match", "*").send().status(204);
    app.get(&path).by(&teacher).send().problem(404, "not_found");
    let asked = format!("/api/questions/{}", ids[1]);
    assert_eq!(app.get(&asked).by(&teacher).send().json()["in_use"], true);
    app.delete(&asked).by(&teacher).header("If-Match", "*").send().problem(409, "question_in_use");
}

#[test]
fn tags_and_place_change_by_themselves() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let europe = folder(&app, &teacher, course, None, "Europe");
    let path = format!("/api/questions/{}", made(&app, &teacher, course, None, "a"));
    let tags = json!({ "tags": ["One", " two "] });
    let tagged = app
        .put(&format!("{path}/tags"))
        .by(&teacher)
        .header("If-Match", "\"1\"")
        .json(&tags)
        .send()
        .status(200);
    assert_eq!(tagged.json()["question"]["tags"], json!(["One", "two"]));
    assert_eq!(tagged.json()["version"], 2);
    app.put(&format!("{path}/tags"))
        .by(&teacher)
        .header("If-Match", "\"1\"")
        .json(&tags)
        .send()
        .problem(412, "changed");
    let moved = json!({ "category": europe });
    let answer = app
        .put(&format!("{path}/category"))
        .by(&teacher)
        .header("If-Match", "\"2\"")
        .json(&moved)
        .send()
        .status(200);
    assert_eq!(
        (answer.json()["category"].clone(), answer.json()["version"].clone()),
        (json!(europe), json!(2))
    );
    let nowhere = json!({ "category": 4_000_000 });
    app.put(&format!("{path}/category"))
        .by(&teacher)
        .header("If-Match", "*")
        .json(&nowhere)
        .send()
        .problem(422, "invalid_field");
}

#[test]
fn questions_are_found_however_their_letters_are_put_together() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let path = format!("/api/courses/{course}/questions");
    let send = |name: &str, tag: &str, id_number: &str| {
        let mut question = capital(name);
        question["tags"] = json!([tag]);
        question["id_number"] = json!(id_number);
        app.post(&path).by(&teacher).json(&json!({ "question": question })).send()
    };
    let one = send("Cafe\u{301} one", "e\u{301}te\u{301}", "N\u{e9}").status(201).json();
    assert_eq!(one["question"]["name"], "Caf\u{e9} one");
    assert_eq!(one["question"]["tags"], json!(["\u{e9}t\u{e9}"]));
    send("Caf\u{e9} two", "\u{e9}t\u{e9}", "other").status(201);
    send("three", "x", "Ne\u{301}").problem(409, "taken");
    let list =
        |query: &str| names(&app.get(&format!("{path}{query}")).by(&teacher).send().status(200).json());
    for query in
        ["name=cafe%CC%81", "name=caf%C3%A9", "q=cafe%CC%81", "tag=e%CC%81te%CC%81", "tag=%C3%A9t%C3%A9"]
    {
        assert_eq!(list(&format!("?{query}")), ["Caf\u{e9} one", "Caf\u{e9} two"], "{query}");
    }
    for tag in ["e\u{301}te\u{301}", "\u{c9}t\u{e9}"] {
        let draw = Draw::Tag(tag.to_owned());
        let drawn = app.state.store.read(|read| bank::candidates(read, course, &draw)).unwrap();
        assert_eq!(drawn.len(), 2, "{tag:?}");
    }
    for (name, tag, id_number) in
        [("\u{200b}", "x", "1"), ("three", "\u{200b}", "1"), ("three", "x", "\u{200b}\u{feff}")]
    {
        send(name, tag, id_number).problem(422, "invalid_field");
    }
}

#[test]
fn an_identifier_names_one_question_of_a_category() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let europe = folder(&app, &teacher, course, None, "Europe");
    let path = format!("/api/courses/{course}/questions");
    let send = |category: Option<u64>, name: &str| {
        let mut question = capital(name);
        question["id_number"] = json!("Q1");
        app.post(&path).by(&teacher).json(&json!({ "category": category, "question": question })).send()
    };
    let first = send(None, "a").status(201).json()["id"].clone();
    let problem = send(None, "b").problem(409, "taken");
    assert_eq!(problem["errors"][0]["at"], "/question/id_number");
    send(Some(europe), "c").status(201);
    let moved = json!({ "category": europe });
    app.put(&format!("/api/questions/{first}/category"))
        .by(&teacher)
        .header("If-Match", "*")
        .json(&moved)
        .send()
        .problem(409, "taken");
}

#[test]
fn categories_form_a_tree_without_loops() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let path = format!("/api/courses/{course}/question_categories");
    let europe = folder(&app, &teacher, course, None, "Europe");
    let france = folder(&app, &teacher, course, Some(europe), "France");
    let asia = folder(&app, &teacher, course, None, "Asia");
    let change = |id: u64, body: Value| {
        app.put(&format!("{path}/{id}")).by(&teacher).header("If-Match", "*").json(&body).send()
    };
    let problem = change(europe, json!({ "parent": france, "name": "Europe" })).problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/parent");
    change(europe, json!({ "parent": europe, "name": "Europe" })).problem(422, "invalid_field");
    change(asia, json!({ "name": "Europe" })).problem(409, "taken");
    change(france, json!({ "parent": asia, "name": " Francia ", "description": { "text": "**F**", "format": "markdown" } }))
        .status(200);
    let tree = app.get(&path).by(&teacher).send().status(200).json();
    let paths: Vec<&Value> = tree["items"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, [&json!(["Europe"]), &json!(["Asia"]), &json!(["Asia", "Francia"])]);
    let one = app.get(&format!("{path}/{france}")).by(&teacher).send().status(200);
    assert_eq!(one.json()["description"], "<p><strong>F</strong></p>");
    assert_eq!(one.header("etag"), Some("\"2\""));

    made(&app, &teacher, course, Some(france), "a");
    for id in [asia, france] {
        app.delete(&format!("{path}/{id}"))
            .by(&teacher)
            .header("If-Match", "*")
            .send()
            .problem(409, "category_not_empty");
    }
    app.delete(&format!("{path}/{europe}")).by(&teacher).header("If-Match", "\"1\"").send().status(204);
    let mut parent = None;
    for depth in 0..20 {
        parent = Some(folder(&app, &teacher, course, parent, &format!("level {depth}")));
    }
    let too_deep = json!({ "parent": parent, "name": "deeper" });
    app.post(&path).by(&teacher).json(&too_deep).send().problem(422, "invalid_field");
    change(asia, json!({ "parent": parent, "name": "Asia" })).problem(422, "invalid_field");
}

#[test]
fn the_bank_is_for_those_who_may_see_it() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let assistant = member(&app, course, 2, "assistant");
    let learner = member(&app, course, 3, "learner");
    let stranger = app.signed_in(UserId(4), &[]);
    let id = made(&app, &teacher, course, None, "Capital");
    let one = format!("/api/questions/{id}");
    let list = format!("/api/courses/{course}/questions");
    app.get(&one).send().problem(401, "unauthenticated");
    app.get(&one).by(&assistant).send().status(200);
    for path in [&one, &list, &format!("{one}/versions"), &format!("{list}/export")] {
        app.get(path).by(&learner).send().problem(403, "forbidden");
        let problem = app.get(path).by(&stranger).send().problem(404, "not_found");
        assert!(
            path.contains("/courses/") || !problem["detail"].as_str().unwrap().contains("course"),
            "{problem}"
        );
    }
    app.put(&one).by(&assistant).header("If-Match", "*").json(&capital("x")).send().problem(403, "forbidden");
    app.post(&list)
        .by(&assistant)
        .json(&json!({ "question": capital("x") }))
        .send()
        .problem(403, "forbidden");
    app.post(&format!("{list}/import"))
        .by(&assistant)
        .body("text/plain", "a{T}")
        .send()
        .problem(403, "forbidden");
    app.get("/api/courses/999999/questions")
        .by(&app.signed_in(UserId(5), &["administrator"]))
        .send()
        .problem(404, "not_found");
}

#[test]
fn a_preview_shows_no_key_and_marks_what_was_shown() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let path = format!("/api/questions/{}/preview", made(&app, &teacher, course, None, "Capital"));
    let shown = app.post(&path).by(&teacher).json(&json!({})).send().status(200).json();
    assert_eq!(shown["mark"], Value::Null);
    let seed = shown["seed"].as_u64().unwrap();
    assert!(!shown["question"].to_string().contains("Italy"), "feedback is part of the key: {shown}");
    let options = shown["question"]["answer"]["options"].as_array().unwrap();
    let paris = options.iter().position(|option| option.to_string().contains("Paris")).unwrap();
    for (option, fraction, state) in [(paris, 1.0, "right"), (1 - paris, 0.0, "wrong")] {
        let body = json!({ "seed": seed, "response": { "type": "choice", "option": option } });
        let tried = app.post(&path).by(&teacher).json(&body).send().status(200).json();
        assert_eq!(tried["question"], shown["question"], "the same seed shows the same order");
        assert_eq!(tried["mark"]["state"], state);
        assert_eq!(tried["mark"]["fraction"], json!(fraction));
    }
    let none = json!({ "seed": seed, "response": { "type": "choice", "option": 9 } });
    let problem = app.post(&path).by(&teacher).json(&none).send().problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/response");
    app.post(&path).by(&teacher).json(&json!({ "seed": u64::MAX })).send().problem(422, "invalid_field");
}

#[test]
fn files_are_read_by_members_of_a_course_that_has_them_and_by_nobody_else() {
    let app = TestApp::start();
    let (ours, theirs) = (course(&app, "OURS"), course(&app, "THEIRS"));
    let teacher = member(&app, ours, 1, "teacher");
    let learner = member(&app, ours, 2, "learner");
    let other = member(&app, theirs, 3, "teacher");
    let upload = |name: &str, bytes: &[u8]| {
        let path = format!("/api/courses/{ours}/question_files?name={name}");
        app.post(&path).by(&teacher).body("application/octet-stream", bytes).send()
    };
    let png = upload("map.png", b"not really a picture").status(200).json();
    let svg = upload("map.svg", b"<svg><script>alert(1)</script></svg>").status(200).json();
    let html = upload("page.html", b"<script>alert(1)</script>").status(200).json();
    upload("", b"x").problem(422, "invalid_field");
    let hash = png["sha256"].as_str().unwrap();

    let mut question = capital("With a map");
    question["text"]["text"] = json!(format!("<p><img src=\"lyceum-file:{hash}\" alt=\"map\">Where?</p>"));
    question["files"] = json!([png]);
    let body = json!({ "question": question });
    app.post(&format!("/api/courses/{ours}/questions")).by(&teacher).json(&body).send().status(201);
    // Knowing a hash is no way to a file of another course.
    let problem = app
        .post(&format!("/api/courses/{theirs}/questions"))
        .by(&other)
        .json(&body)
        .send()
        .problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/question/files/0/sha256");

    let path = format!("/api/files/{hash}");
    let answer = app.get(&path).by(&learner).send().status(200);
    assert_eq!(answer.bytes, b"not really a picture");
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-disposition"), None);
    assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
    let etag = answer.header("etag").unwrap().to_owned();
    app.get(&path).by(&learner).header("If-None-Match", &etag).send().status(304);
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    let part = app.get(&path).by(&learner).header("Range", "bytes=4-9").send().status(206);
    assert_eq!((part.bytes.as_slice(), part.header("content-range")), (&b"really"[..], Some("bytes 4-9/20")));
    assert_eq!(part.header("content-length"), Some("6"));
    let end = app.get(&path).by(&learner).header("Range", "bytes=-7").header("If-Range", &etag);
    assert_eq!(end.send().status(206).bytes, b"picture");
    let other_state = app.get(&path).by(&learner).header("Range", "bytes=4-9").header("If-Range", "\"x\"");
    assert_eq!(other_state.send().status(200).bytes, b"not really a picture");
    let beyond = app.get(&path).by(&learner).header("Range", "bytes=20-").send();
    assert_eq!(beyond.header("content-range"), Some("bytes */20"));
    beyond.problem(416, "range_beyond_end");
    app.get(&path).by(&other).send().problem(404, "not_found");
    app.get(&path).send().problem(401, "unauthenticated");
    for (file, media) in [(&svg, "image/svg+xml"), (&html, "application/octet-stream")] {
        let answer = app
            .get(&format!("/api/files/{}", file["sha256"].as_str().unwrap()))
            .by(&learner)
            .send()
            .status(200);
        assert_eq!(answer.header("content-type"), Some(media));
        assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    }
    app.get("/api/files/..%2f..%2fetc%2fpasswd").by(&learner).send().problem(404, "not_found");
}

#[test]
fn a_category_that_a_quiz_draws_from_stays_and_the_refusal_names_the_quizzes() {
    let app = TestApp::start();
    let (course, other) = (course(&app, "GEO"), course(&app, "ELSE"));
    let teacher = member(&app, course, 1, "teacher");
    let stranger = member(&app, other, 2, "teacher");
    let [outer, spare] = ["Outer", "Spare"].map(|name| folder(&app, &teacher, course, None, name));
    let inner = folder(&app, &teacher, course, Some(outer), "Inner");
    let try_quiz = |by: &Person, course: CourseId, name: &str, category: u64| {
        let draw = json!({ "points": 1, "draw": { "category": category, "count": 1 } });
        let body = json!({ "name": name, "slots": [draw, draw] });
        app.post(&format!("/api/courses/{course}/quizzes")).by(by).json(&body).send()
    };
    let quiz =
        |name: &str| try_quiz(&teacher, course, name, inner).status(201).json()["id"].as_u64().unwrap();
    let (first, second) = (quiz("First"), quiz("Second"));
    // Nobody draws from a category of another course, whether there is one or not.
    for category in [spare, 999_999] {
        let problem = try_quiz(&stranger, other, "Not ours", category).problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], "/slots/0/draw/category", "{problem}");
    }
    let theirs = folder(&app, &stranger, other, None, "Theirs");
    let draw = json!({ "points": 1, "draw": { "category": theirs, "count": 1 } });
    let change = app.put(&format!("/api/quizzes/{first}")).by(&teacher).header("If-Match", "*");
    change.json(&json!({ "name": "First", "slots": [draw] })).send().problem(422, "invalid_field");
    let delete = |category: u64| {
        let path = format!("/api/courses/{course}/question_categories/{category}");
        app.delete(&path).by(&teacher).header("If-Match", "*").send()
    };
    let problem = delete(inner).problem(409, "category_drawn_from");
    let named: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["at"].as_str().unwrap()).collect();
    assert_eq!(named, [format!("/quizzes/{first}"), format!("/quizzes/{second}")]);
    assert!(problem["detail"].as_str().unwrap().contains("First"), "{problem}");
    delete(spare).status(204);

    let elsewhere =
        json!({ "name": "First", "slots": [{ "points": 1, "draw": { "category": outer, "count": 1 } }] });
    let change = app.put(&format!("/api/quizzes/{first}")).by(&teacher).header("If-Match", "*");
    change.json(&elsewhere).send().status(200);
    app.delete(&format!("/api/quizzes/{second}")).by(&teacher).header("If-Match", "*").send().status(204);
    delete(inner).status(204);
    delete(outer).problem(409, "category_drawn_from");
}

#[test]
fn who_leaves_a_published_quiz_too_few_questions_is_told_and_has_to_want_it() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let [outer, spare] = ["Outer", "Spare"].map(|name| folder(&app, &teacher, course, None, name));
    let inner = folder(&app, &teacher, course, Some(outer), "Inner");
    let ids = ["a", "b", "c", "d"].map(|name| made(&app, &teacher, course, Some(inner), name));
    let quiz = |name: &str, published: bool, draw: Value| {
        let slots = json!([{ "points": 1, "draw": draw }]);
        let body = json!({ "name": name, "published": published, "slots": slots });
        let path = format!("/api/courses/{course}/quizzes");
        app.post(&path).by(&teacher).json(&body).send().status(201).json()["id"].as_u64().unwrap()
    };
    let all = quiz("All", true, json!({ "category": outer, "with_children": true, "count": 4 }));
    quiz("Draft", false, json!({ "category": inner, "count": 4 }));
    quiz("Some", true, json!({ "category": inner, "count": 2 }));
    let put = |path: &str, body: Value| {
        app.put(&format!("/api/{path}")).by(&teacher).header("If-Match", "*").json(&body).send()
    };
    let one = format!("questions/{}", ids[0]);
    let refused = |answer: Answer, quiz: u64| {
        let problem = answer.problem(409, "draws_too_few");
        let named: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|error| error["at"].as_str().unwrap()).collect();
        assert_eq!(named, [format!("/quizzes/{quiz}")], "{problem}");
    };
    refused(put(&format!("{one}/retired"), json!({ "retired": true })), all);
    refused(put(&format!("{one}/category"), json!({ "category": spare })), all);
    refused(app.delete(&format!("/api/{one}")).by(&teacher).header("If-Match", "*").send(), all);
    refused(
        put(
            &format!("courses/{course}/question_categories/{inner}"),
            json!({ "name": "Inner", "parent": spare }),
        ),
        all,
    );
    // Within what it draws from, and what is drawn from nowhere, may move.
    put(&format!("{one}/category"), json!({ "category": outer })).status(200);
    let free = made(&app, &teacher, course, Some(spare), "e");
    put(&format!("questions/{free}/retired"), json!({ "retired": true })).status(200);
    put(&format!("{one}/retired?leave_too_few=true"), json!({ "retired": true })).status(200);
    // What finds too few already is no reason to refuse more.
    put(&format!("questions/{}/retired", ids[1]), json!({ "retired": true })).status(200);

    let tagged = quiz("Tagged", true, json!({ "tag": "europe", "count": 2 }));
    let tags = format!("questions/{}/tags", ids[2]);
    refused(put(&tags, json!({ "tags": ["asia"] })), tagged);
    put(&tags, json!({ "tags": ["EUROPE", "asia"] })).status(200);
    put(&format!("{tags}?leave_too_few=true"), json!({ "tags": [] })).status(200);
}
