//! What happens in a course that keeps learning records, read as statements by who reads the record store: verbs, objects,
//! results and surroundings, and that nothing is told twice, by halves, or where it is switched off.

use lyceum::domain::ids::{JobId, UserId};
use lyceum::jobs::do_chunks;
use serde_json::{Value, json};

use crate::classroom::{item, page, section};
use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::support::{Answer, Person, TestApp};

const HOME: &str = "https://learn.example.edu";
const VERBS: &str = "http://adlnet.gov/expapi/verbs/";
const PROGRESS: &str = "https://w3id.org/xapi/cmi5/result/extensions/progress";

/// A tool that uses the record store.
struct Tool {
    token: String,
}

impl Tool {
    fn new(app: &TestApp, by: &Person, scopes: &[&str]) -> Self {
        let body = json!({ "name": "Tool", "scopes": scopes });
        let made = app.post("/api/xapi/credentials").by(by).json(&body).send().status(201).json();
        Self { token: made["token"].as_str().unwrap().to_owned() }
    }

    fn ask(&self, app: &TestApp, query: &str) -> Answer {
        app.get(&format!("/xapi/statements?{query}"))
            .header("Authorization", &format!("Bearer {}", self.token))
            .header("X-Experience-API-Version", "2.0.0")
            .send()
    }

    /// All statements of a query, the oldest first.
    fn read(&self, app: &TestApp, query: &str) -> Vec<Value> {
        let page = self.ask(app, &format!("ascending=true&limit=0&{query}")).status(200).json();
        assert_eq!(page["more"], "", "one page is enough for a test");
        page["statements"].as_array().unwrap().clone()
    }

    /// What it is told of an activity.
    fn activity(&self, app: &TestApp, id: &str) -> Value {
        app.get(&format!("/xapi/activities?activityId={id}"))
            .header("Authorization", &format!("Bearer {}", self.token))
            .header("X-Experience-API-Version", "2.0.0")
            .send()
            .status(200)
            .json()
    }

    fn write(&self, app: &TestApp, statements: &Value) -> Answer {
        app.post("/xapi/statements")
            .header("Authorization", &format!("Bearer {}", self.token))
            .header("X-Experience-API-Version", "2.0.0")
            .json(statements)
            .send()
    }
}

struct School {
    exam: Exam,
    tool: Tool,
}

impl School {
    /// A course that keeps records, or not.
    fn new(kept: bool) -> Self {
        let exam = Exam::with(|config| config.server.public_url = Some(format!("{HOME}/")));
        let tool = Tool::new(&exam.app, &exam.admin, &["statements/read"]);
        let school = Self { exam, tool };
        if kept {
            school.keep(true);
        }
        school
    }

    fn keep(&self, wanted: bool) {
        let facts = json!({ "short_name": "EX1", "title": "Exams", "learning_records": wanted });
        let path = format!("/api/courses/{COURSE}");
        let request = self.exam.app.put(&path).by(&self.exam.teacher).header("If-Match", "*");
        let view = request.json(&facts).send().status(200).json();
        assert_eq!(view["staff"]["learning_records"], wanted);
    }

    /// Makes an account, enrols it through the API and signs it in.
    fn learner(&self, username: &str) -> Person {
        let (app, admin) = (&self.exam.app, &self.exam.admin);
        let body = json!({ "username": username, "first_name": "Ada", "last_name": "Byron" });
        let account = app.post("/api/accounts").by(admin).json(&body).send().status(201).json();
        let user = UserId(id(&account));
        self.enrol(&json!([{ "user": user }])).status(200);
        app.signed_in(user, &[])
    }

    fn enrol(&self, people: &Value) -> Answer {
        let path = format!("/api/courses/{COURSE}/enrolments");
        self.exam.app.post(&path).by(&self.exam.teacher).json(&json!({ "people": people })).send()
    }

    fn visit(&self, who: &Person, item: u64) {
        self.exam.app.put(&format!("/api/items/{item}/visited")).by(who).send().status(204);
    }

