//! Importing and exporting people: Moodle's own sample files, errors with lines, dry runs, idempotence.

use lyceum::domain::access::{Actor, Grants};
use lyceum::domain::activation;
use lyceum::domain::ids::JobId;
use lyceum::domain::roster::RowReport;
use lyceum::jobs::do_chunks;
use lyceum::roster_import::{Importer, Options};
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam};
use crate::job::{async_of, result, started, waiting};
use crate::people::{PASSWORD, account, admin, redeem, try_sign_in};
use crate::shared::shared;
use crate::support::{Answer, Person, TestApp};
use crate::system::Small;

fn import(app: &TestApp, by: &Person, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    app.post(&format!("/api/import/roster{query}")).by(by).body("text/csv", file).send()
}

fn report(app: &TestApp, by: &Person, query: &str, file: impl Into<Vec<u8>>) -> Value {
    import(app, by, query, file).status(200).json()
}

/// Somebody who may import people, and nothing else.
fn registrar(app: &TestApp, root: &Person) -> Person {
    let body = json!({ "name": "registrar", "description": "", "permissions": ["manage_people"] });
    app.post("/api/roles").by(root).json(&body).send().status(201);
    crate::classroom::person(app, 900_001, "reg", &["registrar"])
}

fn course(app: &TestApp, by: &Person, short_name: &str) -> u64 {
    let body = json!({ "short_name": short_name, "title": short_name });
    app.post("/api/courses").by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap()
}

#[test]
fn people_come_in_with_their_courses_groups_and_dates_and_twice_changes_nothing() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = course(&app, &admin, "STAT101");
    let file = "username;firstname;lastname;email;course1;role1;group1;enroltimestart1;enrolperiod1;city\n\
                ada;Ada;Lovelace;ada@x.example;stat101;student;Group 1;2026-09-01;10;London\n\
                Bob;Bob;Byrne;bob@x.example;STAT101;editingteacher;;;;\n";
    let dry = report(&app, &admin, "?dry_run=true", file);
    assert_eq!((&dry["created"], &dry["enrolled"], &dry["dry_run"]), (&json!(2), &json!(2), &json!(true)));
    assert_eq!(
        app.get("/api/accounts").by(&admin).send().json()["items"],
        json!([]),
        "a dry run writes nothing"
    );
    let first = report(&app, &admin, "", file);
    assert_eq!((&first["created"], &first["refused"]), (&json!(2), &json!(0)));
    assert_eq!(first["ignored_columns"], json!(["city"]));
    assert_eq!(first["delimiter"], ";");
    let again = report(&app, &admin, "", file);
    assert_eq!(
        (&again["unchanged"], &again["updated"], &again["created"]),
        (&json!(2), &json!(0), &json!(0))
    );
    assert_eq!((&again["enrolled"], &again["enrolments_changed"]), (&json!(0), &json!(0)));
    let roster = app.get(&format!("/api/courses/{id}/enrolments")).by(&admin).send().status(200).json();
    let roles: Vec<&Value> = roster["items"].as_array().unwrap().iter().map(|item| &item["role"]).collect();
    assert_eq!(roles, ["learner", "teacher"]);
    assert_eq!(roster["items"][0]["ends"], "2026-09-11T00:00:00.000Z");
    let groups = app.get(&format!("/api/courses/{id}/groups")).by(&admin).send().status(200).json();
    assert_eq!(groups["items"][0]["name"], "Group 1");
    let moved = file.replace("Lovelace", "King").replace("editingteacher", "teacher");
    let third = report(&app, &admin, "", moved);
    assert_eq!(
        (&third["updated"], &third["unchanged"], &third["enrolments_changed"]),
        (&json!(1), &json!(1), &json!(1))
    );
}

#[test]
fn moodles_nought_for_a_start_and_a_period_changes_no_date() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = course(&app, &admin, "STAT101");
    let header = "username,firstname,lastname,course1,enroltimestart1,enrolperiod1";
    let file = |starts: &str, period: &str| {
        report(&app, &admin, "", format!("{header}\nada,Ada,Lovelace,STAT101,{starts},{period}\n"))
    };
    let dates = || {
        let path = format!("/api/courses/{id}/enrolments");
        let ada = app.get(&path).by(&admin).send().status(200).json()["items"][0].clone();
        (ada["starts"].clone(), ada["ends"].clone())
    };
    assert_eq!(file("0", "0")["enrolled"], 1);
    assert_eq!(dates(), (Value::Null, Value::Null));
    assert_eq!(file("2026-10-01", "10")["enrolments_changed"], 1);
    let kept = (json!("2026-10-01T00:00:00.000Z"), json!("2026-10-11T00:00:00.000Z"));
    assert_eq!(dates(), kept);
    for (starts, period) in [("0", "0"), ("0", "10"), ("", "0")] {
        assert_eq!(file(starts, period)["enrolments_changed"], 0, "{starts},{period}");
        assert_eq!(dates(), kept);
    }
}

