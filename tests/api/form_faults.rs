//! Forms that are refused tell everything that is wrong in one round, each fault beside its field and in words of the page.

use lyceum::domain::session::csrf_token;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id};
use crate::pages::{Browser, text};
use crate::people::admin;
use crate::support::Answer;

/// Every field has its message, and there are no more messages than these.
#[track_caller]
fn tells(answer: &Answer, problems: &[(&str, &str)]) {
    let html = text(answer);
    for (field, words) in problems {
        assert!(html.contains(&format!("id=\"f-{field}-problem\"")), "nothing beside {field}: {html}");
        let (_, line) = html.split_once(&format!("<a href=\"#f-{field}\">")).unwrap();
        let line = line.split("</a>").next().unwrap();
        let (label, said) =
            line.split_once(":</b> ").unwrap_or_else(|| panic!("{line} names no field: {html}"));
        assert!(html.contains(&format!(">{}", label.trim_start_matches("<b>"))), "{label}: {html}");
        assert_eq!(said, *words, "{field}");
    }
    assert_eq!(html.matches("<a href=\"#f-").count(), problems.len(), "{html}");
}

#[test]
fn what_is_wrong_with_something_new_for_a_course_is_told_where_it_is_added() {
    let exam = Exam::new();
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = format!("/courses/{COURSE}/edit");
    let sections = format!("/courses/{COURSE}/sections");
    tells(&browser.fill(&page, &sections, &[("title", " ")]).status(422), &[("title", "This is needed.")]);
    for title in ["Week one", "Week two"] {
        browser.fill(&page, &sections, &[("title", title)]).status(303);
    }
    let html = text(&browser.get(&page).status(200));
    let items = html.split("action=\"").find_map(|rest| {
        rest.split('"').next().filter(|at| at.starts_with("/sections/") && at.ends_with("/items"))
    });
    let items = items.unwrap().to_owned();
    let link = [("title", ""), ("kind", "link"), ("content/url", "nowhere")];
    let refused = browser.fill(&page, &items, &link).status(422);
    let html = text(&refused);
    for field in ["title", "content-url"] {
        assert!(html.contains(&format!("id=\"f-{field}-problem\"")), "nothing beside {field}: {html}");
        assert_eq!(html.matches(&format!("id=\"f-{field}\"")).count(), 1, "{html}");
    }
    assert!(html.contains("value=\"nowhere\""), "{html}");
    // A section with something in it is not offered to be deleted.
    browser.fill(&page, &items, &[("title", "A text"), ("kind", "page")]).status(303);
    let ask = items.replace("/items", "/delete");
    let asked = text(&browser.get(&ask).status(200));
    assert!(!asked.contains("class=\"danger\"") && asked.contains(&page), "{asked}");
}

#[test]
fn every_fault_of_a_new_account_is_told_at_once_and_so_are_both_names_that_are_taken() {
    let exam = Exam::new();
    let mut browser = Browser::of(&exam.app, &admin(&exam.app));
    let new = "/admin/people/new";
    let fields = [("username", "A B"), ("email", "nowhere"), ("first_name", ""), ("last_name", " ")];
    let refused = browser.fill(new, new, &fields).status(422);
    tells(
        &refused,
        &[
            ("username", "Is not 1 to 100 of the letters a-z, digits and . _ - @"),
            ("first_name", "This is needed."),
            ("last_name", "This is needed."),
            ("email", "Is not an e-mail address such as name@example.edu, of at most 254 bytes."),
        ],
    );
    let fields =
        [("username", "ada"), ("email", "ada@school.example"), ("first_name", "A"), ("last_name", "L")];
    browser.fill(new, new, &fields).status(200);
    let refused = browser.fill(new, new, &fields).status(409);
    tells(&refused, &[("username", "Is taken."), ("email", "Is taken.")]);
    let course = "/admin/courses/new";
    let refused = browser.fill(course, course, &[("short_name", ""), ("title", "")]).status(422);
    tells(&refused, &[("short_name", "This is needed."), ("title", "This is needed.")]);
    let tokens = "/account/tokens";
    let refused = browser.fill(tokens, tokens, &[("name", ""), ("days", "30")]).status(422);
    tells(&refused, &[("scopes", "Names nothing that the token may do."), ("name", "This is needed.")]);
}