    fn mark(&self, attempt: u64, slot: usize, points: f64) {
        let path = format!("/api/attempts/{attempt}/slots/{slot}/mark");
        self.exam.app.put(&path).by(&self.exam.teacher).json(&json!({ "points": points })).send().status(200);
    }

    fn told(&self, query: &str) -> Vec<Value> {
        self.tool.read(&self.exam.app, query)
    }

    /// Verbs with the path of what they are about.
    fn lines(&self, query: &str) -> Vec<(String, String)> {
        self.told(query).iter().map(line).collect()
    }
}

fn line(statement: &Value) -> (String, String) {
    let verb = statement["verb"]["id"].as_str().unwrap().strip_prefix(VERBS).unwrap().to_owned();
    let object = statement["object"]["id"].as_str().unwrap().strip_prefix(HOME).unwrap().to_owned();
    (verb, object)
}

fn choice(text: &str) -> Value {
    let option = |name: &str, fraction: i32| json!({ "text": { "text": name }, "fraction": fraction });
    json!({
        "name": "Secret hint", "text": { "text": text },
        "kind": { "type": "single_choice", "shuffle": false,
            "options": [option("Red", 0), option("Green", 1), option("Blue", 0)] }
    })
}

fn activity(path: &str) -> Value {
    json!({ "objectType": "Activity", "id": format!("{HOME}{path}") })
}

