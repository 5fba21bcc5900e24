//! Pages that only a form leads to: the refused form with its faults beside the fields, the report of a file that is tried, a
//! preview, what is shown once. Every form that the table of routes has is sent here, or is named with the reason why it never
//! comes back.

use std::collections::BTreeSet;

use lyceum::http::routes::Surface;
use lyceum::http::table;
use serde_json::json;

use crate::driver::Browser;
use crate::look::Look;
use crate::pages::{begin, in_their_language};
use crate::school::School;
use crate::support::TestApp;

type Fields = &'static [(&'static str, &'static str)];

/// A form that is sent as a person would, but for what its fields hold. Names in braces are those of the school.
struct Sent {
    /// Where it is sent to, as in the table of routes.
    to: &'static str,
    /// The page on which it stands; empty for the one that is open.
    from: &'static str,
    fields: Fields,
    /// The name of a file and what is in it.
    file: Option<(&'static str, &'static str)>,
    /// Of the page that comes back.
    status: u16,
}

/// A form that comes back with what is wrong.
const fn refused(to: &'static str, from: &'static str, fields: Fields) -> Sent {
    Sent { to, from, fields, file: None, status: 422 }
}

/// The same for a form on the page of its own address.
const fn refused_here(to: &'static str, fields: Fields) -> Sent {
    refused(to, to, fields)
}

/// A form with a page as its answer.
const fn shown(to: &'static str, from: &'static str, fields: Fields) -> Sent {
    Sent { to, from, fields, file: None, status: 200 }
}

const fn with_file(sent: Sent, name: &'static str, text: &'static str) -> Sent {
    Sent { file: Some((name, text)), ..sent }
}

const fn with_status(sent: Sent, status: u16) -> Sent {
    Sent { status, ..sent }
}

/// The editor of a kind of question, with nothing typed.
const fn question(from: &'static str) -> Sent {
    refused("/courses/{course}/questions/new", from, &[("do", "save"), ("default_points", "many")])
}

const PEOPLE: &str = "username,firstname,lastname,email\nhypatia,Hypatia,A,h@x.example\nA B,No,Name,x\n";
const ENROLMENTS: &str = "username,role\ndan,learner\nnobody-of-this-name,learner\n";
const QUESTIONS: &str =
    "::Three::Is it?{T}\n\n::Four::How much?{#3:1}\n\n// A description, which is no question.\nJust words.\n";