#[test]
fn an_import_that_is_repeated_names_who_may_have_lost_their_link() {
    let app = TestApp::start();
    let admin = admin(&app);
    let file = people(2);
    let first = report(&app, &admin, "?links=true", file.clone());
    let token = first["results"][0]["activation_token"].as_str().unwrap();
    assert_eq!(first["results"][0]["notes"], json!([]));
    redeem(&app, token, PASSWORD).status(204);
    let again = report(&app, &admin, "?links=true", file.clone());
    assert_eq!((&again["unchanged"], &again["results"][0]["notes"]), (&json!(2), &json!([])));
    let row = &again["results"][1];
    assert!(row["notes"][0].as_str().unwrap().contains("make it another one"), "{row}");
    assert_eq!(row["activation_token"], Value::Null, "the one that they were sent goes on working");
    assert_eq!(report(&app, &admin, "", file)["results"][1]["notes"], json!([]));
    let link = format!("/api/accounts/{}/password-link", row["user"]);
    let made = app.post(&link).by(&admin).send().status(201).json();
    redeem(&app, made["token"].as_str().unwrap(), PASSWORD).status(204);
}

#[test]
fn a_row_without_room_for_its_group_enrols_nobody() {
    use lyceum::domain::group::{GroupName, create};
    use lyceum::domain::refusal::Refusal;
    use lyceum::store::{Class, Txn};

    let exam = Exam::new();
    let admin = &exam.admin;
    let [ada, bob] = ["ada", "bob"].map(|name| account(&exam.app, admin, name));
    let teacher = exam.acting_teacher();
    let groups = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
        for number in 0..500 {
            create(txn, &teacher, COURSE, GroupName::parse(&format!("Group {number}"))?)?;
        }
        Ok(())
    };
    exam.app.state.store.write_blocking(Class::Bulk, groups).unwrap();
    let file = "username,course1,group1\nada,EX1,One more\nbob,EX1,Group 7\n";
    let is_enrolled = |user: u64| {
        let path = format!("/api/courses/{COURSE}/enrolments/{user}");
        exam.app.get(&path).by(admin).send().code == 200
    };
    for query in ["?dry_run=true", ""] {
        let report = report(&exam.app, admin, query, file);
        assert_eq!((&report["enrolled"], &report["enrolments_refused"]), (&json!(1), &json!(1)), "{report}");
        let problem = report["results"][0]["problems"][0].as_str().unwrap();
        assert!(problem.contains("a course has at most 500 groups"), "{problem}");
        assert!(!is_enrolled(ada), "the report says that the row was refused");
    }
    assert!(is_enrolled(bob));
    // Somebody who is in as many groups as one may be keeps the role, too.
    let path = |group: u64| format!("/api/courses/{COURSE}/groups/{group}/members");
    let all = exam.app.get(&format!("/api/courses/{COURSE}/groups?limit=60")).by(admin).send().status(200);
    for group in all.json()["items"].as_array().unwrap().iter().take(50) {
        let body = json!({ "users": [bob] });
        exam.app.post(&path(group["id"].as_u64().unwrap())).by(admin).json(&body).send();
    }
    let file = "username,course1,role1,group1\nbob,EX1,teacher,Group 499\n";
    let refused = report(&exam.app, admin, "", file);
    assert_eq!(refused["enrolments_refused"], 1, "{refused}");
    let enrolment = exam.app.get(&format!("/api/courses/{COURSE}/enrolments/{bob}")).by(admin).send();
    assert_eq!(enrolment.status(200).json()["role"], "learner");
}

