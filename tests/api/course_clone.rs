//! Copies of courses with question bank, quizzes and gradebook: what is in them works by itself.

use lyceum::domain::course_clone;
use lyceum::domain::ids::{CourseId, UserId};
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::classroom::{enrol, item, outline, person, section, titles};
use crate::exam::{COURSE, Exam, id, says, truth, with};
use crate::job::async_of;
use crate::support::{Answer, Person};

/// A course with all that an exam has: a bank in categories with a file, an exam that asks one question and draws two,
/// a weighted gradebook with an essay on paper, a group, and people who took part.
struct Taught {
    exam: Exam,
    quiz: u64,
    fixed: u64,
    file: String,
}

impl Taught {
    fn new() -> Self {
        Self::of(Exam::new())
    }

    fn of(exam: Exam) -> Self {
        let (app, teacher) = (&exam.app, &exam.teacher);
        let facts = json!({ "short_name": "EX1", "title": "Exams", "starts": "2026-09-01T00:00:00Z" });
        app.put(&at("")).by(teacher).header("If-Match", "*").json(&facts).send().status(200);
        let post =
            |path: &str, body: &Value| app.post(&at(path)).by(teacher).json(body).send().status(201).json();
        let outer = id(&post("/question_categories", &json!({ "name": "Outer", "id_number": "o" })));
        let inner = id(&post("/question_categories", &json!({ "name": "Inner", "parent": outer })));
        let upload = app.post(&at("/question_files?name=map.png")).by(teacher);
        let png = upload.body("application/octet-stream", b"a map".as_slice()).send().status(200).json();
        let file = png["sha256"].as_str().unwrap().to_owned();
        let shown = json!({ "text": { "text": format!("<img src=\"lyceum-file:{file}\" alt=\"map\">") },
            "files": [png], "id_number": "q1" });
        let made = |category: Option<u64>, question: &Value| {
            id(&post("/questions", &json!({ "category": category, "question": question })))
        };
        let fixed = made(None, &with(&truth("Fixed", false), &shown));
        exam.edit_question(fixed.into(), &with(&truth("Fixed anew", true), &shown));
        for number in 0..3 {
            made(Some(inner), &truth(&format!("Inner {number}"), true));
        }
        let retired = made(Some(inner), &truth("Retired", true));
        app.put(&format!("/api/questions/{retired}/retired"))
            .by(teacher)
            .header("If-Match", "*")
            .json(&json!({ "retired": true }))
            .send()
            .status(200);
        let quiz = exam.quiz(&json!({
            "name": "Final", "opens": "2026-09-03T00:00:00Z", "closes": "2026-10-03T00:00:00Z",
            "time_limit_ms": 3_600_000, "access_code": "swordfish", "attempts_allowed": 1,
            "review": { "after_submit": { "marks": true } },
            "slots": [{ "points": 2, "question": fixed },
                { "points": 1, "draw": { "category": outer, "with_children": true, "count": 2 } }],
        }));
        let first = section(app, teacher, COURSE.0, "Exams");
        item(app, teacher, first, "The final", &json!({ "kind": "quiz", "quiz": quiz }));
        let essay = id(&post("/grades/items", &json!({ "name": "Essay", "max": 20 })));
        let finals = id(&post("/grades/categories", &json!({ "name": "Finals", "weight": 3 })));
        let structure = exam.app.get(&at("/grades/structure")).by(teacher).send().status(200).json();
        let root = structure["root"].as_u64().unwrap();
        let of_quiz =
            structure["items"].as_array().unwrap().iter().find(|item| item["quiz"] == quiz).unwrap();
        let patch = |path: String, body: &Value| {
            app.patch(&at(&path)).by(teacher).header("If-Match", "*").json(body).send().status(200);
        };
        patch(format!("/grades/items/{}", of_quiz["id"]), &json!({ "category": finals, "weight": 5 }));
        patch(format!("/grades/categories/{root}"), &json!({ "method": "weighted_mean", "name": "All" }));
        app.put(&at(&format!("/grades/categories/{root}/order")))
            .by(teacher)
            .header("If-Match", "*")
            .json(&json!({ "children": [finals, essay] }))
            .send()
            .status(200);
        let letters =
            json!({ "letters": [{ "letter": "pass", "lower": 50 }, { "letter": "fail", "lower": 0 }] });
        app.put(&at("/grades/scale")).by(teacher).header("If-Match", "*").json(&letters).send().status(200);
        Self { exam, quiz, fixed, file }
    }

