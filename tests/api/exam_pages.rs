//! The exam room with scripts switched off: a person signs in, starts, answers every type of question, saves, comes back,
//! hands in and sees the grade, with the forms of the pages alone.

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, essay, id, says, truth, with};
use crate::html_form::Form;
use crate::people::{PASSWORD, activated};
use crate::support::{Answer, Person};

/// A browser without scripts: cookies, pages, forms.
pub struct Browser<'a> {
    exam: &'a Exam,
    cookies: Vec<(String, String)>,
    /// The page that is open, and where it is.
    pub page: String,
    pub address: String,
}

impl<'a> Browser<'a> {
    fn new(exam: &'a Exam) -> Self {
        Self { exam, cookies: Vec::new(), page: String::new(), address: String::new() }
    }

    /// With the session of somebody signed in past every password.
    pub fn of(exam: &'a Exam, person: &Person) -> Self {
        let mut browser = Self::new(exam);
        browser.cookies.push(("lyceum_session".to_owned(), person.token.clone()));
        browser
    }

    /// One that is signed in with a form.
    pub fn signed_in(exam: &'a Exam, username: &str) -> Self {
        let mut browser = Self::new(exam);
        browser.open("/sign-in");
        let mut form = browser.form("/sign-in");
        form.set("username", username);
        form.set("password", PASSWORD);
        browser.press(&form, ("", ""));
        browser
    }

    pub fn form(&self, action: &str) -> Form {
        Form::find(&self.page, action)
    }

    fn take(&mut self, answer: &Answer) -> Option<String> {
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        self.page = answer.text();
        let is_html = answer.header("content-type").is_some_and(|media| media.starts_with("text/html"));
        if is_html && answer.code != 303 {
            let mut wrong = crate::pages::check_page(answer);
            // The one page that asks again by itself.
            wrong.retain(|problem| {
                !(problem.ends_with("replaces a header") && self.page.contains("http-equiv=\"refresh\""))
            });
            assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), self.page);
        }
        (answer.code == 303).then(|| answer.header("location").unwrap().to_owned())
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Follows a link; the status at the end of redirects.
    pub fn open(&mut self, address: &str) -> u16 {
        let mut address = address.to_owned();
        loop {
            let answer = self
                .exam
                .app
                .get(&address)
                .header("Cookie", &self.cookie())
                .header("Accept", "text/html")
                .header("Accept-Language", "en")
                .send();
            self.address.clone_from(&address);
            match self.take(&answer) {
                Some(next) => address = next,
                None => return answer.code,
            }
        }
    }

    /// Presses a button; the status at the end.
    pub fn press(&mut self, form: &Form, button: (&str, &str)) -> u16 {
        let answer = self
            .exam
            .app
            .post(&form.action)
            .header("Cookie", &self.cookie())
            .header("Accept", "text/html")
            .header("Accept-Language", "en")
            .body("application/x-www-form-urlencoded", form.body(button))
            .send();
        match self.take(&answer) {
            Some(next) => self.open(&next),
            None => answer.code,
        }
    }

    pub fn shows(&self, text: &str) -> bool {
        self.page.replace(['\u{2068}', '\u{2069}'], "").contains(text)
    }

    #[track_caller]
    pub fn must_show(&self, text: &str) {
        assert!(self.shows(text), "{} lacks {text:?}: {}", self.address, self.page);
    }

    /// Starts a quiz; the attempt's id.
    #[track_caller]
    pub fn start(&mut self, quiz: u64) -> u64 {
        self.open(&format!("/quizzes/{quiz}"));
        let form = self.form(&format!("/quizzes/{quiz}/start"));
        assert_eq!(self.press(&form, ("", "")), 200);
        self.address.strip_prefix("/attempts/").unwrap().parse().unwrap()
    }
}