#[test]
fn wrong_rows_are_skipped_and_named_and_the_others_are_taken() {
    let app = TestApp::start();
    let admin = admin(&app);
    let file = "username,firstname,lastname,email,password,course1,deleted\n\
                good,G,Ood,good@x.example,,,\n\
                a b,X,Y,,,,\n\
                taken,X,Y,GOOD@x.example,,,\n\
                nameless,,,,,,\n\
                weak,W,Eak,,verysecret,,\n\
                lost,L,Ost,,,NOWHERE,\n\
                gone,G,One,,,,1\n\
                strong,S,Trong,,correct ferry tulip magnet,,\n";
    let report = report(&app, &admin, "", file);
    let outcome = |line: usize| {
        let row = &report["results"][line - 2];
        assert_eq!(row["line"], line);
        (row["account"].as_str().unwrap().to_owned(), row["problems"].to_string())
    };
    assert_eq!(outcome(2), ("created".to_owned(), "[]".to_owned()));
    for (line, words) in [
        (3, "username"),
        (4, "line 2 has the same e-mail"),
        (5, "firstname"),
        (6, "[\"password is easy to guess: "),
        (8, "deleted"),
    ] {
        let (account, problems) = outcome(line);
        assert_eq!(account, "refused", "line {line}");
        assert!(problems.contains(words), "line {line}: {problems}");
    }
    let (account, problems) = outcome(7);
    assert_eq!(account, "created");
    assert!(problems.contains("NOWHERE does not exist"), "{problems}");
    assert_eq!(report["results"][5]["enrolments"][0]["outcome"], "refused");
    assert_eq!((&report["created"], &report["refused"]), (&json!(3), &json!(5)));
    try_sign_in(&app, "strong", PASSWORD).status(200);
}

#[test]
fn a_file_that_is_no_table_is_refused_whole_with_its_line() {
    let app = TestApp::start();
    let admin = admin(&app);
    for (file, at) in [
        (b"username,firstname\nada,A\n\"bob,B\n".to_vec(), "line 3"),
        (b"username,firstname\nada,A,extra\n".to_vec(), "line 2"),
        (b"firstname\nA\n".to_vec(), "line 1"),
        (b"username,oldusername\nada,lovelace\n".to_vec(), "line 1"),
        (b"username,firstname\nada,Jos\xe9\n".to_vec(), "line 2"),
    ] {
        let problem = import(&app, &admin, "", file).problem(422, "roster_unreadable");
        assert_eq!(problem["errors"][0]["at"], at, "{problem}");
    }
    let all = b"username,oldusername,role2\nada,x\nbob,\"y\ncy,Jos\xe9,z\n".to_vec();
    let problem = import(&app, &admin, "", all).problem(422, "roster_unreadable");
    let errors = problem["errors"].as_array().unwrap();
    let told: Vec<&str> = errors.iter().map(|error| error["at"].as_str().unwrap()).collect();
    assert_eq!(told, ["line 4", "?encoding", "line 1", "line 1", "line 2", "line 3"], "{problem}");
    assert_eq!(app.get("/api/accounts").by(&admin).send().json()["items"], json!([]));
    let latin = b"username,firstname,lastname\njose,Jos\xe9,X\n".to_vec();
    assert_eq!(report(&app, &admin, "?encoding=windows-1252", latin.clone())["created"], 1);
    import(&app, &admin, "?encoding=zz", latin).refused(422, "invalid_field", "?encoding");
    let account = &app.get("/api/accounts").by(&admin).send().json()["items"][0];
    assert_eq!(account["first_name"], "José");
    app.post("/api/import/roster").by(&admin).json(&json!({})).send().problem(415, "unsupported_media_type");
}

#[test]
fn links_are_made_when_asked_for_and_work() {
    let app = TestApp::start();
    let admin = admin(&app);
    let file = "username,firstname,lastname\nada,Ada,L\n";
    let report = report(&app, &admin, "?links=true", file);
    let token = report["results"][0]["activation_token"].as_str().unwrap();
    redeem(&app, token, PASSWORD).status(204);
    try_sign_in(&app, "ada", PASSWORD).status(200);
}

#[test]
fn links_are_told_for_whom_they_work_and_whose_link_works_keeps_it() {
    let app = TestApp::start();
    let admin = admin(&app);
    let links = |file: &str| report(&app, &admin, "?links=true", file)["results"].clone();
    let works = |token: &str| {
        let now = app.clock.now();
        app.state.store.read(|read| activation::account_of(read, token, now)).is_ok()
    };
    let file = "username,firstname,lastname,email,suspended\n\
                ada,Ada,L,ada@x.example,0\nbob,Bob,B,,1\n";
    assert_eq!(report(&app, &admin, "", file)["results"][0]["notes"], json!([]));
    let dry = report(&app, &admin, "?links=true&dry_run=true", file);
    assert_eq!(dry["results"][0]["activation_token"], Value::Null);
    // Who came in without a link gets one, but nobody who is suspended, whether they are new or not.
    let rows = links(&format!("{file}cat,Cat,C,,1\n"));
    let first = rows[0]["activation_token"].as_str().unwrap();
    assert!(works(first));
    for row in [&rows[1], &rows[2]] {
        let note = "the account is suspended and gets no activation link; reactivate it first";
        assert_eq!((&row["activation_token"], &row["notes"]), (&Value::Null, &json!([note])));
    }
    // Capitals make no other address, so that the link lies in the same mailbox.
    let rows = links("username,email\nada,ADA@x.example\n");
    assert_eq!((&rows[0]["account"], &rows[0]["activation_token"]), (&json!("updated"), &Value::Null));
    assert!(rows[0]["notes"][0].as_str().unwrap().contains("keeps the link that it has"), "{rows}");
    assert!(works(first));
    let rows = links("username,email,suspended\nada,new@x.example,\nbob,,0\n");
    assert!(!works(first), "{rows}");
    for row in [&rows[0], &rows[1]] {
        assert_eq!(row["notes"], json!([]));
        assert!(works(row["activation_token"].as_str().unwrap()), "{row}");
    }
}