    fn copy(&self, facts: &Value) -> u64 {
        let facts = with(&json!({ "short_name": "EX2", "title": "Next year" }), facts);
        id(&self.exam.app.post(&at("/copies")).by(&self.exam.admin).json(&facts).send().status(201).json())
    }

    fn get(&self, path: &str) -> Value {
        self.exam.app.get(path).by(&self.exam.admin).send().status(200).json()
    }

    /// The only quiz of a course.
    fn quiz_of(&self, course: u64) -> Value {
        let quizzes = self.get(&format!("/api/courses/{course}/quizzes"));
        assert_eq!(quizzes["items"].as_array().unwrap().len(), 1, "{quizzes}");
        self.get(&format!("/api/quizzes/{}", quizzes["items"][0]["id"]))
    }

    fn change(&self, path: &str, body: &Value) -> Answer {
        self.exam.app.put(path).by(&self.exam.admin).header("If-Match", "*").json(body).send().status(200)
    }

    /// Publishes the copy of the exam, open now, and gives its id.
    fn publish(&self, course: u64) -> u64 {
        let quiz = self.quiz_of(course);
        let mut facts = json!({ "published": true });
        for field in ["name", "slots", "attempts_allowed", "review"] {
            facts[field] = quiz[field].clone();
        }
        let number = id(&quiz);
        self.change(&format!("/api/quizzes/{number}"), &facts);
        self.change(&format!("/api/courses/{course}/status"), &json!({ "status": "published" }));
        number
    }

    fn learner_of(&self, course: u64) -> Person {
        let learner = person(&self.exam.app, 990_001, "maeve", &[]);
        enrol(&self.exam.app, &self.exam.admin, course, &learner, "learner");
        learner
    }
}

fn at(rest: &str) -> String {
    format!("/api/courses/{COURSE}{rest}")
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn a_copied_exam_is_opened_started_answered_submitted_and_graded() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let course = taught.copy(&json!({ "starts": "2027-09-01T00:00:00Z" }));
    assert_eq!(titles(&outline(&exam.app, &exam.admin, course)), ["The final"]);
    let copy = taught.quiz_of(course);
    assert_eq!(
        (&copy["published"], &copy["attempts"], &copy["max_points"]),
        (&json!(false), &json!(0), &json!(4.0))
    );
    assert_eq!(copy["opens"], "2027-09-03T00:00:00.000Z", "dates move with the start of the course");
    assert_eq!(copy["closes"], "2027-10-03T00:00:00.000Z");
    assert_eq!((&copy["has_access_code"], &copy["time_limit_ms"]), (&json!(true), &json!(3_600_000)));

    let quiz = taught.publish(course);
    let learner = taught.learner_of(course);
    assert_eq!(exam.overview(&learner, quiz)["attempts_used"], 0);
    let start = exam.app.post(&format!("/api/quizzes/{quiz}/attempts")).by(&learner);
    let attempt = start.json(&json!({ "access_code": "swordfish" })).send().status(201).json();
    assert_eq!(attempt["slots"].as_array().unwrap().len(), 3);
    for slot in 0..3 {
        exam.save(&learner, id(&attempt), slot, 1, &says(true));
    }
    let submitted = exam.submit(&learner, id(&attempt));
    assert_eq!((&submitted["state"], &submitted["points"]), (&json!("finished"), &json!(4.0)));
    let grades =
        exam.app.get(&format!("/api/courses/{course}/grades/me")).by(&learner).send().status(200).json();
    let lines = grades["lines"].as_array().unwrap();
    let shown: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(shown, ["All", "Finals", "Final", "Essay"]);
    assert_eq!(
        (&lines[2]["points"], &lines[2]["max"], &lines[0]["letter"]),
        (&json!(4.0), &json!(4.0), &json!("pass"))
    );
    let old = taught.get(&format!("/api/quizzes/{}", taught.quiz));
    assert_eq!((&old["attempts"], &old["published"], &old["revision"]), (&json!(0), &json!(true), &json!(1)));
}