#[test]
fn what_a_learner_does_and_what_becomes_of_it_is_told() {
    let school = School::new(true);
    let (exam, app) = (&school.exam, &school.exam.app);
    let week = section(app, &exam.teacher, COURSE.0, "Week");
    let reading = page(app, &exam.teacher, week, "Read me", "Text");
    let (red, open, wrong) = (
        exam.question(&choice("Which?")),
        exam.question(&essay("Why?")),
        exam.question(&truth("True?", true)),
    );
    let quiz = exam.quiz(&json!({
        "name": "Final", "pass_percent": 60,
        "slots": [{ "points": 1, "question": red }, { "points": 2, "question": open },
            { "points": 1, "question": wrong }, { "points": 1, "question": exam.question(&truth("Left out", true)) }]
    }));
    item(app, &exam.teacher, week, "Final", &json!({ "kind": "quiz", "quiz": quiz }));
    let by_hand = json!({ "name": "Essay", "max": 20 });
    let by_hand =
        app.post(&format!("/api/courses/{COURSE}/grades/items")).by(&exam.teacher).json(&by_hand).send();
    let by_hand = id(&by_hand.status(201).json());

    let ada = school.learner("ada");
    exam.pass(1000);
    school.visit(&ada, reading);
    exam.pass(1000);
    let attempt = id(&exam.start(&ada, quiz));
    exam.save(&ada, attempt, 0, 1, &json!({ "type": "choice", "option": 1 }));
    exam.save(&ada, attempt, 1, 1, &json!({ "type": "essay", "text": "Because." }));
    exam.save(&ada, attempt, 2, 1, &says(false));
    exam.pass(90_500);
    exam.submit(&ada, attempt);
    exam.pass(1000);
    school.mark(attempt, 1, 2.0);
    exam.pass(1000);
    let grade = format!("/api/courses/{COURSE}/grades/learners/{}/items/{by_hand}", ada.user);
    let give = |points: f64| {
        let request = app.put(&grade).by(&exam.teacher).header("If-Match", "*");
        request.json(&json!({ "points": points })).send().status(200);
    };
    give(15.5);

    let (course, quiz_path) = (format!("/courses/{COURSE}"), format!("/quizzes/{quiz}"));
    let question = |id: lyceum::domain::ids::QuestionId| format!("/questions/{id}/versions/1");
    let told = school.told("");
    let lines: Vec<_> = told.iter().map(line).collect();
    let expected = [
        ("registered", course.clone()),
        ("completed", format!("/items/{reading}")),
        ("progressed", course.clone()),
        ("launched", quiz_path.clone()),
        ("answered", question(red)),
        ("answered", question(open)),
        ("answered", question(wrong)),
        ("completed", quiz_path.clone()),
        ("progressed", course.clone()),
        ("completed", course.clone()),
        ("scored", question(open)),
        ("scored", quiz_path.clone()),
        ("passed", quiz_path.clone()),
        ("scored", format!("{course}/grade-items/{by_hand}")),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(verb, path)| (verb.to_owned(), path)).collect();
    assert_eq!(lines, expected);
    let [
        registered,
        visited,
        halfway,
        launched,
        chosen,
        written,
        denied,
        completed,
        whole,
        all,
        marked,
        scored,
        passed,
        graded,
    ] = told.as_slice()
    else {
        panic!("{} statements", told.len())
    };

    for statement in &told {
        let account = json!({ "homePage": HOME, "name": ada.user.to_string() });
        assert_eq!(statement["actor"], json!({ "objectType": "Agent", "account": account }));
        let site = json!({ "homePage": HOME, "name": "lyceum" });
        let authority = json!({ "objectType": "Agent", "name": "Lyceum", "account": site });
        assert_eq!(statement["authority"], authority);
        assert_eq!(statement["version"], "1.0.0");
        assert_eq!(statement["context"]["platform"], "Lyceum");
    }
    assert_eq!(registered["object"]["definition"]["name"], json!({ "und": "Exams" }));
    assert_eq!(registered["object"]["definition"]["type"], "http://adlnet.gov/expapi/activities/course");
    assert_eq!(registered["context"]["extensions"][format!("{HOME}/xapi/extensions/role")], "learner");
    assert_eq!(registered["timestamp"], "2026-09-07T08:00:00.000Z");
    assert_eq!(visited["object"]["definition"]["type"], "http://adlnet.gov/expapi/activities/lesson");
    assert_eq!(visited["context"]["contextActivities"], json!({ "parent": [activity(&course)] }));
    assert_eq!(visited["result"], json!({ "completion": true }));
    assert_eq!(halfway["result"], json!({ "extensions": { PROGRESS: 50 } }));
    assert_eq!(whole["result"], json!({ "extensions": { PROGRESS: 100 } }));
    assert_eq!(all["result"], json!({ "completion": true }));

    let registration = launched["context"]["registration"].as_str().unwrap().to_owned();
    for statement in [chosen, written, denied, completed, marked, scored, passed] {
        assert_eq!(statement["context"]["registration"], registration);
    }
    let around = json!({ "parent": [activity(&quiz_path)], "grouping": [activity(&course)] });
    for statement in [chosen, written, denied, marked] {
        assert_eq!(statement["context"]["contextActivities"], around);
    }
    let definition = &chosen["object"]["definition"];
    assert_eq!(definition["type"], "http://adlnet.gov/expapi/activities/cmi.interaction");
    assert_eq!(definition["interactionType"], "choice");
    assert_eq!(definition["name"], json!({ "und": "Which?" }), "its name is for authors");
    assert_eq!(definition["choices"][2], json!({ "id": "2", "description": { "und": "Blue" } }));
    assert!(definition.get("correctResponsesPattern").is_none(), "others may still be asked");
    let score =
        |scaled: f64, raw: f64, max: f64| json!({ "scaled": scaled, "raw": raw, "min": 0, "max": max });
    let full = |score: Value| {
        // Numbers are compared as numbers.
        score
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| (key.clone(), value.as_f64().unwrap()))
            .collect::<Vec<_>>()
    };
    let same_score =
        |result: &Value, expected: Value| assert_eq!(full(result["score"].clone()), full(expected));
    assert_eq!((&chosen["result"]["response"], &chosen["result"]["success"]), (&json!("1"), &json!(true)));
    same_score(&chosen["result"], score(1.0, 1.0, 1.0));
    assert_eq!(written["result"], json!({ "response": "Because." }), "nobody has marked it yet");
    assert_eq!(written["object"]["definition"]["interactionType"], "long-fill-in");
    assert_eq!(
        (&denied["result"]["response"], &denied["result"]["success"]),
        (&json!("false"), &json!(false))
    );
    same_score(&denied["result"], score(0.0, 0.0, 1.0));
    assert_eq!(completed["result"], json!({ "completion": true, "duration": "PT90.50S" }));
    same_score(&marked["result"], score(1.0, 2.0, 2.0));
    same_score(&scored["result"], score(0.6, 3.0, 5.0));
    assert_eq!(passed["result"]["success"], true, "60 per cent of five points are three");
    same_score(&passed["result"], score(0.6, 3.0, 5.0));
    same_score(&graded["result"], score(0.775, 15.5, 20.0));

    // Nothing that was told changes when a grade does.
    give(16.0);
    give(16.0);
    let later = school.told("");
    assert_eq!(later[..told.len()], told[..]);
    assert_eq!(later.len(), told.len() + 1);
    same_score(&later[told.len()]["result"], score(0.8, 16.0, 20.0));

    // They are statements like everybody's: found by who and what, and taken by another store as they are.
    let agent =
        format!("agent=%7B%22account%22:%7B%22homePage%22:%22{HOME}%22,%22name%22:%22{}%22%7D%7D", ada.user);
    assert_eq!(school.told(&agent).len(), later.len());
    assert_eq!(school.told(&format!("{agent}&verb={VERBS}passed")).len(), 1);
    assert_eq!(school.told(&format!("activity={HOME}{quiz_path}&related_activities=true")).len(), 8);
    assert_eq!(school.told(&format!("registration={registration}")).len(), 8);
    let elsewhere = Exam::new();
    let other = Tool::new(&elsewhere.app, &elsewhere.admin, &["all"]);
    other.write(&elsewhere.app, &json!(later)).status(200);
    let taken = other.read(&elsewhere.app, "");
    for (ours, theirs) in later.iter().zip(&taken) {
        for part in ["id", "actor", "verb", "object", "result", "context", "timestamp", "version"] {
            assert_eq!(ours[part], theirs[part], "{part}");
        }
    }
    assert_eq!(taken.len(), later.len());
}

