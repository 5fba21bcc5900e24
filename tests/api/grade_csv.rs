//! Grades as CSV, out and in.

use lyceum::domain::ids::QuizId;
use serde_json::{Value, json};

use crate::grade::School;
use crate::support::Answer;

fn export(school: &School) -> String {
    school.app.get(&school.path("/export")).by(&school.teacher).send().status(200).text()
}

fn import(school: &School, query: &str, file: &str) -> Answer {
    let path = school.path(&format!("/import{query}"));
    school.app.post(&path).by(&school.teacher).body("text/csv", file.as_bytes()).send()
}

#[test]
fn an_export_is_safe_for_spreadsheets_and_its_import_changes_nothing() {
    let school = School::open(3);
    let formula = school.item(&json!({ "name": "=1+1, \"quoted\"", "max": 10 }));
    let quiz = school.quiz_item(QuizId(70), 20);
    school.give(0, formula, 7.5);
    school.quiz_result(QuizId(70), 1, 13);
    let file = export(&school);
    let lines: Vec<&str> = file.split("\r\n").collect();
    assert!(lines[0].starts_with("user_id,username,name,\"'=1+1, \"\"quoted\"\" [#"), "{}", lines[0]);
    assert!(lines[0].contains(&format!("Test [#{quiz}]")) && lines[0].ends_with(",letter"), "{}", lines[0]);
    assert_eq!(lines[1], "9000100,learner0,learner0 Example,7.5,,75,C");
    assert_eq!(lines[2], "9000101,learner1,learner1 Example,,13,65,D");
    assert_eq!(lines[3], "9000102,learner2,learner2 Example,,,,");
    let report = import(&school, "", &file).status(200).json();
    assert_eq!(
        (&report["changed"], &report["unchanged"], &report["learners"]),
        (&json!(0), &json!(2), &json!(3))
    );
    let with_mark = school.app.get(&school.path("/export?bom=true")).by(&school.teacher).send().status(200);
    assert_eq!(with_mark.text(), format!("\u{feff}{file}"));
    assert_eq!(import(&school, "", &with_mark.text()).status(200).json()["changed"], 0);
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let school = School::open(2);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let file = "username;Essay\nlearner0;7.5\nLEARNER1;10\n";
    let report = import(&school, "?dry_run=true", file).status(200).json();
    assert_eq!((&report["dry_run"], &report["changed"]), (&json!(true), &json!(2)));
    assert_eq!((&report["changes"][1]["line"], &report["changes"][1]["to"]), (&json!(3), &json!(10.0)));
    assert!(school.own(0)[0]["points"].is_null());
    assert_eq!(import(&school, "", file).status(200).json()["changed"], 2);
    assert_eq!(school.own(1)[0]["points"], 10.0);
    assert_eq!(import(&school, "", file).status(200).json()["changed"], 0);
    let back = format!("user_id,#{item}\n{},-\n", school.learners[0].user);
    assert_eq!(import(&school, "", &back).status(200).json()["changed"], 1);
    assert!(school.own(0)[0]["points"].is_null());
}

#[test]
fn every_wrong_line_is_named_and_nothing_of_the_file_is_taken() {
    let school = School::open(3);
    school.item(&json!({ "name": "Essay", "max": 10 }));
    let file = "username,Essay\nlearner0,7\nlearner1,11\nnobody,3\nlearner0,8\nlearner2,7;5\ntess,x\n";
    let problem = import(&school, "", file).problem(422, "grade_import_refused");
    let places: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["at"].as_str().unwrap()).collect();
    assert_eq!(places, ["line 3", "line 4", "line 5", "line 6", "line 7"]);
    assert!(school.own(0)[0]["points"].is_null());
    let dry = import(&school, "?dry_run=true", file).status(200).json();
    assert_eq!(dry["errors"], problem["errors"]);
}

#[test]
fn a_column_that_a_spreadsheet_computed_is_rounded_to_what_is_kept() {
    let school = School::open(1);
    school.item(&json!({ "name": "Essay", "max": 10 }));
    for (file, points) in [
        ("username,Essay\nlearner0,3.33333333\n", 3.333_333_3),
        ("username;Essay\nlearner0;6,666666666667\n", 6.666_666_7),
    ] {
        assert_eq!(import(&school, "", file).status(200).json()["changed"], 1);
        assert_eq!(school.own(0)[1]["points"], points);
        let again = import(&school, "", file).status(200).json();
        assert_eq!((&again["changed"], &again["unchanged"]), (&json!(0), &json!(1)));
    }
}