#[test]
fn dates_of_a_copy_keep_their_time_of_day_when_the_clocks_change_in_between() {
    let taught = Taught::of(Exam::with(|config| config.server.time_zone = "Europe/Berlin".to_owned()));
    // From summer time into winter time: two at night stays two at night.
    let course = taught.copy(&json!({ "starts": "2027-02-01T00:00:00Z" }));
    assert_eq!(taught.quiz_of(course)["opens"], "2027-02-03T01:00:00.000Z");
}

#[test]
fn a_copy_draws_from_its_own_categories_and_its_questions_are_its_own() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let course = taught.copy(&json!({}));
    let bank = taught.get(&format!("/api/courses/{course}/questions?limit=100"));
    assert_eq!(names(&bank), ["Fixed anew", "Inner 0", "Inner 1", "Inner 2", "Retired"]);
    let old_bank = taught.get(&at("/questions?limit=100"));
    let ids = |bank: &Value| -> Vec<u64> { bank["items"].as_array().unwrap().iter().map(id).collect() };
    assert!(ids(&bank).iter().all(|new| !ids(&old_bank).contains(new)));
    let rows = bank["items"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["version"], &rows[0]["id_number"]),
        (&json!(1), &json!("q1")),
        "the latest version is the first"
    );
    assert_eq!((&rows[4]["retired"], &rows[1]["retired"]), (&json!(true), &json!(false)));
    let categories = taught.get(&format!("/api/courses/{course}/question_categories"));
    let categories = categories["items"].as_array().unwrap();
    let named = |name: &str| {
        let mut found =
            categories.iter().filter(|row| row["path"].as_array().unwrap().last().unwrap() == name);
        found.next().unwrap()
    };
    assert_eq!(named("Inner")["path"], json!(["Outer", "Inner"]));
    assert_eq!(rows[1]["category"], named("Inner")["id"]);
    let copy = taught.quiz_of(course);
    assert_eq!(copy["slots"][0]["question"], rows[0]["id"]);
    assert_eq!(copy["slots"][1]["draw"]["category"], named("Outer")["id"]);

    // What is drawn comes from the copy, also once its questions say something else.
    for row in &rows[1..4] {
        let name = row["name"].as_str().unwrap();
        taught.change(&format!("/api/questions/{}", row["id"]), &truth(&format!("Copied {name}"), true));
    }
    taught.change(&format!("/api/questions/{}", rows[0]["id"]), &truth("Fixed in the copy", false));
    let quiz = taught.publish(course);
    let learner = taught.learner_of(course);
    let start = exam.app.post(&format!("/api/quizzes/{quiz}/attempts")).by(&learner);
    let attempt = start.json(&json!({ "access_code": "swordfish" })).send().status(201).json();
    let paper = attempt["slots"].to_string();
    assert_eq!(paper.matches("Copied Inner").count(), 2, "{paper}");
    assert!(paper.contains("Fixed in the copy"), "{paper}");

    let original = taught.get(&format!("/api/questions/{}", taught.fixed));
    assert_eq!((&original["version"], &original["question"]["name"]), (&json!(2), &json!("Fixed anew")));
    assert_eq!(
        names(&taught.get(&at("/questions?limit=100"))),
        ["Fixed anew", "Inner 0", "Inner 1", "Inner 2", "Retired"]
    );
}

