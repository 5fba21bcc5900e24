//! The demo as `make run` serves it, by people who have read nothing but what the program printed: they sign in as who is
//! named there and go on by the words that they see.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::process::Process;

/// Who can sign in, as it is printed.
struct SignIn {
    username: String,
    password: String,
    role: String,
}

const EXAM: &str = "Ten-minute exam";
const COURSE: &str = "Thinking with data: a first course in statistics";

/// All questions of the exam but one are answered right; that one is worth a point and a half of ten.
const MARK: &str = "8.5";

/// The sign-ins between the line that says so and the one for all others.
fn printed(server: &Process) -> Vec<SignIn> {
    server.line("Sign in as");
    let lines = server.until("anybody else");
    let words = |line: &String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    lines
        .iter()
        .map(|line| match words(line).as_slice() {
            [username, password, role] => {
                SignIn { username: username.clone(), password: password.clone(), role: role.clone() }
            }
            _ => panic!("{line:?} is no sign-in"),
        })
        .collect()
}

fn of<'a>(people: &'a [SignIn], role: &str) -> &'a SignIn {
    people.iter().find(|one| one.role == role).unwrap_or_else(|| panic!("no {role} is printed"))
}

fn sign_in(browser: &Browser, one: &SignIn) {
    browser.fill(&browser.field("Username or e-mail address"), &one.username);
    browser.fill(&browser.field("Password"), &one.password);
    browser.follow("Sign in");
    browser.wait_text("Hello, ");
}

fn sign_out(browser: &Browser) {
    browser.follow("Sign out");
    browser.wait_text("You are signed out.");
}

/// Chooses from the menu beside these words.
fn match_to(browser: &Browser, stem: &str, words: &str) {
    let menu = browser.run(
        "return [...document.querySelectorAll('.pair')].find((it) => it.innerText.includes(arguments[0]))?.querySelector('select').id",
        &[json!(stem)],
    );
    browser
        .choose(&format!("#{}", menu.as_str().unwrap_or_else(|| panic!("no menu beside {stem:?}"))), words);
}

/// The exam is on the start page, and its marks are there once it is handed in.
fn taking(browser: &Browser) {
    browser.follow(EXAM);
    browser.wait_text("Six questions, ten points, ten minutes.");
    browser.shot("door");
    browser.follow("Start");
    browser.wait_text("0 of 6 answered");
    browser.follow("Most rents are moderate; a few are very high");
    browser.follow("Red is as likely as it always is");
    browser.follow("False");
    browser.fill(&browser.field("Number"), "32");
    match_to(browser, "How long does a typical passenger wait", "median");
    match_to(browser, "How many hours of overtime", "mean");
    match_to(browser, "Which shoe size", "mode");
    match_to(browser, "How far do marks usually lie", "standard deviation");
    match_to(browser, "How wide is the stretch", "interquartile range");
    browser.follow("The sample is surely too small");
    browser.wait_text("6 of 6 answered");
    browser.shot("answered");
    browser.follow("Save and review");
    browser.wait_text("Every question is answered.");
    browser.follow("Hand in now");
    browser.wait_text("Handed in. All your answers are stored.");
    browser.wait_text(&format!("{MARK} of 10 points"));
    browser.wait_text("Large fires cause both the damage and the number of firefighters");
    browser.shot("result");
    browser.follow("Back to the quiz");
    browser.wait_text("1 of 3 used");
    browser.follow("My grades");
    browser.wait_text(&format!("{MARK} of 10"));
    browser.shot("grades");
    axe::must_find_nothing(browser);
}

/// The teacher sees the same grade, and the test that is over has figures to look at and answers to mark.
fn teaching(browser: &Browser, learner: &str) {
    browser.follow(COURSE);
    browser.follow("Gradebook");
    browser.fill(&browser.field("Name"), learner);
    let row = "[...document.querySelectorAll('#grades tbody tr[data-user]')]";
    browser.wait_for(&format!("{row}.length === 1 && {row}[0].innerText.includes('{MARK}')"));
    browser.shot("gradebook");
    axe::must_find_nothing(browser);
    browser.follow("Quizzes");
    browser.follow("Mid-term test");
    browser.follow("Statistics");
    browser.wait_text("Discrimination");
    browser.shot("statistics");
    browser.follow("Marking");
    browser.wait_text("8 to be marked");
    browser.fill(&browser.field("Points"), "6");
    browser.shot("marking");
    browser.follow("Save and go on");
    browser.wait_text("7 to be marked");
}

/// Follows every link that the pages show, one of each shape: numbers in an address are the same to it.
const EVERYWHERE: &str = "
    const shape = ({ pathname }) => pathname.replace(/[0-9]+/g, 'n');
    const seen = new Map([[shape(location), location.pathname]]), refused = [], waiting = [[document, location.pathname]];
    while (waiting.length) {
        const [page, from] = waiting.shift();
        for (const link of page.querySelectorAll('a[href]')) {
            const to = new URL(link.getAttribute('href'), location);
            if (to.origin !== location.origin || seen.has(shape(to))) continue;
            seen.set(shape(to), to.pathname);
            const answer = await fetch(to);
            if (!answer.ok) refused.push(`${link.textContent.trim()} on ${from} leads to ${to.pathname}: ${answer.status}`);
            if (answer.ok && answer.headers.get('Content-Type').startsWith('text/html')) {
                waiting.push([new DOMParser().parseFromString(await answer.text(), 'text/html'), to.pathname]);
            }
        }
    }
    return { refused, seen: seen.size };";

/// What is offered is there: no link that this person is shown leads to a refusal.
fn must_lead_on(browser: &Browser, role: &str) {
    let found = browser.run_async(EVERYWHERE, &[]);
    assert_eq!(found["refused"], json!([]), "{role}");
    println!("demo: {} sorts of pages lead a {role} on", found["seen"]);
    assert!(found["seen"].as_u64().unwrap() > 8, "{role}: {found}");
}

pub fn as_it_is_served(browser: &mut Browser) {
    let home = tempfile::tempdir().unwrap();
    let server = Process::start(&home.path().join("store"), &["--demo"]);
    let people = printed(&server);
    let told = server.line("Ten-minute exam");
    assert!(told.starts_with("As a learner, take the Ten-minute exam"), "{told}");
    browser.open(&server.address);
    browser.shot("sign-in");
    sign_in(browser, of(&people, "learner"));
    browser.shot("learner");
    taking(browser);
    browser.follow("Home");
    let learner = browser.run("return document.querySelector('header .name').textContent", &[]);
    must_lead_on(browser, "learner");
    sign_out(browser);
    sign_in(browser, of(&people, "teacher"));
    browser.shot("teacher");
    teaching(browser, learner.as_str().unwrap());
    browser.follow("Home");
    must_lead_on(browser, "teacher");
    for role in ["assistant", "observer", "administrator"] {
        sign_out(browser);
        sign_in(browser, of(&people, role));
        browser.shot(role);
        must_lead_on(browser, role);
    }
}
