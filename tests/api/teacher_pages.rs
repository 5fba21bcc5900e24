//! The pages of who teaches, as a browser without scripts uses them: who may open each, what each form does when it is
//! right, and what it says when it is not. What was done is looked at through the API.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, essay, id, says};
use crate::pages::{Browser, has, lacks, text};
use crate::support::Person;

/// Somebody who may not see a page of the course: a learner is told so, and a stranger finds nothing.
fn only_for_teachers(exam: &Exam, learner: &Person, paths: &[String]) {
    for path in paths {
        Browser::of(&exam.app, &exam.teacher).get(path).status(200);
        let kept_out = Browser::of(&exam.app, learner).get(path);
        assert!([403, 404].contains(&kept_out.code), "{path} to a learner: {}", kept_out.code);
        assert_eq!(
            Browser::new(&exam.app).get(path).status(303).header("location").unwrap().split('?').next(),
            Some("/sign-in")
        );
    }
}

fn log(exam: &Exam, attempt: u64) -> Value {
    exam.app.get(&format!("/api/attempts/{attempt}/log")).by(&exam.teacher).send().status(200).json()
}

#[test]
fn the_monitor_counts_who_works_who_is_silent_and_who_is_done() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({ "time_limit_ms": 3_600_000 }));
    let (quick, slow, fresh) = (exam.learner(), exam.learner(), exam.learner());
    let done = id(&exam.start(&quick, quiz));
    exam.submit(&quick, done);
    let silent = id(&exam.start(&slow, quiz));
    exam.save(&slow, silent, 0, 1, &says(true));
    exam.pass(6 * 60_000);
    let working = id(&exam.start(&fresh, quiz));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = browser.get(&format!("/quizzes/{quiz}/live")).status(200);
    for count in ["all\">3", "running\">1", "silent\">1", "finished\">1"] {
        has(&page, &format!("data-count=\"{count}<"));
    }
    has(&page, "<b data-far=\"2\">1</b>");
    has(&page, "54 minutes");
    // Who is silent stands first, who is done last.
    let html = text(&page);
    let at = |attempt: u64| html.find(&format!("data-attempt=\"{attempt}\"")).unwrap();
    assert!(at(silent) < at(working) && at(working) < at(done));
    // The line that the script fills for who comes in later is made as all the others are, with a name for its link.
    let blank = html.split("<template id=\"row\">").nth(1).unwrap().split("</template>").next().unwrap();
    let shape = |row: &str| {
        let tags = row.split('<').skip(1).map(|part| part.split([' ', '>']).next().unwrap().to_owned());
        tags.collect::<Vec<_>>()
    };
    let listed = html[at(working)..].split("</tr>").next().unwrap();
    let blank = blank.split_once("data-attempt").unwrap().1.split("</tr>").next().unwrap();
    assert_eq!(shape(blank), shape(listed));
    assert!(blank.contains("<a class=\"reopen\" hidden"), "{blank}");
    let filtered = browser.get(&format!("/quizzes/{quiz}/live?show=silent")).status(200);
    has(&filtered, &format!("data-attempt=\"{silent}\""));
    assert!(!text(&filtered).contains(&format!("data-attempt=\"{working}\"")));
    let none = browser.get(&format!("/quizzes/{quiz}/live?name=nobody+of+this+name")).status(200);
    has(&none, "Nobody to show.");
    only_for_teachers(
        &exam,
        &quick,
        &[
            format!("/quizzes/{quiz}/live"),
            format!("/quizzes/{quiz}/live/extend?all=true"),
            format!("/quizzes/{quiz}/live/close?attempts%5B%5D={silent}"),
            format!("/attempts/{done}/reopen"),
            format!("/courses/{COURSE}/quizzes"),
        ],
    );
    let list = browser.get(&format!("/courses/{COURSE}/quizzes")).status(200);
    has(&list, "2 working on it");
    has(&list, &format!("/quizzes/{quiz}/live"));
}

#[test]
fn a_lost_connection_is_shown_until_the_learner_is_back() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.pass(1_000);
    let report = json!({ "reports": [{ "kind": "connection_lost" }] });
    let path = format!("/api/attempts/{attempt}/reports");
    exam.app.post(&path).by(&learner).json(&report).send().status(204);
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&format!("/quizzes/{quiz}/live")), "<span class=\"tag bad\">Connection lost</span>");
    exam.pass(1_000);
    exam.save(&learner, attempt, 0, 1, &says(true));
    let back = browser.get(&format!("/quizzes/{quiz}/live"));
    has(&back, "<span class=\"tag accent\">Working</span>");
    let row = exam.app.get(&format!("/api/quizzes/{quiz}/live")).by(&exam.teacher).send().json()["items"][0]
        .clone();
    assert_eq!(
        (row["connection_lost"].clone(), row["seen"].clone()),
        (json!(false), json!(exam.now().to_string()))
    );
}