/// What a learner hears: contents in the language of their course, what the page says in its own.
#[test]
fn contents_say_their_language_where_it_is_not_that_of_the_page() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&choice("single_choice", &[("Wal", 1.0), ("Hai", 0.0)]));
    let quiz =
        exam.quiz(&json!({ "description": "<p>Meer</p>", "slots": [{ "points": 1, "question": question }] }));
    let facts = format!("/courses/{COURSE}/facts");
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let mut told = |tag: &str| {
        teacher.open(&facts);
        let mut form = teacher.form(&facts);
        form.set("language", tag);
        teacher.press(&form, ("", ""));
        teacher.page.clone()
    };
    let mut browser = Browser::of(&exam, &learner);
    assert!(!told("de").contains("class=\"problem\""));
    browser.open(&format!("/courses/{COURSE}"));
    browser.must_show("<h1><bdi lang=\"de\">");
    browser.open(&format!("/quizzes/{quiz}"));
    browser.must_show("dir=\"auto\" lang=\"de\"><p>Meer</p>");
    let attempt = browser.start(quiz);
    browser.must_show("dir=\"auto\" lang=\"de\"><p>single_choice?</p>");
    browser.must_show("<span dir=\"auto\" lang=\"de\">Wal</span>");
    // As the page is.
    assert!(!told("EN").contains("class=\"problem\""));
    browser.open(&format!("/attempts/{attempt}"));
    assert!(!browser.shows("lang=\"EN\""), "{}", browser.page);
    assert!(told("deutsch!").contains("Is no language tag, such as en-GB."));
}

fn choice(kind: &str, options: &[(&str, f64)]) -> Value {
    let options: Vec<Value> = options
        .iter()
        .map(|(text, fraction)| json!({ "text": { "text": text }, "fraction": fraction, "feedback": { "text": format!("FB-{text}") } }))
        .collect();
    json!({ "name": kind, "text": { "text": format!("<p>{kind}?</p>") },
        "kind": { "type": kind, "shuffle": false, "options": options } })
}

fn of_kind(name: &str, text: &str, kind: &Value) -> Value {
    json!({ "name": name, "text": { "text": text }, "kind": kind })
}

/// A question of every type, in the order of the slots; each is worth a point.
fn every_type() -> Vec<Value> {
    vec![
        choice("single_choice", &[("Oslo", 1.0), ("Bergen <b>&</b>", 0.0)]),
        choice("multiple_response", &[("Two", 0.5), ("Nine", -1.0), ("Seven", 0.5)]),
        truth("Water boils?", true),
        of_kind(
            "number",
            "How fast?",
            &json!({ "type": "numerical", "answers": [{ "value": "340", "tolerance": "5", "fraction": 1 }],
                "units": [{ "name": "m/s", "multiplier": "1" }, { "name": "km/h", "multiplier": "3.6" }],
                "unit_rule": { "rule": "optional" }, "unit_entry": "menu" }),
        ),
        of_kind(
            "word",
            "Largest ocean?",
            &json!({ "type": "short_answer", "answers": [{ "pattern": "Pacific", "fraction": 1 }] }),
        ),
        of_kind(
            "match",
            "Match",
            &json!({ "type": "matching", "shuffle": false, "distractors": ["Edison"], "pairs": [
                { "stem": { "text": "Telephone" }, "answer": "Bell" },
                { "stem": { "text": "Dynamite" }, "answer": "Nobel" }] }),
        ),
        of_kind(
            "order",
            "Order",
            &json!({ "type": "ordering", "items": [
                { "text": "Mercury" }, { "text": "Venus" }, { "text": "Earth" }] }),
        ),
        of_kind(
            "cloze",
            "<p>The capital is {1:SHORTANSWER:=Paris} on the {1:MULTICHOICE:=Seine~Loire}; {1:NUMERICAL:=2.1:0.1} million, \
             {1:MULTICHOICE_V:=yes~no}, {1:MULTIRESPONSE:%50%a~%50%b~%-100%c}.</p>",
            &json!({ "type": "cloze" }),
        ),
        essay("Explain."),
    ]
}

fn quiz_of(exam: &Exam, questions: &[Value], facts: &Value) -> u64 {
    let slots: Vec<Value> = questions
        .iter()
        .map(|question| json!({ "points": 1, "question": exam.question(question) }))
        .collect();
    exam.quiz(&with(&json!({ "slots": slots }), facts))
}

