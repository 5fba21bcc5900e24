//! Making a quiz with the forms of its pages alone: from its name to a learner who takes it, and what the forms say when
//! they are refused. What was done is looked at through the API.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says, truth, with};
use crate::exam_pages::Browser;
use crate::html_form::Form;
use crate::support::Person;

fn quiz_of(exam: &Exam, quiz: u64) -> Value {
    exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().status(200).json()
}

fn section(exam: &Exam, title: &str) -> u64 {
    let path = format!("/api/courses/{COURSE}/sections");
    id(&exam.app.post(&path).by(&exam.teacher).json(&json!({ "title": title })).send().status(201).json())
}

/// A question that the tag finds.
fn tagged(exam: &Exam, text: &str, tag: &str) {
    exam.question(&with(&truth(text, true), &json!({ "tags": [tag] })));
}

/// Opens a page and presses a button of one of its forms, with these fields.
#[track_caller]
fn send(
    browser: &mut Browser<'_>,
    page: &str,
    action: &str,
    fields: &[(&str, &str)],
    button: (&str, &str),
) -> u16 {
    assert_eq!(browser.open(page), 200, "{page}: {}", browser.page);
    let mut form = browser.form(action);
    for (name, value) in fields {
        form.set(name, value);
    }
    browser.press(&form, button)
}

const PLAIN: (&str, &str) = ("", "");

