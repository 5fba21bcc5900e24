//! Roles on the pages of the administration: made, changed under their revision, asked about, removed when nobody has them.

use lyceum::domain::access::{Grants, RoleName};
use lyceum::domain::ids::UserId;
use lyceum::domain::refusal::Refusal;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam};
use crate::html_form::Form;
use crate::pages::{Browser, check_page, has, lacks, text};
use crate::people::account;
use crate::support::Answer;

const ROLES: &str = "/admin/roles";

fn role(exam: &Exam, name: &str) -> Value {
    exam.app.get(&format!("/api/roles/{name}")).by(&exam.admin).send().status(200).json()
}

fn make(exam: &Exam, name: &str, permissions: &[&str]) {
    let body = json!({ "name": name, "description": "Made here", "permissions": permissions });
    exam.app.post("/api/roles").by(&exam.admin).json(&body).send().status(201);
}

/// The form of a role with its boxes as they are ticked, and other ones instead of these.
fn send(browser: &mut Browser<'_>, name: &str, rights: &[&str]) -> Answer {
    let edit = format!("{ROLES}/{name}/edit");
    let mut fields = vec![("description", "Changed")];
    fields.extend(rights.iter().map(|right| ("permissions", *right)));
    browser.fill(&edit, &edit, &fields)
}

#[test]
fn a_role_is_made_and_changed_with_what_is_ticked() {
    let exam = Exam::new();
    let mut browser = Browser::of(&exam.app, &exam.admin);
    let list = browser.get(ROLES).status(200);
    assert_eq!(check_page(&list), Vec::<String>::new());
    has(&list, "<bdi>Teacher</bdi>");
    has(&list, "Built in");
    lacks(&list, "/edit\"");
    let new = format!("{ROLES}/new");
    assert_eq!(check_page(&browser.get(&new).status(200)), Vec::<String>::new());
    // All faults in one round, with what was ticked.
    let long = "x".repeat(501);
    let fields = [("name", "A B"), ("description", long.as_str()), ("permissions", "view_people")];
    let refused = browser.fill(&new, &new, &fields).status(422);
    has(&refused, "id=\"f-name-problem\"");
    has(&refused, "id=\"f-description-problem\"");
    has(&refused, "value=\"view_people\" checked");
    // The names of the program's roles are taken, too.
    let refused = browser.fill(&new, &new, &[("name", "teacher"), ("description", "")]).status(409);
    has(&refused, "id=\"f-name-problem\">Is taken.");
    let fields = [
        ("name", "tutor"),
        ("description", "Helps"),
        ("permissions", "view_course"),
        ("permissions", "view_roster"),
    ];
    let done = browser.fill(&new, &new, &fields).status(303);
    let list = browser.follow(&done).status(200);
    has(&list, "The role tutor is made.");
    has(&list, "See a course that is published · See who is enrolled");
    has(&list, "Nobody has it");
    assert_eq!(role(&exam, "tutor")["permissions"], json!(["view_course", "view_roster"]));
    has(&browser.fill(&new, &new, &fields).status(409), "id=\"f-name-problem\">Is taken.");
    let edit = browser.get(&format!("{ROLES}/tutor/edit")).status(200);
    assert_eq!(check_page(&edit), Vec::<String>::new());
    has(&edit, "value=\"view_roster\" checked");
    // Nobody has it, so that nobody loses anything.
    send(&mut browser, "tutor", &["view_grades"]).status(303);
    assert_eq!(role(&exam, "tutor")["permissions"], json!(["view_grades"]));
    assert_eq!(role(&exam, "tutor")["description"], "Changed");
    let edit = format!("{ROLES}/tutor/edit");
    let stale = browser.fill(&edit, &edit, &[("revision", "1"), ("description", "Old")]).status(412);
    has(&stale, "id=\"problems\"");
    assert_eq!(role(&exam, "tutor")["description"], "Changed");
    // What is built in is not changed, and what is not there is not found.
    let refused = browser.get(&format!("{ROLES}/teacher/edit")).status(409);
    has(&refused, "This role is part of the program.");
    browser.get(&format!("{ROLES}/nothing/edit")).status(404);
}