#[test]
fn columns_must_be_known_and_mean_one_item() {
    let school = School::open(1);
    let first = school.item(&json!({ "name": "Essay", "max": 10 }));
    school.item(&json!({ "name": "Essay", "max": 10 }));
    let errors = |file: &str| -> Value {
        import(&school, "", file).problem(422, "grade_import_refused")["errors"].clone()
    };
    assert_eq!(errors("username,Essay\n")[0]["at"], "line 1");
    assert_eq!(errors("username,Nothing\n").as_array().unwrap().len(), 1);
    assert_eq!(errors("name,letter\n").as_array().unwrap().len(), 1);
    assert_eq!(errors(&format!("username,#{first},Essay [#{first}]\n")).as_array().unwrap().len(), 1);
    let file = format!("username,name,Essay [#{first}],Total: Course total [#1],letter\nlearner0,x,4,99,A\n");
    let report = import(&school, "", &file).status(200).json();
    assert_eq!(report["changed"], 1);
    assert_eq!(report["ignored_columns"].as_array().unwrap().len(), 3);
}

#[test]
fn results_of_quizzes_are_overridden_only_when_asked() {
    let school = School::open(1);
    school.quiz_item(QuizId(70), 20);
    school.quiz_result(QuizId(70), 0, 13);
    let file = "username,Test\nlearner0,15\n";
    import(&school, "", file).problem(422, "grade_import_refused");
    assert_eq!(import(&school, "?overrides=true", file).status(200).json()["changed"], 1);
    let lines = school.own(0);
    assert_eq!((&lines[1]["points"], &lines[1]["computed"]), (&json!(15.0), &json!(13.0)));
    assert_eq!(lines[1]["overridden"]["reason"], "imported from a file");
    let file = "username,Test\nlearner0,-\n";
    assert_eq!(import(&school, "?overrides=true", file).status(200).json()["changed"], 1);
    assert_eq!(school.own(0)[1]["points"], 13.0);
}

#[test]
fn taking_away_twice_takes_away_once_and_says_what_stands_then() {
    let school = School::open(1);
    let hand = school.item(&json!({ "name": "Essay", "max": 10 }));
    let quiz = school.quiz_item(QuizId(70), 20);
    school.give(0, hand, 5.0);
    school.quiz_result(QuizId(70), 0, 13);
    for (item, value) in [(hand, 8), (quiz, 15)] {
        let at = format!("/learners/{}/items/{item}/override", school.learners[0].user);
        school.put(&at, &json!({ "value": value, "reason": "" })).status(200);
    }
    let file = format!("username,#{hand},#{quiz}\nlearner0,-,-\n");
    let problem = import(&school, "", &file).problem(422, "grade_import_refused");
    let said: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["problem"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "Essay: the grade 8 is overridden; send ?overrides=true to change that",
            "Test: the grade 15 is overridden; send ?overrides=true to change that",
        ]
    );
    let report = import(&school, "?overrides=true", &file).status(200).json();
    let steps = |report: &Value| -> Vec<[Value; 3]> {
        let changes = report["changes"].as_array().unwrap();
        changes.iter().map(|it| ["from", "to", "overrides"].map(|field| it[field].clone())).collect()
    };
    assert_eq!(
        steps(&report),
        [[json!(8.0), json!(5.0), json!(true)], [json!(15.0), json!(13.0), json!(true)]]
    );
    let points = || [1, 2].map(|line: usize| school.own(0)[line]["points"].clone());
    assert_eq!(points(), [5.0, 13.0]);
    for _ in 0..2 {
        let report = import(&school, "?overrides=true", &file).status(200).json();
        assert_eq!((&report["changed"], &report["unchanged"]), (&json!(0), &json!(2)));
        assert_eq!(points(), [5.0, 13.0]);
    }
    // Without overrides a file is about grades by hand.
    let problem = import(&school, "", &file).problem(422, "grade_import_refused");
    assert_eq!(
        problem["errors"][0]["problem"],
        "Test: the grade 13 comes from a quiz; no file takes it back"
    );
    let file = format!("username,#{hand}\nlearner0,-\n");
    for changed in [1, 0] {
        assert_eq!(import(&school, "", &file).status(200).json()["changed"], changed);
        assert_eq!(points(), [Value::Null, json!(13.0)]);
    }
}

#[test]
fn an_item_that_is_called_like_a_total_is_taken() {
    let school = School::open(1);
    let named = school.item(&json!({ "name": "Total: Exam", "max": 10 }));
    let category = school.category(&json!({ "name": "Total: Part" }));
    let file = export(&school).replace("Example,,", "Example,7,");
    let header = file.lines().next().unwrap();
    assert!(header.contains(&format!("Total: Exam [#{named}]")), "{header}");
    assert!(header.contains(&format!("Total: Total: Part [#{category}]")), "{header}");
    let report = import(&school, "", &file).status(200).json();
    assert_eq!(report["changed"], 1);
    assert_eq!(school.own(0)[1]["points"], 7.0);
    let ignored = report["ignored_columns"].as_array().unwrap();
    assert_eq!(ignored.len(), 4, "the name, two totals and the letter: {ignored:?}");
    let by_name = "username,Total: Exam,Total: Other\nlearner0,8,99\n";
    let report = import(&school, "", by_name).status(200).json();
    assert_eq!((&report["changed"], &report["ignored_columns"]), (&json!(1), &json!(["Total: Other"])));
    school.item(&json!({ "name": "Total: Exam", "max": 10 }));
    import(&school, "", by_name).problem(422, "grade_import_refused");
}