#[test]
fn a_quiz_is_made_filled_checked_published_and_taken_with_forms_alone() {
    let exam = Exam::new();
    let week = section(&exam, "Week one");
    let (first, second) =
        (exam.question(&truth("Is water wet?", true)), exam.question(&truth("Second", true)));
    for text in ["Pool A", "Pool B", "Pool C"] {
        tagged(&exam, text, "pool");
    }
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&format!("/courses/{COURSE}/edit")), 200);
    teacher.must_show(&format!("/courses/{COURSE}/quizzes/new?section={week}"));
    let new = format!("/courses/{COURSE}/quizzes/new");
    let fields = [("name", "Test one"), ("description/text", "Take **care**.")];
    assert_eq!(send(&mut teacher, &format!("{new}?section={week}"), &new, &fields, PLAIN), 200);
    teacher.must_show("The quiz is made.");
    let quiz: u64 = teacher.address.split('/').nth(2).unwrap().parse().unwrap();
    let made = quiz_of(&exam, quiz);
    assert_eq!((made["attempts_allowed"].clone(), made["published"].clone()), (json!(1), json!(false)));
    assert_eq!(made["description"], "<p>Take <strong>care</strong>.</p>");
    let outline = exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().json();
    assert_eq!(outline["sections"][0]["items"][0]["title"], "Test one");
    // Nothing in it yet: the check says so, and there is no button to publish it.
    let path = |rest: &str| format!("/quizzes/{quiz}/{rest}");
    assert_eq!(teacher.open(&path("check")), 200);
    teacher.must_show("The quiz has no questions yet.");
    assert!(!teacher.shows("name=\"published\" value=\"true\""));
    // Settings.
    let settings = [
        ("name", "Test two"),
        ("opens", "2026-09-07T08:00"),
        ("closes", "2026-09-07T10:30"),
        ("minutes", "90"),
        // Whatever digits somebody writes.
        ("attempts_allowed", "٢"),
        ("grade_method", "last"),
        ("shuffle_questions", "true"),
        ("access_code", "tulip"),
        ("networks", "127.0.0.0/8\n::1"),
    ];
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &settings, PLAIN), 200);
    teacher.must_show("Saved. Because the quiz closes now, results are shown once it has closed.");
    teacher.must_show("Times are those of UTC.");
    let shown = |responses: bool, marks: bool, rest: bool| json!({ "responses": responses, "marks": marks, "feedback": rest, "right_answers": rest });
    assert_eq!(made["review"]["after_submit"], shown(true, true, true), "nothing else would ever come");
    assert_eq!(quiz_of(&exam, quiz)["review"]["after_submit"], shown(true, false, false));
    // What was chosen stays, whatever the dates.
    let chosen = [("review/after_submit/marks", "true")];
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &chosen, PLAIN), 200);
    let set = quiz_of(&exam, quiz);
    assert_eq!(set["opens"], "2026-09-07T08:00:00.000Z");
    assert_eq!(set["closes"], "2026-09-07T10:30:00.000Z");
    assert_eq!((set["time_limit_ms"].clone(), set["attempts_allowed"].clone()), (json!(5_400_000), json!(2)));
    assert_eq!((set["grade_method"].clone(), set["shuffle_questions"].clone()), (json!("last"), json!(true)));
    assert_eq!(set["review"]["after_submit"], shown(true, true, false));
    assert_eq!(
        (set["has_access_code"].clone(), set["networks"].clone()),
        (json!(true), json!(["127.0.0.0/8", "::1/128"]))
    );
    assert_eq!(set["description"], made["description"], "a text that was not touched stays");
    let outline = exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().json();
    assert_eq!(outline["sections"][0]["items"][0]["title"], "Test two", "the item goes on bearing its name");
    // Saving again without touching anything changes nothing, the code included.
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &[], PLAIN), 200);
    let again = quiz_of(&exam, quiz);
    assert_eq!(with(&again, &json!({ "revision": 0 })), with(&set, &json!({ "revision": 0 })));
    // Questions: two chosen, one drawn of three.
    assert_eq!(teacher.open(&path("slots/add?q=wat+is")), 200);
    assert!(teacher.shows("Is water wet?") && !teacher.shows("Pool A"));
    assert_eq!(teacher.open(&path("slots/add?tag=pool&kind=true_false")), 200);
    assert!(teacher.shows("Pool A") && !teacher.shows("Is water wet?"));
    assert_eq!(teacher.open(&path("slots/add")), 200);
    let mut form = teacher.form(&path("slots/add"));
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("No question was chosen.");
    form.set("questions[]", &first.to_string());
    form.set("questions[]", &second.to_string());
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("2 questions were added.");
    let draw = [("from", "tag"), ("tag", "pool"), ("count", "1"), ("points", "1,5")];
    assert_eq!(send(&mut teacher, &path("slots/draw"), &path("slots/draw"), &draw, PLAIN), 200);
    teacher.must_show("3.5 points in all");
    // Points and order in one form.
    let points = [("slots/0/points", "4")];
    assert_eq!(send(&mut teacher, &path("slots"), &path("slots"), &points, ("do", "down-0")), 200);
    assert_eq!(teacher.address, path("slots#f-slots-1"));
    let slots = quiz_of(&exam, quiz)["slots"].clone();
    let named: Vec<_> = (0..2).map(|at| slots[at]["question"].as_u64().unwrap()).collect();
    assert_eq!(named, [second.0, first.0]);
    assert_eq!((slots[1]["points"].clone(), slots[2]["draw"]["tag"].clone()), (json!(4.0), json!("pool")));
    // As learners will see it; no attempt comes of it.
    assert_eq!(teacher.open(&path("preview?seed=7")), 200);
    for what in ["Is water wet?", "Question 3", "Take <strong>care</strong>.", "Pool "] {
        teacher.must_show(what);
    }
    assert_eq!(quiz_of(&exam, quiz)["attempts"], 0);
    // Published once a learner is there.
    let learner = exam.learner();
    assert_eq!(send(&mut teacher, &path("check"), &path("publish"), &[], ("published", "true")), 200);
    teacher.must_show("The quiz is published.");
    teacher.must_show("Nothing is wrong.");
    let mut room = Browser::of(&exam, &learner);
    assert_eq!(room.open(&format!("/quizzes/{quiz}")), 200);
    let mut start = room.form(&path("start"));
    start.set("access_code", "tulip");
    assert_eq!(room.press(&start, PLAIN), 200);
    let attempt = room.address.clone();
    // Somebody works on it: hiding it is asked about.
    assert_eq!(send(&mut teacher, &path("check"), &path("publish"), &[], ("published", "false")), 200);
    teacher.must_show("1 attempt runs.");
    assert_eq!(quiz_of(&exam, quiz)["published"], true);
    let sure = teacher.form(&path("publish"));
    assert_eq!(teacher.press(&sure, PLAIN), 200);
    assert_eq!(quiz_of(&exam, quiz)["published"], false);
    assert_eq!(send(&mut teacher, &path("check"), &path("publish"), &[], ("published", "true")), 200);
    let mut form = room.form(&attempt);
    for slot in 0..3 {
        form.set(&format!("a{slot}"), "true");
    }
    assert_eq!(room.press(&form, ("go", "submit")), 200);
    let form = room.form(&format!("{attempt}/submit"));
    assert_eq!(room.press(&form, PLAIN), 200);
    room.must_show("<strong>6.5</strong>");
    // Now the questions stay, and the pages say so before anybody tries.
    assert_eq!(teacher.open(&path("slots")), 200);
    teacher.must_show("the questions and their order stay");
    assert!(!teacher.shows("value=\"up-1\"") && !teacher.shows("/slots/0/remove"));
    for closed in ["slots/add", "slots/draw", "slots/0/remove", "delete"] {
        assert_eq!(teacher.open(&path(closed)), 409, "{closed}");
    }
    let points = [("slots/0/points", "2")];
    assert_eq!(send(&mut teacher, &path("slots"), &path("slots"), &points, ("do", "save")), 200);
    assert_eq!(quiz_of(&exam, quiz)["slots"][0]["points"], 2.0);
    assert!(!quiz_of(&exam, quiz)["regrade_due"].is_null());
    // Taken back, it is hidden, and stays.
    assert_eq!(send(&mut teacher, &path("check"), &path("publish"), &[], ("published", "false")), 200);
    assert_eq!(quiz_of(&exam, quiz)["published"], false);
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({ "time_limit_ms": 100_001, "access_code": "tulip" }));
    let before = quiz_of(&exam, quiz);
    let path = |rest: &str| format!("/quizzes/{quiz}/{rest}");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let new = format!("/courses/{COURSE}/quizzes/new");
    let fields = [("name", " "), ("description/text", "kept <b>")];
    assert_eq!(send(&mut teacher, &new, &new, &fields, PLAIN), 422);
    assert!(teacher.shows("id=\"f-name-problem\"") && teacher.shows("kept &#60;b&#62;"), "{}", teacher.page);
    let wrong = |teacher: &mut Browser<'_>, name: &str, value: &str, problem: &str| {
        let fields = [("description/text", "Some words"), (name, value)];
        assert_eq!(send(teacher, &path("edit"), &path("edit"), &fields, PLAIN), 422, "{name}");
        teacher.must_show(&format!("id=\"f-{name}-problem\""));
        teacher.must_show(problem);
        assert_eq!(teacher.form(&path("edit")).values(name), [value]);
        teacher.must_show("Some words");
        assert_eq!(quiz_of(&exam, quiz), before, "a refused form changes nothing");
    };
    wrong(&mut teacher, "minutes", "soon", "from 0.167 to 40,320");
    wrong(&mut teacher, "attempts_allowed", "0", "between 1 and 200");
    wrong(&mut teacher, "networks", "10.0.0.0/8\n10.0.0.0/99", "10.0.0.0/99 is not an address");
    wrong(&mut teacher, "opens", "2026-02-30T10:00", "not a date and a time");
    let fields = [("opens", "2026-09-09T10:00"), ("closes", "2026-09-09T09:00")];
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &fields, PLAIN), 422);
    teacher.must_show("id=\"f-closes-problem\"");
    // Slots.
    let fields = [("slots/0/points", "7"), ("slots/1/points", "many")];
    assert_eq!(send(&mut teacher, &path("slots"), &path("slots"), &fields, ("do", "up-1")), 422);
    teacher.must_show("id=\"f-slots-1-points-problem\"");
    assert_eq!(teacher.form(&path("slots")).values("slots/0/points"), ["7"]);
    // Published: nothing that makes it wrong.
    let fields = [("slots/0/points", "0"), ("slots/1/points", "0")];
    assert_eq!(send(&mut teacher, &path("slots"), &path("slots"), &fields, ("do", "save")), 409);
    teacher.must_show("Unpublish it before you change it so");
    let fields = [("from", "tag"), ("tag", "rare"), ("count", "3"), ("points", "1")];
    assert_eq!(send(&mut teacher, &path("slots/draw"), &path("slots/draw"), &fields, PLAIN), 409);
    teacher.must_show("id=\"f-count-problem\"");
    assert_eq!(teacher.form(&path("slots/draw")).values("tag"), ["rare"]);
    assert_eq!(quiz_of(&exam, quiz), before);
    // A time that is no round number is what it was; the code goes when that is ticked.
    let fields = [("no_access_code", "true")];
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &fields, PLAIN), 200);
    let after = quiz_of(&exam, quiz);
    assert_eq!(
        (after["time_limit_ms"].clone(), after["has_access_code"].clone()),
        (json!(100_001), json!(false))
    );
}

