//! The pages as a browser without scripts sees them: every one with every sort of viewer, signing in and out, forms
//! that come back, languages, files of style and script.

use std::io::Read as _;

use lyceum::domain::ids::UserId;
use lyceum::domain::session::csrf_token;
use lyceum::http::routes::{Needs, RouteInfo, Surface};
use lyceum::http::table;
use serde_json::json;

use crate::people::{PASSWORD, account, activated, admin, link};
use crate::support::{Answer, Person, TestApp};

/// The text of a page without the signs that isolate names.
pub fn text(answer: &Answer) -> String {
    answer.text().replace(['\u{2068}', '\u{2069}'], "")
}

#[track_caller]
pub fn has(answer: &Answer, what: &str) {
    assert!(text(answer).contains(what), "{} has no {what:?}: {}", answer.what, text(answer));
}

#[track_caller]
pub fn lacks(answer: &Answer, what: &str) {
    assert!(!text(answer).contains(what), "{} has {what:?}: {}", answer.what, text(answer));
}

/// A browser: cookies, and forms that repeat what their page has in hidden fields.
pub struct Browser<'a> {
    app: &'a TestApp,
    cookies: Vec<(String, String)>,
    pub language: &'static str,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: Vec::new(), language: "en" }
    }

    /// With the session of somebody signed in past every password.
    pub fn of(app: &'a TestApp, person: &Person) -> Self {
        let mut browser = Self::new(app);
        browser.cookies.push(("lyceum_session".to_owned(), person.token.clone()));
        browser
    }

    fn keep(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let request =
            self.app.get(path).header("Accept", "text/html").header("Accept-Language", self.language);
        let answer = request.header("Cookie", &self.header()).send();
        self.keep(&answer);
        answer
    }

    /// Sends fields as they are.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = self.app.post(path).header("Accept", "text/html").header("Cookie", &self.header());
        let request = request.header("Accept-Language", self.language);
        let answer = request.body("application/x-www-form-urlencoded", body.join("&")).send();
        self.keep(&answer);
        answer
    }

    /// Sends a form with a file, or with none chosen, as browsers do.
    pub fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.replace('\n', "\r\n").as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let (name, bytes) = file.unwrap_or(("", b""));
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let request = self.app.post(path).header("Accept", "text/html").header("Cookie", &self.header());
        let request = request.header("Accept-Language", self.language);
        let answer = request.body("multipart/form-data; boundary=edge", body).send();
        self.keep(&answer);
        answer
    }

    /// Fills in the form of a page that is sent to `action`, with the hidden fields that it has.
    pub fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.get(page).status(200).text();
        let form = html
            .split("<form ")
            .find(|form| {
                let tag = form.split('>').next().unwrap();
                tag.contains("method=\"post\"") && tag.contains(&format!("action=\"{action}\""))
            })
            .unwrap_or_else(|| panic!("{page} has no form for {action}: {html}"));
        let form = form.split("</form>").next().unwrap();
        let hidden: Vec<(String, String)> = form
            .split("<input type=\"hidden\" ")
            .skip(1)
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// Where an answer leads, and what is there.
    pub fn follow(&mut self, answer: &Answer) -> Answer {
        assert_eq!(answer.code, 303, "{}: {}", answer.what, answer.text());
        let to = answer.header("location").unwrap().to_owned();
        self.get(&to)
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

fn attribute(tag: &str, name: &str) -> String {
    let rest = tag.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {tag}")).1;
    rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

/// The same, without the signs that isolate names.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

/// What every page keeps to.
pub fn check_page(answer: &Answer) -> Vec<String> {
    let (html, what) = (answer.text(), &answer.what);
    let mut wrong = Vec::new();
    let mut must = |right: bool, problem: &str| {
        if !right {
            wrong.push(format!("{what}: {problem}"));
        }
    };
    let policy = answer.header("content-security-policy").unwrap_or_default();
    must(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "has another policy",
    );
    must(policy.contains(" media-src 'self';"), "keeps sound and film of questions out");
    must(!policy.contains("unsafe"), "allows something unsafe");
    must(answer.header("x-content-type-options") == Some("nosniff"), "may be sniffed");
    must(answer.header("cache-control") == Some("private, no-cache"), "may be kept by others");
    must(html.starts_with("<!doctype html>"), "is no HTML");
    must(html.matches("<h1").count() == 1, "has not one h1");
    must(html.matches("<main ").count() == 1, "has not one main");
    must(html.contains("<html lang=\"en\" dir=\"ltr\""), "does not say its language");
    must(html.contains("class=\"skip\" href=\"#main\""), "cannot be skipped into");
    must(!html.contains(" style="), "has a style of its own");
    must(!html.contains("<style"), "has a style sheet inside");
    let scripts = html.split("<script").skip(1);
    must(scripts.clone().all(|script| script.contains("src=\"/assets/")), "has a script inside");
    for event in [" onclick=", " onchange=", " onsubmit=", " onload=", "javascript:"] {
        must(!html.contains(event), "has a script in an attribute");
    }
    must(!html.contains("http-equiv"), "replaces a header");
    for image in html.split("<img ").skip(1) {
        must(image.split('>').next().unwrap().contains("alt="), "has a picture without words");
    }
    for form in html.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap()) {
        must(!form.contains("method=\"get\"") || !form.contains("csrf"), "shows its token in an address");
    }
    let mut ids: Vec<&str> =
        html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    must(ids.len() == all, "has an id twice");
    for label in html.split("<label for=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        must(ids.contains(&label), "has a label for nothing");
    }
    wrong
}

/// Names of files of style and script in a text.
fn files_in(text: &str) -> Vec<String> {
    let names = text.split("/assets/").skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(*letter))
            .collect::<String>()
    });
    names.filter(|name| matches!(name.rsplit('.').next(), Some("css" | "js"))).collect()
}