/// What an administrator sends.
const ADMINISTRATOR: &[Sent] = &[
    // People and courses of the installation.
    refused_here("/admin/people/new", &[("username", "A B"), ("email", "nowhere")]),
    shown(
        "/admin/people/new",
        "/admin/people/new",
        &[("username", "fresh"), ("first_name", "Fresh"), ("last_name", "Person")],
    ),
    refused_here("/admin/people/{account}/edit", &[("username", "A B"), ("first_name", ""), ("email", "x")]),
    refused("/admin/people/{account}/grant", "/admin/people/{account}", &[("role", "no such role")]),
    shown("/admin/people/{account}/link", "/admin/people/{account}", &[]),
    with_file(refused_here("/admin/people/import", &[]), "people.csv", "a,b\n1,2\n"),
    with_file(
        shown("/admin/people/import", "/admin/people/import", &[("links", "true")]),
        "people.csv",
        PEOPLE,
    ),
    shown("/admin/people/import/run", "", &[]),
    with_file(shown("/admin/people/import", "/admin/people/import", &[]), "people.csv", PEOPLE),
    refused("/admin/people/import/run", "", &[("file", "gone")]),
    refused_here("/admin/roles/new", &[("name", "A B"), ("description", "x")]),
    with_status(refused_here("/admin/roles/{role}/edit", &[("revision", "0")]), 412),
    shown("/admin/roles/{role}/edit", "/admin/roles/{role}/edit", &[("permissions", "view_course")]),
    refused_here("/admin/courses/new", &[("short_name", ""), ("title", "")]),
    refused_here("/admin/courses/{course}/copy", &[("short_name", ""), ("title", "")]),
    refused_here("/admin/courses/{course}/delete", &[("short_name", "another")]),
    shown("/admin/courses/{course}/status", "/admin/courses", &[("status", "archived")]),
    refused("/admin/exams/give-back", "/admin/exams", &[("minutes", "many")]),
    refused_here("/admin/records/credentials/new", &[("name", "")]),
    with_status(
        shown(
            "/admin/records/credentials/new",
            "/admin/records/credentials/new",
            &[("name", "Another tool"), ("scopes", "all")],
        ),
        201,
    ),
    refused_here("/admin/records/credentials/{credential}/edit", &[("name", "")]),
    refused_here("/admin/records/targets/new", &[("name", ""), ("endpoint", "nowhere")]),
    refused_here("/admin/records/targets/{target}/edit", &[("name", ""), ("endpoint", "nowhere")]),
    with_file(refused_here("/admin/records/import", &[]), "statements.json", "[{}]\n"),
    refused(
        "/admin/records/people/erase",
        "/admin/records/people",
        &[("how", "erase"), ("account", ""), ("agents", "x")],
    ),
    // An account of their own.
    refused_here("/account", &[("time_zone", "Mars/Base")]),
    refused_here("/account/details", &[("first_name", ""), ("last_name", "")]),
    refused_here(
        "/account/password",
        &[("old_password", "x"), ("new_password", "short"), ("repeated", "other")],
    ),
    refused_here("/account/tokens", &[("name", ""), ("days", "30")]),
    with_status(
        shown(
            "/account/tokens",
            "/account/tokens",
            &[("name", "Timetable two"), ("days", "30"), ("scopes", "view_course")],
        ),
        201,
    ),
    // A course and what is in it.
    refused_here("/courses/{course}/facts", &[("title", ""), ("short_name", ""), ("starts", "soon")]),
    shown("/courses/{course}/status", "/courses/{course}/edit", &[("status", "archived")]),
    refused("/courses/{course}/sections", "/courses/{course}/edit", &[("title", "")]),
    refused_here("/sections/{section}/edit", &[("title", "")]),
    refused(
        "/sections/{section}/items",
        "/courses/{course}/edit",
        &[("title", ""), ("kind", "link"), ("content/url", "nowhere")],
    ),
    refused_here("/items/{item}/edit", &[("title", "")]),
    shown("/items/{item}/edit", "/items/{item}/edit", &[("do", "preview")]),
    // People of the course.
    refused_here("/courses/{course}/people", &[("people", ""), ("role", "learner"), ("starts", "soon")]),
    refused_here("/courses/{course}/people/{user}", &[("starts", "soon")]),
    refused_here("/courses/{course}/people/entry", &[("capacity", "many")]),
    refused("/courses/{course}/people/key", "/courses/{course}/people/entry", &[("key", "x")]),
    shown("/courses/{course}/people/key", "/courses/{course}/people/entry", &[]),
    with_file(refused_here("/courses/{course}/people/file", &[]), "people.csv", "a,b\n1,2\n"),
    with_file(
        shown("/courses/{course}/people/file", "/courses/{course}/people/file", &[]),
        "people.csv",
        ENROLMENTS,
    ),
    shown("/courses/{course}/people/file/run", "", &[]),
    refused_here("/courses/{course}/groups", &[("name", "")]),
    refused_here("/courses/{course}/groups/{group}", &[("name", "")]),
    refused(
        "/courses/{course}/groups/{group}/members",
        "/courses/{course}/groups/{group}",
        &[("people", "nobody-of-this-name")],
    ),
    // The question bank.
    refused_here("/courses/{course}/questions", &[("do", "tag"), ("questions[]", "{question}"), ("tag", "")]),
    refused_here("/courses/{course}/questions/categories", &[("name", "")]),
    refused_here("/courses/{course}/questions/categories/{question_category}", &[("name", "")]),
    question("/courses/{course}/questions/new?kind=single_choice"),
    question("/courses/{course}/questions/new?kind=multiple_response"),
    question("/courses/{course}/questions/new?kind=true_false"),
    question("/courses/{course}/questions/new?kind=numerical"),
    question("/courses/{course}/questions/new?kind=short_answer"),
    question("/courses/{course}/questions/new?kind=matching"),
    question("/courses/{course}/questions/new?kind=ordering"),
    question("/courses/{course}/questions/new?kind=cloze"),
    question("/courses/{course}/questions/new?kind=essay"),
    refused_here("/questions/{question}/edit", &[("do", "save"), ("text", ""), ("penalty", "much")]),
    shown("/questions/{question}/edit", "/questions/{question}/edit", &[("do", "preview")]),
    shown("/questions/{question}", "/questions/{question}", &[("do", "try"), ("a0", "true")]),
    with_file(
        refused_here("/courses/{course}/questions/import", &[]),
        "broken.gift",
        "::Broken::What? {=a ~b\n",
    ),
    with_file(
        shown("/courses/{course}/questions/import", "/courses/{course}/questions/import", &[]),
        "some.gift",
        QUESTIONS,
    ),
    shown("/courses/{course}/questions/import/run", "", &[]),
    // Quizzes.
    refused_here("/courses/{course}/quizzes/new", &[("name", "")]),
    refused_here("/quizzes/{quiz}/copy", &[("name", "")]),
    refused_here(
        "/quizzes/{quiz}/edit",
        &[
            ("name", ""),
            ("opens", "soon"),
            ("minutes", "many"),
            ("attempts_allowed", "900"),
            ("pass_percent", "101"),
            ("networks", "home"),
        ],
    ),
    refused_here("/quizzes/{quiz}/slots", &[("do", "save"), ("slots/0/points", "many")]),
    refused_here(
        "/quizzes/{quiz}/slots/add",
        &[("do", "add"), ("points", "many"), ("questions[]", "{question}")],
    ),
    refused_here("/quizzes/{quiz}/slots/draw", &[("count", "few"), ("points", "many")]),
    refused_here(
        "/quizzes/{quiz}/overrides/users/{user}",
        &[("time", "extra"), ("extra", "x"), ("attempts", "allowed"), ("attempts_allowed", "x")],
    ),
    refused_here(
        "/quizzes/{quiz}/overrides/groups/{group}",
        &[("time", "extra"), ("extra", "x"), ("attempts", "allowed"), ("attempts_allowed", "x")],
    ),
    shown("/quizzes/{quiz}/publish", "/quizzes/{quiz}/check", &[("published", "false")]),
    refused_here("/quizzes/{quiz}/live/extend", &[("minutes", "many")]),
    refused_here("/attempts/{attempt}/reopen", &[("minutes", "many")]),
    refused_here("/quizzes/{quiz}/marking", &[("points", "many")]),
    // Grades.
    refused_here("/courses/{course}/gradebook/{user}", &[("points/{grade_item}", "many"), ("reason", "")]),
    with_file(
        refused_here("/courses/{course}/gradebook/file", &[]),
        "grades.csv",
        "username,Talk\ndan,1,2\n",
    ),
    with_file(
        shown("/courses/{course}/gradebook/file", "/courses/{course}/gradebook/file", &[]),
        "grades.csv",
        "username,Talk\ndan,99\nnobody-of-this-name,3\n",
    ),
    with_file(
        shown("/courses/{course}/gradebook/file", "/courses/{course}/gradebook/file", &[]),
        "grades.csv",
        "username,Talk\ndan,11.5\nbea,12\n",
    ),
    shown("/courses/{course}/gradebook/file/run", "", &[]),
    refused_here("/courses/{course}/grading/items/new", &[("name", ""), ("max", "many"), ("weight", "-3")]),
    refused_here("/courses/{course}/grading/items/{grade_item}", &[("name", ""), ("max", "many")]),
    refused_here("/courses/{course}/grading/categories/new", &[("name", ""), ("drop_lowest", "x")]),
    refused_here("/courses/{course}/grading/categories/{grade_category}", &[("name", ""), ("weight", "x")]),
    refused_here("/courses/{course}/grading/letters", &[("letters/0/letter", ""), ("letters/1/lower", "x")]),
];