/// The position that a menu gives to an answer.
fn option_of(page: &str, menu: &str, words: &str) -> String {
    let from = page.find(&format!("name=\"{menu}\"")).unwrap_or_else(|| panic!("no {menu}"));
    let menu = page[from..].split("</select>").next().unwrap();
    let before = menu.split(&format!(">{words}<")).next().unwrap();
    let (_, value) = before.rsplit_once("value=\"").unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// The item of an order that has these words.
fn item_of(page: &str, words: &str) -> usize {
    let before = page.split(&format!(">{words}<")).next().unwrap();
    let (_, item) = before.rsplit_once("data-item=\"").unwrap();
    item.split('"').next().unwrap().parse().unwrap()
}

fn answer_everything(form: &mut Form, page: &str) {
    form.set("a0", "0");
    form.set("a1", "0");
    form.set("a1", "2");
    form.set("a2", "true");
    form.set("a3", "1224");
    form.set("a3-unit", "km/h");
    form.set("a4", "pacific");
    form.set("a5-0", &option_of(page, "a5-0", "Bell"));
    form.set("a5-1", &option_of(page, "a5-1", "Nobel"));
    for (position, item) in ["Mercury", "Venus", "Earth"].iter().enumerate() {
        form.set(&format!("a6-{}", item_of(page, item)), &(position + 1).to_string());
    }
    form.set("a7-0", "Paris");
    form.set("a7-1", &option_of(page, "a7-1", "Seine"));
    form.set("a7-2", "2,1");
    form.set("a7-3", "0");
    form.set("a7-4", "0");
    form.set("a7-4", "1");
    form.set("a8", "First line\n\n<script>second</script> & more");
}

#[test]
fn an_exam_of_every_type_is_taken_with_forms_alone_and_its_grade_is_seen() {
    let exam = Exam::new();
    activated(&exam.app, &exam.admin, "grace");
    let user =
        exam.app.get("/api/accounts?search=grace").by(&exam.admin).send().json()["items"][0]["id"].clone();
    let body = json!({ "people": [{ "user": user, "role": "learner" }] });
    exam.app
        .post(&format!("/api/courses/{COURSE}/enrolments"))
        .by(&exam.admin)
        .json(&body)
        .send()
        .status(200);
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    let facts =
        json!({ "time_limit_ms": 1_800_000, "access_code": "tulip", "review": { "after_submit": all } });
    let quiz = quiz_of(&exam, &every_type(), &facts);

    let mut browser = Browser::signed_in(&exam, "grace");
    assert_eq!(browser.open(&format!("/quizzes/{quiz}")), 200);
    browser.must_show("30 minutes");
    let start = format!("/quizzes/{quiz}/start");
    let mut form = browser.form(&start);
    form.set("access_code", "rose");
    assert_eq!(browser.press(&form, ("", "")), 403);
    assert_eq!(browser.form(&start).values("access_code"), ["rose"], "what was typed is kept");
    let mut form = browser.form(&start);
    form.set("access_code", "tulip");
    assert_eq!(browser.press(&form, ("", "")), 200);
    let attempt = browser.address.strip_prefix("/attempts/").unwrap().to_owned();
    let room = format!("/attempts/{attempt}");
    browser.must_show("0 of 9 answered");
    browser.must_show("30 minutes");

    // Nothing is nothing: saving an untouched form saves nothing.
    let form = browser.form(&room);
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    browser.must_show("Everything was saved already");

    let mut form = browser.form(&room);
    answer_everything(&mut form, &browser.page);
    let sent = form.clone();
    exam.pass(1000);
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    browser.must_show("9 answers saved at 08:00:01, last receipt");
    browser.must_show("9 of 9 answered");
    browser.must_show("Saved at 08:00:01");

    // A reload shows the answers; saving them again changes nothing.
    assert_eq!(browser.open(&room), 200);
    let form = browser.form(&room);
    let mut answers = 0;
    for control in sent.controls.iter().filter(|control| control.name.starts_with('a')) {
        assert_eq!(form.values(&control.name), sent.values(&control.name), "{}", control.name);
        answers += 1;
    }
    assert!(answers > 20, "{answers}");
    browser.press(&form, ("go", "save"));
    browser.must_show("Everything was saved already");

    // One at a time, going on saves.
    assert_eq!(browser.open(&format!("{room}?question=5")), 200);
    let mut form = browser.form(&room);
    form.set("a4", "Atlantic");
    assert_eq!(browser.press(&form, ("go", "next")), 200);
    assert_eq!(browser.address, format!("{room}?question=6"));
    let form = browser.form(&room);
    assert_eq!(form.values("a4"), ["Atlantic"]);
    browser.press(&form, ("go", "5"));
    let mut form = browser.form(&room);
    form.set("a4", "");
    assert_eq!(browser.press(&form, ("go", "submit")), 200);
    assert_eq!(browser.address, format!("{room}/submit"));
    browser.must_show("1 question is not answered");
    browser.must_show("Question 5");
    browser.open(&format!("{room}?question=5"));
    let mut form = browser.form(&room);
    form.set("a4", "Pacific");
    browser.press(&form, ("go", "submit"));
    browser.must_show("Every question is answered");
    let form = browser.form(&format!("{room}/submit"));
    assert_eq!(browser.press(&form, ("", "")), 200);
    assert_eq!(browser.address, format!("{room}/review"));
    browser.must_show("Handed in. All your answers are stored.");
    browser.must_show("Some answers wait for marking");
    browser.must_show("First line");
    assert!(!browser.page.contains("<script>second"), "an essay is text");
    browser.must_show("FB-Oslo");

    // The essay is marked, and the grade is there.
    let mark = json!({ "points": 0.5, "comment": "Read <with> care." });
    exam.app
        .put(&format!("/api/attempts/{attempt}/slots/8/mark"))
        .by(&exam.teacher)
        .json(&mark)
        .send()
        .status(200);
    browser.open(&format!("{room}/review"));
    browser.must_show("<strong>8.5</strong> of 9 points");
    browser.must_show("Read &#60;with&#62; care.");
    browser.open(&format!("/quizzes/{quiz}"));
    browser.must_show("8.5 of 9 points");

    // Every receipt can be taken along.
    browser.open(&format!("{room}/receipts"));
    browser.must_show("Download everything");
    let chain =
        exam.app.get(&format!("{room}/receipts.json")).header("Cookie", &browser.cookie()).send().status(200);
    assert!(chain.header("content-disposition").unwrap().contains("attachment"));
    let chain = chain.json();
    let items = chain["items"].as_array().unwrap();
    assert_eq!(items.len(), 12, "nine answers and three changes");
    let review = exam.attempt(&exam.teacher, attempt.parse().unwrap());
    assert_eq!(items.last().unwrap()["receipt"], review["receipt"]);
    let text =
        exam.app.get(&format!("{room}/receipts.txt")).header("Cookie", &browser.cookie()).send().text();
    assert!(text.contains(review["receipt"].as_str().unwrap()) && text.lines().count() == 5 + 12, "{text}");
}

/// A learner with a session of their own in a browser.
fn browser_of<'a>(exam: &'a Exam, person: &Person) -> Browser<'a> {
    let mut browser = Browser::new(exam);
    browser.cookies.push(("lyceum_session".to_owned(), person.token.clone()));
    browser
}