/// Bytes of a page and all that it loads, and of what that loads, as they travel.
pub fn first_paint(app: &TestApp, page: &Answer, browser: &Browser<'_>, path: &str) -> usize {
    let get = |path: &str, coding: &str| {
        let request = app.get(path).header("Accept-Encoding", coding).header("Cookie", &browser.header());
        request.header("Accept", "text/html").send()
    };
    let mut files: Vec<String> = Vec::new();
    let mut found = files_in(&page.text());
    while let Some(name) = found.pop() {
        if !files.contains(&name) {
            found.extend(files_in(&get(&format!("/assets/{name}"), "identity").text()));
            files.push(name);
        }
    }
    let packed = files.iter().map(|name| get(&format!("/assets/{name}"), "br").bytes.len());
    get(path, "gzip").bytes.len() + packed.sum::<usize>()
}

/// First paint of any page, in bytes.
pub const MAX_FIRST_PAINT: usize = 30_000;

/// The demo institution with one of its people.
fn demo() -> TestApp {
    let app = TestApp::start();
    lyceum::demo::load(&app.state).unwrap();
    app
}

/// The first id of a kind of row, to fill into addresses.
struct Ids {
    course: u64,
    item: u64,
    quiz: u64,
    question: u64,
    category: u64,
}

impl Ids {
    fn of(app: &TestApp, by: &Person) -> Self {
        let course = app.get("/api/courses").by(by).send().json()["items"][0]["id"].as_u64().unwrap();
        let outline = app.get(&format!("/api/courses/{course}/outline")).by(by).send().json();
        let sections = outline["sections"].as_array().unwrap();
        let items: Vec<_> =
            sections.iter().flat_map(|section| section["items"].as_array().unwrap()).collect();
        let find = |kind: &str| *items.iter().find(|item| item["content"]["kind"] == kind).unwrap();
        let bank = |what: &str| {
            let list = app.get(&format!("/api/courses/{course}/{what}")).by(by).send().status(200).json();
            list["items"][0]["id"].as_u64().unwrap()
        };
        Self {
            course,
            question: bank("questions"),
            category: bank("question_categories"),
            item: find("page")["id"].as_u64().unwrap(),
            quiz: find("quiz")["content"]["quiz"].as_u64().unwrap(),
        }
    }

    /// The address of a route, when these ids are enough for it.
    fn fill(&self, path: &str) -> Option<String> {
        let path = path
            .replace("{course}", &self.course.to_string())
            .replace("{item}", &self.item.to_string())
            .replace("{question}", &self.question.to_string())
            .replace("{question_category}", &self.category.to_string())
            .replace("{version}", "1")
            .replace("{quiz}", &self.quiz.to_string());
        (!path.contains('{')).then_some(path)
    }
}