#[test]
fn a_quiz_is_duplicated_as_a_draft_with_its_settings_and_questions_and_nothing_else() {
    let exam = Exam::new();
    let week = section(&exam, "Week one");
    let quiz = exam.simple_quiz(
        3,
        &json!({ "name": "First", "time_limit_ms": 600_000, "attempts_allowed": 2,
        "access_code": "tulip", "networks": ["10.0.0.0/8"], "shuffle_options": true }),
    );
    let learner = exam.learner();
    let own = format!("/api/quizzes/{quiz}/overrides/users/{}", learner.user);
    exam.app.put(&own).by(&exam.teacher).json(&json!({ "extra_time_ms": 60_000 })).send().status(200);
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&format!("/quizzes/{quiz}/edit")), 200);
    let page = format!("/quizzes/{quiz}/copy");
    teacher.must_show(&page);
    assert_eq!(send(&mut teacher, &page, &page, &[("name", " ")], PLAIN), 422);
    assert_eq!(teacher.open(&page), 200);
    teacher.must_show("value=\"First (copy)\"");
    assert_eq!(send(&mut teacher, &page, &page, &[("section", &week.to_string())], PLAIN), 200);
    teacher.must_show("The quiz is duplicated.");
    let twin: u64 = teacher.address.split('/').nth(2).unwrap().parse().unwrap();
    let (was, now) = (quiz_of(&exam, quiz), quiz_of(&exam, twin));
    let facts =
        json!({ "id": 0, "name": "", "published": false, "created": "", "revision": 0, "attempts": 0 });
    assert_eq!(with(&now, &facts), with(&was, &facts), "settings and slots");
    assert_eq!((&now["name"], &now["published"]), (&json!("First (copy)"), &json!(false)));
    assert_eq!(now["has_access_code"], true);
    let others = exam.app.get(&format!("/api/quizzes/{twin}/overrides")).by(&exam.teacher).send().json();
    assert_eq!(others["items"], json!([]));
    let outline = exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().json();
    assert_eq!(outline["sections"][0]["items"][0]["title"], "First (copy)");
    // The same through the API, once however often it is sent.
    let copy = || {
        let copies = exam.app.post(&format!("/api/quizzes/{quiz}/copies")).by(&exam.teacher);
        let body = json!({ "name": "Third" });
        copies.header("Idempotency-Key", "k1").json(&body).send().status(201).json()["id"].clone()
    };
    assert_eq!(copy(), copy());
    let learners = exam.app.post(&format!("/api/quizzes/{quiz}/copies")).by(&learner);
    learners.json(&json!({ "name": "Mine" })).send().problem(403, "forbidden");
}

