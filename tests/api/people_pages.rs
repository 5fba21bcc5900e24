//! The people of a course on its pages: enrolling by name and by file, dates and suspension, groups, seats and the key.
//! What was done is looked at through the API.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lyceum::domain::session::csrf_token;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam};
use crate::pages::{Browser, check_page, has, text};
use crate::people::{account, activated, admin, sign_in};
use crate::support::{Answer, Person};

/// A course with a teacher, and people with accounts who are not in it.
struct School {
    exam: Exam,
    admin: Person,
}

impl School {
    fn new() -> Self {
        let exam = Exam::new();
        let admin = admin(&exam.app);
        Self { exam, admin }
    }

    fn person(&self, username: &str) -> u64 {
        account(&self.exam.app, &self.admin, username)
    }

    fn browser(&self) -> Browser<'_> {
        Browser::of(&self.exam.app, &self.exam.teacher)
    }

    fn enrolment(&self, user: u64) -> Value {
        let path = format!("/api/courses/{COURSE}/enrolments/{user}");
        self.exam.app.get(&path).by(&self.exam.teacher).send().status(200).json()
    }

    fn is_in(&self, user: u64) -> bool {
        let path = format!("/api/courses/{COURSE}/enrolments/{user}");
        self.exam.app.get(&path).by(&self.exam.teacher).send().code == 200
    }

    fn upload(&self, file: &str) -> Answer {
        self.upload_to(&format!("{PEOPLE}/file"), &self.exam.teacher, file)
    }

    fn upload_to(&self, path: &str, by: &Person, file: &str) -> Answer {
        let mut body = String::new();
        for (head, value) in [
            ("name=\"csrf\"", csrf_token(&by.token).as_str()),
            ("name=\"encoding\"", ""),
            ("name=\"file\"; filename=\"people.csv\"", file),
        ] {
            write!(body, "--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n").unwrap();
        }
        body.push_str("--edge--\r\n");
        let request = self.exam.app.post(path).header("Accept", "text/html");
        let request = request.header("Cookie", &format!("lyceum_session={}", by.token));
        request.body("multipart/form-data; boundary=edge", body).send()
    }
}

const PEOPLE: &str = "/courses/900000/people";
const GROUPS: &str = "/courses/900000/groups";

#[test]
fn people_are_enrolled_by_username_or_address_all_or_nobody() {
    let school = School::new();
    let (ada, grace) = (school.person("ada"), school.person("grace"));
    let mut browser = school.browser();
    let typed = [("people", "ada\nnobody.here"), ("role", "assistant")];
    let refused = browser.fill(PEOPLE, PEOPLE, &typed).status(422);
    has(&refused, "id=\"f-people-problem\"");
    has(&refused, "ames nobody who has an account: nobody.here");
    has(&refused, "ada\nnobody.here</textarea>");
    assert!(!school.is_in(ada));
    let typed = [("people", "ada, Grace@School.example"), ("role", "learner"), ("ends", "2026-12-01T10:00")];
    let done = browser.fill(PEOPLE, PEOPLE, &typed);
    let list = browser.follow(&done).status(200);
    has(&list, "2 enrolled, 0 changed, 0 as they were.");
    assert_eq!(check_page(&list), Vec::<String>::new());
    assert_eq!(school.enrolment(grace)["ends"], "2026-12-01T10:00:00.000Z");
    assert_eq!(
        (&school.enrolment(ada)["role"], &school.enrolment(ada)["by"]),
        (&json!("learner"), &json!("teacher"))
    );
    // Nobody gives more than they have, and a role that does not exist is said at its field.
    let typed = [("people", "ada"), ("role", "administrator")];
    assert_eq!(browser.fill(PEOPLE, PEOPLE, &typed).code, 403);
    has(
        &browser.fill(PEOPLE, PEOPLE, &[("people", "ada"), ("role", "no such")]).status(422),
        "f-role-problem",
    );
}

