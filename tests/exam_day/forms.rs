//! The exam without scripts under load: two hundred people who have nothing but pages and forms sign in, start in the same
//! moment, answer every type of question, hand in, and every answer is graded.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lyceum::domain::decimal::Decimal;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::client::{Client, Credential, Reply};
use crate::dice::Dice;
use crate::exam::{SETTINGS, mark_essays};
use crate::expected::{Keys, decimal, points};
use crate::html_form::Form;
use crate::questions::{FIXED, NUMBERS, SENTENCES, WORDS};
use crate::school::{PASSWORD, School};
use crate::server::Server;
use crate::{run, together};

const LEARNERS: usize = 200;

#[test]
fn two_hundred_take_the_exam_with_forms_alone() {
    run(exam_with_forms());
}

/// A browser without scripts.
struct Browser {
    client: Client,
    cookies: Vec<(String, String)>,
    page: String,
    address: String,
    dice: Dice,
    requests: u64,
}

impl Browser {
    fn take(&mut self, reply: &Reply) -> Option<String> {
        self.requests += 1;
        for (_, cookie) in reply.answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        self.page = reply.text();
        (reply.status == 303).then(|| reply.answer.header("location").unwrap().to_owned())
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn open(&mut self, address: &str) {
        let mut address = address.to_owned();
        loop {
            let cookie = self.cookie();
            let reply =
                self.client.call("GET", &address, &[("Cookie", &cookie), ("Accept", "text/html")], b"").await;
            self.address.clone_from(&address);
            let Some(next) = self.take(&reply) else {
                assert_eq!(reply.status, 200, "{address}: {}", self.page);
                return;
            };
            address = next;
        }
    }

    async fn press(&mut self, form: &Form, button: (&str, &str)) {
        let cookie = self.cookie();
        let headers = [
            ("Cookie", cookie.as_str()),
            ("Accept", "text/html"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let reply = self.client.call("POST", &form.action, &headers, form.body(button).as_bytes()).await;
        match self.take(&reply) {
            Some(next) => self.open(&next).await,
            None => panic!("{} answered {}: {}", form.action, reply.status, self.page),
        }
    }

    async fn sign_in(&mut self, username: &str) {
        self.open("/sign-in").await;
        let mut form = Form::find(&self.page, "/sign-in");
        form.set("username", username);
        form.set("password", PASSWORD);
        self.press(&form, ("", "")).await;
    }

    /// Answers some of the questions; what the page shows afterwards is what was answered.
    async fn answer(&mut self, one_at_a_time: bool) {
        let room = self.address.split('?').next().unwrap().to_owned();
        let kinds = kinds(&self.page);
        let rounds = if one_at_a_time { kinds.len() } else { 3 };
        let mut answered: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if one_at_a_time {
            self.open(&format!("{room}?question=1")).await;
        }
        for round in 0..rounds {
            let mut form = Form::find(&self.page, &room);
            for (slot, kind) in kinds.iter().enumerate() {
                let now = if one_at_a_time {
                    slot == round
                } else {
                    slot % rounds == round || self.dice.below(6) == 0
                };
                if now {
                    fill(&mut self.dice, &mut form, slot, kind);
                    for control in form.of_question(&format!("a{slot}")) {
                        let values = form.values(&control.name).into_iter().map(str::to_owned).collect();
                        answered.insert(control.name.clone(), values);
                    }
                }
            }
            let last = round + 1 == rounds;
            let go = if one_at_a_time && !last { "next" } else { "save" };
            self.press(&form, ("go", go)).await;
        }
        self.open(&room).await;
        let form = Form::find(&self.page, &room);
        for (name, values) in &answered {
            assert_eq!(&form.values(name), values, "{room} {name}");
        }
    }

    async fn hand_in(&mut self) {
        let room = self.address.clone();
        let form = Form::find(&self.page, &room);
        self.press(&form, ("go", "submit")).await;
        let form = Form::find(&self.page, &format!("{room}/submit"));
        self.press(&form, ("", "")).await;
        assert_eq!(self.address, format!("{room}/review"));
        assert!(self.page.contains("Handed in. All your answers are stored."), "{}", self.page);
    }
}

/// The types of the questions on a page, by slot.
fn kinds(page: &str) -> Vec<String> {
    page.split("data-kind=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn fill(dice: &mut Dice, form: &mut Form, slot: usize, kind: &str) {
    let name = format!("a{slot}");
    let controls: Vec<_> = form.of_question(&name).into_iter().cloned().collect();
    if kind == "order" {
        for (at, position) in dice.shuffled(controls.len()).into_iter().enumerate() {
            form.set(&controls[at].name, &(position + 1).to_string());
        }
        return;
    }
    let mut names: Vec<String> = controls.iter().map(|control| control.name.clone()).collect();
    names.dedup();
    for name in names {
        let of: Vec<_> = controls.iter().filter(|control| control.name == name).collect();
        match of[0].kind.as_str() {
            "radio" => form.set(&name, &of[dice.below(of.len() - 1)].value),
            "checkbox" => {
                form.untick(&name);
                for control in of {
                    if dice.below(2) == 0 {
                        form.set(&name, &control.value);
                    }
                }
            }
            "select" => form.set(&name, &of[0].options[dice.below(of[0].options.len())]),
            "textarea" => form.set(&name, SENTENCES[dice.below(SENTENCES.len())]),
            _ if kind == "number" => form.set(&name, NUMBERS[dice.below(NUMBERS.len())]),
            _ => form.set(&name, WORDS[dice.below(WORDS.len())]),
        }
    }
}

async fn make_quiz(school: &mut School) -> u64 {
    let questions = school.questions().await;
    let mut slots: Vec<Value> = FIXED
        .iter()
        .map(|(name, points)| {
            let found = questions.iter().find(|row| row["name"] == *name).unwrap();
            json!({ "points": points, "question": found["id"] })
        })
        .collect();
    slots.push(json!({ "points": 0.75, "draw": { "count": 2, "tag": "drawn" } }));
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    let facts = json!({
        "name": "Exam without scripts", "slots": slots, "shuffle_questions": true, "published": true,
        "time_limit_ms": 1_800_000, "attempts_allowed": 1, "review": { "after_submit": all }
    });
    let path = format!("/api/courses/{}/quizzes", school.course);
    let quiz = school.teacher.post(&path, &facts).await.expect(201).json()["id"].as_u64().unwrap();
    let path = format!("/api/courses/{}/sections", school.course);
    let section =
        school.teacher.post(&path, &json!({ "title": "The exam" })).await.expect(201).json()["id"].clone();
    let item = json!({ "title": "Exam without scripts", "content": { "kind": "quiz", "quiz": quiz } });
    school.teacher.post(&format!("/api/sections/{section}/items"), &item).await.expect(201);
    quiz
}

async fn exam_with_forms() {
    let mut server = Server::start(&SETTINGS);
    let mut school = School::open(&server, LEARNERS).await;
    let quiz = make_quiz(&mut school).await;
    let (address, course) = (server.address, school.course);
    let gate = Arc::new(Barrier::new(LEARNERS));
    let begun = Instant::now();
    let people = school.learners.clone().into_iter();
    let browsers = together(people.map(|(user, username)| {
        let gate = gate.clone();
        async move {
            let client = Client::new(address, Credential::None);
            let (cookies, page, at) = (Vec::new(), String::new(), String::new());
            let dice = Dice::new(user + 1);
            let mut browser = Browser { client, cookies, page, address: at, dice, requests: 0 };
            browser.sign_in(&username).await;
            browser.open(&format!("/courses/{course}")).await;
            let link = format!("/quizzes/{quiz}");
            assert!(browser.page.contains(&format!("href=\"{link}\"")), "the outline leads to the exam");
            browser.open(&link).await;
            let form = Form::find(&browser.page, &format!("{link}/start"));
            // Everybody presses the button at once.
            gate.wait().await;
            let since = Instant::now();
            browser.press(&form, ("", "")).await;
            let started = since.elapsed();
            browser.answer(user % 2 == 0).await;
            browser.hand_in().await;
            (user, browser, started)
        }
    }))
    .await;
    let took = begun.elapsed();
    let slowest: Duration = browsers.iter().map(|(.., started)| *started).max().unwrap();
    let requests: u64 = browsers.iter().map(|(_, browser, _)| browser.requests).sum();

    let rows = school.teacher.list(&format!("/api/quizzes/{quiz}/attempts")).await;
    assert_eq!(rows.len(), LEARNERS);
    let by_hand = mark_essays(&mut school, quiz).await;
    let mut teacher = school.teacher.another();
    let mut keys = Keys::default();
    let mut sums = BTreeMap::new();
    for row in &rows {
        assert_eq!(row["finished_by"], "learner", "{row}");
        let attempt = row["attempt"].as_u64().unwrap();
        let view = teacher.get(&format!("/api/attempts/{attempt}/review")).await.expect(200).json();
        let mut sum = Decimal::ZERO;
        for slot in view["slots"].as_array().unwrap() {
            let (at, of) = (slot["slot"].as_u64().unwrap(), decimal(&slot["max_points"]));
            let by_key = points(keys.of(slot, &mut teacher).await, &slot["question"], &slot["response"], of);
            let expected = by_key.unwrap_or_else(|| by_hand[&(attempt, at)]);
            assert_eq!(decimal(&slot["mark"]["points"]), expected, "{slot}");
            sum += expected;
        }
        let sum = sum.max_zero();
        assert_eq!(decimal(&view["points"]), sum);
        sums.insert(row["user"].as_u64().unwrap(), sum);
    }
    assert!(sums.values().collect::<std::collections::BTreeSet<_>>().len() > 20, "a test of many grades");
    // Everybody sees their own grade.
    together(browsers.into_iter().map(|(user, mut browser, _)| {
        let points = sums[&user];
        async move {
            let review = browser.address.clone();
            browser.open(&review).await;
            assert!(
                browser.page.contains(&format!("<strong>{points}</strong>")),
                "{points}: {}",
                browser.page
            );
        }
    }))
    .await;
    server.stop();
    server.verify();
    println!(
        "{LEARNERS} people with forms alone: {requests} pages and forms in {took:.1?} from signing in to handing in; \
         the slowest start took {slowest:.0?}"
    );
}