/// Presses a button of the page that adds questions, with these ticked.
#[track_caller]
fn choose(teacher: &mut Browser<'_>, quiz: u64, ticked: &[u64], button: (&str, &str)) {
    let forms = Form::all(&teacher.page);
    let beginning = format!("/quizzes/{quiz}/slots/add");
    let mut form = forms.into_iter().find(|form| form.action.starts_with(&beginning)).unwrap();
    for question in ticked {
        form.set("questions[]", &question.to_string());
    }
    assert_eq!(teacher.press(&form, button), 200, "{}", teacher.page);
}

#[test]
fn what_is_ticked_stays_ticked_on_other_pages_of_the_list_and_behind_a_search() {
    let exam = Exam::new();
    let all: Vec<u64> =
        (0..52).map(|number| exam.question(&truth(&format!("Question {number}"), true)).0).collect();
    tagged(&exam, "Rare", "rare");
    let quiz = exam.quiz(&json!({ "published": false, "slots": [] }));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&format!("/quizzes/{quiz}/slots/add")), 200);
    let on_this_page = |teacher: &Browser<'_>| -> Vec<u64> {
        all.iter().copied().filter(|id| teacher.shows(&format!("value=\"{id}\""))).collect()
    };
    let first = on_this_page(&teacher);
    choose(&mut teacher, quiz, &first[..2], ("do", "more"));
    teacher.must_show("Chosen on other pages");
    let second: Vec<u64> = on_this_page(&teacher).into_iter().filter(|id| !first.contains(id)).collect();
    assert!(!second.is_empty(), "the list has a second page");
    // The field of a search is in the same form.
    let found = second[0];
    let forms = Form::all(&teacher.page);
    let mut form = forms.into_iter().find(|form| form.action.contains("/slots/add")).unwrap();
    form.set("questions[]", &found.to_string());
    form.set("tag", "rare");
    form.set("points", "3");
    assert_eq!(teacher.press(&form, ("do", "find")), 200);
    assert!(teacher.shows("Rare") && teacher.shows("value=\"3\""));
    choose(&mut teacher, quiz, &[], PLAIN);
    teacher.must_show("3 questions were added.");
    let slots = quiz_of(&exam, quiz)["slots"].clone();
    let named: Vec<u64> =
        slots.as_array().unwrap().iter().map(|slot| slot["question"].as_u64().unwrap()).collect();
    assert_eq!(named, [first[0], first[1], found]);
    assert_eq!(slots[2]["points"], 3.0);
}