fn pages(app: &TestApp) -> Vec<RouteInfo> {
    let mut routes = table(&app.state).list();
    routes.retain(|route| route.surface == Surface::Page && route.method == "GET");
    assert!(routes.len() > 10, "only {} pages", routes.len());
    routes
}

#[test]
fn every_page_is_well_made_light_and_there_for_whom_it_is_for() {
    let app = demo();
    let by = admin(&app);
    let ids = Ids::of(&app, &by);
    let (administrator, teacher, learner) = people_of(&app, &by, ids.course);
    let mut wrong = Vec::new();
    let mut shown = 0;
    for route in pages(&app) {
        let Some(path) = ids.fill(route.path) else { continue };
        if path.starts_with("/assets/") {
            continue;
        }
        let mut nobody = Browser::new(&app);
        let answer = nobody.get(&path);
        match route.needs {
            Needs::Nothing if answer.code == 303 || answer.code == 410 => {}
            Needs::Nothing => wrong.extend(check_page(&answer.status(200))),
            _ => {
                let to = answer.status(303).header("location").unwrap_or_default().to_owned();
                let expected =
                    if path == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={path}") };
                assert_eq!(to.split("%3F").next().unwrap(), expected);
            }
        }
        for (name, person) in
            [("administrator", &administrator), ("teacher", &teacher), ("learner", &learner)]
        {
            let mut browser = Browser::of(&app, person);
            let answer = browser.get(&path);
            match answer.code {
                200 => {
                    shown += 1;
                    wrong.extend(check_page(&answer));
                    let bytes = first_paint(&app, &answer, &browser, &path);
                    if bytes >= MAX_FIRST_PAINT {
                        wrong.push(format!("{path} to the {name}: {bytes} bytes"));
                    }
                }
                // A page that leads on, or is for others.
                303 => {}
                403 | 404 | 409 | 410 => wrong.extend(check_page(&answer)),
                code => wrong.push(format!("{path} to the {name}: {code}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown > 20, "only {shown} pages were looked at");
}

/// Somebody of each sort in the demo's first course.
fn people_of(app: &TestApp, by: &Person, course: u64) -> (Person, Person, Person) {
    let enrolled =
        app.get(&format!("/api/courses/{course}/enrolments?limit=500")).by(by).send().status(200).json();
    let with = |role: &str| {
        let rows = enrolled["items"].as_array().unwrap();
        let row = rows.iter().find(|row| row["role"] == role).unwrap_or_else(|| panic!("no {role}"));
        app.signed_in(UserId(row["user"].as_u64().unwrap()), &[])
    };
    (admin(app), with("teacher"), with("learner"))
}

#[test]
fn somebody_signs_in_comes_back_to_the_page_they_wanted_and_signs_out() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let mut browser = Browser::new(&app);
    let led = browser.get("/account/sessions?x=1").status(303);
    assert_eq!(led.header("location"), Some("/sign-in?next=/account/sessions%3Fx%3D1"));
    let sign_in = led.header("location").unwrap().to_owned();
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let answer = browser.fill(&sign_in, "/sign-in", &fields).status(303);
    assert_eq!(answer.header("location"), Some("/account/sessions?x=1"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(browser.follow(&answer).status(200).text().contains("Where you are signed in"));
    assert!(browser.get("/sign-in").status(303).header("location") == Some("/"));
    let gone = browser.fill("/", "/sign-out", &[]).status(303);
    assert!(browser.follow(&gone).status(200).text().contains("You are signed out."));
    browser.get("/").status(303);
    // What was said is said once.
    assert!(!browser.get("/sign-in").status(200).text().contains("You are signed out."));
}

#[test]
fn a_wrong_password_keeps_the_name_and_many_are_told_to_wait() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let mut browser = Browser::new(&app);
    let fields = [("username", "ada\"><b>"), ("password", "wrong horse")];
    let html = browser.fill("/sign-in", "/sign-in", &fields).status(401).text();
    assert!(html.contains("value=\"ada&#34;&#62;&#60;b&#62;\""), "{html}");
    assert!(html.contains("The username or the password is not right."), "{html}");
    assert!(!html.contains("wrong horse"), "a password is never shown again");
    assert!(html.contains("role=\"alert\"") && html.contains("autofocus"), "{html}");
    let mut last = 401;
    for _ in 0..30 {
        let answer = browser.fill("/sign-in", "/sign-in", &[("username", "ada"), ("password", "wrong")]);
        last = answer.code;
        if last == 429 {
            let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!(seconds > 0, "programs, too, are told when to come again");
            break;
        }
    }
    assert_eq!(last, 429);
}

#[test]
fn nobody_is_sent_to_another_site_after_signing_in() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    for next in ["//evil.example/", "https://evil.example/", "/\\evil.example"] {
        let mut browser = Browser::new(&app);
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", next)];
        let answer = browser.post("/sign-in", &fields).status(303);
        assert_eq!(answer.header("location"), Some("/"), "{next}");
    }
}

#[test]
fn a_form_without_the_token_of_its_session_changes_nothing() {
    let app = TestApp::start();
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let person = app.signed_in(ada, &[]);
    let other = csrf_token("somebody else's");
    for token in ["", "wrong", other.as_str()] {
        let fields = [("csrf", token), ("language", "ar"), ("time_zone", ""), ("theme", "dark")];
        let mut browser = Browser::of(&app, &person);
        let answer = browser.post("/account", &fields).status(403);
        assert!(answer.text().contains("data-code=\"csrf\""), "{}", answer.text());
        let me = app.get("/api/me").by(&person).send().status(200).json();
        assert_eq!(me["account"]["theme"], "system");
    }
    // What comes from another site is refused even where nobody is signed in.
    let cross = app.post("/sign-in").header("Accept", "text/html").header("Sec-Fetch-Site", "cross-site");
    let cross = cross.body("application/x-www-form-urlencoded", "username=ada&password=x");
    assert!(cross.send().status(403).text().contains("data-code=\"csrf\""));
    // The token looks different on every page, and each of them is right.
    let mut browser = Browser::of(&app, &person);
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let html = browser.get("/account").status(200).text();
        tokens.push(attribute(html.split("name=\"csrf\" ").nth(1).unwrap(), "content"));
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 3);
    for token in &tokens {
        let fields = [("csrf", token.as_str()), ("language", ""), ("time_zone", ""), ("theme", "dark")];
        browser.post("/account", &fields).status(303);
    }
    let me = app.get("/api/me").by(&person).send().status(200).json();
    assert_eq!(me["account"]["theme"], "dark");
}

/// Browsers leave out of what kind the sender is where TLS is missing, and say its origin.
#[test]
fn a_form_of_another_origin_is_refused() {
    let app = TestApp::start();
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let person = app.signed_in(ada, &[]);
    let host = app.base.strip_prefix("http://").unwrap();
    let ours = app.base.clone();
    let port = format!("http://{}:1", host.split(':').next().unwrap());
    let signing = format!("username=ada&password={}", encoded(PASSWORD));
    let dark = format!("csrf={}&language=&time_zone=&theme=dark", csrf_token(&person.token));
    let send = |app: &TestApp, path: &str, said: &[(&str, &str)], body: &str| {
        let request = app.post(path).header("Accept", "text/html");
        let request = said.iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body("application/x-www-form-urlencoded", body).send()
    };
    let session = format!("lyceum_session={}", person.token);
    let cookie = ("Cookie", session.as_str());
    for origin in ["http://evil.example", "null", "", &port, "https://learn.example.edu"] {
        let answer = send(&app, "/sign-in", &[("Origin", origin)], &signing).status(403);
        assert!(
            answer.text().contains("data-code=\"csrf\"") && answer.header("set-cookie").is_none(),
            "{origin}"
        );
        send(&app, "/account", &[("Origin", origin), cookie], &dark).status(403);
        // A browser that says of what kind it is knows better.
        send(&app, "/account", &[("Origin", origin), ("Sec-Fetch-Site", "same-origin"), cookie], &dark)
            .status(303);
        let proxied = [("Origin", origin), ("X-Forwarded-Host", origin.trim_start_matches("http://"))];
        send(&app, "/sign-in", &proxied, &signing).status(403);
    }
    send(&app, "/sign-in", &[], &signing).status(303);
    send(&app, "/sign-in", &[("Origin", &ours)], &signing).status(303);
    send(&app, "/account", &[("Origin", &ours), cookie], &dark).status(303);
    // A proxy that asks for another host: what is public is ours, and so is what a trusted one says.
    let app = TestApp::start_with(|config| {
        config.server.public_url = Some("http://learn.example.edu".to_owned());
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    });
    activated(&app, &admin(&app), "ada");
    send(&app, "/sign-in", &[("Origin", "http://learn.example.edu")], &signing).status(303);
    let said = [("Origin", "http://school.example"), ("X-Forwarded-Host", "school.example")];
    send(&app, "/sign-in", &said, &signing).status(303);
    send(&app, "/sign-in", &[("Origin", "http://evil.example")], &signing).status(403);
}

#[test]
fn what_was_typed_is_kept_and_the_problem_stands_beside_its_field() {
    let app = TestApp::start();
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let mut browser = Browser::of(&app, &app.signed_in(ada, &[]));
    let fields = [("language", "ar"), ("time_zone", "Europe/Atlantis"), ("theme", "dark")];
    let html = browser.fill("/account", "/account", &fields).status(422).text();
    assert!(html.contains("value=\"Europe/Atlantis\""), "{html}");
    assert!(
        html.contains(
            "<a href=\"#f-time_zone\"><b>\u{2068}Time zone\u{2069}:</b> Is not a time zone such as Europe/Vienna.</a>"
        ),
        "{html}"
    );
    assert!(
        html.contains("aria-invalid=\"true\" aria-describedby=\"f-time_zone-problem f-time_zone-hint\""),
        "{html}"
    );
    let fields = [("language", "ar"), ("time_zone", "Europe/Vienna"), ("theme", "dark")];
    let done = browser.fill("/account", "/account", &fields);
    let html = browser.follow(&done).status(200).text();
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\" data-theme=\"dark\">"), "{html}");
    assert!(html.contains("تم الحفظ"), "{html}");
    let me = app.get("/api/me").by(&app.signed_in(ada, &[])).send().status(200).json();
    assert_eq!(
        json!([me["account"]["language"], me["account"]["time_zone"], me["account"]["theme"]]),
        json!(["ar", "Europe/Vienna", "dark"])
    );
}

#[test]
fn the_language_is_the_accounts_then_the_choice_of_the_browser_then_what_it_asks_for() {
    let app = TestApp::start();
    let mut browser = Browser { language: "fr, ar-EG;q=0.8, en;q=0.5", ..Browser::new(&app) };
    assert!(browser.get("/sign-in").status(200).text().contains("<html lang=\"ar\" dir=\"rtl\""));
    let chosen = browser.fill("/sign-in", "/look", &[("language", "en")]).status(303);
    assert_eq!(chosen.header("location"), Some("/sign-in"));
    assert!(browser.follow(&chosen).text().contains("<html lang=\"en\" dir=\"ltr\" data-theme=\"system\">"));
    let dark = browser.fill("/sign-in", "/look", &[("theme", "dark")]);
    assert!(browser.follow(&dark).text().contains("<html lang=\"en\" dir=\"ltr\" data-theme=\"dark\">"));
    browser.fill("/sign-in", "/look", &[("theme", "pink")]).status(422);
    // Somebody signed in takes the choice along.
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let person = app.signed_in(ada, &[]);
    Browser::of(&app, &person).fill("/", "/look", &[("language", "ar")]).status(303);
    assert!(Browser::of(&app, &person).get("/").status(200).text().contains("<html lang=\"ar\""));
}

#[test]
fn the_first_administrator_is_made_with_the_printed_link() {
    let app = TestApp::start();
    let code = lyceum::http::setup::offer(&app.state).unwrap().unwrap();
    let mut browser = Browser::new(&app);
    assert!(browser.get("/setup?code=wrong").status(410).text().contains("data-code=\"link_not_valid\""));
    let page = format!("/setup?code={code}");
    let fields = |password| {
        [
            ("code", code.as_str()),
            ("first_name", "Ada"),
            ("last_name", "Lovelace"),
            ("email", ""),
            ("username", "ada"),
            ("password", password),
        ]
    };
    let html = browser.fill(&page, "/setup", &fields("short")).status(422).text();
    assert!(html.contains("value=\"Lovelace\"") && html.contains("href=\"#f-password\""), "{html}");
    let done = browser.fill(&page, "/setup", &fields(PASSWORD));
    let html = plain(&browser.follow(&done).status(200).text());
    assert!(html.contains("Hello, Ada Lovelace") && html.contains("href=\"/admin\""), "{html}");
    let again = Browser::new(&app).get(&page).status(303);
    assert_eq!(again.header("location"), Some("/sign-in"));
}

#[test]
fn a_password_is_chosen_with_the_link_that_was_sent() {
    let app = TestApp::start();
    let by = admin(&app);
    let id = account(&app, &by, "ada");
    let token = link(&app, &by, id);
    let mut browser = Browser::new(&app);
    let page = format!("/activation?token={token}");
    let fields = [("password", PASSWORD), ("repeated", "another")];
    assert!(browser.fill(&page, "/activation", &fields).status(422).text().contains("href=\"#f-repeated\""));
    let fields = [("password", PASSWORD), ("repeated", PASSWORD)];
    let done = browser.fill(&page, "/activation", &fields);
    assert!(plain(&browser.follow(&done).status(200).text()).contains("Hello, Ada Lovelace"));
    assert!(Browser::new(&app).get(&page).status(410).text().contains("used already"));
}

#[test]
fn sessions_and_tokens_are_ended_after_asking_and_a_secret_is_shown_once() {
    let app = TestApp::start();
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let mut browser = Browser::new(&app);
    browser.fill("/sign-in", "/sign-in", &[("username", "ada"), ("password", PASSWORD)]).status(303);
    let other = app.signed_in(ada, &[]);
    let html = browser.get("/account/sessions").status(200).text();
    assert_eq!(html.matches("<bdi>127.0.0.1</bdi>").count(), 2, "{html}");
    assert!(
        plain(&browser.get("/account/sessions/end").status(200).text()).contains("1 other session ends.")
    );
    let done = browser.fill("/account/sessions/end", "/account/sessions/end", &[]);
    assert!(plain(&browser.follow(&done).text()).contains("1 session has ended."));
    app.get("/api/me").by(&other).send().status(401);

    let fields = [("name", "Timetable"), ("days", "30")];
    let html = browser.fill("/account/tokens", "/account/tokens", &fields).status(422).text();
    assert!(html.contains("value=\"Timetable\"") && html.contains("href=\"#f-scopes\""), "{html}");
    let fields = [("name", "Timetable"), ("days", "30"), ("scopes", "view_course"), ("scopes", "take_quiz")];
    let html = browser.fill("/account/tokens", "/account/tokens", &fields).status(201).text();
    let secret = html.split("dir=\"ltr\">lyt_").nth(1).unwrap().split('<').next().unwrap();
    let program = Person { user: ada, token: format!("lyt_{secret}") };
    app.get("/api/my/courses").by(&program).send().status(200);
    let html = browser.get("/account/tokens").status(200).text();
    assert!(!html.contains(secret) && html.contains("Timetable"));
    let delete =
        html.split("href=\"").find(|rest| rest.contains("/delete\"")).unwrap().split('"').next().unwrap();
    let done = browser.fill(delete, delete, &[]);
    assert!(browser.follow(&done).text().contains("The token is deleted."));
    app.get("/api/my/courses").by(&program).send().status(401);
}

#[test]
fn a_learner_reads_the_course_marks_pages_and_goes_on() {
    let app = demo();
    let by = admin(&app);
    let ids = Ids::of(&app, &by);
    let (_, _, learner) = people_of(&app, &by, ids.course);
    let mut browser = Browser::of(&app, &learner);
    let course = format!("/courses/{}", ids.course);
    assert!(browser.get("/").status(200).text().contains(&format!("href=\"{course}\"")));
    let outline = browser.get(&course).status(200).text();
    let item = format!("/items/{}", ids.item);
    assert!(outline.contains(&format!("href=\"{item}\"")), "{outline}");
    let before = app.get(&format!("/api/courses/{}/outline", ids.course)).by(&learner).send().json();
    let visited = |outline: &serde_json::Value| {
        let sections = outline["sections"].as_array().unwrap();
        let mut items = sections.iter().flat_map(|section| section["items"].as_array().unwrap());
        items.find(|found| found["id"] == ids.item).unwrap()["content"]["visited"].as_bool().unwrap()
    };
    let wanted = if visited(&before) { "false" } else { "true" };
    browser.fill(&item, &format!("{item}/visited"), &[("visited", wanted)]).status(303);
    let after = app.get(&format!("/api/courses/{}/outline", ids.course)).by(&learner).send().json();
    assert_ne!(visited(&before), visited(&after));
    browser.get(&format!("{course}/grades")).status(200);
    // Nobody reads what is not theirs.
    let stranger = app.signed_in(UserId(700_001), &[]);
    let mut stranger = Browser::of(&app, &stranger);
    for path in [&course, &item, &format!("{course}/grades")] {
        assert!(matches!(stranger.get(path).code, 403 | 404), "{path}");
    }
}

#[test]
fn an_outline_page_shows_a_change_at_once_to_everybody_and_in_every_language() {
    let app = demo();
    let by = admin(&app);
    let ids = Ids::of(&app, &by);
    let (_, teacher, learner) = people_of(&app, &by, ids.course);
    let path = format!("/courses/{}", ids.course);
    let item = format!("/api/items/{}", ids.item);
    let shows = |person: &Person, text: &str| {
        let once = plain(&Browser::of(&app, person).get(&path).status(200).text());
        let again = plain(&Browser::of(&app, person).get(&path).status(200).text());
        once.contains(text) && again.contains(text)
    };
    let old = app.get(&item).by(&by).send().status(200).json();
    assert!(shows(&learner, "of 1") && !shows(&learner, "A new title"));
    assert!(shows(&teacher, "people enrolled"));
    let body = json!({ "title": "A new title", "availability": old["availability"] });
    app.put(&item).by(&by).header("If-Match", "*").json(&body).send().status(200);
    assert!(shows(&learner, "A new title") && shows(&teacher, "A new title"));
    let mut arabic = Browser { language: "ar", ..Browser::of(&app, &learner) };
    assert!(arabic.get(&path).status(200).text().contains("أُنجز"));
    assert!(!shows(&learner, "أُنجز"));
    let mut browser = Browser::of(&app, &learner);
    let reader = format!("/items/{}", ids.item);
    browser.fill(&reader, &format!("{reader}/visited"), &[("visited", "true")]).status(303);
    assert!(shows(&learner, "<span class=\"tag good\">Read</span>"));
    assert!(!shows(&teacher, "<span class=\"tag good\">Read</span>"));
}

#[test]
fn a_kept_page_has_a_token_of_its_own_and_follows_whatever_its_viewer_changes() {
    let app = demo();
    let by = admin(&app);
    let ids = Ids::of(&app, &by);
    let (_, _, learner) = people_of(&app, &by, ids.course);
    let path = format!("/courses/{}", ids.course);
    let mut browser = Browser::of(&app, &learner);
    let token = |html: &str| attribute(html.split("name=\"csrf\" ").nth(1).unwrap(), "content");
    let packed = |browser: &Browser<'_>| {
        let request = app.get(&path).header("Cookie", &browser.header()).header("Accept-Encoding", "gzip");
        let answer = request.header("Accept-Language", "en").send().status(200);
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        let mut html = String::new();
        flate2::read::GzDecoder::new(&answer.bytes[..]).read_to_string(&mut html).unwrap();
        html
    };
    let first = browser.get(&path).status(200);
    assert!(check_page(&first).is_empty(), "{:?}", check_page(&first));
    let pages = [first.text(), browser.get(&path).status(200).text(), packed(&browser), packed(&browser)];
    let tokens = pages.each_ref().map(|html| token(html));
    for (page, own) in pages.iter().zip(&tokens) {
        assert_eq!(page.replace(own, ""), pages[0].replace(&tokens[0], ""), "the same but for the token");
        assert!(tokens.iter().filter(|other| *other == own).count() == 1, "a token is there twice");
        let fields = [("csrf", own.as_str()), ("language", ""), ("time_zone", ""), ("theme", "system")];
        browser.post("/account", &fields).status(303);
    }
    // What was done is said once, and not kept.
    assert!(browser.get(&path).text().contains("class=\"flash"));
    assert!(!browser.get(&path).text().contains("class=\"flash"));
    browser
        .fill("/account", "/account", &[("language", "ar"), ("time_zone", ""), ("theme", "dark")])
        .status(303);
    browser.get("/account").status(200);
    let html = packed(&browser);
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\" data-theme=\"dark\">"), "{html}");
    assert!(!html.contains(&format!("href=\"{path}/people\"")));
    let enrolment = format!("/api{path}/enrolments/{}", learner.user);
    let role = json!({ "role": "teacher" });
    app.patch(&enrolment).by(&by).header("If-Match", "*").json(&role).send().status(200);
    assert!(packed(&browser).contains(&format!("href=\"{path}/people\"")), "rights count at once");
    browser.fill(&path, "/sign-out", &[]).status(303);
    browser.get(&path).status(303);
}