#[test]
fn a_role_in_use_says_where_and_asks_before_it_takes_rights() {
    let exam = Exam::new();
    make(&exam, "tutor", &["view_course", "view_roster"]);
    let (ada, bea) = (account(&exam.app, &exam.admin, "ada"), account(&exam.app, &exam.admin, "bea"));
    let grant = |path: &str| exam.app.put(path).by(&exam.admin).send().status(200);
    grant(&format!("/api/accounts/{ada}/grants/tutor"));
    grant(&format!("/api/courses/{COURSE}/grants/{bea}/tutor"));
    let enrol = |role: &str| {
        let people = json!({ "people": [{ "user": ada, "role": role }, { "user": bea, "role": role }] });
        let path = format!("/api/courses/{COURSE}/enrolments");
        exam.app.post(&path).by(&exam.admin).json(&people).send().status(200);
    };
    enrol("tutor");
    let mut browser = Browser::of(&exam.app, &exam.admin);
    has(&browser.get(ROLES), "In 4 grants and enrolments");
    let delete = format!("{ROLES}/tutor/delete");
    let held = browser.get(&delete).status(200);
    assert_eq!(check_page(&held), Vec::<String>::new());
    for says in [
        "The role is in 4 grants and enrolments.",
        "Ada Lovelace has it everywhere.",
        "Ada Lovelace was granted it in Exams.",
        "Exams: 2 enrolments",
    ] {
        has(&held, says);
    }
    lacks(&held, "<button class=\"danger\"");
    let refused = browser.fill(&delete, &delete, &[]).status(409);
    has(&refused, "The role tutor is in 4 grants and enrolments.");
    browser.language = "ar";
    lacks(&browser.fill(&delete, &delete, &[]).status(409), "lang=\"en\" dir=\"ltr\"");
    browser.language = "en";
    // More rights are given at once; fewer are asked about.
    send(&mut browser, "tutor", &["view_course", "view_roster", "view_grades"]).status(303);
    let asked = send(&mut browser, "tutor", &["view_course"]).status(200);
    has(&asked, "These rights go: See who is enrolled · See everybody’s grades in the course");
    assert_eq!(role(&exam, "tutor")["permissions"].as_array().unwrap().len(), 3);
    let edit = format!("{ROLES}/tutor/edit");
    let form = Form::find(&asked.text(), &edit);
    let sure: Vec<(&str, &str)> =
        form.controls.iter().map(|control| (control.name.as_str(), control.value.as_str())).collect();
    browser.post(&edit, &sure).status(303);
    assert_eq!(role(&exam, "tutor")["permissions"], json!(["view_course"]));
    // Nobody has it any more.
    enrol("learner");
    for path in
        [format!("/api/accounts/{ada}/grants/tutor"), format!("/api/courses/{COURSE}/grants/{bea}/tutor")]
    {
        exam.app.delete(&path).by(&exam.admin).send().status(200);
    }
    has(&browser.get(&delete), "Nobody has it.");
    let done = browser.fill(&delete, &delete, &[]).status(303);
    has(&browser.follow(&done), "The role tutor is deleted.");
    exam.app.get("/api/roles/tutor").by(&exam.admin).send().status(404);
}

#[test]
fn a_role_that_many_have_names_some_and_counts_the_others() {
    let exam = Exam::new();
    make(&exam, "tutor", &["view_course"]);
    let granted = |txn: &mut Txn<'_>| -> Result<(), Refusal> {
        for user in 7_000..7_051 {
            let site = vec![RoleName::parse("tutor").unwrap()];
            txn.put(Grants { user: UserId(user), site, courses: Vec::new() })?;
        }
        Ok(())
    };
    exam.app.state.store.write_blocking(Class::Bulk, granted).unwrap();
    let mut browser = Browser::of(&exam.app, &exam.admin);
    let page = browser.get(&format!("{ROLES}/tutor/delete")).status(200);
    has(&page, "The role is in 51 grants and enrolments.");
    has(&page, "7049 has it everywhere.");
    lacks(&page, "7050 has it everywhere.");
    has(&page, "1 more is not named here");
}

#[test]
fn who_makes_roles_gives_no_more_than_they_have() {
    let exam = Exam::new();
    make(&exam, "steward", &["manage_roles", "view_course"]);
    make(&exam, "powerful", &["manage_site"]);
    let steward = exam.app.signed_in(UserId(account(&exam.app, &exam.admin, "sam")), &["steward"]);
    let mut browser = Browser::of(&exam.app, &steward);
    // Their administration begins with the roles.
    let begun = browser.get("/admin").status(303);
    assert_eq!(begun.header("location"), Some(ROLES));
    has(&browser.get(ROLES).status(200), "<bdi>powerful</bdi>");
    let new = format!("{ROLES}/new");
    let offered = text(&browser.get(&new).status(200)).matches("name=\"permissions\"").count();
    assert_eq!(offered, 2);
    let csrf = lyceum::domain::session::csrf_token(&steward.token);
    let typed = [("csrf", csrf.as_str()), ("name", "strong"), ("permissions", "manage_site")];
    let refused = browser.post(&new, &typed).status(403);
    has(&refused, "You do not have these rights yourself: See and change how the installation runs");
    let edit = format!("{ROLES}/powerful/edit");
    let refused = browser.fill(&edit, &edit, &[("description", "Less")]).status(403);
    has(&refused, "id=\"problems\"");
    browser.fill(&format!("{ROLES}/powerful/delete"), &format!("{ROLES}/powerful/delete"), &[]).status(403);
    Browser::of(&exam.app, &exam.teacher).get(ROLES).status(403);
}