#[test]
fn files_of_a_copy_are_read_by_its_people_and_the_gradebook_keeps_its_terms() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let course = taught.copy(&json!({}));
    taught.publish(course);
    let learner = taught.learner_of(course);
    let file = exam.app.get(&format!("/api/files/{}", taught.file)).by(&learner).send().status(200);
    assert_eq!(file.bytes, b"a map");

    let (old, new) = (
        taught.get(&at("/grades/structure")),
        taught.get(&format!("/api/courses/{course}/grades/structure")),
    );
    for list in ["categories", "items"] {
        let (old, new) = (old[list].as_array().unwrap(), new[list].as_array().unwrap());
        assert_eq!(old.len(), new.len());
        for (old, new) in old.iter().zip(new) {
            assert_ne!(old["id"], new["id"]);
            for field in
                ["name", "weight", "max", "extra_credit", "visibility", "method", "empty", "drop_lowest"]
            {
                assert_eq!(old.get(field), new.get(field), "{field} of {old}");
            }
        }
    }
    assert_eq!(new["categories"][0]["children"], json!([new["categories"][1]["id"], new["items"][1]["id"]]));
    assert_eq!(new["items"][0]["category"], new["categories"][1]["id"]);
}

#[test]
fn overrides_and_members_stay_behind() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let learner = exam.learner();
    exam.group("Red", &[&learner]);
    exam.set_user_override(taught.quiz, &learner, &json!({ "unlimited_time": true })).send().status(200);
    let course = taught.copy(&json!({}));
    let quiz = id(&taught.quiz_of(course));
    assert_eq!(taught.get(&format!("/api/quizzes/{quiz}/overrides"))["items"], json!([]));
    let groups = taught.get(&format!("/api/courses/{course}/groups"));
    assert_eq!((&groups["items"][0]["name"], &groups["items"][0]["members"]), (&json!("Red"), &json!(0)));
    assert_eq!(taught.get(&format!("/api/courses/{course}"))["staff"]["enrolled"], 0);
}

#[test]
fn the_end_of_a_course_and_the_exceptions_of_its_groups_move_with_the_copy() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let facts = json!({ "short_name": "EX1", "title": "Exams", "starts": "2026-09-01T00:00:00Z",
        "ends": "2026-12-20T00:00:00Z" });
    taught.change(&at(""), &facts);
    let learner = exam.learner();
    exam.group("Blue", &[&learner]);
    let red = exam.group("Red", &[&learner]);
    let change = json!({ "closes": "2026-10-05T00:00:00Z", "extra_time_ms": 60_000 });
    let path = format!("/api/quizzes/{}/overrides/groups/{red}", taught.quiz);
    exam.app.put(&path).by(&exam.teacher).json(&change).send().status(200);

    let course = taught.copy(&json!({ "starts": "2027-09-01T00:00:00Z" }));
    assert_eq!(taught.get(&format!("/api/courses/{course}"))["ends"], "2027-12-20T00:00:00.000Z");
    let groups = taught.get(&format!("/api/courses/{course}/groups"));
    assert_eq!(names(&groups), ["Blue", "Red"]);
    let quiz = id(&taught.quiz_of(course));
    let exceptions = taught.get(&format!("/api/quizzes/{quiz}/overrides"));
    assert_eq!(exceptions["items"].as_array().unwrap().len(), 1, "{exceptions}");
    let exception = &exceptions["items"][0];
    assert_eq!(exception["group"], groups["items"][1]["id"]);
    assert_eq!(exception["change"]["closes"], "2027-10-05T00:00:00.000Z");
    assert_eq!(exception["change"]["extra_time_ms"], 60_000);

    // Where nothing moves the end stays, unless it is behind us.
    let same = taught.copy(&json!({ "short_name": "EX3" }));
    assert_eq!(taught.get(&format!("/api/courses/{same}"))["ends"], "2026-12-20T00:00:00.000Z");
    let ended = json!({ "short_name": "EX1", "title": "Exams", "ends": "2026-09-02T00:00:00Z" });
    taught.change(&at(""), &ended);
    let over = taught.copy(&json!({ "short_name": "EX4" }));
    assert_eq!(taught.get(&format!("/api/courses/{over}"))["ends"], Value::Null);
}