#[test]
fn what_is_no_answer_comes_back_as_it_was_typed_and_the_rest_is_saved() {
    let exam = Exam::new();
    let quiz = quiz_of(&exam, &every_type(), &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    form.set("a2", "false");
    for item in 0..3 {
        form.set(&format!("a6-{item}"), "1");
    }
    form.set("a8", &"ä".repeat(40_000));
    assert_eq!(browser.press(&form, ("go", "submit")), 422);
    browser.must_show("Give each item a position of its own");
    let back = browser.form(&room);
    assert_eq!(back.values("a6-2"), ["1"]);
    assert_eq!(back.values("a8")[0].chars().count(), 40_000);
    assert_eq!(back.values("a2"), ["false"]);
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][2]["response"], says(false), "what is an answer was saved");
    assert_eq!((&view["slots"][6]["response"], &view["slots"][8]["response"]), (&Value::Null, &Value::Null));
    // Without the form's token nothing is taken.
    let mut forged = browser.form(&room);
    forged.set("csrf", "x");
    assert_eq!(browser.press(&forged, ("go", "save")), 403);
}

#[test]
fn as_much_as_a_field_takes_is_saved_in_every_script() {
    let exam = Exam::new();
    let quiz = quiz_of(&exam, &every_type(), &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    let most = |name: &str| -> usize {
        let (_, rest) = browser.page.split_once(&format!("name=\"{name}\"")).expect(name);
        let tag = rest.split('>').next().unwrap();
        let (_, most) = tag.split_once("maxlength=\"").expect(tag);
        most.split('"').next().unwrap().parse().unwrap()
    };
    let full: Vec<(&str, String)> =
        ["a3", "a4", "a7-0", "a7-2"].map(|name| (name, "ي".repeat(most(name)))).into();
    let essay = most("a8");
    for (name, text) in &full {
        form.set(name, text);
    }
    // How much of an essay there is room for depends on its script: what is too much is said in letters.
    form.set("a8", &"ي".repeat(essay / 2 + 4));
    assert_eq!(browser.press(&form, ("go", "save")), 422);
    browser.must_show("4 characters too long to be kept.");
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][3]["response"]["text"], full[0].1);
    assert_eq!(view["slots"][4]["response"]["text"], full[1].1);
    let gaps = &view["slots"][7]["response"]["answers"];
    assert_eq!((&gaps[0]["text"], &gaps[2]["text"]), (&json!(full[2].1), &json!(full[3].1)));
    assert_eq!(view["slots"][8]["response"], Value::Null);
    let mut form = browser.form(&room);
    form.set("a8", &"ي".repeat(essay / 2));
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    // A program is told the same of a gap, with its place.
    let answers = json!([{ "type": "text", "text": "ي".repeat(1_025) }, { "type": "empty" }, { "type": "empty" },
        { "type": "empty" }, { "type": "empty" }]);
    let body = json!({ "sequence": 50, "response": { "type": "cloze", "answers": answers } });
    let path = format!("/api/attempts/{attempt}/slots/7");
    let refused = exam.app.put(&path).by(&learner).json(&body).send().problem(422, "invalid_field");
    assert_eq!(refused["errors"][0]["problem"], "part 0: is 1 characters too long to be kept");
}