/// What a report says, but for the ids of who was not there and whether it was a try.
fn told(mut report: Value) -> Value {
    report["dry_run"] = Value::Null;
    for row in report["results"].as_array_mut().unwrap() {
        row["user"] = Value::Null;
    }
    report
}

#[test]
fn a_dry_run_counts_the_seats_and_the_addresses_of_the_rows_before() {
    let app = waiting();
    let admin = admin(&app);
    let seats = json!({ "short_name": "CAP", "title": "Few seats", "capacity": 130 });
    app.post("/api/courses").by(&admin).json(&seats).send().status(201);
    let accounts = (0..150).map(|row| format!("e{row},Ada,E,e{row}@x.example\n"));
    let accounts = "username,firstname,lastname,email\n".to_owned() + &accounts.collect::<String>();
    report(&app, &admin, "", accounts);
    // The first three go round across portions; each of the others gets what the one before had.
    let address = |row: usize| match row {
        0 => "e75@x.example".to_owned(),
        75 => "e149@x.example".to_owned(),
        149 => "e0@x.example".to_owned(),
        1 => "new@x.example".to_owned(),
        76 => "e74@x.example".to_owned(),
        row => format!("e{}@x.example", row - 1),
    };
    let rows = (0..150).map(|row| format!("e{row},Ada,E,{},CAP\n", address(row)));
    let file = "username,firstname,lastname,email,course1\n".to_owned() + &rows.collect::<String>();
    let file = file + "new,New,P,e148@x.example,CAP\n";
    let tried = told(report(&app, &admin, "?dry_run=true", file.clone()));
    let job = app.post("/api/import/roster?dry_run=true").by(&admin).body("text/csv", file.clone());
    let job = started(async_of(job).send());
    for _ in 0..10 {
        // Taken up anew for every chunk, as after another one's turn.
        do_chunks(&app.state, JobId(job), 1);
    }
    let tried_by_job = told(result(&app, &admin, job).status(200).json());
    let done = told(report(&app, &admin, "", file.clone()));
    assert_eq!((&done["updated"], &done["created"], &done["refused"]), (&json!(150), &json!(1), &json!(0)));
    assert_eq!((&done["enrolled"], &done["enrolments_refused"]), (&json!(130), &json!(21)));
    assert_eq!(tried, done);
    assert_eq!(tried_by_job, done);
    let again = report(&app, &admin, "", file);
    assert_eq!((&again["unchanged"], &again["enrolled"]), (&json!(151), &json!(0)));
}

#[test]
fn a_dry_run_tries_no_row_again_that_it_told_of() {
    let app = waiting();
    let admin = admin(&app);
    let seat = json!({ "short_name": "CAP", "title": "One seat", "capacity": 1 });
    let course = app.post("/api/courses").by(&admin).json(&seat).send().status(201).json()["id"].clone();
    let first = report(&app, &admin, "", "username,firstname,lastname,course1\nholder,Ada,H,CAP\n");
    let rows = (0..20).map(|row| format!("p{row},Ada,P,{}\n", if row % 19 == 0 { "CAP" } else { "" }));
    let file = "username,firstname,lastname,course1\n".to_owned() + &rows.collect::<String>();
    let job = app.post("/api/import/roster?dry_run=true").by(&admin).body("text/csv", file);
    let job = started(async_of(job).send());
    do_chunks(&app.state, JobId(job), 1);
    // The seat is free behind the row that was refused one.
    let holder = &first["results"][0]["user"];
    let path = format!("/api/courses/{course}/enrolments/{holder}");
    app.delete(&path).by(&admin).header("If-Match", "*").send().status(204);
    do_chunks(&app.state, JobId(job), 1);
    let tried = result(&app, &admin, job).status(200).json();
    let of = |row: usize| tried["results"][row]["enrolments"][0]["outcome"].clone();
    assert_eq!((of(0), of(19)), (json!("refused"), json!("added")), "{tried}");
}

