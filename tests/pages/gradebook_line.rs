//! One learner's grades as a form: what is no change, what two people change at once, and numbers as people type them.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id};
use crate::exam_pages::Browser;
use crate::support::{Answer, Person};

const PLAIN: (&str, &str) = ("", "");

/// A course with a learner who is graded by hand.
struct Graded {
    exam: Exam,
    learner: Person,
}

impl Graded {
    fn new() -> Self {
        let exam = Exam::new();
        let learner = exam.learner();
        Self { exam, learner }
    }

    fn item(&self, name: &str, max: u32) -> u64 {
        let path = format!("/api/courses/{COURSE}/grades/items");
        let body = json!({ "name": name, "max": max });
        id(&self.exam.app.post(&path).by(&self.exam.teacher).json(&body).send().status(201).json())
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/courses/{COURSE}/grades/learners/{}{rest}", self.learner.user)
    }

    /// Somebody else changes something.
    fn put(&self, rest: &str, body: &Value) -> Answer {
        let request = self.exam.app.put(&self.path(rest)).by(&self.exam.teacher);
        request.header("If-Match", "*").json(body).send()
    }

    fn grade(&self, item: u64) -> Value {
        self.exam
            .app
            .get(&self.path(&format!("/items/{item}")))
            .by(&self.exam.teacher)
            .send()
            .status(200)
            .json()
    }

    fn page(&self) -> String {
        format!("/courses/{COURSE}/gradebook/{}", self.learner.user)
    }
}

#[test]
fn two_who_grade_one_learner_meet_only_where_both_change_and_save_again() {
    let graded = Graded::new();
    let (essay, talk) = (graded.item("Essay", 10), graded.item("Talk", 10));
    let page = graded.page();
    let (of_essay, of_talk) = (format!("points/{essay}"), format!("points/{talk}"));
    let give = |item: u64, points: u32| {
        graded.put(&format!("/items/{item}"), &json!({ "points": points })).status(200);
    };
    let mut teacher = Browser::of(&graded.exam, &graded.exam.teacher);
    assert_eq!(teacher.open(&page), 200);
    let mut form = teacher.form(&page);
    give(essay, 4);
    form.set(&of_talk, "7");
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("1 grade was changed.");
    assert_eq!(
        (&graded.grade(essay)["computed"], &graded.grade(talk)["computed"]),
        (&json!(4.0), &json!(7.0))
    );
    // Both change one: what it is now is shown, what was typed stays, and what only somebody else changed is as they made it.
    let mut form = teacher.form(&page);
    give(essay, 5);
    give(talk, 6);
    graded.put(&format!("/items/{talk}/exclusion"), &json!({ "excluded": true })).status(200);
    form.set(&of_essay, "9");
    assert_eq!(teacher.press(&form, PLAIN), 412);
    teacher.must_show("Somebody changed this since the page was loaded: this line shows what stands now.");
    assert!(teacher.shows(&format!("id=\"f-points-{essay}-problem\"")));
    assert!(!teacher.shows(&format!("id=\"f-points-{talk}-problem\"")));
    teacher.must_show("5 of 10");
    let again = teacher.form(&page);
    let now = graded.grade(essay)["revision"].to_string();
    assert_eq!(again.values(&format!("revision/{essay}")), [now]);
    assert_eq!((again.values(&of_essay), again.values(&of_talk)), (vec!["9"], vec!["6"]));
    assert_eq!(again.values(&format!("excluded/{talk}")), ["false", "true"]);
    assert_eq!(graded.grade(essay)["computed"], 5.0);
    assert_eq!(teacher.press(&again, PLAIN), 200);
    teacher.must_show("1 grade was changed.");
    assert_eq!(graded.grade(essay)["computed"], 9.0);
    let other = graded.grade(talk);
    assert_eq!((&other["computed"], &other["excluded"]), (&json!(6.0), &json!(true)));
    // The same form twice is a form once.
    assert_eq!(teacher.press(&again, PLAIN), 200);
    teacher.must_show("Nothing was changed.");
    assert_eq!(graded.grade(talk)["revision"], other["revision"]);
}

#[test]
fn a_box_that_both_tick_and_a_grade_that_somebody_takes_back_meet_as_well() {
    let graded = Graded::new();
    let essay = graded.item("Essay", 10);
    let page = graded.page();
    let (points, excluded) = (format!("points/{essay}"), format!("excluded/{essay}"));
    graded.put(&format!("/items/{essay}"), &json!({ "points": 4 })).status(200);
    let mut teacher = Browser::of(&graded.exam, &graded.exam.teacher);
    teacher.open(&page);
    let mut form = teacher.form(&page);
    graded.put(&format!("/items/{essay}"), &json!({ "points": null })).status(200);
    form.set(&excluded, "true");
    assert_eq!(teacher.press(&form, PLAIN), 412);
    let again = teacher.form(&page);
    assert_eq!((again.values(&points), again.values(&excluded)), (vec![""], vec!["false", "true"]));
    assert_eq!(teacher.press(&again, PLAIN), 200);
    let grade = graded.grade(essay);
    assert_eq!((&grade["computed"], &grade["excluded"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_number_that_may_be_another_one_is_refused_with_what_to_write() {
    let graded = Graded::new();
    let steps = graded.item("Steps", 10_000);
    let page = graded.page();
    let mut teacher = Browser::of(&graded.exam, &graded.exam.teacher);
    let mut send = |typed: &str, status: u16| {
        teacher.open(&page);
        let mut form = teacher.form(&page);
        form.set(&format!("points/{steps}"), typed);
        assert_eq!(teacher.press(&form, PLAIN), status, "{typed}");
        teacher.page.replace(['\u{2068}', '\u{2069}'], "")
    };
    send("8765", 200);
    for (typed, said) in [
        ("8,765", "Could be read in two ways: write 8765 or 8.765."),
        ("9,500.5", "Has its digits in groups: write 9500.5."),
    ] {
        let shown = send(typed, 422);
        assert!(shown.contains(said) && shown.contains(&format!("value=\"{typed}\"")), "{shown}");
        assert_eq!(graded.grade(steps)["computed"], 8765.0);
    }
    for (typed, kept) in [("8,7654", 8.7654), ("0,125", 0.125), ("3.33333333", 3.333_333_3)] {
        send(typed, 200);
        assert_eq!(graded.grade(steps)["computed"], kept, "{typed}");
    }
}

#[test]
fn the_total_of_the_course_is_part_of_nothing_that_it_could_be_left_out_of() {
    let graded = Graded::new();
    graded.item("Essay", 10);
    let path = format!("/api/courses/{COURSE}/grades/structure");
    let structure = graded.exam.app.get(&path).by(&graded.exam.teacher).send().status(200).json();
    let at = format!("/categories/{}/exclusion", structure["root"]);
    let refused = graded.put(&at, &json!({ "excluded": true })).problem(422, "invalid_field");
    assert_eq!(refused["errors"][0]["at"], "/excluded");
    graded.put(&at, &json!({ "excluded": false })).status(200);
}
