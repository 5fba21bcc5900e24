//! A gradebook is set up with the forms of its pages alone: categories, items, their order, letters, what learners see.
//! What was done is looked at through the API and in the learner's own grades.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::exam_pages::Browser;
use crate::support::Person;

const PLAIN: (&str, &str) = ("", "");

fn path(rest: &str) -> String {
    format!("/courses/{COURSE}/grading{rest}")
}

fn structure(exam: &Exam) -> Value {
    let path = format!("/api/courses/{COURSE}/grades/structure");
    exam.app.get(&path).by(&exam.teacher).send().status(200).json()
}

fn named<'v>(structure: &'v Value, kind: &str, name: &str) -> &'v Value {
    let all = structure[kind].as_array().unwrap();
    all.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{kind} lack {name}: {structure}"))
}

/// Opens a page, fills its form in and sends it.
#[track_caller]
fn send(browser: &mut Browser<'_>, page: &str, fields: &[(&str, &str)]) -> u16 {
    assert_eq!(browser.open(page), 200, "{page}: {}", browser.page);
    let mut form = browser.form(page);
    for (name, value) in fields {
        form.set(name, value);
    }
    browser.press(&form, PLAIN)
}

/// Presses a button in a line of the tree.
#[track_caller]
fn press(browser: &mut Browser<'_>, rest: &str, button: (&str, &str)) {
    assert_eq!(browser.open(&path("")), 200);
    let form = browser.form(&path(rest));
    assert_eq!(browser.press(&form, button), 200);
}

fn grade(exam: &Exam, learner: &Person, item: u64, points: f64) {
    let path = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", learner.user);
    let request = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
    request.json(&json!({ "points": points })).send().status(200);
}