#[test]
fn a_grade_above_a_maximum_that_was_lowered_keeps_no_file_out() {
    let school = School::open(2);
    let item = school.item(&json!({ "name": "Essay; a, long one", "max": 10 }));
    school.give(0, item, 8.0);
    school.change(&format!("/items/{item}"), &json!({ "max": 5 }));
    let file = export(&school);
    assert_eq!(import(&school, "", &file).status(200).json()["unchanged"], 1);
    let changed = file.replace("learner1 Example,,", "learner1 Example,8,");
    let problem = import(&school, "", &changed).problem(422, "grade_import_refused");
    assert_eq!(
        problem["errors"],
        json!([{ "at": "line 3", "problem": "Essay; a, long one: 8 is not between 0 and 5, the item's maximum" }])
    );
}

#[test]
fn a_spreadsheet_that_writes_semicolons_writes_decimal_commas() {
    let school = School::open(1);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let file = format!("\u{feff}username;#{item};\r\nlearner0;7,5;\r\n;;\r\n");
    let report = import(&school, "", &file).status(200).json();
    assert_eq!((&report["changed"], &report["learners"]), (&json!(1), &json!(1)));
    assert_eq!(school.own(0)[1]["points"], 7.5);
    let file = format!("username,#{item}\nlearner0,\"8,5\"\n");
    import(&school, "", &file).problem(422, "grade_import_refused");
}

#[test]
fn a_learner_imports_nothing() {
    let school = School::open(1);
    let path = school.path("/import");
    let request = school.app.post(&path).by(&school.learners[0]).body("text/csv", "username\nlearner0\n");
    request.send().problem(403, "forbidden");
}

#[test]
fn an_import_under_a_key_is_done_once_whatever_became_of_its_grades() {
    let school = School::open(2);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let file = |points: &str| format!("user_id,#{item}\n{},{points}\n", school.learners[0].user);
    let send = |key: &str, query: &str, file: &str| {
        let request = school.app.post(&school.path(&format!("/import{query}"))).by(&school.teacher);
        request.header("Idempotency-Key", key).body("text/csv", file.as_bytes()).send()
    };
    let rehearsed = send("r", "?dry_run=true", &file("7")).status(200).text();
    assert!(school.own(0)[0]["points"].is_null());
    let first = send("k", "", &file("7")).status(200);
    assert_eq!(school.own(0)[0]["points"], 7.0);
    school.give(0, item, 9.0);
    let again = send("k", "", &file("7")).status(200);
    assert_eq!((again.text(), again.header("location")), (first.text(), None));
    assert_eq!(school.own(0)[0]["points"], 9.0, "what a colleague gave since stands");
    send("k", "", &file("6")).problem(422, "idempotency_key_reused");
    send("k", "?overrides=true", &file("7")).problem(422, "idempotency_key_reused");
    send("k", "?dry_run=true", &file("7")).problem(422, "idempotency_key_reused");
    send("r", "", &file("7")).problem(422, "idempotency_key_reused");
    assert_eq!(send("r", "?dry_run=true", &file("7")).status(200).text(), rehearsed);
    // What is refused keeps nothing; and a file that does not fit any more was taken all the same.
    send("w", "", &file("11")).problem(422, "grade_import_refused");
    send("w", "", &file("8")).status(200);
    let overridden = format!("/learners/{}/items/{item}/override", school.learners[0].user);
    school.put(&overridden, &json!({ "value": 3, "reason": "appeal" })).status(200);
    send("w", "", &file("8")).status(200);
    assert_eq!(school.own(0)[0]["points"], 3.0);
    // The way in which it was done stays: at once, and not by a job that the client asks for later.
    let request =
        school.app.post(&school.path("/import")).by(&school.teacher).header("Prefer", "respond-async");
    let body = file("8");
    request.header("Idempotency-Key", "w").body("text/csv", body.as_bytes()).send().status(200);
}

#[test]
fn a_quote_that_is_not_closed_swallows_nobody() {
    let school = School::open(3);
    school.item(&json!({ "name": "Essay", "max": 20 }));
    for (file, problem) in [
        (
            "username,Essay,name\nlearner0,11,\"Maeve\nlearner1,12,Yusuf\n",
            "opens a quote that is never closed",
        ),
        ("username,Essay\nlearner0,\"5", "opens a quote that is never closed"),
        ("username,Essay\nlearner0,\"7\"8\n", "has '8' behind a closing quote"),
    ] {
        let refused = import(&school, "", file).problem(422, "grade_import_refused");
        let error = json!([{ "at": "line 2", "problem": problem }]);
        assert_eq!(refused["errors"], error, "{file}");
        assert!(school.own(0)[0]["points"].is_null());
    }
}