#[test]
fn a_page_that_falls_silent_is_cut_off_and_who_thinks_is_not() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 3_600_000 }));
    let (cut, thinking, program) = (exam.learner(), exam.learner(), exam.learner());
    let attempts: Vec<u64> =
        [&cut, &thinking, &program].iter().map(|learner| id(&exam.start(learner, quiz))).collect();
    let here = |learner: &Person, attempt: u64| {
        exam.app.post(&format!("/api/attempts/{attempt}/here")).by(learner).send()
    };
    let lost = || -> Vec<bool> {
        let path = format!("/api/quizzes/{quiz}/live");
        let rows = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        let lost = |attempt: &u64| {
            let row =
                rows["items"].as_array().unwrap().iter().find(|row| row["attempt"] == *attempt).unwrap();
            row["connection_lost"].as_bool().unwrap()
        };
        attempts.iter().map(lost).collect()
    };
    let told = here(&cut, attempts[0]).status(200).json();
    assert_eq!((told["state"].clone(), told["remaining_ms"].clone()), (json!("running"), json!(3_600_000)));
    here(&thinking, attempts[1]).status(200);
    here(&thinking, attempts[0]).problem(404, "not_found");
    assert_eq!(lost(), [false, false, false]);
    // For five minutes nobody answers anything: one page goes on saying that it is there, one attempt never had a page.
    for _ in 0..5 {
        exam.pass(60_000);
        here(&thinking, attempts[1]).status(200);
    }
    assert_eq!(lost(), [true, false, false]);
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = browser.get(&format!("/quizzes/{quiz}/live")).status(200);
    assert_eq!(text(&page).matches("<span class=\"tag bad\">Connection lost</span>").count(), 1);
    // A save is a sign of life, too; the page's next word is another.
    exam.save(&cut, attempts[0], 0, 1, &says(true));
    assert_eq!(lost(), [false, false, false]);
    exam.pass(75_000);
    assert_eq!(lost(), [true, true, false]);
    here(&cut, attempts[0]).status(200);
    assert_eq!(lost(), [false, true, false]);
    // A loss that was reported late is over once the page is heard of.
    let report = json!({ "reports": [{ "kind": "connection_lost" }] });
    exam.app
        .post(&format!("/api/attempts/{}/reports", attempts[0]))
        .by(&cut)
        .json(&report)
        .send()
        .status(204);
    assert_eq!(lost(), [true, true, false]);
    exam.pass(1_000);
    here(&cut, attempts[0]).status(200);
    assert_eq!(lost(), [false, true, false]);
    // Who has handed in is not waited for.
    exam.submit(&thinking, attempts[1]);
    let told = here(&thinking, attempts[1]).status(200).json();
    assert_eq!((told["state"].clone(), told["remaining_ms"].clone()), (json!("finished"), Value::Null));
    exam.pass(75_000);
    assert_eq!(lost(), [true, false, false]);
}

#[test]
fn more_time_for_the_chosen_and_for_all_is_given_once_and_wrong_minutes_are_kept() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let learners = [exam.learner(), exam.learner()];
    let attempts: Vec<u64> = learners.iter().map(|learner| id(&exam.start(learner, quiz))).collect();
    let deadline =
        |at: usize| exam.attempt(&learners[at], attempts[at])["deadline"].as_str().unwrap().to_owned();
    let before = deadline(0);
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let (ask, action) = (
        format!("/quizzes/{quiz}/live/extend?attempts%5B%5D={}", attempts[0]),
        format!("/quizzes/{quiz}/live/extend"),
    );
    let refused = browser.fill(&ask, &action, &[("minutes", "ten"), ("reason", "fire drill")]).status(422);
    has(&refused, "value=\"ten\"");
    has(&refused, "fire drill");
    has(&refused, "id=\"f-minutes-problem\"");
    has(&refused, &format!("name=\"attempts[]\" value=\"{}\"", attempts[0]));
    assert_eq!(deadline(0), before, "a refused form changes nothing");
    let done = browser.fill(&ask, &action, &[("minutes", "5"), ("reason", "fire drill")]);
    has(&browser.follow(&done), "1 person has more time now.");
    assert_eq!(deadline(0), exam.now_plus(900_000));
    assert_eq!(deadline(1), before);
    assert!(log(&exam, attempts[0]).to_string().contains("fire drill"));
    let page = browser.get(&format!("{action}?all=true")).status(200);
    has(&page, "All 2 people");
    let reference = text(&page)
        .split("name=\"reference\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let csrf =
        text(&page).split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields =
        [("all", "true"), ("minutes", "10"), ("reference", reference.as_str()), ("csrf", csrf.as_str())];
    browser.post(&action, &fields).status(303);
    let twice = browser.post(&action, &fields);
    has(&browser.follow(&twice), "Nobody got more time");
    assert_eq!(deadline(1), exam.now_plus(1_200_000));
    let forged = browser.post(&action, &[("minutes", "10"), ("reference", "7")]);
    assert_eq!(forged.code, 403, "a form without the token");
    assert_eq!(deadline(1), exam.now_plus(1_200_000));
}