#[test]
fn a_course_that_keeps_no_records_tells_nothing_and_begins_and_ends_when_it_is_said() {
    let school = School::new(false);
    let exam = &school.exam;
    let quiz = exam.simple_quiz(1, &json!({ "attempts_allowed": 3 }));
    let ada = school.learner("ada");
    let take = || {
        let attempt = id(&exam.start(&ada, quiz));
        exam.save(&ada, attempt, 0, 1, &says(true));
        exam.submit(&ada, attempt);
    };
    take();
    assert_eq!(school.told(""), Vec::<Value>::new());
    school.keep(true);
    take();
    let told = school.told("");
    let verbs: Vec<String> = told.iter().map(|statement| line(statement).0).collect();
    assert_eq!(verbs, ["launched", "answered", "completed", "scored"], "without a pass mark nobody passes");
    school.keep(false);
    take();
    school.learner("bob");
    assert_eq!(school.told(""), told, "what was written stays");
}

#[test]
fn who_reads_only_what_they_wrote_sees_none_and_a_tool_cannot_speak_for_the_site() {
    let school = School::new(true);
    school.learner("ada");
    let app = &school.exam.app;
    let own = Tool::new(app, &school.exam.admin, &["statements/read/mine", "statements/write"]);
    assert_eq!(own.read(app, ""), Vec::<Value>::new());
    let told = school.told("");
    assert_eq!(told.len(), 1);
    let own_id = told[0]["id"].as_str().unwrap();
    own.ask(app, &format!("statementId={own_id}")).status(404);
    let mut forged = told[0].clone();
    forged["id"] = json!("00000000-0000-4000-8000-000000000001");
    own.write(app, &forged).status(200);
    let told = school.told("");
    assert_eq!(told[1]["authority"]["name"], "Tool");
}