#[test]
fn a_sheet_of_the_longest_essays_is_saved_as_one_form() {
    let exam = Exam::new();
    let essays: Vec<Value> = (1..=9).map(|number| essay(&format!("Essay {number}"))).collect();
    let quiz = quiz_of(&exam, &essays, &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let mut form = browser.form(&format!("/attempts/{attempt}"));
    assert!(!browser.page.contains("name=\"a8\""), "no more than eight are on a sheet");
    let texts: Vec<String> = ('ا'..).take(8).map(|letter| letter.to_string().repeat(32 * 1024)).collect();
    for (at, text) in texts.iter().enumerate() {
        form.set(&format!("a{at}"), text);
    }
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    for (text, slot) in texts.iter().zip(exam.attempt(&learner, attempt)["slots"].as_array().unwrap()) {
        assert!(slot["response"]["text"] == *text, "slot {} has another text", slot["slot"]);
    }
}

#[test]
fn a_text_that_there_is_no_more_room_for_stays_in_its_form_and_keeps_no_other_back() {
    let exam = Exam::new();
    let quiz = quiz_of(&exam, &[essay("Discuss"), essay("Explain")], &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    crate::attempt::count_long(&exam, attempt, lyceum::domain::attempt::long::MOST_BYTES);
    let mut form = browser.form(&format!("/attempts/{attempt}"));
    let long = "long ".repeat(3_000);
    form.set("a0", &long);
    form.set("a1", "Short.");
    assert_eq!(browser.press(&form, ("go", "save")), 422);
    browser.must_show("no more long texts");
    assert!(browser.page.contains(long.trim()));
    let slots = exam.attempt(&learner, attempt)["slots"].clone();
    assert_eq!((&slots[0]["response"], &slots[1]["response"]["text"]), (&Value::Null, &json!("Short.")));
    crate::attempt::count_long(&exam, attempt, 0);
}

#[test]
fn what_is_no_number_is_saved_and_said_to_be_none_as_long_as_it_can_be_changed() {
    let exam = Exam::new();
    let quiz = quiz_of(&exam, &every_type(), &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    // Beside the question, and shown: a hidden one waits for scripts.
    let said = |browser: &Browser<'_>, number: u8| {
        let from = browser.page.find(&format!("id=\"n{number}\"")).expect("a place for it");
        let tag = browser.page[from..].split('>').next().unwrap();
        !tag.contains("hidden")
    };
    let marked = |browser: &Browser<'_>, field: &str, told: &str| {
        let from = browser.page.find(&format!("name=\"{field}\"")).expect("a field");
        let tag = browser.page[from..].split('>').next().unwrap();
        tag.contains("aria-invalid=\"true\"") && tag.contains(&format!("aria-describedby=\"{told}\""))
    };
    let mut save = |number: &str, gap: &str| {
        assert_eq!(browser.open(&room), 200);
        let mut form = browser.form(&room);
        form.set("a3", number);
        form.set("a7-2", gap);
        assert_eq!(browser.press(&form, ("go", "save")), 200);
        // At the fields, too, and of several gaps the one.
        let unread = (said(&browser, 4), said(&browser, 8));
        assert_eq!((marked(&browser, "a3", "t4 n4"), marked(&browser, "a7-2", "n8")), unread);
        assert!(!unread.1 || browser.shows("Gap 3:"));
        unread
    };
    assert_eq!(save("thirty", "2.1"), (true, false));
    assert_eq!(exam.attempt(&learner, attempt)["slots"][3]["response"]["text"], "thirty");
    assert_eq!(save("1.234,5 km/h", "two"), (false, true));
    // Two ways to read it are none, and a gap takes no unit.
    assert_eq!(save("1,234", "2.1 million"), (true, true));
    let mut at_the_door = browser_of(&exam, &learner);
    assert_eq!(at_the_door.open(&format!("{room}/submit")), 200);
    at_the_door.must_show("2 answers cannot be read as a number.");
    at_the_door.must_show("They are saved, but they would not count as numbers.");
    let unread = at_the_door
        .page
        .split("<ul class=\"row open unread\">")
        .nth(1)
        .unwrap()
        .split("</ul>")
        .next()
        .unwrap();
    assert!(unread.contains("?question=4\"") && unread.contains("?question=8\""), "{unread}");
    assert_eq!(save("", ""), (false, false));
    at_the_door.open(&format!("{room}/submit"));
    assert!(!at_the_door.page.contains("cannot be read as a number"), "nothing is written there any more");
    // Fields are told by what is asked, not by the heading that names the part of the page around them.
    assert_eq!(at_the_door.open(&room), 200);
    for told in ["t4", "t5", "t9 a8-hint"] {
        assert!(at_the_door.page.contains(&format!("aria-describedby=\"{told}\"")), "{told}");
    }
    // A program is told the same.
    let number = json!({ "type": "number", "text": "thirty" });
    let path = format!("/api/attempts/{attempt}/slots/3");
    for (sequence, text, expected) in
        [(50, "thirty", json!([0])), (50, "thirty", json!([0])), (51, "30", json!([]))]
    {
        let response = with(&number, &json!({ "text": text }));
        let body = json!({ "sequence": sequence, "response": response });
        let receipt = exam.app.put(&path).by(&learner).json(&body).send().status(200).json();
        assert_eq!(receipt["not_numbers"], expected, "{receipt}");
        assert_eq!(receipt["not_a_number"], expected != json!([]), "{receipt}");
    }
}

#[test]
fn a_form_that_was_open_for_long_overwrites_nothing_newer() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(3, &json!({}));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    // Another device answers two of them.
    exam.save(&learner, attempt, 0, 5, &says(true));
    exam.save(&learner, attempt, 1, 5, &says(true));
    form.set("a1", "false");
    form.set("a2", "false");
    assert_eq!(browser.press(&form, ("go", "save")), 422);
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][0]["response"], says(true), "untouched here, so it stays");
    assert_eq!(view["slots"][1]["response"], says(true), "changed on both, so it is asked about");
    assert_eq!(view["slots"][2]["response"], says(false));
    browser.must_show("Another device or tab saved something else");
    let form = browser.form(&room);
    assert_eq!((form.values("a0"), form.values("a1")), (vec!["true"], vec!["false"]));
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][1]["response"], says(false), "asked and answered");
    assert_eq!(view["slots"][1]["sequence"], json!(6));
}

