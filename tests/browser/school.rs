//! A school with something on every page: what the walks over all pages look at, and the addresses of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lyceum::domain::ids::{JobId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::xapi::forward::{DeadLetter, ForwardTargetId};
use lyceum::domain::xapi::record::Stored;
use lyceum::jobs::do_chunks;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::people::{account, link};
use crate::samples;
use crate::support::{Person, Request, TestApp};

/// A statement that a forwarding target did not want.
fn not_wanted(app: &TestApp, target: u64) {
    let letter = DeadLetter {
        target: ForwardTargetId(target),
        stored: Stored(1),
        statement: [7; 16],
        refused: app.clock.now(),
        tries: 1,
        status: Some(400),
        answer: "the verb is not known here".to_owned(),
        again: false,
    };
    let put = move |txn: &mut Txn<'_>| -> Result<(), Refusal> { Ok(txn.put(letter)?) };
    app.state.store.write_blocking(Class::Bulk, put).unwrap();
}

/// Where an address names another thing than others do under the same name: what has to be finished, what nobody has begun,
/// and the job of its own sort.
const SPECIAL: &[(&str, &[(&str, &str)])] = &[
    ("/attempts/{attempt}/review", &[("attempt", "finished")]),
    ("/attempts/{attempt}/reopen", &[("attempt", "finished")]),
    ("/admin/jobs/{job}/links", &[("job", "people_job")]),
    ("/admin/roles/{role}/edit", &[("role", "used_role")]),
    ("/admin/roles/{role}/delete", &[("role", "made_role")]),
    ("/courses/{course}/questions/import/{job}", &[("job", "questions_job")]),
    ("/quizzes/{quiz}/regrade/{job}", &[("job", "regrade_job")]),
    ("/quizzes/{quiz}/slots", &[("quiz", "draft")]),
    ("/quizzes/{quiz}/start", &[("quiz", "locked")]),
    ("/quizzes/{quiz}/slots/add", &[("quiz", "draft")]),
    ("/quizzes/{quiz}/slots/draw", &[("quiz", "draft")]),
    ("/quizzes/{quiz}/slots/{slot}/remove", &[("quiz", "draft")]),
    ("/quizzes/{quiz}/delete", &[("quiz", "draft")]),
];

/// Pages that look otherwise where their address names another thing: looked at as well.
const ALSO: &[(&str, &[(&str, &str)])] = &[
    ("/admin/jobs/{job}", &[("job", "failed_job")]),
    ("/admin/roles/{role}/delete", &[("role", "used_role")]),
];

/// What this machine carries, as `lyceum load capacity` puts it.
fn measured(app: &TestApp, by: &Person) {
    let measurement = json!({
        "measured": "2026-09-01T08:00:00.000Z", "carried": 4321, "failed": 4800, "margin_percent": 20, "limit": "cpu",
        "broken": ["save p99 182 ms, objective 100 ms"],
        "explanation": "from second 20 on the processors were 95 % busy or more",
    });
    app.put("/api/capacity").by(by).json(&measurement).send().status(200);
    // The charts of the health page have a line from two readings on.
    let before = lyceum::monitor::history::Reading::take(&app.state.metrics, &app.state.store);
    for _ in 0..2 {
        app.state.metrics.history.add(lyceum::sampling::sample(&app.state, &before).1);
    }
}

/// An import of people by somebody who loses the right to it half way: a job that fails.
fn failed(app: &TestApp, by: &Person) -> String {
    let role = json!({ "name": "registrar", "description": "", "permissions": ["manage_people"] });
    app.post("/api/roles").by(by).json(&role).send().status(201);
    let registrar = account(app, by, "registrar");
    let grant = format!("/api/accounts/{registrar}/grants/registrar");
    app.put(&grant).by(by).send().status(200);
    let registrar = app.signed_in(UserId(registrar), &[]);
    let mut people = "username,firstname,lastname,email\n".to_owned();
    for number in 0..20 {
        writeln!(people, "late{number},Late,Number,late{number}@x.example").unwrap();
    }
    let import = app.post("/api/import/roster").by(&registrar).body("text/csv", people);
    let job = id(&import.header("Prefer", "respond-async").send().status(202).json());
    do_chunks(&app.state, JobId(job), 1);
    app.delete(&grant).by(by).send().status(200);
    do_chunks(&app.state, JobId(job), 10);
    let view = app.get(&format!("/api/jobs/{job}")).by(by).send().status(200).json();
    assert_eq!(view["state"], "failed", "{view}");
    job.to_string()
}