#[test]
fn the_chosen_are_handed_in_after_a_question_and_let_go_on_for_some_minutes() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let (learner, other) = (exam.learner(), exam.learner());
    let (attempt, untouched) = (id(&exam.start(&learner, quiz)), id(&exam.start(&other, quiz)));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let close = format!("/quizzes/{quiz}/live/close");
    let empty = browser.get(&close);
    has(&browser.follow(&empty), "Nobody is chosen.");
    let done = browser.fill(&format!("{close}?attempts%5B%5D={attempt}"), &close, &[]);
    has(&browser.follow(&done), "1 attempt is handed in.");
    let state = |attempt: u64| {
        let rows = exam.app.get(&format!("/api/quizzes/{quiz}/live")).by(&exam.teacher).send().json();
        let rows = rows["items"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["attempt"] == attempt).unwrap()
    };
    assert_eq!(state(attempt)["finished_by"], "supervisor");
    assert!(state(untouched)["finished"].is_null());
    let reopen = format!("/attempts/{attempt}/reopen");
    let refused = browser.fill(&reopen, &reopen, &[("minutes", "0")]).status(422);
    has(&refused, "id=\"f-minutes-problem\"");
    assert!(!state(attempt)["finished"].is_null());
    let done = browser.fill(&reopen, &reopen, &[("minutes", "7"), ("reason", "it was a mistake")]);
    has(&browser.follow(&done), "The attempt runs again.");
    assert!(state(attempt)["finished"].is_null());
    assert_eq!(state(attempt)["deadline"], exam.now_plus(7 * 60_000));
    has(&browser.fill(&reopen, &reopen, &[("minutes", "7")]).status(409), "still being worked on");
    // Attempts of another quiz are not touched from here.
    let elsewhere = exam.simple_quiz(1, &json!({}));
    let page = browser.get(&format!("/quizzes/{elsewhere}/live/close?attempts%5B%5D={attempt}"));
    assert_eq!(page.code, 422);
    assert!(state(attempt)["finished"].is_null());
}

/// A gradebook with an item by hand and a quiz that the learner took.
struct Graded {
    exam: Exam,
    learner: Person,
    item: u64,
    quiz_item: u64,
}

fn graded() -> Graded {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({}));
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    let path = format!("/api/courses/{COURSE}/grades/items");
    let body = json!({ "name": "Essay", "max": 10 });
    let item = id(&exam.app.post(&path).by(&exam.teacher).json(&body).send().status(201).json());
    let structure =
        exam.app.get(&format!("/api/courses/{COURSE}/grades/structure")).by(&exam.teacher).send().json();
    let items = structure["items"].as_array().unwrap();
    let quiz_item = items.iter().find(|item| !item["quiz"].is_null()).unwrap()["id"].as_u64().unwrap();
    Graded { exam, learner, item, quiz_item }
}

impl Graded {
    fn grade(&self, item: u64) -> Value {
        let path = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", self.learner.user);
        self.exam.app.get(&path).by(&self.exam.teacher).send().status(200).json()
    }
}

#[test]
fn the_gradebook_shows_everybody_in_pages_and_by_group_and_name() {
    let graded = graded();
    let exam = &graded.exam;
    let others: Vec<Person> = (0..45).map(|_| exam.learner()).collect();
    let group = exam.group("Monday", &[&others[0], &graded.learner]);
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let path = format!("/courses/{COURSE}/gradebook");
    let page = browser.get(&path).status(200);
    has(&page, "46 learners");
    has(&page, "Page 1 of 2");
    has(&page, "Essay");
    assert_eq!(text(&page).matches("<tr data-user=").count(), 40);
    let second = browser.get(&format!("{path}?page=1")).status(200);
    assert_eq!(text(&second).matches("<tr data-user=").count(), 6);
    let grouped = browser.get(&format!("{path}?group={group}")).status(200);
    assert_eq!(text(&grouped).matches("<tr data-user=").count(), 2);
    has(&grouped, &format!("data-users=\"{} {}\"", graded.learner.user, others[0].user));
    has(&browser.get(&format!("{path}?name=zzz")).status(200), "There is no learner to show.");
    let row = format!("{path}/{}", graded.learner.user);
    only_for_teachers(exam, &graded.learner, &[path, row]);
}