#[test]
fn the_list_is_searched_by_name_and_state_page_by_page() {
    let school = School::new();
    let people: Vec<u64> = (0..52).map(|number| school.person(&format!("p{number:02}"))).collect();
    let body: Vec<Value> = people.iter().map(|user| json!({ "user": user })).collect();
    let path = format!("/api/courses/{COURSE}/enrolments");
    let teacher = &school.exam.teacher;
    school.exam.app.post(&path).by(teacher).json(&json!({ "people": body })).send().status(200);
    for (user, change) in [
        (people[0], json!({ "status": "suspended" })),
        (people[1], json!({ "starts": "2027-01-01T00:00:00Z" })),
        (people[2], json!({ "ends": "2026-01-01T00:00:00Z" })),
    ] {
        let one = school.exam.app.patch(&format!("{path}/{user}")).by(teacher);
        one.header("If-Match", "*").json(&change).send().status(200);
    }
    let mut browser = school.browser();
    let lines = |answer: &Answer| text(answer).matches("<tr><th scope=\"row\">").count();
    let first = browser.get(PEOPLE).status(200);
    assert_eq!(lines(&first), 50);
    has(&first, "Page 1 of 2");
    let all = 50 + lines(&browser.get(&format!("{PEOPLE}?page=1")));
    has(&first, &format!("{all} people found."));
    for (state, who) in [("suspended", "p00"), ("later", "p01"), ("over", "p02")] {
        let found = browser.get(&format!("{PEOPLE}?state={state}")).status(200);
        assert_eq!(lines(&found), 1, "{state}");
        has(&found, who);
    }
    assert_eq!(lines(&browser.get(&format!("{PEOPLE}?name=P1"))), 10);
    has(&browser.get(&format!("{PEOPLE}?name=zzz")), "Nobody to show.");
}

#[test]
fn one_enrolment_is_changed_under_its_revision_and_taken_away_after_a_question() {
    let school = School::new();
    let ada = activated(&school.exam.app, &school.admin, "ada");
    let mut browser = school.browser();
    browser.fill(PEOPLE, PEOPLE, &[("people", "ada"), ("role", "learner")]).status(303);
    let one = format!("{PEOPLE}/{ada}");
    let wrong = [
        ("role", "learner"),
        ("status", "active"),
        ("starts", "2026-10-02T08:00"),
        ("ends", "2026-10-01T08:00"),
    ];
    let refused = browser.fill(&one, &one, &wrong).status(422);
    has(&refused, "id=\"f-ends-problem\"");
    has(&refused, "value=\"2026-10-02T08:00\"");
    let right =
        [("role", "assistant"), ("status", "suspended"), ("starts", ""), ("ends", "2026-10-01T08:00")];
    // Shutting somebody out asks first.
    let asked = browser.fill(&one, &one, &right).status(200);
    has(&asked, "The course is closed to them from now on.");
    assert_eq!(school.enrolment(ada)["status"], "active");
    let mut sure = right.to_vec();
    sure.push(("sure", "true"));
    let done = browser.fill(&one, &one, &sure);
    has(&browser.follow(&done), "Changed: Ada Lovelace.");
    let view = school.enrolment(ada);
    assert_eq!((&view["role"], &view["status"]), (&json!("assistant"), &json!("suspended")));
    // A page of before is of another revision.
    let csrf = csrf_token(&school.exam.teacher.token);
    let stale = [("csrf", csrf.as_str()), ("revision", "1"), ("role", "learner"), ("status", "active")];
    assert_eq!(browser.post(&one, &stale).code, 412);
    let body = json!({ "name": "Monday" });
    let teacher = &school.exam.teacher;
    let group = school.exam.app.post(&format!("/api/courses/{COURSE}/groups")).by(teacher).json(&body).send();
    let group = group.status(201).json()["id"].as_u64().unwrap();
    let members = format!("/api/courses/{COURSE}/groups/{group}/members");
    school.exam.app.post(&members).by(teacher).json(&json!({ "users": [ada] })).send().status(200);
    let ask = format!("{one}/remove");
    let page = browser.get(&ask).status(200);
    has(&page, "So does the place in 1 group: Monday.");
    has(&page, "its role: Assistant");
    let done = browser.fill(&ask, &ask, &[]);
    has(&browser.follow(&done), "Ada Lovelace is out of the course.");
    assert!(!school.is_in(ada));
    // A learner of the course sees nothing of it, an observer only looks.
    let learner = school.exam.learner();
    for path in [PEOPLE, GROUPS, &format!("{PEOPLE}/entry"), &format!("{PEOPLE}/file")] {
        assert_eq!(Browser::of(&school.exam.app, &learner).get(path).code, 403, "{path}");
    }
    let body = json!({ "people": [{ "user": ada, "role": "observer" }] });
    school
        .exam
        .app
        .post(&format!("/api/courses/{COURSE}/enrolments"))
        .by(teacher)
        .json(&body)
        .send()
        .status(200);
    let mut looks = Browser::of(&school.exam.app, &sign_in(&school.exam.app, "ada"));
    let list = looks.get(PEOPLE).status(200);
    assert!(
        !text(&list).contains("/people/file") && !text(&list).contains("method=\"post\" action=\"/courses")
    );
}