#[test]
fn preferences_are_the_persons_own_and_are_checked() {
    let app = TestApp::start();
    let ada = UserId(activated(&app, &admin(&app), "ada"));
    let person = app.signed_in(ada, &[]);
    let put = |body: serde_json::Value| app.put("/api/me/preferences").by(&person).json(&body).send();
    let problem =
        put(json!({ "language": "tlh", "time_zone": null, "theme": "dark" })).problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/language");
    let problem = put(json!({ "theme": "dark", "time_zone": "Mars/Base" })).problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/time_zone");
    let view = put(json!({ "theme": "dark", "time_zone": "europe/vienna" })).status(200).json();
    assert_eq!(
        json!([view["theme"], view["time_zone"], view["language"]]),
        json!(["dark", "Europe/Vienna", null])
    );
    // Times are shown in that zone.
    let html = Browser::of(&app, &person).get("/account/sessions").status(200).text();
    assert!(plain(&html).contains(">7 September 2026, 10:00</time>"), "{html}");
}

#[test]
fn what_goes_wrong_is_a_page_for_people_and_a_document_for_programs() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    let answer = browser.get("/nowhere").status(404);
    assert!(check_page(&answer).is_empty(), "{:?}", check_page(&answer));
    assert!(answer.text().contains("data-code=\"not_found\""));
    app.get("/nowhere").send().problem(404, "not_found");
    app.get("/api/nowhere").header("Accept", "text/html").send().problem(404, "not_found");
    let wrong = app.request("DELETE", "/sign-in").header("Accept", "text/html").send().status(405);
    assert!(wrong.header("allow").unwrap().contains("POST") && check_page(&wrong).is_empty());
    // A form whose session is over says that nothing was stored, and how to save what was typed.
    let lost = browser.post("/account", &[("theme", "dark")]).status(401);
    assert!(lost.text().contains("Nothing of what you sent was stored."));
    let json = app.post("/sign-in").header("Accept", "text/html").json(&json!({})).send().status(415);
    assert!(check_page(&json).is_empty());
    let long = "x".repeat(app.state.config.server.body_limit_bytes + 1);
    browser.post("/sign-in", &[("username", &long[..200_000])]);
    app.post("/sign-in").body("application/x-www-form-urlencoded", long).send().status(413);
}