#[test]
fn one_learners_grades_are_changed_in_a_form_all_or_none() {
    let graded = graded();
    let (item, quiz_item) = (graded.item, graded.quiz_item);
    let mut browser = Browser::of(&graded.exam.app, &graded.exam.teacher);
    let path = format!("/courses/{COURSE}/gradebook/{}", graded.learner.user);
    let (points, of_quiz) = (format!("points/{item}"), format!("points/{quiz_item}"));
    let wrong = [(points.as_str(), "11"), (of_quiz.as_str(), "1")];
    let refused = browser.fill(&path, &path, &wrong).status(422);
    has(&refused, &format!("href=\"#f-points-{item}\""));
    has(&refused, "value=\"11\"");
    assert!(graded.grade(item)["computed"].is_null() && graded.grade(quiz_item)["overridden"].is_null());
    // What is no number is said of every line at once.
    let unread = browser.fill(&path, &path, &[(points.as_str(), "x"), (of_quiz.as_str(), "y")]).status(422);
    for problem in [format!("id=\"f-points-{item}-problem\""), format!("id=\"f-points-{quiz_item}-problem\"")]
    {
        has(&unread, &problem);
    }
    let excluded = format!("excluded/{item}");
    let right = [
        (points.as_str(), "٧٫٥"),
        (of_quiz.as_str(), "2"),
        (excluded.as_str(), "true"),
        ("reason", "appeal"),
    ];
    let done = browser.fill(&path, &path, &right);
    has(&browser.follow(&done), "2 grades were changed.");
    assert_eq!(
        (graded.grade(item)["computed"].clone(), graded.grade(item)["excluded"].clone()),
        (json!(7.5), json!(true))
    );
    let overridden = graded.grade(quiz_item)["overridden"].clone();
    assert_eq!((overridden["value"].clone(), overridden["reason"].clone()), (json!(2.0), json!("appeal")));
    // What was typed on a page that is not true any more is refused, and kept.
    let stale = browser.get(&path).status(200);
    has(&stale, "value=\"7.5\"");
    // How many points there can be stands beside the field.
    has(&stale, "aria-label=\"Points for Essay, of 10\"");
    has(&stale, "<span aria-hidden=\"true\">of 10</span>");
    let api = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", graded.learner.user);
    let by_api = graded.exam.app.put(&api).by(&graded.exam.teacher).header("If-Match", "*");
    by_api.json(&json!({ "points": 3 })).send().status(200);
    let html = text(&stale);
    let hidden = |name: &str| {
        html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (revision, csrf) = (hidden(&format!("revision/{item}")), hidden("csrf"));
    let late = [
        ("csrf", csrf.as_str()),
        (&format!("revision/{item}"), &revision),
        (points.as_str(), "9"),
        (excluded.as_str(), "true"),
    ];
    let refused = browser.post(&path, &late).status(412);
    has(&refused, "value=\"9\"");
    assert_eq!(graded.grade(item)["computed"], 3.0);
    let nothing = browser.fill(
        &path,
        &path,
        &[(points.as_str(), "3"), (excluded.as_str(), "true"), (of_quiz.as_str(), "2")],
    );
    has(&browser.follow(&nothing), "Nothing was changed.");
    // An emptied field takes the override of a quiz away.
    let emptied =
        [(points.as_str(), "3"), (excluded.as_str(), "true"), (of_quiz.as_str(), ""), ("sure", "true")];
    // After asking; what is wrong beside it is said before that.
    let wrong = [(points.as_str(), "1000"), (excluded.as_str(), "true"), (of_quiz.as_str(), "")];
    has(&browser.fill(&path, &path, &wrong).status(422), "value=\"1000\"");
    has(&browser.fill(&path, &path, &emptied[..3]).status(200), "A quiz: 2");
    let done = browser.fill(&path, &path, &emptied);
    has(&browser.follow(&done), "1 grade was changed.");
    assert!(graded.grade(quiz_item)["overridden"].is_null());
}

/// A quiz with an essay and a question by key, handed in by somebody who wrote this.
#[test]
fn a_paper_is_reached_from_the_monitor_and_the_gradebook_with_whose_it_is_and_its_log() {
    let exam = Exam::new();
    let ada = crate::people::account(&exam.app, &crate::people::admin(&exam.app), "ada");
    let people = json!({ "people": [{ "user": ada, "role": "learner" }] });
    let enrolments = format!("/api/courses/{COURSE}/enrolments");
    exam.app.post(&enrolments).by(&exam.teacher).json(&people).send().status(200);
    let learner = exam.app.signed_in(lyceum::domain::ids::UserId(ada), &[]);
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let attempt = id(&exam.start(&learner, quiz));
    let reports =
        json!({ "reports": [{ "kind": "focus_lost" }, { "kind": "pasted", "detail": "12 letters" }] });
    let path = format!("/api/attempts/{attempt}/reports");
    exam.app.post(&path).by(&learner).json(&reports).send().status(204);
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let (ask, action) = (
        format!("/quizzes/{quiz}/live/extend?attempts%5B%5D={attempt}"),
        format!("/quizzes/{quiz}/live/extend"),
    );
    browser.fill(&ask, &action, &[("minutes", "10"), ("reason", "fire drill")]).status(303);
    let review = format!("/attempts/{attempt}/review");
    let link = format!("href=\"{review}\"");
    has(&browser.get(&format!("/quizzes/{quiz}/live")), &format!("{link}><bdi>Ada Lovelace</bdi>"));
    has(&browser.get(&review).status(200), "<td class=\"long-words\">The page lost the focus</td>");
    exam.submit(&learner, attempt);
    has(&browser.get(&format!("/courses/{COURSE}/gradebook/{ada}")), &format!("{link}>Attempt 1<"));
    let course = exam.app.get(&format!("/api/courses/{COURSE}")).by(&exam.teacher).send().json();
    let whose = format!(
        "<strong><bdi>Ada Lovelace</bdi></strong> · <bdi>{}</bdi> · Attempt 1</p>",
        course["title"].as_str().unwrap()
    );
    let page = browser.get(&review).status(200);
    has(&page, &whose);
    let entries = [
        "Begun from 127.0.0.1",
        "The page lost the focus",
        "Something was pasted: 12 letters",
        "More time: 10 minutes, until",
        "fire drill",
        ">Handed in</td>",
    ];
    for entry in entries {
        has(&page, entry);
    }
    // A page of the log further on begins behind what was shown, without the beginning.
    let further = browser.get(&format!("{review}?log=1")).status(200);
    has(&further, "12 letters");
    lacks(&further, "The page lost the focus");
    lacks(&further, "Begun from");
    // The learner's paper says whose it is, too; the log is for who sees everybody's.
    let own = Browser::of(&exam.app, &learner).get(&review).status(200);
    has(&own, &whose);
    lacks(&own, "fire drill");
    lacks(&own, "The page lost the focus");
}

fn with_essay(exam: &Exam, texts: &[&str]) -> (u64, Vec<u64>) {
    let slots = json!([
        { "points": 4, "question": exam.question(&essay("Why?")) },
        { "points": 1, "question": exam.question(&crate::exam::truth("Is it?", true)) },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let attempts = texts.iter().map(|text| {
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        exam.save(&learner, attempt, 0, 1, &json!({ "type": "essay", "text": text }));
        exam.submit(&learner, attempt);
        attempt
    });
    (quiz, attempts.collect())
}

fn mark_of(exam: &Exam, attempt: u64, slot: usize) -> Value {
    exam.review(&exam.teacher, attempt)["slots"][slot].clone()
}

#[test]
fn essays_are_marked_one_after_another_and_what_is_wrong_is_kept() {
    let exam = Exam::new();
    let (quiz, attempts) = with_essay(&exam, &["Because <b>so</b>.", "Second"]);
    let path = format!("/quizzes/{quiz}/marking");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = browser.get(&path).status(200);
    has(&page, "2 to be marked");
    has(&page, "Because &#60;b&#62;so&#60;/b&#62;.");
    let name = exam.review(&exam.teacher, attempts[0])["user"].to_string();
    has(&page, &format!("<bdi>{name}</bdi>"));
    let hidden = browser.get(&format!("{path}?anonymous=true")).status(200);
    assert!(!text(&hidden).contains(&name), "without names nobody's is there");
    // The field takes as many letters as the rule does.
    has(&page, "name=\"comment\" rows=\"6\" dir=\"auto\" maxlength=\"4000\"");
    let long = "ي".repeat(4_001);
    let refused = browser.fill(&path, &path, &[("points", "1"), ("comment", &long)]).status(422);
    has(&refused, "Is longer than 4000 characters.");
    let refused = browser.fill(&path, &path, &[("points", "1,000")]).status(422);
    has(&refused, "Could be read in two ways: write 1000 or 1.000.");
    let refused = browser.fill(&path, &path, &[("points", "5"), ("comment", "Too much")]).status(422);
    has(&refused, "value=\"5\"");
    has(&refused, "Too much</textarea>");
    has(&refused, "id=\"f-points-problem\"");
    assert_eq!(mark_of(&exam, attempts[0], 0)["mark"]["points"], Value::Null);
    let stale = browser.get(&path).status(200);
    let done =
        browser.fill(&format!("{path}?anonymous=true"), &path, &[("points", "2,5"), ("comment", "Half")]);
    let to = done.header("location").unwrap().to_owned();
    assert!(to.contains("anonymous=true"), "{to}");
    let next = browser.follow(&done);
    has(&next, "The mark is saved.");
    has(&next, "1 to be marked");
    has(&next, "Second");
    let marked = mark_of(&exam, attempts[0], 0);
    assert_eq!(
        (marked["mark"]["points"].clone(), marked["feedback"]["comment"].clone()),
        (json!(2.5), json!("Half"))
    );
    // Somebody else who had the same page open does not write over it unseen.
    let html = text(&stale);
    let csrf = html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let at = format!("{}.0", attempts[0]);
    let late = [("csrf", csrf), ("at", at.as_str()), ("save", "1"), ("marked", ""), ("points", "0")];
    browser.post(&path, &late).status(412);
    assert_eq!(mark_of(&exam, attempts[0], 0)["mark"]["points"], 2.5);
    // The one before is opened again and changed.
    let again = format!("{path}?at={}.0", attempts[0]);
    has(&browser.get(&again).status(200), "value=\"2.5\"");
    browser.fill(&again, &path, &[("points", "3"), ("comment", "")]).status(303);
    assert_eq!(mark_of(&exam, attempts[0], 0)["mark"]["points"], 3.0);
    let last = browser.fill(&path, &path, &[("points", "4")]);
    has(&browser.follow(&last), "Nothing waits for marking.");
    let learner = exam.learner();
    only_for_teachers(&exam, &learner, std::slice::from_ref(&path));
    let elsewhere = exam.simple_quiz(1, &json!({}));
    assert_eq!(browser.get(&format!("/quizzes/{elsewhere}/marking?at={}.0", attempts[0])).code, 404);
}

#[test]
fn a_regrade_says_whose_marks_would_change_before_it_changes_them() {
    let exam = Exam::new();
    let question = exam.question(&crate::exam::truth("Is it?", true));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": question }] }));
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(false));
    exam.submit(&learner, attempt);
    let points = || mark_of(&exam, attempt, 0)["mark"]["points"].clone();
    assert_eq!(points(), 0.0);
    let path = format!("/quizzes/{quiz}/regrade");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&path).status(200), "Nothing was changed under the marks.");
    has(&browser.get(&format!("{path}?preview=true")).status(200), "marks would change.<");
    exam.edit_question(question, &crate::exam::truth("Is it?", false));
    has(&browser.get(&path).status(200), "1 question is marked by another key.");
    let preview = format!("{path}?preview=true&latest_versions=false&latest_versions=true");
    has(&browser.get(&preview).status(200), "The marks of 1 attempt would change.");
    assert_eq!(points(), 0.0, "looking changes nothing");
    let html = text(&browser.get(&preview));
    let csrf = html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(browser.post(&path, &[("latest_versions", "true")]).code, 403);
    assert_eq!(points(), 0.0);
    let done = browser.post(&path, &[("csrf", csrf.as_str()), ("latest_versions", "true")]);
    has(&browser.follow(&done), "The marks of 1 attempt were changed.");
    assert_eq!(points(), 1.0);
    only_for_teachers(&exam, &learner, &[path]);
}