#[test]
fn nobody_sees_or_touches_another_persons_attempt() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let (owner, other) = (exam.learner(), exam.learner());
    let mut browser = browser_of(&exam, &owner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    form.set("a0", "true");
    let mut stranger = browser_of(&exam, &other);
    for path in ["", "/submit", "/review", "/receipts", "/receipts.json", "/receipts.txt"] {
        assert_eq!(stranger.open(&format!("{room}{path}")), 404, "{path}");
    }
    // With a token of their own: what is refused is the attempt, not the form.
    stranger.open(&format!("/quizzes/{quiz}"));
    let token = stranger.form(&format!("/quizzes/{quiz}/start")).values("csrf")[0].to_owned();
    form.set("csrf", &token);
    assert_eq!(stranger.press(&form, ("go", "save")), 404);
    browser.open(&format!("{room}/submit"));
    let mut form = browser.form(&format!("{room}/submit"));
    form.set("csrf", &token);
    assert_eq!(stranger.press(&form, ("", "")), 404);
    assert_eq!(exam.attempt(&owner, attempt)["state"], "running");
    // Who runs the quiz looks at it, and does not work on it.
    let mut teacher = browser_of(&exam, &exam.teacher);
    assert_eq!(teacher.open(&room), 200);
    assert_eq!(teacher.address, format!("{room}/review"));
    let nobody = exam.app.get(&room).header("Accept", "text/html").send().status(303);
    assert_eq!(nobody.header("location"), Some(format!("/sign-in?next={room}").as_str()));
}