#[test]
fn who_changed_an_older_state_is_told_and_keeps_their_words() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({}));
    let path = |rest: &str| format!("/quizzes/{quiz}/{rest}");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let mut forms = Vec::new();
    for (page, action) in [
        ("edit", "edit"),
        ("slots", "slots"),
        ("slots/add", "slots/add"),
        ("check", "publish"),
        ("slots/0/remove", "slots/0/remove"),
    ] {
        assert_eq!(teacher.open(&path(page)), 200);
        forms.push(teacher.form(&path(action)));
    }
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &[("name", "Somebody else's")], PLAIN), 200);
    let before = quiz_of(&exam, quiz);
    forms[0].set("name", "Mine");
    assert_eq!(teacher.press(&forms[0], PLAIN), 412);
    teacher.must_show("changed this since the page was loaded");
    teacher.must_show("value=\"Mine\"");
    forms[1].set("slots/0/points", "9");
    assert_eq!(teacher.press(&forms[1], ("do", "save")), 412);
    teacher.must_show("value=\"9\"");
    let other = exam.question(&truth("Another", true));
    assert_eq!(teacher.open(&path("slots/add")), 200);
    forms[2].controls.clone_from(&{
        let mut fresh = teacher.form(&path("slots/add"));
        fresh.set("questions[]", &other.to_string());
        fresh.set("revision", "1");
        fresh.controls
    });
    assert_eq!(teacher.press(&forms[2], PLAIN), 412);
    assert_eq!(teacher.press(&forms[3], ("published", "false")), 412);
    assert_eq!(teacher.press(&forms[4], PLAIN), 412);
    assert_eq!(quiz_of(&exam, quiz), before);
}

#[test]
fn who_made_an_exception_of_an_older_state_is_told_and_keeps_their_words() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 3_600_000 }));
    let (learner, group) = (exam.learner(), exam.group("Monday", &[&exam.learner()]));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    for page in [
        format!("/quizzes/{quiz}/overrides/users/{}", learner.user),
        format!("/quizzes/{quiz}/overrides/groups/{group}"),
    ] {
        let rows = || {
            let list = exam.app.get(&format!("/api/quizzes/{quiz}/overrides")).by(&exam.teacher).send();
            list.status(200).json()["items"].clone()
        };
        // Another tab was opened before there was any.
        assert_eq!(teacher.open(&page), 200);
        let mut blank = teacher.form(&page);
        assert_eq!(send(&mut teacher, &page, &page, &[("time", "extra"), ("extra", "30")], PLAIN), 200);
        let set = rows();
        assert_eq!(teacher.press(&blank, PLAIN), 412, "also when it would change nothing");
        blank.set("attempts", "allowed");
        blank.set("attempts_allowed", "3");
        assert_eq!(teacher.press(&blank, PLAIN), 412);
        teacher.must_show("changed this since the page was loaded");
        teacher.must_show("name=\"attempts_allowed\" value=\"3\"");
        assert_eq!(rows(), set);
        // Nor is another one taken away than the one that was seen.
        let remove = format!("{page}/remove");
        assert_eq!(teacher.open(&remove), 200);
        let gone = teacher.form(&remove);
        assert_eq!(send(&mut teacher, &page, &page, &[("extra", "45")], PLAIN), 200);
        assert_eq!(teacher.press(&gone, PLAIN), 412);
        assert_eq!(rows().as_array().unwrap().len(), set.as_array().unwrap().len());
    }
}