#[test]
fn texts_of_questions_are_for_who_may_read_all_statements() {
    let school = School::new(true);
    let (exam, app) = (&school.exam, &school.exam.app);
    let question = exam.question(&choice("Which one is right?"));
    let quiz = exam.quiz(&json!({ "name": "Final", "slots": [{ "points": 1, "question": question }] }));
    let ada = school.learner("ada");
    let attempt = id(&exam.start(&ada, quiz));
    exam.save(&ada, attempt, 0, 1, &json!({ "type": "choice", "option": 1 }));
    exam.submit(&ada, attempt);
    let path = format!("/questions/{question}/versions/1");
    let (ours, foreign) = (format!("{HOME}{path}"), format!("{HOME}.example{path}"));
    let tool = |scopes: &[&str]| Tool::new(app, &exam.admin, scopes);
    let statement = |object: &str, name: &str| {
        json!({ "actor": { "mbox": "mailto:ada@example.org" }, "verb": { "id": "http://v" },
            "object": { "id": object, "definition": { "name": { "en": name } } } })
    };
    tool(&["statements/write", "define"]).write(app, &statement(&foreign, "Elsewhere")).status(200);
    for scopes in [&["statements/read"][..], &["all/read"], &["all"]] {
        let told = tool(scopes).activity(app, &ours);
        assert!(told["definition"].to_string().contains("Which one is right?"), "{scopes:?}: {told}");
    }
    for scopes in [&["statements/read/mine"][..], &["profile"], &["statements/read/mine", "profile"]] {
        let tool = tool(scopes);
        assert_eq!(tool.activity(app, &ours), activity(&path), "{scopes:?}");
        for other in [HOME, &format!("{HOME}/courses/{COURSE}"), &format!("{HOME}/quizzes/{quiz}")] {
            assert_eq!(tool.activity(app, other)["definition"], Value::Null, "{scopes:?} {other}");
        }
        assert_eq!(tool.activity(app, &foreign)["definition"]["name"]["en"], "Elsewhere", "{scopes:?}");
    }
    // What it says of the question itself it gets back, and no more.
    let asking = tool(&["statements/write", "statements/read/mine"]);
    asking.write(app, &statement(&ours, "Mine")).status(200);
    let mine = asking.read(app, "format=canonical");
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0]["object"]["definition"], json!({ "name": { "en": "Mine" } }));
    let all = school.tool.read(app, "format=canonical");
    assert!(all.iter().any(|one| one["object"].to_string().contains("Which one is right?")));
}

#[test]
fn what_is_refused_leaves_no_statement_and_what_is_repeated_no_second_one() {
    let school = School::new(true);
    let exam = &school.exam;
    let week = section(&exam.app, &exam.teacher, COURSE.0, "Week");
    let reading = page(&exam.app, &exam.teacher, week, "Read me", "Text");
    let quiz = exam.simple_quiz(2, &json!({ "pass_percent": 100 }));
    let ada = school.learner("ada");
    let before = school.lines("");
    assert_eq!(before.len(), 1);
    // The first of the two could be enrolled.
    let body = json!({ "username": "bob", "first_name": "B", "last_name": "B" });
    let bob = exam.app.post("/api/accounts").by(&exam.admin).json(&body).send().status(201).json();
    school.enrol(&json!([{ "user": bob["id"] }, { "username": "nobody" }])).problem(422, "invalid_field");
    exam.try_start(&ada, 1).send().problem(404, "not_found");
    assert_eq!(school.lines(""), before);

    school.enrol(&json!([{ "user": ada.user }])).status(200);
    school.visit(&ada, reading);
    school.visit(&ada, reading);
    let attempt = id(&exam.start(&ada, quiz));
    exam.try_start(&ada, quiz).send().status(200);
    exam.save(&ada, attempt, 0, 1, &says(true));
    exam.save(&ada, attempt, 0, 2, &says(true));
    exam.submit(&ada, attempt);
    exam.submit(&ada, attempt);
    let verbs: Vec<String> = school.lines("").into_iter().map(|(verb, _)| verb).collect();
    let expected =
        ["registered", "completed", "progressed", "completed", "launched", "answered", "completed"];
    assert_eq!(verbs[..7], expected, "a course with one page is whole when it is read");
    assert_eq!(
        verbs[7..],
        ["scored", "failed"],
        "the quiz is not in the outline: nothing of the course was done"
    );
}