#[test]
fn categories_and_items_are_made_changed_moved_and_deleted_with_forms_alone() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({ "name": "Midterm" }));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&format!("/courses/{COURSE}/gradebook")), 200);
    teacher.must_show(&format!("href=\"{}\"", path("")));
    let fields = [
        ("name", "Homework"),
        ("method", "weighted_mean"),
        ("empty", "count_as_zero"),
        ("drop_lowest", "1"),
        ("weight", "2,5"),
    ];
    assert_eq!(send(&mut teacher, &path("/categories/new"), &fields), 200);
    teacher.must_show("Homework stands at the end of its category.");
    teacher.must_show("Weighted mean");
    teacher.must_show("Lowest one left out");
    let made = structure(&exam);
    let homework = named(&made, "categories", "Homework").clone();
    assert_eq!(
        (homework["method"].clone(), homework["empty"].clone(), homework["drop_lowest"].clone()),
        (json!("weighted_mean"), json!("count_as_zero"), json!(1))
    );
    assert_eq!(homework["weight"], 2.5);
    // An item in it: points, weight and extra credit as typed.
    let within = homework["id"].to_string();
    for (name, extra) in [("Sheet 1", "false"), ("Sheet 2", "false"), ("Bonus", "true")] {
        let fields = [
            ("name", name),
            ("max", "20"),
            ("category", within.as_str()),
            ("weight", "3"),
            ("extra_credit", extra),
        ];
        assert_eq!(send(&mut teacher, &path("/items/new"), &fields), 200);
    }
    teacher.must_show("Extra credit");
    let made = structure(&exam);
    let sheets: Vec<u64> =
        ["Sheet 1", "Sheet 2", "Bonus"].iter().map(|name| id(named(&made, "items", name))).collect();
    assert_eq!(named(&made, "categories", "Homework")["children"], json!(sheets));
    assert_eq!(named(&made, "items", "Bonus")["extra_credit"], true);
    // A step up, and into another category.
    press(&mut teacher, &format!("/items/{}/move", sheets[1]), ("way", "up"));
    let order = json!([sheets[1], sheets[0], sheets[2]]);
    assert_eq!(named(&structure(&exam), "categories", "Homework")["children"], order);
    let root = made["root"].to_string();
    let item = path(&format!("/items/{}", sheets[2]));
    assert_eq!(send(&mut teacher, &item, &[("category", &root), ("name", "Talk"), ("max", "5")]), 200);
    let talk = named(&structure(&exam), "items", "Talk").clone();
    assert_eq!((talk["category"].clone(), talk["max"].clone()), (made["root"].clone(), json!(5.0)));
    // A quiz keeps its name and its points; the rest is the teacher's.
    let of_quiz = id(named(&made, "items", "Midterm"));
    let item = path(&format!("/items/{of_quiz}"));
    assert_eq!(teacher.open(&item), 200);
    assert!(!teacher.shows("name=\"max\"") && teacher.shows(&format!("/quizzes/{quiz}/edit")));
    assert_eq!(send(&mut teacher, &item, &[("category", &within), ("weight", "7")]), 200);
    let moved = named(&structure(&exam), "items", "Midterm").clone();
    assert_eq!((moved["category"].to_string(), moved["weight"].clone()), (within, json!(7.0)));
    // What holds something is not deleted, and the page says what is in it.
    let category = path(&format!("/categories/{}/delete", homework["id"]));
    assert_eq!(teacher.open(&category), 200);
    teacher.must_show("It holds 3 things.");
    let form = teacher.form(&category);
    assert_eq!(teacher.press(&form, PLAIN), 409);
    teacher.must_show("Something is still in the category.");
    let item = path(&format!("/items/{}/delete", sheets[0]));
    assert_eq!(teacher.open(&item), 200);
    teacher.must_show("every grade that was given for it");
    let form = teacher.form(&item);
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("Deleted.");
    assert!(!structure(&exam).to_string().contains("Sheet 1"));
    // An item of a quiz goes with its quiz only.
    assert!(!teacher.shows(&path(&format!("/items/{of_quiz}/delete"))));
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_what_was_typed_is_kept() {
    let exam = Exam::new();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let wrong = [("name", ""), ("max", "many"), ("weight", "-1"), ("visibility", "hidden_until")];
    assert_eq!(send(&mut teacher, &path("/items/new"), &wrong), 422);
    for field in ["name", "max", "weight", "visibility-hidden_until"] {
        teacher.must_show(&format!("id=\"f-{field}-problem\""));
    }
    teacher.must_show("value=\"many\"");
    teacher.must_show("value=\"-1\"");
    teacher.must_show("<option value=\"hidden_until\" selected>");
    assert_eq!(send(&mut teacher, &path("/items/new"), &[("name", "Talk")]), 422);
    teacher.must_show("id=\"f-max-problem\"");
    let wrong = [("name", ""), ("drop_lowest", "21"), ("weight", "1001")];
    assert_eq!(send(&mut teacher, &path("/categories/new"), &wrong), 422);
    for field in ["name", "drop_lowest", "weight"] {
        teacher.must_show(&format!("id=\"f-{field}-problem\""));
    }
    assert!(structure(&exam)["items"].as_array().unwrap().is_empty());
    // The API says all of it at once, too.
    let request = exam.app.post(&format!("/api/courses/{COURSE}/grades/items")).by(&exam.teacher);
    let refused = request.json(&json!({ "name": "", "weight": -1 })).send().status(422).json();
    let places: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["at"].as_str().unwrap()).collect();
    assert_eq!(places, ["/max", "/name", "/weight"]);
    // Somebody else was faster: nothing is written over unseen.
    assert_eq!(send(&mut teacher, &path("/items/new"), &[("name", "Talk"), ("max", "10")]), 200);
    let item = id(named(&structure(&exam), "items", "Talk"));
    let page = path(&format!("/items/{item}"));
    teacher.open(&page);
    let mut late = teacher.form(&page);
    assert_eq!(send(&mut teacher, &page, &[("max", "12")]), 200);
    late.set("max", "99");
    assert_eq!(teacher.press(&late, PLAIN), 412);
    teacher.must_show("value=\"99\"");
    assert_eq!(named(&structure(&exam), "items", "Talk")["max"], 12.0);
}