#[test]
fn a_slot_is_taken_out_and_a_version_kept_after_looking() {
    let exam = Exam::new();
    let question = exam.question(&truth("Old words", true));
    exam.edit_question(question, &truth("New words", true));
    let other = exam.question(&truth("Stays", true));
    let quiz = exam.quiz(&json!({ "published": false,
        "slots": [{ "points": 2, "question": question }, { "points": 1, "question": other }] }));
    let path = |rest: &str| format!("/quizzes/{quiz}/{rest}");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let fields = [("slots/0/version", "1")];
    assert_eq!(send(&mut teacher, &path("slots"), &path("slots"), &fields, ("do", "save")), 200);
    assert_eq!(quiz_of(&exam, quiz)["slots"][0]["version"], 1);
    assert_eq!(teacher.open(&path("preview")), 200);
    teacher.must_show("Old words");
    assert_eq!(teacher.open(&path("check")), 200);
    teacher.must_show("Question 1 keeps version 1; the newest is 2.");
    teacher.must_show(&format!("href=\"{}\"", path("slots#f-slots-0")));
    assert_eq!(teacher.open(&path("slots/0/remove")), 200);
    teacher.must_show("The quiz loses its 2 points.");
    let form = teacher.form(&path("slots/0/remove"));
    assert_eq!(teacher.press(&form, PLAIN), 200);
    let slots = quiz_of(&exam, quiz)["slots"].clone();
    assert_eq!((slots.as_array().unwrap().len(), slots[0]["question"].as_u64()), (1, Some(other.0)));
    assert_eq!(teacher.open(&path("slots/7/remove")), 404);
}

#[test]
fn somebody_gets_more_time_and_a_group_other_dates() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 3_600_000, "closes": "2026-09-09T10:00:00Z" }));
    let learner = exam.learner();
    let group = exam.group("Monday", &[&exam.learner()]);
    let path = |rest: &str| format!("/quizzes/{quiz}/{rest}");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&path("overrides")), 200);
    teacher.must_show("The same for everybody.");
    assert_eq!(teacher.open(&path("overrides/new")), 200);
    let one = path(&format!("overrides/users/{}", learner.user));
    let all = path(&format!("overrides/groups/{group}"));
    teacher.must_show(&format!("href=\"{one}\""));
    teacher.must_show(&format!("href=\"{all}\""));
    let terms = |who: &Person| exam.overview(who, quiz);
    assert_eq!(send(&mut teacher, &one, &one, &[], PLAIN), 200);
    teacher.must_show("Nothing would be different.");
    let fields = [("time", "extra"), ("extra", "x"), ("attempts", "allowed"), ("attempts_allowed", "3")];
    assert_eq!(send(&mut teacher, &one, &one, &fields, PLAIN), 422);
    teacher.must_show("id=\"f-extra-problem\"");
    assert_eq!(teacher.form(&one).values("attempts"), ["allowed"]);
    let fields = [("time", "extra"), ("extra", "30"), ("attempts", "allowed"), ("attempts_allowed", "3")];
    assert_eq!(send(&mut teacher, &one, &one, &fields, PLAIN), 200);
    teacher.must_show("30 minutes more.");
    assert_eq!(
        (terms(&learner)["time_limit_ms"].clone(), terms(&learner)["attempts_allowed"].clone()),
        (json!(5_400_000), json!(3))
    );
    let fields = [("closes", "2026-09-10T12:00")];
    assert_eq!(send(&mut teacher, &all, &all, &fields, PLAIN), 200);
    teacher.must_show("Monday");
    // What there is stands in the form, and goes after a question.
    assert_eq!(teacher.open(&one), 200);
    assert_eq!(teacher.form(&one).values("extra"), ["30"]);
    let remove = format!("{one}/remove");
    assert_eq!(send(&mut teacher, &remove, &remove, &[], PLAIN), 200);
    assert_eq!(terms(&learner)["time_limit_ms"], 3_600_000);
    assert_eq!(teacher.open(&remove), 404);
    let rows = exam.app.get(&format!("/api/quizzes/{quiz}/overrides")).by(&exam.teacher).send().json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert_eq!(rows["items"][0]["change"]["closes"], "2026-09-10T12:00:00.000Z");
    // It opens after that group's closing now: the check sees it.
    let fields = [("opens", "2026-09-11T08:00"), ("closes", "2026-09-12T08:00")];
    assert_eq!(send(&mut teacher, &path("edit"), &path("edit"), &fields, PLAIN), 200);
    assert_eq!(teacher.open(&path("check")), 200);
    teacher.must_show("An exception closes the quiz before it opens.");
}