#[test]
fn another_key_tells_another_score_and_leaves_the_first() {
    let school = School::new(true);
    let exam = &school.exam;
    let question = exam.question(&truth("Right?", true));
    let slots = json!([{ "points": 4, "question": question }]);
    let quiz = exam.quiz(&json!({ "slots": slots, "pass_percent": 50 }));
    let ada = school.learner("ada");
    let attempt = id(&exam.start(&ada, quiz));
    exam.save(&ada, attempt, 0, 1, &says(false));
    exam.submit(&ada, attempt);
    exam.edit_question(question, &truth("Right?", false));
    exam.pass(1000);
    let path = format!("/api/quizzes/{quiz}/regrade?latest_versions=true");
    for _ in 0..2 {
        exam.app.post(&path).by(&exam.teacher).send().status(200);
    }
    let about = format!("activity={HOME}/quizzes/{quiz}");
    let lines: Vec<String> = school.lines(&about).into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(lines, ["launched", "completed", "scored", "failed", "scored", "passed"]);
    let raws: Vec<f64> = school
        .told(&format!("{about}&verb={VERBS}scored"))
        .iter()
        .map(|statement| statement["result"]["score"]["raw"].as_f64().unwrap())
        .collect();
    assert_eq!(raws, [0.0, 4.0]);
}

#[test]
fn a_mark_that_is_taken_back_is_told_again_with_what_counts_then() {
    let school = School::new(true);
    let exam = &school.exam;
    let (open, closed) = (exam.question(&essay("Why?")), exam.question(&truth("Right?", true)));
    let quiz = exam
        .quiz(&json!({ "slots": [{ "points": 2, "question": open }, { "points": 1, "question": closed }] }));
    let ada = school.learner("ada");
    let attempt = id(&exam.start(&ada, quiz));
    exam.save(&ada, attempt, 0, 1, &json!({ "type": "essay", "text": "Because." }));
    exam.save(&ada, attempt, 1, 1, &says(true));
    exam.submit(&ada, attempt);
    let unmark = |slot: usize| {
        exam.pass(1000);
        let path = format!("/api/attempts/{attempt}/slots/{slot}/mark");
        exam.app.delete(&path).by(&exam.teacher).send().status(200);
    };
    for (slot, points) in [(0, 2.0), (1, 0.0)] {
        exam.pass(1000);
        school.mark(attempt, slot, points);
    }
    let raws = |question| -> Vec<f64> {
        let about = format!("activity={HOME}/questions/{question}/versions/1&verb={VERBS}scored");
        school.told(&about).iter().map(|one| one["result"]["score"]["raw"].as_f64().unwrap()).collect()
    };
    assert_eq!((raws(open), raws(closed)), (vec![2.0], vec![0.0]));
    for slot in [0, 1, 1] {
        unmark(slot);
    }
    assert_eq!(raws(open), [2.0, 0.0], "nothing counts until somebody marks it");
    assert_eq!(raws(closed), [0.0, 1.0], "the key counts, and is told once");
}