#[test]
fn an_address_is_handed_on_only_where_its_account_gets_another_one() {
    let app = TestApp::start();
    let admin = admin(&app);
    let of = |rows: &str| report(&app, &admin, "", format!("username,firstname,lastname,email\n{rows}"));
    of("ada,A,A,a@x.example\nbob,B,B,b@x.example\ncat,C,C,c@x.example\n");
    // Two exchange theirs, and the file may be taken again.
    let swap = "ada,,,b@x.example\nbob,,,a@x.example\n";
    assert_eq!(of(swap)["updated"], 2);
    assert_eq!(of(swap)["unchanged"], 2);
    // Towards the end of the file, and then on.
    let chain = of("dan,D,D,b@x.example\nada,,,a@x.example\nbob,,,new@x.example\n");
    assert_eq!((&chain["refused"], &chain["created"], &chain["updated"]), (&json!(0), &json!(1), &json!(2)));
    // What somebody keeps who is not in the file is handed on by nobody, and nobody is left without an address.
    let refused = of("eve,E,E,a@x.example\nada,,,c@x.example\n");
    assert_eq!(refused["refused"], 2, "{refused}");
    let ada = app.get("/api/accounts?search=ada").by(&admin).send().status(200).json();
    assert_eq!(ada["items"][0]["email"], "a@x.example");
}

#[test]
fn nobody_is_left_without_an_address_for_somebody_above_or_for_a_username() {
    let app = TestApp::start();
    let root = admin(&app);
    let of =
        |by: &Person, rows: &str| report(&app, by, "", format!("username,firstname,lastname,email\n{rows}"));
    of(&root, "boss,B,B,a@x.example\nbob,B,B,b@x.example\nann,A,A,c@x.example\neve@x.example,E,E,\n");
    let found = |name: &str| {
        let path = format!("/api/accounts?search={name}");
        app.get(&path).by(&root).send().status(200).json()["items"][0].clone()
    };
    let grant = format!("/api/accounts/{}/grants/administrator", found("boss")["id"]);
    app.put(&grant).by(&root).send().status(200);
    let registrar = registrar(&app, &root);
    for rows in ["boss,,,b@x.example\nbob,,,a@x.example\n", "ann,,,b@x.example\nbob,,,eve@x.example\n"] {
        let refused = of(&registrar, rows);
        assert_eq!(refused["refused"], 2, "{refused}");
        for (name, email) in [("boss", "a@x.example"), ("bob", "b@x.example"), ("ann", "c@x.example")] {
            assert_eq!(found(name)["email"], email, "{name}");
        }
    }
}