#[test]
fn the_result_shows_what_the_rules_allow_and_nothing_else() {
    let exam = Exam::new();
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    let facts = json!({ "closes": exam.now_plus(3_600_000),
        "review": { "during": {}, "after_submit": {}, "after_close": all } });
    let quiz = exam.simple_quiz(1, &facts);
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    form.set("a0", "false");
    browser.press(&form, ("go", "submit"));
    let form = browser.form(&format!("{room}/submit"));
    browser.press(&form, ("", ""));
    let secret = ["SAIDFALSE", "GENERAL", "Right answer", "Question 0", "of 1 point", "Wrong"];
    for text in secret {
        assert!(!browser.shows(text), "{text} is shown too early: {}", browser.page);
    }
    browser.must_show("The result is shown from");
    browser.open(&format!("/quizzes/{quiz}"));
    assert!(!browser.shows("of 1 point</strong>"), "{}", browser.page);
    // With the grace in which answers of others are on their way.
    exam.pass(3_600_000 + 10_000);
    browser.open(&format!("{room}/review"));
    for text in secret {
        browser.must_show(text);
    }
}

#[test]
fn the_deadline_is_said_as_it_is() {
    let exam = Exam::with(|config| config.exam.grace_seconds = 10);
    let quiz = exam.simple_quiz(2, &json!({ "time_limit_ms": 60_000, "attempts_allowed": 1 }));
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    let mut form = browser.form(&room);
    form.set("a0", "true");
    exam.pass(65_000);
    assert_eq!(browser.press(&form, ("go", "save")), 200, "on its way at the deadline");
    let mut form = browser.form(&room);
    form.set("a1", "true");
    exam.pass(6_000);
    let status = browser.press(&form, ("go", "save"));
    assert_eq!(status, 409);
    browser.must_show("The time is over");
    assert!(browser.page.contains("name=\"a1\" value=\"true\" checked"), "what was typed is still there");
    let form = browser.form(&format!("{room}/submit"));
    assert_eq!(browser.press(&form, ("", "")), 200);
    browser.must_show("Handed in when the time was over");
    browser.must_show("1 of 2 answered");
    browser.open(&format!("/quizzes/{quiz}"));
    browser.must_show("You have used all your attempts");
}