#[test]
fn what_is_hidden_is_shown_to_learners_once_it_is_released() {
    let exam = Exam::new();
    let learner = exam.learner();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    for name in ["Essay", "Talk"] {
        let fields = [("name", name), ("max", "10"), ("visibility", "hidden")];
        assert_eq!(send(&mut teacher, &path("/items/new"), &fields), 200);
    }
    let made = structure(&exam);
    let (essay, talk) = (id(named(&made, "items", "Essay")), id(named(&made, "items", "Talk")));
    grade(&exam, &learner, essay, 8.0);
    grade(&exam, &learner, talk, 4.0);
    let own = format!("/courses/{COURSE}/grades");
    let mut own_page = Browser::of(&exam, &learner);
    own_page.open(&own);
    assert!(own_page.shows("Not shown yet") && !own_page.shows("Essay"));
    press(&mut teacher, &format!("/items/{essay}/sight"), ("visibility", "visible"));
    teacher.must_show("Learners see it.");
    own_page.open(&own);
    assert!(own_page.shows("8 of 10") && own_page.shows("Not shown yet") && !own_page.shows("Talk"));
    // Everything: it is asked about, and says how much that is.
    assert_eq!(teacher.open(&path("/release")), 200);
    teacher.must_show("1 hidden item or category is shown at once");
    let form = teacher.form(&path("/release"));
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("1 item or category is shown now.");
    own_page.open(&own);
    assert!(own_page.shows("4 of 10") && own_page.shows("60.00 %"));
    // The course's own category hides all of it, until a time or until it is shown.
    let root = format!("/categories/{}", made["root"]);
    press(&mut teacher, &format!("{root}/sight"), ("visibility", "hidden"));
    own_page.open(&own);
    own_page.must_show("No grade of this course is shown yet.");
    let until = [("visibility", "hidden_until"), ("visibility/hidden_until", "2026-09-07T12:00")];
    assert_eq!(send(&mut teacher, &path(&root), &until), 200);
    teacher.must_show("Hidden until");
    let visibility = named(&structure(&exam), "categories", "Course total")["visibility"].clone();
    assert_eq!(visibility, json!({ "hidden_until": "2026-09-07T12:00:00.000Z" }));
    assert_eq!(send(&mut teacher, &path(&root), &[("name", "All of it")]), 200);
    let visibility = named(&structure(&exam), "categories", "All of it")["visibility"].clone();
    assert_eq!(visibility, json!({ "hidden_until": "2026-09-07T12:00:00.000Z" }), "it stays as it was");
    // What shows again by itself needs nobody to show it.
    exam.app.clock.advance(std::time::Duration::from_hours(5));
    assert_eq!(teacher.open(&path("")), 200);
    assert!(!teacher.shows(&path("/release")));
    press(&mut teacher, &format!("/items/{essay}/sight"), ("visibility", "hidden"));
    assert_eq!(teacher.open(&path("/release")), 200);
    teacher.must_show("1 hidden item or category is shown at once");
}

#[test]
fn a_learner_is_told_which_grade_was_left_out_and_why_one_was_replaced() {
    let exam = Exam::new();
    let learner = exam.learner();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let fields = [("name", "Homework"), ("drop_lowest", "1")];
    assert_eq!(send(&mut teacher, &path("/categories/new"), &fields), 200);
    let within = id(named(&structure(&exam), "categories", "Homework")).to_string();
    for name in ["Essay", "Talk"] {
        let fields = [("name", name), ("max", "10"), ("category", within.as_str())];
        assert_eq!(send(&mut teacher, &path("/items/new"), &fields), 200);
    }
    let made = structure(&exam);
    let (essay, talk) = (id(named(&made, "items", "Essay")), id(named(&made, "items", "Talk")));
    grade(&exam, &learner, essay, 8.0);
    grade(&exam, &learner, talk, 4.0);
    let of_learner = format!("/api/courses/{COURSE}/grades/learners/{}", learner.user);
    let replaced = exam.app.put(&format!("{of_learner}/items/{essay}/override")).by(&exam.teacher);
    let body = json!({ "value": 9, "reason": "after an appeal" });
    replaced.header("If-Match", "*").json(&body).send().status(200);
    let dropped = "<bdi>Talk</bdi> <span class=\"tag\">Left out as one of the lowest</span></th>";
    let mut own_page = Browser::of(&exam, &learner);
    assert_eq!(own_page.open(&format!("/courses/{COURSE}/grades")), 200);
    own_page.must_show(dropped);
    own_page.must_show("Set by hand</span> <span class=\"quiet\"><bdi>after an appeal</bdi></span></th>");
    let row = format!("/courses/{COURSE}/gradebook/{}", learner.user);
    assert_eq!(teacher.open(&row), 200);
    teacher.must_show(dropped);
    // A category that is left out is struck through as an item is.
    let mut form = teacher.form(&row);
    form.set(&format!("total-excluded/{within}"), "true");
    assert_eq!(teacher.press(&form, PLAIN), 200);
    assert_eq!(teacher.open(&format!("/courses/{COURSE}/gradebook")), 200);
    teacher.must_show("<td class=\"number left-out\">");
}