#[test]
fn who_imports_keeps_their_course_and_the_rows_behind_them_are_taken() {
    let app = TestApp::start();
    let root = admin(&app);
    let id = course(&app, &root, "STAT101");
    let registrar = registrar(&app, &root);
    crate::classroom::enrol(&app, &root, id, &registrar, "teacher");
    let file = "username,firstname,lastname,course1,role1\n\
                reg,,,STAT101,student\nada,Ada,L,STAT101,student\n";
    let done = report(&app, &registrar, "", file);
    assert_eq!((&done["enrolled"], &done["enrolments_refused"]), (&json!(1), &json!(1)), "{done}");
    let problem = done["results"][0]["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("STAT101: you would take away your own right"), "{problem}");
}

#[test]
fn an_end_that_is_in_the_way_is_told_by_the_columns_of_the_file() {
    let app = TestApp::start();
    let admin = admin(&app);
    course(&app, &admin, "STAT101");
    let file = "username,firstname,lastname,course1,enroltimestart1,enrolperiod1\n\
                ada,Ada,L,STAT101,2026-09-01,10\n";
    assert_eq!(report(&app, &admin, "", file)["enrolled"], 1);
    let late = report(&app, &admin, "", "username,course1,enroltimestart1\nada,STAT101,2026-10-01\n");
    let problem = late["results"][0]["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("STAT101: enroltimestart is not before the end"), "{problem}");
}

#[test]
fn an_existing_account_keeps_its_password_and_its_rank() {
    let app = TestApp::start();
    let root = admin(&app);
    let boss = crate::people::activated(&app, &root, "boss");
    app.put(&format!("/api/accounts/{boss}/grants/administrator")).by(&root).send().status(200);
    let registrar = registrar(&app, &root);
    let file = "username,email,password\nboss,mine@x.example,magnet tulip ferry correct\n";
    let report_of = report(&app, &registrar, "", file);
    assert!(
        report_of["results"][0]["problems"][0].as_str().unwrap().contains("permissions that you do not have")
    );
    // As an export has them, they may stand in it.
    let same = report(&app, &registrar, "", "username,suspended\nboss,0\n");
    assert_eq!((&same["unchanged"], &same["refused"]), (&json!(1), &json!(0)), "{same}");
    let report_of = report(&app, &root, "", file);
    assert!(report_of["results"][0]["notes"][0].as_str().unwrap().contains("keeps its password"));
    assert_eq!(report_of["updated"], 1);
    try_sign_in(&app, "boss", PASSWORD).status(200);
}

#[test]
fn an_export_cannot_run_as_a_formula_and_comes_back_unchanged() {
    let app = TestApp::start();
    let admin = admin(&app);
    let body =
        json!({ "username": "eve", "first_name": "=HYPERLINK(\"http://x\")", "last_name": "O'Neil, \"Jr\"" });
    app.post("/api/accounts").by(&admin).json(&body).send().status(201);
    for number in 0..450 {
        let body = json!({ "username": format!("p{number}"), "first_name": "P", "last_name": format!("{number:03}") });
        app.post("/api/accounts").by(&admin).json(&body).send().status(201);
    }
    let export = app.get("/api/export/roster").by(&admin).send().status(200).text();
    assert_eq!(export.lines().count(), 452);
    let eve = export.lines().find(|line| line.starts_with("eve,")).unwrap();
    assert_eq!(eve, "eve,\"'=HYPERLINK(\"\"http://x\"\")\",\"O'Neil, \"\"Jr\"\"\",,0,,");
    let own = crate::classroom::person(&app, 900_003, "zoe", &[]);
    let preferences = json!({ "language": "ar", "time_zone": "Africa/Cairo", "theme": "dark" });
    app.put("/api/me/preferences").by(&own).json(&preferences).send().status(200);
    let export = app.get("/api/export/roster").by(&admin).send().status(200).text();
    assert!(export.contains("zoe,Ada,zoe,,0,ar,Africa/Cairo\n"), "{export}");
    let report = report(&app, &admin, "", export);
    assert_eq!((&report["unchanged"], &report["refused"]), (&json!(452), &json!(0)));
}

#[test]
fn moodles_sample_files_are_taken() {
    let app = TestApp::start();
    let admin = admin(&app);
    course(&app, &admin, "math102");
    let mut all = Vec::new();
    for name in
        ["upload_users", "upload_users_enrol_date_period", "upload_users_profile", "uploaduser_example"]
    {
        let Some(file) = shared(&format!("moodle/csv/{name}.csv")) else { return };
        let file = std::fs::read(file).unwrap();
        let report = report(&app, &admin, "", file);
        assert_eq!(report["ignored_columns"], json!([]), "{name}");
        all.push((name, report));
    }
    // Their passwords are what a strength estimate is for.
    for (name, report) in &all[..3] {
        for row in report["results"].as_array().unwrap() {
            assert!(
                row["problems"].to_string().contains("leave it empty for an activation link"),
                "{name}: {row}"
            );
        }
    }
    assert_eq!(all[3].1["created"], 3);
    let Some(file) = shared("moodle/csv/upload_users_enrol_date_period.csv") else { return };
    let file = std::fs::read(file).unwrap();
    let without = String::from_utf8(file).unwrap().replace("Student1#", "").replace("Student2#", "");
    let report = report(&app, &admin, "", without);
    assert_eq!((&report["enrolled"], &report["enrolments_refused"]), (&json!(2), &json!(0)), "{report}");
}

#[test]
fn the_demo_institution_comes_in() {
    let app = TestApp::start();
    let admin = admin(&app);
    for short_name in ["STAT101", "NAV101"] {
        course(&app, &admin, short_name);
    }
    let file = include_str!("../../data/demo/people.csv");
    let rows = file.lines().count() - 1;
    let report = report(&app, &admin, "", file);
    assert_eq!((&report["created"], &report["refused"]), (&json!(rows), &json!(0)));
    assert_eq!(report["enrolments_refused"], 0, "{report}");
}

#[test]
fn the_command_says_all_faults_of_a_file_in_its_own_words_and_where_links_lead() {
    let home = tempfile::tempdir().unwrap();
    let store = home.path().join("store");
    let run = |arguments: &[&str], variable: (&str, &str)| {
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_lyceum"))
            .args(arguments)
            .arg("--data")
            .arg(&store)
            .env("LYCEUM__STORE__LOW_WATER_MIB", "1")
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        (out.status.success(), text)
    };
    let (done, text) = run(
        &["admin", "create", "--new-store", "--username", "root"],
        ("LYCEUM__SERVER__LISTEN", "0.0.0.0:8765"),
    );
    assert!(done && text.contains("  http://127.0.0.1:8765/activation?token="), "{text}");
    assert!(text.contains("set server.public_url"), "{text}");
    let public = ("LYCEUM__SERVER__PUBLIC_URL", "https://learn.example.edu");
    let (done, text) = run(&["admin", "reset-password", "--username", "root"], public);
    assert!(done && text.contains("  https://learn.example.edu/activation?token="), "{text}");
    assert!(!text.contains("server.public_url"), "{text}");
    let (people, links) = (home.path().join("people.csv"), home.path().join("links.csv"));
    let (file, to) = (people.to_str().unwrap(), links.to_str().unwrap());
    std::fs::write(&people, b"username,firstname,lastname\nada,Jos\xe9,X\nbob,B\n").unwrap();
    let (done, text) = run(&["import", "roster", file], public);
    assert!(!done, "{text}");
    for says in [
        "line 2: is not UTF-8",
        "--encoding is needed for a file that is not UTF-8, such as windows-1252",
        "line 3: has 2 fields, the header has 3",
        "nothing was imported: 3 faults",
    ] {
        assert!(text.contains(says) && !text.contains("?encoding"), "{text}");
    }
    for (broken, says) in
        [(100, "nothing was imported: 100 faults"), (101, "nothing was imported: more than 100 faults")]
    {
        std::fs::write(&people, "username,firstname,lastname\n".to_owned() + &"bob,B\n".repeat(broken))
            .unwrap();
        let (done, text) = run(&["import", "roster", file], public);
        assert!(!done && text.contains(says) && text.matches("has 2 fields").count() == 100, "{text}");
    }
    std::fs::write(&people, "username,firstname,lastname\nada,Ada,X\n").unwrap();
    let (done, text) =
        run(&["import", "roster", file, "--links", to], ("LYCEUM__SERVER__LISTEN", "127.0.0.1:0"));
    assert!(done && text.contains("server.listen leaves the port open"), "{text}");
    let links = std::fs::read_to_string(&links).unwrap();
    assert!(links.starts_with("username,link\nada,/activation?token="), "{links}");
}

/// A file of so many people with nothing but names.
fn people(count: usize) -> String {
    let rows = (0..count).map(|row| format!("p{row:03},Ada,L{row}\n"));
    "username,firstname,lastname\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn an_import_that_stops_has_told_of_every_row_that_it_stored() {
    let app = TestApp::start();
    let admin = admin(&app);
    let importer = Importer {
        store: &app.state.store,
        hashing: &app.state.hashing,
        password_min_length: app.state.config.sign_in.password_min_length,
        zone: &app.state.zone,
    };
    let options = Options { links: true, ..Options::default() };
    let actor = Actor::person(admin.user, app.clock.now());
    let mut told: Vec<RowReport> = Vec::new();
    let refusal = importer
        .import_telling(&actor, people(250).as_bytes(), &options, |rows| {
            told.extend_from_slice(rows);
            if told.len() == 200 {
                let user = admin.user;
                app.state.store.write_blocking(Class::Bulk, move |txn| txn.delete::<Grants>(&user)).unwrap();
            }
        })
        .unwrap_err();
    assert!(refusal.detail.contains("rows before line 202 are stored, the others are not"), "{refusal}");
    assert!(refusal.detail.ends_with("no password yet and needs another link"), "{refusal}");
    assert_eq!(told.len(), 200);
    for row in &told {
        let token = row.activation_token.as_deref().unwrap();
        let now = app.clock.now();
        let account = app.state.store.read(|read| activation::account_of(read, token, now)).unwrap();
        assert_eq!(Some(account.id), row.user);
    }
}

#[test]
fn links_that_find_no_room_are_whole_lines_and_who_has_none_is_named() {
    let Some(small) = Small::mount() else { return };
    let home = tempfile::tempdir().unwrap();
    let (store, file) = (home.path().join("store"), home.path().join("people.csv"));
    std::fs::write(&file, people(300)).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lyceum"));
        command.args(arguments).arg("--data").arg(&store).env("LYCEUM__STORE__LOW_WATER_MIB", "1");
        let out = command.output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        (out.status.code(), text)
    };
    assert_eq!(run(&["admin", "create", "--new-store", "--username", "root"]).0, Some(0));
    let ballast = std::fs::OpenOptions::new().write(true).open(small.fill()).unwrap();
    ballast.set_len(ballast.metadata().unwrap().len() - 3 * 4096).unwrap();
    let links = small.0.path().join("links.csv");
    let (code, text) = run(&["import", "roster", file.to_str().unwrap(), "--links", links.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("300 rows: 300 created"), "{text}");
    assert!(text.contains("lyceum: writing the links failed: ") && text.contains("reset-password"), "{text}");
    let written = std::fs::read_to_string(&links).unwrap();
    assert!(written.starts_with("username,link\np000,http") && written.ends_with('\n'), "{written}");
    let whole =
        |line: &&str| line.split_once("/activation?token=").is_some_and(|(_, token)| token.len() == 43);
    assert_eq!(written.lines().skip(1).filter(whole).count(), written.lines().count() - 1, "{written}");
    let named = |row: &usize| text.contains(&format!("no link was written for p{row:03}\n"));
    let has = |row: &usize| written.contains(&format!("\np{row:03},"));
    assert!(has(&0) && named(&299), "{text}");
    assert!((0..300).all(|row| has(&row) != named(&row)), "{text}{written}");
}

#[test]
fn moodles_number_for_a_kind_of_role_language_and_time_zone_come_along() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = course(&app, &admin, "STAT101");
    let file = "username,firstname,lastname,lang,timezone,course1,type1\n\
                ada,Ada,Lovelace,ar,Europe/Vienna,STAT101,2\n\
                bob,Bob,Byrne,de,Mars/Base,STAT101,3\n\
                cat,Cat,Cole,,,STAT101,1\n\
                dan,Dan,Dee,,,STAT101,9\n";
    let first = report(&app, &admin, "", file);
    assert_eq!(
        (&first["created"], &first["refused"], &first["ignored_columns"]),
        (&json!(3), &json!(1), &json!([]))
    );
    let notes = first["results"][1]["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    let page = app.get(&format!("/api/courses/{id}/enrolments")).by(&admin).send().status(200).json();
    let roles: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|item| item["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["teacher", "assistant", "learner"]);
    let ada = first["results"][0]["user"].as_u64().unwrap();
    let stored = app.state.store.read(|read| lyceum::domain::account::get(read, ada.into())).unwrap();
    let preferences = &stored.preferences;
    assert_eq!(preferences.language, Some(lyceum::domain::preferences::Language::Ar));
    assert_eq!(
        preferences.time_zone.as_ref().map(lyceum::domain::preferences::ZoneName::as_str),
        Some("Europe/Vienna")
    );
    let again = report(&app, &admin, "", file);
    assert_eq!((&again["unchanged"], &again["updated"]), (&json!(3), &json!(0)));
    // What somebody has chosen is theirs.
    let other = report(&app, &admin, "", "username,lang\nada,en\n");
    assert_eq!(other["unchanged"], 1);
    assert!(other["results"][0]["notes"][0].as_str().unwrap().contains("keeps the language"), "{other}");
}

#[test]
fn days_of_a_file_begin_at_midnight_where_the_importer_is_also_when_a_job_takes_it() {
    let app = TestApp::start_with(|config| "Africa/Cairo".clone_into(&mut config.server.time_zone));
    let admin = admin(&app);
    let file = |course: &str| {
        format!(
            "username,firstname,lastname,course1,enroltimestart1,enrolperiod1\n\
             ada,Ada,Lovelace,{course},2027-10-28,3\n"
        )
    };
    let dates = |id: u64| {
        let path = format!("/api/courses/{id}/enrolments");
        let ada = app.get(&path).by(&admin).send().status(200).json()["items"][0].clone();
        (ada["starts"].clone(), ada["ends"].clone())
    };
    // The clocks go back in between: midnight stays midnight.
    let cairo = (json!("2027-10-27T21:00:00.000Z"), json!("2027-10-30T22:00:00.000Z"));
    let here = course(&app, &admin, "HERE");
    report(&app, &admin, "", file("HERE"));
    assert_eq!(dates(here), cairo);
    let by_job = course(&app, &admin, "JOB");
    let asked = app.post("/api/import/roster").by(&admin).header("Prefer", "respond-async");
    let job = started(asked.body("text/csv", file("JOB")).send());
    crate::job::ended(&app, &admin, job);
    assert_eq!(dates(by_job), cairo);

    let abroad = crate::classroom::person(&app, 900_002, "abroad", &["administrator"]);
    let own = json!({ "time_zone": "America/New_York", "theme": "dark" });
    app.put("/api/me/preferences").by(&abroad).json(&own).send().status(200);
    let there = course(&app, &admin, "THERE");
    report(&app, &abroad, "", file("THERE"));
    assert_eq!(dates(there).0, json!("2027-10-28T04:00:00.000Z"));
}
