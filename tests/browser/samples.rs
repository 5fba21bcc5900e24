//! A quiz with a question of every type, and people who take it: what several walks begin with.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::exam::{COURSE, Exam, with};
use crate::people::{PASSWORD, activated};
use crate::support::Person;

/// A question of every type, as a teacher has them from another system.
pub const EVERY_TYPE: &str = include_str!("every_type.xml");

/// Questions of it.
pub const QUESTIONS: usize = 9;

/// A quiz of them, a point each, in the order of the file, imported and built through the API.
pub fn quiz(exam: &Exam, facts: &Value) -> u64 {
    let path = format!("/api/courses/{COURSE}/questions/import");
    let file = exam.app.post(&path).by(&exam.teacher).body("application/octet-stream", EVERY_TYPE);
    let report = file.send().status(200).json();
    assert_eq!((&report["created"], &report["skipped"]), (&json!(QUESTIONS), &json!([])), "{report}");
    let slots: Vec<Value> = report["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| json!({ "points": 1, "question": line["question"] }))
        .collect();
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    let base = json!({ "name": "Everything", "slots": slots, "review": { "after_submit": all } });
    exam.quiz(&with(&base, facts))
}

/// The same, as a teacher does it: the file is tried and imported on a page, leads on into a quiz, which gets its time and is
/// published.
pub fn built(browser: &Browser, exam: &Exam, base: &str) -> u64 {
    browser.sign_in_as(base, &exam.teacher.token);
    browser.open(&format!("{base}/courses/{COURSE}/questions/import"));
    browser.type_into("#f-file", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/every_type.xml"));
    browser.click("form[action$='/questions/import'] button.main");
    browser.wait_text("Nothing is imported yet");
    browser.shot("import-tried");
    browser.click("form[action$='/questions/import/run'] button.main");
    browser.wait_text(&format!("{QUESTIONS} questions were imported."));
    browser.shot("imported");
    browser.click("section[aria-labelledby='into-quiz'] a.main");
    browser.fill("[name='name']", "Everything");
    browser.click("form[action$='/quizzes/new'] button.main");
    browser.wait_text("The quiz is made.");
    let quiz: u64 = browser.path().split('/').nth(2).unwrap().parse().unwrap();
    browser.fill("[name='points']", "1");
    browser.click(".save button.main");
    browser.wait_text(&format!("{QUESTIONS} questions were added."));
    in_the_order_of_the_file(browser);
    browser.open(&format!("{base}/quizzes/{quiz}/edit"));
    browser.fill("[name='minutes']", "30");
    browser.click(".save button.main");
    browser.wait_text("Saved.");
    browser.open(&format!("{base}/quizzes/{quiz}/check"));
    browser.click("form.publish button.main");
    browser.wait_text("The quiz is published.");
    browser.must_be_quiet();
    // The teacher goes, and stays signed in elsewhere.
    browser.cdp("Network.clearBrowserCookies", &json!({}));
    quiz
}

/// The questions of a quiz come by name; the walk takes them in the order of the file, which their ids have. Each is moved up
/// with its button to where it belongs.
fn in_the_order_of_the_file(browser: &Browser) {
    let listed =
        "[...document.querySelectorAll('ol.slots .what a')].map((it) => Number(it.href.split('/').pop()))";
    let order = || -> Vec<u64> {
        let listed = browser.run(&format!("return {listed}"), &[]);
        listed.as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect()
    };
    let mut wanted = order();
    wanted.sort_unstable();
    for (place, question) in wanted.iter().enumerate() {
        let mut at = order().iter().position(|id| id == question).unwrap();
        while at > place {
            browser.click(&format!("button[value='up-{at}']"));
            at -= 1;
            browser.wait_for(&format!("{listed}[{at}] === {question}"));
        }
    }
    assert_eq!(order(), wanted);
}

/// An account with a password that is a learner of the course; its id.
pub fn learner(exam: &Exam, username: &str) -> u64 {
    let user = activated(&exam.app, &exam.admin, username);
    let body = json!({ "people": [{ "user": user, "role": "learner" }] });
    let path = format!("/api/courses/{COURSE}/enrolments");
    exam.app.post(&path).by(&exam.admin).json(&body).send().status(200);
    user
}

/// Signs in on the page that asks for it.
pub fn sign_in(browser: &Browser, username: &str) {
    browser.fill("#f-username", username);
    browser.fill("#f-password", PASSWORD);
    browser.click("main form[action='/sign-in'] button.main");
}

/// Somebody who has begun a simple exam in the browser.
pub struct Begun {
    pub exam: Exam,
    pub learner: Person,
    pub attempt: u64,
}

/// A learner who begins a quiz of so many questions.
pub fn begun(browser: &Browser, questions: usize, settings: &Value) -> Begun {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(questions, settings);
    let learner = exam.learner();
    browser.sign_in_as(&exam.app.base, &learner.token);
    let attempt = start(browser, &exam.app.base, quiz);
    Begun { exam, learner, attempt }
}

/// Starts a quiz; the attempt's id.
pub fn start(browser: &Browser, base: &str, quiz: u64) -> u64 {
    browser.open(&format!("{base}/quizzes/{quiz}"));
    browser.click("form.start button.main");
    browser.wait_at("/attempts/");
    browser.path().trim_start_matches("/attempts/").split('?').next().unwrap().parse().unwrap()
}

/// Picks from the choices of a question.
pub fn pick(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("label:has(input[name='{name}'][value='{value}'])"));
}

/// Waits for the state of a question.
#[track_caller]
pub fn wait_state(browser: &Browser, slot: usize, state: &str) {
    browser.wait_for(&format!(
        "document.querySelector(\"section[data-slot='{slot}'] .state\").dataset.state === '{state}'"
    ));
}

/// The slots of an attempt in the order in which they were saved.
pub fn saved_slots(exam: &Exam, attempt: u64) -> Vec<u64> {
    let path = format!("/api/attempts/{attempt}/log?limit=500");
    let log = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    let lines = log["items"].as_array().unwrap().iter();
    lines.filter(|line| line["what"] == "saved").map(|line| line["slot"].as_u64().unwrap()).collect()
}