#[test]
fn a_regrade_says_what_marks_are_of_and_passes_over_who_still_works() {
    let exam = Exam::new();
    let questions = [true, true].map(|key| exam.question(&crate::exam::truth("Is it?", key)));
    let slots = |points: u8| json!([{ "points": 16, "question": questions[0] }, { "points": points, "question": questions[1] }]);
    let quiz = exam.quiz(&json!({ "slots": slots(4) }));
    let (done, works) = (exam.learner(), exam.learner());
    let attempt = id(&exam.start(&done, quiz));
    exam.save(&done, attempt, 0, 1, &says(true));
    exam.submit(&done, attempt);
    let running = id(&exam.start(&works, quiz));
    exam.change_quiz(quiz, &json!({ "slots": slots(5) })).send().status(200);
    let path = format!("/quizzes/{quiz}/regrade");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let preview = browser.get(&format!("{path}?preview=true")).status(200);
    has(&preview, "The marks of 1 attempt would change.");
    has(&preview, "<td class=\"number\">16 of 20</td><td class=\"number\"><b>16 of 21</b></td>");
    assert_eq!(text(&preview).matches("<tr><th scope=\"row\">").count(), 1, "{}", text(&preview));
    let html = text(&preview);
    let csrf = html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let made = browser.post(&path, &[("csrf", csrf.as_str())]);
    has(&browser.follow(&made), "The marks of 1 attempt were changed.");
    // The paper of who still works has the new points all the same.
    assert_eq!(exam.review(&exam.teacher, running)["max_points"], 21.0);
}