#[test]
fn nothing_is_told_of_who_is_suspended_neither_then_nor_later() {
    let school = School::new(true);
    let (exam, app) = (&school.exam, &school.exam.app);
    let question = exam.question(&essay("Why?"));
    let quiz = exam.quiz(&json!({ "attempts_allowed": 2, "time_limit_ms": 60_000, "pass_percent": 50,
        "slots": [{ "points": 2, "question": question }] }));
    let (ada, other) = (school.learner("ada"), school.learner("other"));
    let attempts = [&ada, &other].map(|learner| {
        let attempt = id(&exam.start(learner, quiz));
        exam.save(learner, attempt, 0, 1, &json!({ "type": "essay", "text": "Because." }));
        exam.submit(learner, attempt);
        attempt
    });
    let second = id(&exam.start(&ada, quiz));
    exam.save(&ada, second, 0, 1, &json!({ "type": "essay", "text": "Again." }));
    let account = format!("/api/accounts/{}", ada.user);
    app.post(&format!("{account}/suspend")).by(&exam.admin).send().status(200);
    let erase = json!({ "agents": [], "account": ada.user, "how": "erase" });
    let job = app.post("/api/xapi/people/erase").by(&exam.admin).json(&erase).send().status(202).json();
    do_chunks(&app.state, JobId(id(&job)), usize::MAX);
    let of_person = |who: &Person| {
        let name = who.user;
        let agent = format!("%7B%22account%22:%7B%22homePage%22:%22{HOME}%22,%22name%22:%22{name}%22%7D%7D");
        school.told(&format!("agent={agent}")).len()
    };
    assert_eq!(of_person(&ada), 0);
    let before = of_person(&other);
    exam.pass(600_000);
    assert_eq!(exam.run_due(), 1, "the attempt of who was suspended ends");
    for attempt in attempts.into_iter().chain([second]) {
        school.mark(attempt, 0, 2.0);
    }
    assert_eq!(of_person(&other), before + 3, "a response, the attempt and that it is passed");
    assert_eq!(of_person(&ada), 0, "and nothing of the other");
    app.post(&format!("{account}/reactivate")).by(&exam.admin).send().status(200);
    assert_eq!(of_person(&ada), 0, "what was not told is not told later");
    school.mark(second, 0, 1.0);
    assert_eq!(of_person(&ada), 3, "what comes is told again");
}

#[test]
fn what_is_told_of_an_attempt_later_does_not_lead_to_what_was_made_nameless() {
    let school = School::new(true);
    let (exam, app) = (&school.exam, &school.exam.app);
    let question = exam.question(&essay("Why?"));
    let quiz = exam.quiz(&json!({ "attempts_allowed": 2, "slots": [{ "points": 2, "question": question }] }));
    let ada = school.learner("ada");
    let attempts = [0, 1].map(|_| {
        let attempt = id(&exam.start(&ada, quiz));
        exam.save(&ada, attempt, 0, 1, &json!({ "type": "essay", "text": "Because." }));
        exam.submit(&ada, attempt);
        school.mark(attempt, 0, 2.0);
        exam.pass(1000);
        attempt
    });
    let registrations = |all: &[Value], home: &str| -> Vec<String> {
        let mut found: Vec<String> = all
            .iter()
            .filter(|one| one["actor"]["account"]["homePage"] == home)
            .filter_map(|one| one["context"]["registration"].as_str().map(str::to_owned))
            .collect();
        found.sort();
        found
    };
    let before = school.told("");
    let names = registrations(&before, HOME);
    let make_nameless = |agents: &Value, account: Option<UserId>| {
        let body = json!({ "agents": agents, "account": account, "how": "pseudonymise" });
        let job = app.post("/api/xapi/people/erase").by(&exam.admin).json(&body).send().status(202).json();
        do_chunks(&app.state, JobId(id(&job)), usize::MAX);
    };
    make_nameless(&json!([]), Some(ada.user));
    exam.pass(1000);
    for attempt in attempts {
        school.mark(attempt, 0, 1.0);
    }
    let after = school.told("");
    let nameless = registrations(&after, &format!("{HOME}/xapi/pseudonyms"));
    let mut named = registrations(&after, HOME);
    named.dedup();
    let mut known = names.clone();
    known.dedup();
    assert_eq!(
        (&named, known.len()),
        (&known, 2),
        "who is still there has the registrations of the attempts"
    );
    assert!(!nameless.iter().any(|one| known.contains(one)), "{nameless:?} {known:?}");
    // What was told of one attempt is still found together.
    assert_eq!(nameless.len(), names.len());
    for one in &nameless {
        assert_eq!(school.told(&format!("registration={one}")).len(), names.len() / 2, "{nameless:?}");
    }
    for one in &known {
        assert_eq!(school.told(&format!("registration={one}")).len(), 2, "the response, and the attempt");
    }
    // Made nameless another time, the two do not lead to each other either.
    make_nameless(&json!([]), Some(ada.user));
    let again = registrations(&school.told(""), &format!("{HOME}/xapi/pseudonyms"));
    assert_eq!(again.len(), names.len() + 4);
    assert_eq!(again.iter().filter(|one| nameless.contains(one)).count(), nameless.len());
    // And so what was made nameless before.
    let told = after.iter().find(|one| one["context"]["registration"] == nameless[0].as_str()).unwrap();
    make_nameless(&json!([told["actor"]]), None);
    let renewed = registrations(&school.told(""), &format!("{HOME}/xapi/pseudonyms"));
    assert_eq!(renewed.len(), again.len());
    assert!(!renewed.iter().any(|one| nameless.contains(one)));
}