/// Marks, grades and more time, so that the trail of changes has them.
fn changed_by_hand(exam: &Exam, marked: u64, running: u64, graded: &Person, item: u64) {
    let by = |request: Request<'_>, body: &Value| {
        request.by(&exam.teacher).header("If-Match", "*").json(body).send().status(200);
    };
    let app = &exam.app;
    by(
        app.put(&format!("/api/attempts/{marked}/slots/8/mark")),
        &json!({ "points": 0.5, "comment": "Read on." }),
    );
    let grade = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", graded.user);
    by(app.put(&grade), &json!({ "points": 17 }));
    let more = json!({ "extra_ms": 60_000, "reference": 1, "reason": "fire drill" });
    by(app.post(&format!("/api/attempts/{running}/extend")), &more);
}

pub struct School {
    pub exam: Exam,
    pub administrator: Person,
    pub teacher: Person,
    pub learner: Person,
    /// What stands in the place of a name of a path.
    ids: BTreeMap<&'static str, String>,
    activation: String,
}

impl School {
    pub fn new() -> Self {
        // Jobs run when this says so, so that what they come to is there, and one waits to be stopped.
        let exam = Exam::with(|config| config.jobs.parallel = 0);
        let app = &exam.app;
        let person = |username: &str, role: &str| {
            let user = account(app, &exam.admin, username);
            let body = json!({ "people": [{ "user": user, "role": role }] });
            let path = format!("/api/courses/{COURSE}/enrolments");
            app.post(&path).by(&exam.admin).json(&body).send().status(200);
            app.signed_in(UserId(user), &[])
        };
        let administrator = account(app, &exam.admin, "head");
        let administrator = app.signed_in(UserId(administrator), &["administrator"]);
        let teacher = person("teacher", "teacher");
        let made = |path: &str, body: &Value| {
            id(&app.post(path).by(&exam.admin).json(body).send().status(201).json())
        };
        let section =
            made(&format!("/api/courses/{COURSE}/sections"), &json!({ "title": "Waves and tides" }));
        let items = format!("/api/sections/{section}/items");
        let text = "# Tides\n\nThe **Moon** pulls.\n\n| High | Low |\n| --- | --- |\n| 3:10 | 9:25 |\n\n- one\n- two\n\n> So it is.\n\n`code`";
        let page = made(
            &items,
            &json!({ "title": "Why the sea rises", "content": { "kind": "page", "markdown": text } }),
        );
        made(
            &items,
            &json!({ "title": "Elsewhere", "content": { "kind": "link", "url": "https://tides.example/" } }),
        );
        let quiz = samples::quiz(
            &exam,
            &json!({ "time_limit_ms": 3_600_000, "attempts_allowed": 3, "description": { "text": "<p>Take your time.</p>" } }),
        );
        made(&items, &json!({ "title": "The exam", "content": { "kind": "quiz", "quiz": quiz } }));
        let grades = format!("/api/courses/{COURSE}/grades");
        let talk = made(&format!("{grades}/items"), &json!({ "name": "Talk", "max": 20 }));
        let homework = json!({ "name": "Homework", "method": "weighted_mean", "drop_lowest": 1 });
        let homework = made(&format!("{grades}/categories"), &homework);
        let group = made(&format!("/api/courses/{COURSE}/groups"), &json!({ "name": "Morning" }));
        let category =
            made(&format!("/api/courses/{COURSE}/question_categories"), &json!({ "name": "Tides" }));
        let question = exam.question(&truth("Is it so?", true));
        exam.edit_question(question, &truth("Is it really so?", true));
        let asked = exam.question(&truth("Is it asked?", true));
        // Nobody has begun it, so that its questions can be changed and it can be deleted.
        let draft = exam.quiz(&json!({ "name": "A draft", "published": false, "slots": [
            { "points": 1, "question": asked }, { "points": 2, "question": exam.question(&essay("Explain it.")) } ] }));
        let locked = exam.simple_quiz(1, &json!({ "name": "Behind a code", "access_code": "swordfish" }));
        let answer = |attempt: u64, learner: &Person| {
            for (slot, response) in [
                (0, json!({ "type": "choice", "option": 0 })),
                (1, json!({ "type": "choices", "options": [0, 1] })),
                (2, says(true)),
                (4, json!({ "type": "text", "text": "Pacific" })),
                (8, json!({ "type": "essay", "text": "The Moon pulls.\n\nAnd the Sun, too." })),
            ] {
                exam.save(learner, attempt, slot, 1, &response);
            }
        };
        // Two have handed in, so there are essays to mark and figures; one is at it.
        for username in ["bea", "cem"] {
            let other = person(username, "learner");
            let finished = id(&exam.start(&other, quiz));
            answer(finished, &other);
            exam.submit(&other, finished);
        }
        let learner = person("dan", "learner");
        let members = format!("/api/courses/{COURSE}/groups/{group}/members");
        let users = json!({ "users": [learner.user] });
        app.post(&members).by(&exam.admin).json(&users).send().status(200);
        let done = id(&exam.start(&learner, quiz));
        answer(done, &learner);
        exam.submit(&learner, done);
        let running = id(&exam.start(&learner, quiz));
        answer(running, &learner);
        let somebody = account(app, &exam.admin, "ada");
        let activation = link(app, &exam.admin, account(app, &exam.admin, "new"));
        let token = json!({ "name": "Timetable", "scopes": [], "expires": "2026-10-01T00:00:00Z" });
        let session = app.get("/api/session").by(&administrator).send().status(200).json();
        let token = id(&app.post("/api/me/tokens").by(&administrator).json(&token).send().status(201).json());
        let role = json!({ "role": "teacher" });
        app.post(&format!("/api/accounts/{somebody}/grants")).by(&exam.admin).json(&role).send();
        let tutor = json!({ "name": "tutor", "description": "Helps.", "permissions": ["view_course", "view_roster"] });
        app.post("/api/roles").by(&exam.admin).json(&tutor).send().status(201);
        app.put(&format!("/api/accounts/{somebody}/grants/tutor")).by(&exam.admin).send().status(200);
        let helper = json!({ "people": [{ "user": somebody, "role": "tutor" }] });
        app.post(&format!("/api/courses/{COURSE}/enrolments"))
            .by(&exam.admin)
            .json(&helper)
            .send()
            .status(200);
        let longer = json!({ "time_limit_ms": 5_400_000 });
        exam.set_user_override(quiz, &learner, &longer).send().status(200);
        let of_group = format!("/api/quizzes/{quiz}/overrides/groups/{group}");
        app.put(&of_group).by(&exam.teacher).json(&longer).send().status(200);
        let key = format!("/api/courses/{COURSE}/key");
        let key =
            app.put(&key).by(&exam.admin).header("If-Match", "*").json(&json!({ "key": "tides-and-waves" }));
        key.send().status(200);
        // Jobs of the administrator: one that waits, and one of every sort that has a page of its own.
        let job = |request: Request<'_>, chunks: usize| {
            let job = request.by(&administrator).header("Prefer", "respond-async").send().status(202);
            let job = id(&job.json());
            do_chunks(&app.state, JobId(job), chunks);
            job.to_string()
        };
        let waiting = job(app.get("/api/export/roster"), 0);
        let people = "username,firstname,lastname,email\nemmy,Emmy,Noether,emmy@x.example\nA B,No,Name,x\n";
        let people_job = job(app.post("/api/import/roster?links=true").body("text/csv", people), 10);
        let file = "::One::Is it?{T}\n\n::Two::Is it not?{F}\n";
        let questions = format!("/api/courses/{COURSE}/questions/import");
        let questions_job = job(app.post(&questions).body("application/octet-stream", file), 10);
        let regrade = format!("/api/quizzes/{quiz}/regrade?dry_run=true&latest_versions=true");
        let regrade_job = job(app.post(&regrade), 10);
        let failed_job = failed(app, &administrator);
        measured(app, &administrator);
        changed_by_hand(&exam, done, running, &learner, talk);
        let tool = json!({ "name": "Tool", "scopes": ["all"] });
        let tool = app.post("/api/xapi/credentials").by(&exam.admin).json(&tool).send().status(201).json();
        let bearer = format!("Bearer {}", tool["token"].as_str().unwrap());
        let statement = json!({ "actor": { "mbox": "mailto:dan@school.example" },
            "verb": { "id": "http://example.com/verbs/read" }, "object": { "id": "http://example.com/tides" } });
        let statement =
            app.post("/xapi/statements").header("X-Experience-API-Version", "2.0.0").json(&statement);
        statement.header("Authorization", &bearer).send().status(200);
        let target = made(
            "/api/xapi/targets",
            &json!({ "name": "Archive", "endpoint": "http://127.0.0.1:1/", "version": "2.0.0", "secret": "x" }),
        );
        not_wanted(app, target);
        let ids = BTreeMap::from([
            ("credential", id(&tool).to_string()),
            ("target", target.to_string()),
            ("course", COURSE.to_string()),
            ("section", section.to_string()),
            ("item", page.to_string()),
            ("quiz", quiz.to_string()),
            ("group", group.to_string()),
            ("question_category", category.to_string()),
            ("question", question.to_string()),
            ("grade_item", talk.to_string()),
            ("grade_category", homework.to_string()),
            ("slot", "1".to_owned()),
            ("version", "1".to_owned()),
            ("attempt", running.to_string()),
            ("finished", done.to_string()),
            ("account", somebody.to_string()),
            ("user", learner.user.to_string()),
            ("session", session["session"]["id"].to_string()),
            ("token", token.to_string()),
            ("role", "teacher".to_owned()),
            // Nobody has the one any more.
            ("made_role", "registrar".to_owned()),
            ("used_role", "tutor".to_owned()),
            ("job", waiting),
            ("failed_job", failed_job),
            ("people_job", people_job),
            ("questions_job", questions_job),
            ("regrade_job", regrade_job),
            // Only forms name them.
            ("kind", "items".to_owned()),
            ("node", talk.to_string()),
            ("draft", draft.to_string()),
            ("locked", locked.to_string()),
            ("asked", asked.to_string()),
        ]);
        Self { exam, administrator, teacher, learner, ids, activation }
    }

    /// The address of a route, with ids in the place of names and what its page has to be asked for.
    pub fn address(&self, route: &str) -> String {
        let others =
            SPECIAL.iter().find(|(special, _)| *special == route).map_or(&[][..], |(_, others)| others);
        self.address_of(route, others)
    }

    /// All of them under which a page is looked at.
    pub fn addresses(&self, route: &str) -> Vec<String> {
        let also = ALSO.iter().filter(|(also, _)| *also == route);
        [self.address(route)]
            .into_iter()
            .chain(also.map(|(_, others)| self.address_of(route, others)))
            .collect()
    }

    fn address_of(&self, route: &str, others: &[(&str, &str)]) -> String {
        let mut path = route.to_owned();
        for (name, other) in others {
            path = path.replace(&format!("{{{name}}}"), &self.ids[other]);
        }
        let path = self.fill(&path);
        match route {
            "/activation" => path + "?token=" + &self.activation,
            "/admin/records/people" | "/admin/records/people/erase" => {
                path + "?account=&agents=mailto%3Adan%40school.example&how=erase"
            }
            "/quizzes/{quiz}/live/extend" | "/quizzes/{quiz}/live/close" => {
                path + "?attempts%5B%5D=" + &self.ids["attempt"]
            }
            "/quizzes/{quiz}/regrade" => path + "?preview=true&latest_versions=true",
            _ => path,
        }
    }

    /// A text with ids in the place of names.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.ids {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        assert!(
            !filled.contains('{'),
            "{text} has a name that `School` in tests/browser/school.rs does not know"
        );
        filled
    }

    /// A file's name for an address.
    pub fn slug(&self, path: &str) -> String {
        let bare = path.split('?').next().unwrap().trim_matches('/');
        let words: Vec<&str> = bare
            .split('/')
            .map(|part| self.ids.iter().find(|(_, value)| *value == part).map_or(part, |(name, _)| name))
            .collect();
        if bare.is_empty() { "start".to_owned() } else { words.join("-") }
    }
}