#[test]
fn the_check_looks_around_the_quiz_and_compares_with_what_the_machine_carries() {
    let exam = Exam::new();
    let quiz =
        exam.simple_quiz(1, &json!({ "opens": "2026-09-08T08:00:00Z", "closes": "2026-09-08T10:00:00Z" }));
    let check =
        || exam.app.get(&format!("/api/quizzes/{quiz}/check")).by(&exam.teacher).send().status(200).json();
    let faults = |check: &Value| -> Vec<String> {
        let problems = check["problems"].as_array().unwrap();
        problems.iter().map(|problem| problem["fault"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(faults(&check()), ["not_in_outline", "nobody_enrolled"], "a teacher takes no quiz");
    exam.learner();
    assert_eq!(faults(&check()), ["not_in_outline"]);
    let section = section(&exam, "Week one");
    let item = json!({ "title": "Test", "content": { "kind": "quiz", "quiz": quiz },
        "availability": { "visible": true, "from": "2026-09-08T09:00:00Z" } });
    exam.app.post(&format!("/api/sections/{section}/items")).by(&exam.teacher).json(&item).send().status(201);
    assert_eq!(faults(&check()), ["hidden_item"]);
    for _ in 0..8 {
        exam.learner();
    }
    let measured =
        json!({ "measured": "2026-09-01T08:00:00Z", "carried": 10, "margin_percent": 20, "limit": "cpu" });
    exam.app.put("/api/capacity").by(&exam.admin).json(&measured).send().status(200);
    let found = check();
    assert_eq!(faults(&found), ["hidden_item", "too_many_learners"]);
    assert_eq!(
        (found["enrolled"].clone(), found["at_once"].clone(), found["recommended"].clone()),
        (json!(9), json!(9), json!(8))
    );
    assert_eq!(found["ready"], true, "warnings keep nobody from publishing");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&format!("/quizzes/{quiz}/check")), 200);
    teacher.must_show("Up to 9 learners come at once; this server was measured to carry 8.");
    teacher.must_show(&format!("href=\"/courses/{COURSE}/edit\""));
    assert_eq!(teacher.open(&format!("/quizzes/{quiz}/live")), 200);
    teacher.must_show("of 9 learners");
    exam.pass(3 * 24 * 3_600_000);
    assert!(faults(&check()).contains(&"is_closed".to_owned()));
}

#[test]
fn a_quiz_that_nobody_began_goes_with_its_place_and_its_exceptions() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let learner = exam.learner();
    exam.set_user_override(quiz, &learner, &json!({ "unlimited_time": true })).send().status(200);
    let section = section(&exam, "Week one");
    let item = json!({ "title": "Test", "content": { "kind": "quiz", "quiz": quiz } });
    exam.app.post(&format!("/api/sections/{section}/items")).by(&exam.teacher).json(&item).send().status(201);
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let path = format!("/quizzes/{quiz}/delete");
    assert_eq!(teacher.open(&path), 200);
    teacher.must_show("Nobody has a grade in it.");
    // An exam on paper: grades without an attempt.
    let grades = format!("/api/courses/{COURSE}/grades");
    let structure = exam.app.get(&format!("{grades}/structure")).by(&exam.teacher).send().json();
    let graded = format!("{grades}/learners/{}/items/{}", learner.user, structure["items"][0]["id"]);
    let put = exam.app.put(&format!("{graded}/override")).by(&exam.teacher).header("If-Match", "*");
    put.json(&json!({ "value": 1 })).send().status(200);
    assert_eq!(teacher.open(&path), 200);
    teacher.must_show("1 learner has a grade in it, which goes.");
    teacher.must_show("1 exception goes along.");
    teacher.must_show("It leaves the course");
    let form = teacher.form(&path);
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("A quiz is deleted.");
    exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().problem(404, "not_found");
    let outline = exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().json();
    assert_eq!(outline["sections"][0]["items"], json!([]));
}

#[test]
fn these_pages_are_for_who_edits_the_quiz() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    let mut browser = Browser::of(&exam, &learner);
    for page in ["edit", "slots", "overrides", "overrides/new", "check", "preview", "delete"] {
        let code = browser.open(&format!("/quizzes/{quiz}/{page}"));
        assert!([403, 404].contains(&code), "{page}: {code}");
    }
    let code = browser.open(&format!("/courses/{COURSE}/quizzes/new"));
    assert!([403, 404].contains(&code), "{code}");
}