/// What a learner sends.
const LEARNER: &[Sent] = &[
    with_status(refused("/quizzes/{quiz}/start", "/quizzes/{locked}", &[("access_code", "guess")]), 403),
    with_status(refused_here("/", &[("short_name", "EX1"), ("key", "a guess")]), 403),
    // An order with a position twice.
    refused_here("/attempts/{attempt}", &[("a6-0", "1"), ("a6-1", "1"), ("a6-2", "2")]),
];

/// What nobody in particular sends.
const NOBODY: &[Sent] = &[
    with_status(refused_here("/sign-in", &[("username", "dan"), ("password", "a guess")]), 401),
    refused_here("/activation", &[("password", "short"), ("repeated", "other")]),
];

/// The first administrator, on a server that has none.
const SETUP: Sent = refused_here("/setup", &[("username", "A B"), ("password", "short")]);

/// Forms that never come back, and why.
const NEVER_BACK: &[(&str, &[&str])] = &[
    (
        "a page asks first, which is looked at with the others; then there is a button alone",
        &[
            "/account/sessions/{session}/end",
            "/account/sessions/end",
            "/account/tokens/{token}/delete",
            "/admin/jobs/{job}/cancel",
            "/admin/people/{account}/revoke/{role}",
            "/admin/people/{account}/sign-out",
            "/admin/people/{account}/suspend",
            "/admin/roles/{role}/delete",
            "/admin/records/credentials/{credential}/delete",
            "/admin/records/credentials/{credential}/secret",
            "/admin/records/targets/{target}/delete",
            "/admin/records/targets/{target}/discard",
            "/attempts/{attempt}/submit",
            "/courses/{course}/grading/categories/{grade_category}/delete",
            "/courses/{course}/grading/items/{grade_item}/delete",
            "/courses/{course}/grading/release",
            "/courses/{course}/groups/{group}/delete",
            "/courses/{course}/groups/{group}/members/{user}/remove",
            "/courses/{course}/people/key/revoke",
            "/courses/{course}/people/{user}/remove",
            "/courses/{course}/questions/categories/{question_category}/delete",
            "/items/{item}/delete",
            "/questions/{question}/delete",
            "/questions/{question}/retire",
            "/questions/{question}/versions/{version}/restore",
            "/quizzes/{quiz}/delete",
            "/quizzes/{quiz}/live/close",
            "/quizzes/{quiz}/overrides/groups/{group}/remove",
            "/quizzes/{quiz}/overrides/users/{user}/remove",
            "/quizzes/{quiz}/regrade",
            "/quizzes/{quiz}/slots/{slot}/remove",
            "/sections/{section}/delete",
        ],
    ),
    (
        "a button that can be pressed again to undo it",
        &[
            "/admin/people/{account}/restore",
            "/admin/records/targets/{target}/pause",
            "/admin/records/targets/{target}/redeliver",
            "/admin/records/targets/{target}/resume",
            "/courses/{course}/grading/{kind}/{node}/move",
            "/courses/{course}/grading/{kind}/{node}/sight",
            "/courses/{course}/learning-records",
            "/items/{item}/move",
            "/items/{item}/visited",
            "/look",
            "/sections/{section}/move",
            "/sign-out",
        ],
    ),
];