#[test]
fn statistics_say_how_hard_a_question_is_and_what_was_chosen() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({}));
    let path = format!("/quizzes/{quiz}/statistics");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&path).status(200), "Nobody has handed in yet");
    for right in [true, true, false, true] {
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        exam.save(&learner, attempt, 0, 1, &says(right));
        exam.submit(&learner, attempt);
    }
    let page = browser.get(&path).status(200);
    has(&page, "75.0 %");
    has(&page, "0.0 %");
    // Three said true, one false; nobody answered the second question.
    for count in ["<b>3</b>", "<b>1</b>", "<b>4</b>"] {
        has(&page, count);
    }
    let learner = exam.learner();
    only_for_teachers(&exam, &learner, &[path]);
}

#[test]
fn a_course_keeps_learning_records_from_a_button_on() {
    let exam = Exam::new();
    let edit = format!("/courses/{COURSE}/edit");
    let form = format!("/courses/{COURSE}/learning-records");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let keeps = || {
        let view =
            exam.app.get(&format!("/api/courses/{COURSE}")).by(&exam.teacher).send().status(200).json();
        view["staff"]["learning_records"].as_bool().unwrap()
    };
    has(&browser.get(&edit).status(200), "Not kept");
    let done = browser.fill(&edit, &form, &[("learning_records", "on")]);
    has(&browser.follow(&done), "From now on learning records are kept.");
    assert!(keeps());
    has(&browser.fill(&edit, &form, &[("learning_records", "off")]).status(200), "cannot be written later");
    assert!(keeps());
    let done = browser.fill(&edit, &form, &[("learning_records", "off"), ("sure", "true")]);
    has(&browser.follow(&done), "No more learning records are kept.");
    assert!(!keeps());
    let learner = exam.learner();
    Browser::of(&exam.app, &learner).get(&edit).status(403);
}