#[test]
fn a_key_is_shown_once_opens_the_course_and_is_revoked() {
    let school = School::new();
    activated(&school.exam.app, &school.admin, "ada");
    let entry = format!("{PEOPLE}/entry");
    let key = format!("{PEOPLE}/key");
    let mut browser = school.browser();
    has(&browser.get(&entry).status(200), "There is no key");
    let short = browser.fill(&entry, &key, &[("key", "abc")]).status(422);
    has(&short, "id=\"f-key-problem\"");
    let made = browser.fill(&entry, &key, &[("key", "")]).status(200);
    let shown =
        text(&made).split("id=\"key-shown\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().to_owned();
    let shown = shown.split('"').next().unwrap().to_owned();
    assert_eq!(shown.len(), 14, "{shown}");
    assert!(!text(&browser.get(&entry)).contains(&shown));
    let course =
        school.exam.app.get(&format!("/api/courses/{COURSE}")).by(&school.exam.teacher).send().json();
    let ada = sign_in(&school.exam.app, "ada");
    let body = json!({ "short_name": course["short_name"], "key": shown });
    school.exam.app.post("/api/enrolments/by-key").by(&ada).json(&body).send().status(200);
    let revoke = format!("{key}/revoke");
    has(&browser.get(&revoke).status(200), "Everybody who enrolled with it stays enrolled.");
    let done = browser.fill(&revoke, &revoke, &[]);
    has(&browser.follow(&done), "The key is revoked.");
    school.exam.app.post("/api/enrolments/by-key").by(&ada).json(&body).send().problem(403, "key_refused");
    assert!(school.is_in(ada.user.0));
}

#[test]
fn seats_are_set_and_never_below_those_who_are_in() {
    let school = School::new();
    let entry = format!("{PEOPLE}/entry");
    let mut browser = school.browser();
    school.exam.learner();
    school.exam.learner();
    let refused = browser.fill(&entry, &entry, &[("capacity", "1")]).status(409);
    has(&refused, "id=\"f-capacity-problem\"");
    has(&browser.fill(&entry, &entry, &[("capacity", "many")]).status(422), "value=\"many\"");
    let before =
        school.exam.app.get(&format!("/api/courses/{COURSE}")).by(&school.exam.teacher).send().json();
    let seats = before["staff"]["enrolled"].as_u64().unwrap();
    let done = browser.fill(&entry, &entry, &[("capacity", &seats.to_string())]);
    has(&browser.follow(&done), "The number of seats is set.");
    let after = school.exam.app.get(&format!("/api/courses/{COURSE}")).by(&school.exam.teacher).send().json();
    assert_eq!((&after["capacity"], &after["title"]), (&json!(seats), &before["title"]));
    school.person("ada");
    has(
        &browser.fill(PEOPLE, PEOPLE, &[("people", "ada"), ("role", "learner")]).status(409),
        "role=\"alert\"",
    );
    browser.fill(&entry, &entry, &[("capacity", "")]).status(303);
    browser.fill(PEOPLE, PEOPLE, &[("people", "ada"), ("role", "learner")]).status(303);
}

const FILE: &str = "username;email;role1;group1;city\nada;;student;Monday;Oslo\n;grace@school.example;teacher;;\nghost;;;;\n";

#[test]
fn a_file_is_tried_then_taken_and_wrong_lines_are_named() {
    let school = School::new();
    let (ada, grace) = (school.person("ada"), school.person("grace"));
    let tried = school.upload(FILE).status(200);
    has(&tried, "Nothing is written yet.");
    has(&tried, "names nobody who has an account");
    has(&tried, "<bdi>city</bdi>");
    assert!(!school.is_in(ada) && !school.is_in(grace));
    let kept = kept_as(&tried);
    let csrf = csrf_token(&school.exam.teacher.token);
    let mut browser = school.browser();
    let fields = [("csrf", csrf.as_str()), ("file", kept.as_str()), ("encoding", "")];
    let done = browser.post(&format!("{PEOPLE}/file/run"), &fields).status(200);
    has(&done, "<dt>Enrolled</dt><dd>2</dd>");
    has(&done, "<dt>Lines refused</dt><dd>1</dd>");
    assert_eq!(
        (&school.enrolment(grace)["role"], &school.enrolment(ada)["by"]),
        (&json!("assistant"), &json!("import"))
    );
    // The kept file is gone; the same file again changes nothing.
    has(&browser.post(&format!("{PEOPLE}/file/run"), &fields).status(422), "f-file-problem");
    has(&school.upload(FILE).status(200), "<dt>As they were</dt><dd>2</dd>");
    let wrong = school.upload("colour\nred\n").status(422);
    has(&wrong, "neither a column username nor a column email");
}

/// What a page has of the file that it kept.
fn kept_as(tried: &Answer) -> String {
    text(tried).split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_kept_file_is_taken_by_who_tried_it_for_what_they_tried_it_and_offered_to_nobody_else() {
    const IMPORT: &str = "/admin/people/import";
    let school = School::new();
    let (app, admin, teacher) = (&school.exam.app, &school.admin, &school.exam.teacher);
    let ada = school.person("ada");
    let file = "username,firstname,lastname,password\nmallory,Mal,Lory,plover-harvest-91-tin\n";
    let theirs = kept_as(&school.upload_to(&format!("{PEOPLE}/file"), teacher, &format!("{file}ada,,,\n")));
    let own = kept_as(&school.upload_to(IMPORT, admin, file));
    let take = |who: &Person, path: &str, kept: &str| {
        let fields = [("csrf", &*csrf_token(&who.token)), ("file", kept), ("encoding", "")];
        Browser::of(app, who).post(&format!("{path}/run"), &fields)
    };
    let (name, seal) = theirs.split_once('.').unwrap();
    // By somebody else for something else, by somebody else, for something else, by the name alone, and with another's seal.
    for (who, path, kept) in [
        (admin, IMPORT, theirs.as_str()),
        (admin, &format!("{PEOPLE}/file"), &theirs),
        (admin, &format!("{PEOPLE}/file"), &own),
        (admin, IMPORT, name),
        (admin, IMPORT, own.split_once('.').unwrap().0),
        (admin, IMPORT, &format!("{}.{seal}", own.split_once('.').unwrap().0)),
        (teacher, &format!("{PEOPLE}/file"), &own),
        (teacher, "/courses/900001/people/file", &theirs),
    ] {
        let refused = take(who, path, kept);
        assert!([422, 403, 404].contains(&refused.code), "{path} {kept}: {}", refused.code);
    }
    let accounts = text(&app.get("/api/accounts?search=mallory").by(admin).send());
    assert!(!accounts.contains("mallory") && !school.is_in(ada), "{accounts}");
    // The page of a job offers the viewer's own file only.
    let request = app.post("/api/import/roster?dry_run=true").by(admin).header("Prefer", "respond-async");
    let job = request.body("text/csv", file).send().status(202).json()["id"].clone();
    let page = |kept: &str| {
        let page = Browser::of(app, admin).get(&format!("/admin/jobs/{job}?file={kept}")).status(200);
        (page.header("refresh").is_none(), text(&page).contains("/people/import/run"))
    };
    let until = Instant::now() + Duration::from_mins(1);
    while !page(&own).0 {
        assert!(Instant::now() < until, "the job did not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((page(&own), page(&theirs), page(name)), ((true, true), (true, false), (true, false)));
    take(teacher, &format!("{PEOPLE}/file"), &theirs).status(200);
    assert!(school.is_in(ada));
    take(admin, IMPORT, &own).status(200);
}

#[test]
fn more_people_than_seats_are_seen_before_anything_is_written() {
    let school = School::new();
    let course =
        school.exam.app.get(&format!("/api/courses/{COURSE}")).by(&school.exam.teacher).send().json();
    let seats = course["staff"]["enrolled"].as_u64().unwrap() + 105;
    let entry = format!("{PEOPLE}/entry");
    school.browser().fill(&entry, &entry, &[("capacity", &seats.to_string())]).status(303);
    let mut file = "username\n".to_owned();
    for number in 0..110 {
        let username = format!("p{number}");
        school.person(&username);
        writeln!(file, "{username}").unwrap();
    }
    let tried = school.upload(&file).status(200);
    has(&tried, &format!("{} people would be enrolled, on {seats} seats", seats + 5));
    has(&tried, "<dt>Lines refused</dt><dd>0</dd>");
}

#[test]
fn groups_are_made_filled_renamed_and_deleted_after_a_question() {
    let school = School::new();
    let ada = school.person("ada");
    let mut browser = school.browser();
    browser.fill(PEOPLE, PEOPLE, &[("people", "ada"), ("role", "learner")]).status(303);
    let refused = browser.fill(GROUPS, GROUPS, &[("name", "")]).status(422);
    has(&refused, "id=\"f-name-problem\"");
    let made = browser.fill(GROUPS, GROUPS, &[("name", "Monday")]).status(303);
    let group = made.header("location").unwrap().to_owned();
    let members = format!("{group}/members");
    school.person("grace");
    let refused = browser.fill(&group, &members, &[("people", "ada grace")]).status(409);
    has(&refused, "id=\"f-people-problem\"");
    has(&refused, "value=\"Monday\"");
    // Who has no account and who is not in the course are told at once.
    let refused = browser.fill(&group, &members, &[("people", "nobody grace ada")]).status(422);
    has(&refused, "Names nobody who has an account: nobody");
    has(&refused, "is not enrolled in the course: grace");
    let done = browser.fill(&group, &members, &[("people", "ada@school.example")]);
    has(&browser.follow(&done), "1 person is new in the group.");
    has(&browser.get(GROUPS), "1 person");
    let done = browser.fill(&group, &group, &[("name", "Tuesday")]);
    let page = browser.follow(&done);
    has(&page, "<h1><bdi>Tuesday</bdi></h1>");
    assert_eq!(check_page(&page), Vec::<String>::new());
    let out = format!("{members}/{ada}/remove");
    has(&page, &format!("<a class=\"button danger\" href=\"{out}\">"));
    let asked = browser.get(&out).status(200);
    has(&asked, "Take Ada Lovelace out of the group Tuesday?");
    has(
        &asked,
        "What quizzes have different for the group, such as other times, no longer holds for this person.",
    );
    has(&asked, "The person stays in the course; answers and grades stay.");
    has(&browser.get(&group), "ada");
    let done = browser.fill(&out, &out, &[]);
    has(&browser.follow(&done), "Nobody is in this group yet.");
    let ask = format!("{group}/delete");
    has(&browser.get(&ask).status(200), "Nobody is in it.");
    let done = browser.fill(&ask, &ask, &[]);
    has(&browser.follow(&done), "There is no group yet.");
}