#[test]
fn files_are_compressed_named_after_their_content_and_kept_for_ever() {
    let app = TestApp::start();
    let address = lyceum::web::assets::address("style.css");
    let plain = app.get(address).header("Accept-Encoding", "identity").send().status(200);
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("content-type"), Some("text/css; charset=utf-8"));
    for (accepts, coding) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("br;q=0", None)] {
        let answer = app.get(address).header("Accept-Encoding", accepts).send().status(200);
        assert_eq!(answer.header("content-encoding"), coding, "{accepts}");
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
        if coding.is_some() {
            assert!(answer.bytes.len() * 3 < plain.bytes.len(), "{} bytes", answer.bytes.len());
        }
    }
    app.get("/assets/style.000000000000.css").send().status(404);
    // So are those of the page that tries the API.
    let docs = app.get("/api/docs").send().status(200);
    let files = files_in(&docs.text());
    assert_eq!(files.len(), 2, "{files:?}");
    for name in files {
        let file = app.get(&format!("/assets/{name}")).send().status(200);
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    // A page is compressed, too.
    let mut unpacked = String::new();
    let packed = app.get("/sign-in").header("Accept-Encoding", "gzip").send().status(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    flate2::read::GzDecoder::new(&packed.bytes[..]).read_to_string(&mut unpacked).unwrap();
    assert!(unpacked.ends_with("</html>\n") || unpacked.ends_with("</html>"), "{unpacked}");
}

#[test]
fn a_name_cannot_become_markup() {
    let app = TestApp::start();
    let by = admin(&app);
    let body = json!({ "username": "mallory", "first_name": "<script>x()</script>", "last_name": "\"&'" });
    let id = app.post("/api/accounts").by(&by).json(&body).send().status(201).json()["id"].as_u64().unwrap();
    let html = Browser::of(&app, &app.signed_in(UserId(id), &[])).get("/").status(200).text();
    assert!(!html.contains("<script>x") && html.contains("&#60;script&#62;"), "{html}");
}