#[test]
fn who_waits_for_a_turn_is_told_the_place_and_asked_again() {
    let exam = Exam::with(|config| config.limits.starts_per_second = 1);
    let quiz = exam.simple_quiz(1, &json!({}));
    for user in 0..60 {
        let (pace, interval) = (&exam.app.state.admission.pace, std::time::Duration::from_secs(1));
        pace.turn(quiz.into(), UserId(user), interval, std::time::Instant::now());
    }
    let learner = exam.learner();
    let mut browser = browser_of(&exam, &learner);
    browser.open(&format!("/quizzes/{quiz}"));
    let form = browser.form(&format!("/quizzes/{quiz}/start"));
    let status = browser.press(&form, ("", ""));
    assert_eq!(status, 503);
    let (told, text) = ("status=\"later\"", exam.app.get("/metrics").send().status(200).text());
    assert!(
        text.lines().any(|line| line.contains("/start\"") && line.contains(told)),
        "it is no failure: {text}"
    );
    assert_eq!(exam.app.state.metrics.totals().failed, 0);
    let retry = "people are before you";
    browser.must_show(retry);
    browser.must_show("http-equiv=\"refresh\"");
    assert_eq!(browser.open(&format!("/quizzes/{quiz}")), 200);
    browser.must_show("Many are starting at this moment");
    assert_eq!(id(&exam.overview(&learner, quiz)), quiz);
}

#[test]
fn a_long_paper_comes_in_sheets_and_each_is_saved_by_itself() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(26, &json!({}));
    let learner = exam.learner();
    let mut browser = Browser::of(&exam, &learner);
    let attempt = browser.start(quiz);
    let room = format!("/attempts/{attempt}");
    browser.must_show("Questions 1 to 13 of 26");
    assert!(browser.shows("name=\"a12\"") && !browser.shows("name=\"a13\""));
    let mut form = browser.form(&room);
    form.set("a12", "true");
    assert_eq!(browser.press(&form, ("go", "next")), 200);
    assert_eq!(browser.address, format!("{room}?sheet=2"));
    browser.must_show("Questions 14 to 26 of 26");
    let mut form = browser.form(&room);
    form.set("a13", "false");
    assert_eq!(browser.press(&form, ("go", "at-2")), 200);
    assert_eq!(browser.address, format!("{room}?sheet=1#q2"));
    browser.must_show("2 of 26 answered");
    // One at a time, and back to the sheet that it is on.
    let form = browser.form(&room);
    assert_eq!(browser.press(&form, ("go", "1")), 200);
    assert_eq!(browser.open(&format!("{room}?question=20")), 200);
    assert!(browser.shows("name=\"a13\"") && !browser.shows("name=\"a12\""));
    let form = browser.form(&room);
    assert_eq!(browser.press(&form, ("go", "next")), 200);
    assert_eq!(browser.address, format!("{room}?question=21"));
    let form = browser.form(&room);
    assert_eq!(browser.press(&form, ("go", "all")), 200);
    assert_eq!(browser.address, format!("{room}?sheet=2#q21"));
    // What is no sheet is the nearest one.
    assert_eq!(browser.open(&format!("{room}?sheet=99")), 200);
    browser.must_show("Questions 14 to 26 of 26");
    let slots = exam.attempt(&learner, attempt)["slots"].as_array().unwrap().clone();
    let answered: Vec<_> =
        slots.iter().filter(|slot| slot["sequence"] == 1).map(|slot| slot["slot"].clone()).collect();
    assert_eq!(answered, [12, 13]);
}