#[test]
fn a_course_is_built_from_sections_and_what_is_in_them() {
    let exam = Exam::new();
    let learner = exam.learner();
    let edit = format!("/courses/{COURSE}/edit");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&edit).status(200), "The course has no section yet.");
    let add = format!("/courses/{COURSE}/sections");
    let long = "x".repeat(201);
    let refused = browser.fill(&edit, &add, &[("title", &long)]).status(422);
    has(&refused, &long);
    has(&refused, "href=\"#f-title\"");
    for title in ["First week", "Second week"] {
        let done = browser.fill(&edit, &add, &[("title", title)]);
        has(&browser.follow(&done), "The section stands at the end.");
    }
    let outline = || crate::classroom::outline(&exam.app, &exam.teacher, COURSE.0);
    let sections = outline()["sections"].as_array().unwrap().clone();
    let (first, second) = (sections[0]["id"].as_u64().unwrap(), sections[1]["id"].as_u64().unwrap());
    let moved = browser.fill(&edit, &format!("/sections/{second}/move"), &[("way", "up")]);
    assert_eq!(moved.header("location").unwrap(), format!("{edit}#s{second}"));
    has(&browser.get(&edit), "Second week is now number 1 of 2.");
    assert_eq!(outline()["sections"][0]["id"], second);
    browser.fill(&edit, &format!("/sections/{second}/move"), &[("way", "up")]).status(303);
    assert_eq!(outline()["sections"][0]["id"], second, "the first one stays");
    // A link without an address comes back with what was typed; a page leads to its text.
    let items = format!("/sections/{first}/items");
    let bad = [("title", "Elsewhere"), ("kind", "link"), ("content/url", "javascript:alert(1)")];
    let refused = browser.fill(&edit, &items, &bad).status(422);
    has(&refused, "value=\"Elsewhere\"");
    assert_eq!(crate::classroom::titles(&outline()).len(), 0);
    let quiz = exam.simple_quiz(1, &json!({})).to_string();
    browser.fill(&edit, &items, &[("title", "Test"), ("kind", "quiz"), ("content/quiz", &quiz)]).status(303);
    let done = browser.fill(&edit, &items, &[("title", "Read me"), ("kind", "page")]);
    let page = done.header("location").unwrap().to_owned();
    let item = page.split('/').nth(2).unwrap().to_owned();
    let preview = [
        ("markdown", "# Hello\n<script>1</script>"),
        ("do", "preview"),
        ("title", "Read me"),
        ("section", &first.to_string()),
    ];
    let shown = browser.fill(&page, &page, &preview).status(200);
    has(&shown, "<section class=\"card prose\"");
    assert!(!text(&shown).contains("<script>1"), "a preview is as safe as the page");
    let write = [
        ("markdown", "# Hello"),
        ("title", "Read this"),
        ("section", &second.to_string()),
        ("availability/visible", "false"),
    ];
    let stale = browser.get(&page).status(200);
    has(
        &browser
            .fill(&page, &page, &[("title", ""), ("markdown", "kept"), ("section", &first.to_string())])
            .status(422),
        "kept</textarea>",
    );
    let done = browser.fill(&page, &page, &write);
    has(&browser.follow(&done), "Saved.");
    let now = outline();
    assert_eq!(crate::classroom::titles(&now), ["Read this", "Test"], "it moved to the other section");
    assert_eq!(crate::classroom::titles(&crate::classroom::outline(&exam.app, &learner, COURSE.0)), ["Test"]);
    let source = exam.app.get(&format!("/api/items/{item}/source")).by(&exam.teacher).send().status(200);
    assert_eq!(source.text(), "# Hello");
    // The page that was open before is not true any more.
    let html = text(&stale);
    let hidden = |name: &str| {
        html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (csrf, revision, of_text) = (hidden("csrf"), hidden("revision"), hidden("text_revision"));
    let late = [
        ("csrf", csrf.as_str()),
        ("revision", &revision),
        ("text_revision", &of_text),
        ("title", "Late"),
        ("markdown", "late"),
        ("section", &first.to_string()),
    ];
    has(&browser.post(&page, &late).status(412), "value=\"Late\"");
    // What goes is asked about, and a section goes only when it is empty.
    let delete = format!("/items/{item}/delete");
    has(&browser.get(&delete).status(200), "The page and its text go");
    browser.fill(&delete, &delete, &[]).status(303);
    assert_eq!(crate::classroom::titles(&outline()), ["Test"]);
    let full = format!("/sections/{first}/delete");
    has(&browser.get(&full).status(200), "It holds 1 thing.");
    assert_eq!(browser.fill(&full, &full, &[]).code, 409);
    let empty = format!("/sections/{second}/delete");
    browser.fill(&empty, &empty, &[]).status(303);
    assert_eq!(outline()["sections"].as_array().unwrap().len(), 1);
    let rename = format!("/sections/{first}/edit");
    browser.fill(&rename, &rename, &[("title", "Week 1"), ("availability/visible", "true")]).status(303);
    assert_eq!(outline()["sections"][0]["title"], "Week 1");
    let wrong = [("title", "Week 2"), ("availability/from", "tomorrow")];
    has(&browser.fill(&rename, &rename, &wrong).status(422), "value=\"tomorrow\"");
    let archive = [("status", "archived"), ("sure", "true")];
    browser.fill(&edit, &format!("/courses/{COURSE}/status"), &archive).status(303);
    assert_eq!(outline()["status"], "archived");
    only_for_teachers(&exam, &learner, &[edit, rename]);
}