#[test]
fn what_is_made_with_a_form_that_is_sent_twice_is_made_once() {
    let exam = Exam::new();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let edit = format!("/courses/{COURSE}/edit");
    let get = |path: &str| exam.app.get(path).by(&exam.teacher).send().status(200).text();
    let outline = || get(&format!("/api/courses/{COURSE}/outline"));
    // How often something with this name is in a list, after its form was sent, sent again, and sent from a page of its own.
    let times = |teacher: &mut Browser<'_>,
                 page: &str,
                 action: &str,
                 fields: &[(&str, &str)],
                 list: &dyn Fn() -> String| {
        assert_eq!(teacher.open(page), 200);
        let mut form = teacher.form(action);
        for (name, value) in fields {
            form.set(name, value);
        }
        let name = fields.iter().find(|(name, _)| matches!(*name, "name" | "title")).unwrap().1;
        let counted = || list().matches(&format!("\"{name}\"")).count();
        let mut counts = Vec::new();
        assert_eq!(teacher.press(&form, PLAIN), 200);
        let to = teacher.address.clone();
        counts.push(counted());
        assert_eq!(teacher.press(&form, PLAIN), 200);
        assert_eq!(teacher.address, to, "it leads to what was made");
        counts.push(counted());
        assert_eq!(teacher.open(page), 200);
        form.set("csrf", teacher.form(action).values("csrf")[0]);
        assert_eq!(teacher.press(&form, PLAIN), 200);
        counts.push(counted());
        counts
    };
    let sections = format!("/courses/{COURSE}/sections");
    assert_eq!(times(&mut teacher, &edit, &sections, &[("title", "Weekly")], &outline), [1, 1, 2]);
    let view: Value = serde_json::from_str(&outline()).unwrap();
    let items = format!("/sections/{}/items", id(&view["sections"][0]));
    assert_eq!(times(&mut teacher, &edit, &items, &[("title", "Reading")], &outline), [1, 1, 2]);
    let quizzes = || get(&format!("/api/courses/{COURSE}/quizzes"));
    let new = format!("/courses/{COURSE}/quizzes/new");
    assert_eq!(times(&mut teacher, &new, &new, &[("name", "Test"), ("section", "")], &quizzes), [1, 1, 2]);
    let view: Value = serde_json::from_str(&quizzes()).unwrap();
    let copy = format!("/quizzes/{}/copy", id(&view["items"][0]));
    assert_eq!(times(&mut teacher, &copy, &copy, &[("name", "Twin"), ("section", "")], &quizzes), [1, 1, 2]);
    let grades = || structure(&exam).to_string();
    let new = path("/items/new");
    assert_eq!(times(&mut teacher, &new, &new, &[("name", "Essay"), ("max", "10")], &grades), [1, 1, 2]);
    let new = path("/categories/new");
    assert_eq!(times(&mut teacher, &new, &new, &[("name", "Homework")], &grades), [1, 1, 2]);
}

#[test]
fn notes_on_a_grade_stand_beside_the_name_where_a_phone_shows_them() {
    let exam = Exam::new();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let fields = [("name", "Bonus"), ("max", "10"), ("extra_credit", "true")];
    assert_eq!(send(&mut teacher, &path("/items/new"), &fields), 200);
    let mut own_page = Browser::of(&exam, &exam.learner());
    own_page.open(&format!("/courses/{COURSE}/grades"));
    own_page.must_show("<bdi>Bonus</bdi> <span class=\"tag accent\">Extra credit</span></th>");
}

#[test]
fn a_quiz_that_keeps_its_marks_back_is_named_where_grades_are_set_up() {
    let exam = Exam::new();
    let nothing = json!({ "responses": false, "marks": false, "feedback": false, "right_answers": false });
    let quiz = exam.simple_quiz(
        1,
        &json!({ "review": { "during": nothing, "after_submit": nothing, "after_close": nothing } }),
    );
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    let mut teacher = Browser::of(&exam, &exam.teacher);
    teacher.open(&path(""));
    teacher.must_show("The quiz keeps its marks back at the moment.");
    teacher.must_show(&format!("href=\"/quizzes/{quiz}/edit\""));
}