/// Fills in a form of the page and sends it, past what a browser checks by itself.
const SEND: &str = "
    const [to, fields, file] = arguments;
    const form = [...document.forms].find((it) => it.getAttribute('method') === 'post' && new URL(it.getAttribute('action'), location).pathname === to);
    if (!form) return [...document.forms].map((it) => it.getAttribute('action')).join(' ');
    for (const [name, value] of fields) {
        for (const it of [...form.elements]) if (it.name === name) it.removeAttribute('name');
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    if (file) {
        const transfer = new DataTransfer();
        transfer.items.add(new File([file[1]], file[0]));
        form.querySelector('input[type=file]').files = transfer.files;
    }
    window.isBefore = true;
    HTMLFormElement.prototype.submit.call(form);
    return null;";

const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";

/// What a form that comes back has to have: a summary with the focus.
const SUMMARY: &str = "
    const summary = document.getElementById('problems');
    if (!summary) return 'has no summary of what is wrong';
    return summary === document.activeElement ? null : 'has the focus elsewhere than on its summary';";

/// Words of the faults that a form says, without their numbers.
const FAULTS: &str = "
    const faults = document.querySelectorAll('main .problem, #problems li:not(:has(a))');
    return [...faults].map((it) => it.textContent.replace(/[0-9]+/g, '').trim());";

impl Sent {
    /// What is looked at, as in messages and names of pictures.
    fn name(&self, look: &Look<'_>) -> String {
        let kind = self.from.split_once("?kind=").map(|(_, kind)| format!("-{kind}")).unwrap_or_default();
        let what = if self.status < 400 { "answer" } else { "refused" };
        format!("{}{kind}-{what}", look.school.slug(&look.school.address(self.to)))
    }

    /// Sends it; the reason when it cannot be sent.
    fn send(&self, look: &Look<'_>) -> Option<String> {
        let (browser, school) = (look.browser, look.school);
        let to = school.address(self.to);
        let to = to.split('?').next().unwrap();
        if !self.from.is_empty() {
            browser.open(&format!("{}{}", look.app.base, school.address(self.from)));
        }
        let fields: Vec<_> =
            self.fields.iter().map(|(name, value)| (school.fill(name), school.fill(value))).collect();
        let others = browser.run(SEND, &[json!(to), json!(fields), json!(self.file)]);
        if let Some(others) = others.as_str() {
            return Some(format!("{} has no form for {to}, but {others}", browser.address()));
        }
        browser.wait_for("!window.isBefore && document.readyState === 'complete'");
        None
    }

    /// A form on the page of its own address, which the walk over all pages looks at in this language as well, with no fault in
    /// it that `said` has not: the same parts, and all words of them were looked at.
    fn is_like_others(&self, browser: &Browser, said: &mut BTreeSet<String>) -> bool {
        let words = browser.run(FAULTS, &[]);
        let words = words.as_array().unwrap().iter().map(|words| words.as_str().unwrap().to_owned());
        let new = words.filter(|words| said.insert(words.clone())).count();
        self.status >= 400 && self.from == self.to && new == 0
    }

    fn look(&self, look: &mut Look<'_>, said: &mut BTreeSet<String>) {
        let (browser, name) = (look.browser, self.name(look));
        look.begin();
        let status = match self.send(look) {
            Some(problem) => return look.wrong.push(problem),
            None => browser.run(STATUS, &[]),
        };
        if status != self.status {
            look.wrong.push(format!("{name}: the form is answered with {status}, not {}", self.status));
        }
        if self.status >= 400
            && let Some(lacks) = browser.run(SUMMARY, &[]).as_str()
        {
            look.wrong.push(format!("{name}: {lacks}"));
        }
        if look.arabic && self.is_like_others(browser, said) {
            return;
        }
        let mut wrong = look.here(&name, &name, || {
            // What stands only on a page that is gone by now cannot be sent again.
            if !self.from.is_empty() {
                self.send(look);
            }
        });
        look.wrong.append(&mut wrong);
        look.looked_at += 1;
    }
}

/// Every form of the table is sent here, or named as one that never comes back, and not both.
fn all_are_here(app: &TestApp) {
    let list = table(&app.state).list();
    let forms = list.iter().filter(|route| route.surface == Surface::Page && route.method == "POST");
    let forms: BTreeSet<&str> = forms.map(|route| route.path).collect();
    let sent = ADMINISTRATOR.iter().chain(LEARNER).chain(NOBODY).chain([&SETUP]).map(|sent| sent.to);
    let sent: BTreeSet<&str> = sent.collect();
    let never: BTreeSet<&str> = NEVER_BACK.iter().flat_map(|(_, routes)| *routes).copied().collect();
    let both: Vec<_> = sent.intersection(&never).collect();
    assert!(both.is_empty(), "come back, and are named as if they did not: {both:?}");
    let here: BTreeSet<&str> = sent.union(&never).copied().collect();
    let missing: Vec<_> = forms.difference(&here).collect();
    assert!(missing.is_empty(), "forms that tests/browser/forms.rs does not know: {missing:#?}");
    let gone: Vec<_> = here.difference(&forms).collect();
    assert!(gone.is_empty(), "no form is sent there: {gone:?}");
}

fn walk(browser: &mut Browser, arabic: bool) {
    let school = School::new();
    all_are_here(&school.exam.app);
    begin(browser);
    let base = school.exam.app.base.clone();
    browser.sign_in_as(&base, &school.administrator.token);
    if arabic {
        in_their_language(browser, &base);
    }
    let mut look = Look::new(browser, &school, None, arabic);
    let mut said = BTreeSet::new();
    for sent in ADMINISTRATOR {
        sent.look(&mut look, &mut said);
    }
    look.browser.sign_in_as(&base, &school.learner.token);
    for sent in LEARNER {
        sent.look(&mut look, &mut said);
    }
    look.browser.cdp("Network.clearBrowserCookies", &json!({}));
    if arabic {
        in_their_language(look.browser, &base);
    }
    for sent in NOBODY {
        sent.look(&mut look, &mut said);
    }
    let app = TestApp::start();
    let code = lyceum::http::setup::offer(&app.state).unwrap().unwrap();
    look.app = &app;
    look.browser.open(&format!("{}/setup?code={code}", app.base));
    Sent { from: "", ..SETUP }.look(&mut look, &mut said);
    look.finish(if arabic { 40 } else { 80 });
}

pub fn in_english(browser: &mut Browser) {
    walk(browser, false);
}

pub fn in_arabic(browser: &mut Browser) {
    walk(browser, true);
}