#[test]
fn what_this_installation_has_is_called_by_itself_alone() {
    let school = School::new(true);
    school.learner("ada");
    let app = &school.exam.app;
    let course = format!("{HOME}/courses/{COURSE}");
    let name = || school.tool.activity(app, &course)["definition"]["name"].clone();
    assert_eq!(name(), json!({ "und": "Exams" }));
    let define = Tool::new(app, &school.exam.admin, &["statements/write", "define"]);
    let says = |about: &str| {
        json!({ "actor": { "mbox": "mailto:ada@example.org" }, "verb": { "id": "http://v" },
            "object": { "id": about, "definition": { "name": { "und": "Else", "en": "Else" } } } })
    };
    for about in [&course, HOME, &format!("{HOME}.example/courses/1"), &format!("{HOME}/quizzes/77")] {
        define.write(app, &says(about)).status(200);
    }
    assert_eq!(name(), json!({ "und": "Exams" }));
    assert_eq!(school.tool.activity(app, &format!("{HOME}/quizzes/77"))["definition"], Value::Null);
    let foreign = school.tool.activity(app, &format!("{HOME}.example/courses/1"));
    assert_eq!(foreign["definition"]["name"]["en"], "Else");
}

#[test]
fn a_deadline_tells_of_everybody_as_of_the_deadline() {
    let school = School::new(true);
    let exam = &school.exam;
    let quiz = exam.simple_quiz(12, &json!({ "time_limit_ms": 60_000 }));
    let learners: Vec<Person> = (0..20).map(|_| exam.learner()).collect();
    for learner in &learners {
        let attempt = id(&exam.start(learner, quiz));
        for slot in 0..12 {
            exam.save(learner, attempt, slot, 1, &says(slot % 2 == 0));
        }
    }
    exam.pass(600_000);
    assert_eq!(exam.run_due(), 20);
    let about = format!("activity={HOME}/quizzes/{quiz}&verb={VERBS}completed");
    let told = school.told(&about);
    assert_eq!(told.len(), 20);
    for statement in &told {
        assert_eq!(statement["timestamp"], "2026-09-07T08:01:00.000Z");
        assert!(statement["stored"].as_str().unwrap() >= "2026-09-07T08:10:00", "{statement}");
        assert_eq!(statement["result"]["duration"], "PT60.00S");
    }
    assert_eq!(school.told(&format!("verb={VERBS}answered&since=2026-09-07T08:00:00Z")).len(), 20 * 12);
}

#[test]
fn all_that_is_stored_up_to_the_moment_that_is_named_can_be_read() {
    let school = School::new(true);
    let app = &school.exam.app;
    let mut last = String::new();
    for number in 0..5 {
        school.learner(&format!("learner{number}"));
        let answer = school.tool.ask(app, "limit=1").status(200);
        let through = answer.header("x-experience-api-consistent-through").unwrap().to_owned();
        let newest = answer.json()["statements"][0]["stored"].as_str().unwrap().to_owned();
        let moment = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        assert!(moment(&newest) <= moment(&through), "{newest} is later than {through}");
        assert!(last.is_empty() || moment(&last) < moment(&newest), "{newest} is not later than {last}");
        last = through;
    }
}