#[test]
fn who_builds_a_course_sees_what_learners_do_not_see_now_and_from_when_they_do() {
    let exam = Exam::new();
    let make = |path: &str, body: &Value| {
        id(&exam.app.post(path).by(&exam.teacher).json(body).send().status(201).json())
    };
    let sections = format!("/api/courses/{COURSE}/sections");
    let from = json!({ "visible": true, "from": "2026-12-05T08:00:00Z", "until": null });
    make(&sections, &json!({ "title": "Later", "availability": from }));
    let week = make(&sections, &json!({ "title": "Now" }));
    let items = format!("/api/sections/{week}/items");
    let page = json!({ "kind": "page", "markdown": "Read." });
    let until = json!({ "visible": true, "from": null, "until": "2026-09-01T08:00:00Z" });
    let hidden = json!({ "visible": false, "from": "2026-12-05T08:00:00Z", "until": null });
    make(&items, &json!({ "title": "Over", "content": page, "availability": until }));
    make(&items, &json!({ "title": "Secret", "content": page, "availability": hidden }));
    make(&items, &json!({ "title": "Open", "content": page }));
    let quiz = exam.simple_quiz(1, &json!({ "published": false }));
    make(&items, &json!({ "title": "Draft", "content": { "kind": "quiz", "quiz": quiz } }));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = text(&browser.get(&format!("/courses/{COURSE}/edit")).status(200));
    let beside = |name: &str| {
        let behind = page.split(&format!("<bdi>{name}</bdi>")).nth(1).unwrap();
        behind.split("<form").next().unwrap().to_owned()
    };
    let is_hidden = |name: &str| beside(name).contains("Hidden from learners");
    assert_eq!(["Later", "Now", "Over", "Secret", "Open"].map(is_hidden), [true, false, true, true, false]);
    assert!(beside("Later").contains("Shown from <time datetime=\"2026-12-05T08:00"), "{}", beside("Later"));
    assert!(beside("Over").contains("Shown until <time datetime=\"2026-09-01T08:00"), "{}", beside("Over"));
    assert!(!beside("Secret").contains("Shown from"), "somebody hid it: the time shows nothing");
    assert!(beside("Draft").contains("Not published") && !beside("Open").contains("Not published"));
}

#[test]
fn a_total_is_replaced_by_a_percentage_and_stands_again() {
    let graded = graded();
    let mut browser = Browser::of(&graded.exam.app, &graded.exam.teacher);
    let path = format!("/courses/{COURSE}/gradebook/{}", graded.learner.user);
    let api = format!("/api/courses/{COURSE}/grades/learners/{}", graded.learner.user);
    let total = || {
        let report = graded.exam.app.get(&api).by(&graded.exam.teacher).send().status(200).json();
        let lines = report["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| !line["category"].is_null()).unwrap()
    };
    let before = total();
    let field = format!("total-points/{}", before["category"]);
    let page = browser.get(&path).status(200);
    has(&page, &format!("name=\"{field}\" value=\"\""));
    assert!(!text(&page).contains(&format!("name=\"total-excluded/{}\"", before["category"])));
    let refused = browser.fill(&path, &path, &[(field.as_str(), "-1")]).status(422);
    has(&refused, &format!("id=\"f-{}-problem\"", field.replace('/', "-")));
    let done = browser.fill(&path, &path, &[(field.as_str(), "87,5"), ("reason", "board of examiners")]);
    has(&browser.follow(&done), "1 grade was changed.");
    let after = total();
    assert_eq!(
        (&after["percentage"], &after["overridden"]["reason"]),
        (&json!(87.5), &json!("board of examiners"))
    );
    // The page that comes back holds what stands; emptied, what was computed counts again.
    has(&browser.get(&path), &format!("name=\"{field}\" value=\"87.5\""));
    let asked = browser.fill(&path, &path, &[(field.as_str(), "")]).status(200);
    has(&asked, "Total: 87.5 %");
    assert_eq!(total()["percentage"], json!(87.5));
    browser.fill(&path, &path, &[(field.as_str(), ""), ("sure", "true")]).status(303);
    assert_eq!(total()["percentage"], before["percentage"]);
}