#[test]
fn a_large_bank_is_copied_in_steps_and_the_new_course_stays_a_draft_meanwhile() {
    let taught = Taught::new();
    let exam = &taught.exam;
    for number in 0..60 {
        exam.question(&truth(&format!("More {number:02}"), true));
    }
    let actor = lyceum::domain::access::Actor::person(exam.admin.user, exam.now());
    let input =
        course_clone::CloneInput { short_name: "EX3".to_owned(), title: "Large".to_owned(), starts: None };
    let store = &exam.app.state.store;
    let facts = store.read(|read| course_clone::facts(read, &actor, COURSE, input)).unwrap();
    let by = actor.clone();
    let new: CourseId = store
        .write_blocking(Class::Bulk, move |txn| course_clone::begin(txn, &by, COURSE, facts, "UTC"))
        .unwrap()
        .id;
    let mut steps = 0;
    loop {
        let by = actor.clone();
        steps += 1;
        if store.write_blocking(Class::Bulk, move |txn| course_clone::step(txn, &by, new)).unwrap() {
            break;
        }
        let status = json!({ "status": "published" });
        let path = format!("/api/courses/{new}/status");
        let publish = exam.app.put(&path).by(&exam.admin).header("If-Match", "*").json(&status).send();
        publish.problem(409, "course_status");
    }
    assert!(steps > 3, "{steps} steps");
    let bank = taught.get(&format!("/api/courses/{new}/questions?limit=100"));
    assert_eq!(bank["items"].as_array().unwrap().len(), 65);
    assert_eq!(titles(&outline(&exam.app, &exam.admin, new.0)), ["The final"]);
    assert_eq!(taught.get(&format!("/api/courses/{new}"))["staff"]["copying"], json!(null));
}

#[test]
fn a_group_that_somebody_made_in_the_copy_already_is_the_one_of_its_name() {
    let taught = Taught::of(Exam::with(|config| config.jobs.parallel = 0));
    let exam = &taught.exam;
    for name in ["Red", "Blue"] {
        let group = exam.app.post(&at("/groups")).by(&exam.admin);
        group.json(&json!({ "name": name })).send().status(201);
    }
    let facts = json!({ "short_name": "EX2", "title": "Next year" });
    let job = async_of(exam.app.post(&at("/copies")).by(&exam.admin)).json(&facts).send();
    let job = id(&job.status(202).json());
    exam.app.post(&format!("/api/jobs/{job}/cancel")).by(&exam.admin).send().status(200);
    let new = &taught.get(&format!("/api/jobs/{job}/result"))["course"];
    let groups = format!("/api/courses/{new}/groups");
    exam.app.post(&groups).by(&exam.admin).json(&json!({ "name": "RED" })).send().status(201);
    exam.app.post(&format!("/api/courses/{new}/copying")).by(&exam.admin).send().status(200);
    assert_eq!(names(&taught.get(&groups)), ["RED", "Blue"]);
}

#[test]
fn who_may_not_see_the_question_bank_may_not_copy_it() {
    let taught = Taught::new();
    let exam = &taught.exam;
    let role = json!({ "name": "editor", "description": "Edits pages",
        "permissions": ["view_course", "view_draft", "edit_course", "create_course"] });
    exam.app.post("/api/roles").by(&exam.admin).json(&role).send().status(201);
    let editor = exam.app.signed_in(UserId(990_002), &["editor"]);
    let facts = json!({ "short_name": "MINE", "title": "Mine" });
    exam.app.post(&at("/copies")).by(&editor).json(&facts).send().problem(403, "forbidden");
}