#[test]
fn every_fault_of_a_quiz_is_told_at_once_those_of_the_page_and_those_of_the_rules() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let edit = format!("/quizzes/{quiz}/edit");
    let fields = [
        ("name", ""),
        ("grade_method", "highest"),
        ("opens", "soon"),
        ("minutes", "many"),
        ("attempts_allowed", "900"),
        ("pass_percent", "101"),
        ("networks", "10.0.0.0/8\nhome"),
    ];
    let refused = browser.fill(&edit, &edit, &fields).status(422);
    tells(
        &refused,
        &[
            ("opens", "Is not a date and a time."),
            ("minutes", "Is not a number of minutes from 0.167 to 40,320."),
            ("name", "This is needed."),
            ("attempts_allowed", "Is not between 1 and 200."),
            ("pass_percent", "Is not between 1 and 100."),
            (
                "networks",
                "home is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48.",
            ),
        ],
    );
    // What was typed is still there.
    assert!(text(&refused).contains("value=\"many\"") && text(&refused).contains("10.0.0.0/8\nhome"));
    let draw = format!("/quizzes/{quiz}/slots/draw");
    let refused = browser.fill(&draw, &draw, &[("count", "few"), ("points", "x")]).status(422);
    assert!(text(&refused).contains("f-count-problem") && text(&refused).contains("f-points-problem"));
    let refused = browser.fill(&draw, &draw, &[("count", "0"), ("points", "x")]).status(422);
    assert!(text(&refused).contains("f-count-problem") && text(&refused).contains("f-points-problem"));
}

#[test]
fn a_name_that_is_taken_is_said_beside_its_field_without_the_names_of_the_store() {
    let exam = Exam::new();
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let list = format!("/courses/{COURSE}/questions/categories");
    let api = format!("/api/courses/{COURSE}/question_categories");
    let make = |input: &Value| exam.app.post(&api).by(&exam.teacher).json(input).send();
    make(&json!({ "name": "Week 1", "id_number": "w1" })).status(201);
    let second = id(&make(&json!({ "name": "Week 2" })).status(201).json());
    let refused = browser.fill(&list, &list, &[("name", "Week 1")]).status(409);
    tells(&refused, &[("name", "Is taken.")]);
    let edit = format!("{list}/{second}");
    let refused = browser.fill(&edit, &edit, &[("name", "Week 1"), ("id_number", "w1")]).status(409);
    tells(&refused, &[("name", "Is taken."), ("id_number", "Is taken.")]);
    // The API names both places too.
    let problem = make(&json!({ "name": "Week 1", "id_number": "w1" })).status(409).json();
    assert_eq!(problem["code"], "taken");
    assert_eq!(
        (problem["errors"][0]["at"].as_str(), problem["errors"][1]["at"].as_str()),
        (Some("/name"), Some("/id_number"))
    );
    // Nobody is named: said so, not how many a request of the API holds.
    let people = format!("/courses/{COURSE}/people");
    let refused = browser.fill(&people, &people, &[("people", ""), ("role", "learner")]).status(422);
    tells(&refused, &[("people", "This is needed.")]);
}

#[test]
fn a_file_in_another_encoding_is_said_beside_the_choice_of_encodings() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let csrf = csrf_token(&admin.token);
    let file = b"name,role,role\nJos\xe9,learner\n";
    for path in ["/admin/people/import".to_owned(), format!("/courses/{COURSE}/people/file")] {
        let mut browser = Browser::of(&exam.app, &admin);
        let fields = [("csrf", csrf.as_str()), ("encoding", "")];
        let refused = browser.upload(&path, &fields, Some(("people.csv", file))).status(422);
        let html = text(&refused);
        assert!(html.contains("href=\"#f-encoding\""), "{html}");
        for says in [
            "Line 2: Is not UTF-8.",
            "The encoding of a file that is not UTF-8 has to be said, such as windows-1252",
            "Line 1: The header names the column role twice.",
            "Line 1: The header has n",
            "Line 2: There are 2 fields, and the header has 3.",
        ] {
            assert!(html.contains(says), "{path} {says}: {html}");
        }
    }
}

/// The beginning of a workbook.
const WORKBOOK: &[u8] = b"PK\x03\x04\x14\x00\x08\x08\x08\x00\xff\xfe\n\x00[Content_Types].xml\x00";

#[test]
fn a_file_that_is_no_text_is_said_to_be_none_in_the_viewers_language() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let csrf = csrf_token(&admin.token);
    let people = ["/admin/people/import".to_owned(), format!("/courses/{COURSE}/people/file")];
    let questions = format!("/courses/{COURSE}/questions/import");
    for (language, of_people, of_questions) in [
        (
            "en",
            "This is not a text. Save a workbook or a document as CSV in UTF-8 first.",
            "looks like a zip archive",
        ),
        ("ar", "هذا ليس نصًا. احفظ المصنّف أو المستند أولًا بصيغة CSV وبترميز UTF-8.", "أرشيف zip"),
    ] {
        let mut browser = Browser::of(&exam.app, &admin);
        browser.language = language;
        for encoding in ["", "windows-1252"] {
            let fields = [("csrf", csrf.as_str()), ("encoding", encoding)];
            for path in &people {
                let refused = browser.upload(path, &fields, Some(("people.xlsx", WORKBOOK))).status(422);
                let html = text(&refused);
                assert!(html.contains(of_people), "{path}: {html}");
                assert!(!html.contains("?encoding") && !html.contains("lang=\"en\" dir=\"ltr\">"), "{html}");
            }
            let refused = browser.upload(&questions, &fields, Some(("questions.xlsx", WORKBOOK))).status(422);
            assert!(text(&refused).contains(of_questions), "{}", text(&refused));
        }
    }
}