#[test]
fn drafts_and_hidden_items_whose_quiz_shows_points_are_named_where_grades_are_set_up() {
    let exam = Exam::new();
    let review = json!({ "after_submit": { "marks": true }, "after_close": { "marks": true } });
    exam.simple_quiz(1, &json!({ "name": "Shown", "review": review }));
    exam.simple_quiz(1, &json!({ "name": "Draft", "published": false }));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&path("")), 200);
    teacher.must_show("The quiz is not published: learners do not see it");
    assert!(!teacher.page.contains("the quiz still shows learners the points"));
    let item = named(&structure(&exam), "items", "Shown")["id"].clone();
    press(&mut teacher, &format!("/items/{item}/sight"), ("visibility", "hidden"));
    teacher.must_show("the quiz still shows learners the points of their attempts.");
}

#[test]
fn letters_are_changed_in_rows_and_each_fault_stands_in_its_row() {
    let exam = Exam::new();
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let page = path("/letters");
    let scale = || {
        let path = format!("/api/courses/{COURSE}/grades/scale");
        exam.app.get(&path).by(&exam.teacher).send().status(200).json()
    };
    let before = scale()["letters"].clone();
    // Row 1 is emptied, so that the fault of what stands third is still beside the fourth row.
    let wrong = [
        ("letters/1/letter", ""),
        ("letters/1/lower", ""),
        ("letters/3/letter", "A"),
        ("letters/4/lower", "95"),
    ];
    assert_eq!(send(&mut teacher, &page, &wrong), 422);
    teacher.must_show("id=\"f-letters-3-letter-problem\"");
    teacher.must_show("id=\"f-letters-4-lower-problem\"");
    teacher.must_show("value=\"95\"");
    let words = teacher.page.replace(['\u{2068}', '\u{2069}'], "");
    assert!(words.contains("<b>Letter 4: ") && words.contains("<b>Letter 5: "), "{words}");
    assert_eq!(send(&mut teacher, &page, &[("letters/0/lower", "much"), ("letters/2/lower", "")]), 422);
    teacher.must_show("id=\"f-letters-0-lower-problem\"");
    teacher.must_show("id=\"f-letters-2-lower-problem\"");
    assert_eq!(scale()["letters"], before);
    assert_eq!(teacher.open(&page), 200);
    let mut form = teacher.form(&page);
    for row in 2..9 {
        form.set(&format!("letters/{row}/letter"), "");
        form.set(&format!("letters/{row}/lower"), "");
    }
    for (name, value) in [
        ("letters/0/letter", "pass"),
        ("letters/0/lower", "49,5"),
        ("letters/1/letter", "fail"),
        ("letters/1/lower", "0"),
        ("decimals", "1"),
    ] {
        form.set(name, value);
    }
    assert_eq!(teacher.press(&form, PLAIN), 200);
    let now = scale();
    let letters = json!([{ "letter": "pass", "lower": 49.5 }, { "letter": "fail", "lower": 0.0 }]);
    assert_eq!((now["letters"].clone(), now["decimals"].clone()), (letters, json!(1)));
    let learner = exam.learner();
    assert_eq!(Browser::of(&exam, &learner).open(&page), 403);
}

#[test]
fn a_quiz_keeps_its_marks_back_as_long_as_its_learners_do_not_see_them() {
    let exam = Exam::with(|config| config.exam.grace_seconds = 10);
    let marks = json!({ "responses": true, "marks": true, "feedback": false, "right_answers": false });
    let facts = json!({ "closes": exam.now_plus(60_000),
        "review": { "during": {}, "after_submit": {}, "after_close": marks } });
    let quiz = exam.simple_quiz(1, &facts);
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.submit(&learner, attempt);
    let kept_back = || {
        let mut teacher = Browser::of(&exam, &exam.teacher);
        teacher.open(&path(""));
        let hidden = exam.overview(&learner, quiz)["points"].is_null();
        (teacher.shows("The quiz keeps its marks back at the moment."), hidden)
    };
    assert_eq!(kept_back(), (true, true));
    // Closed, but answers on their way are still taken.
    exam.pass(60_000 + 5_000);
    assert_eq!(kept_back(), (true, true));
    exam.pass(5_000);
    assert_eq!(kept_back(), (false, false));
}
