//! The pages of the question bank as a browser without scripts uses them: questions of every kind written, tried out,
//! changed and refused; files in; questions of other systems opened and saved as they were.

use lyceum::domain::bank::{self, QuestionType};
use lyceum::domain::ids::{CourseId, QuestionId};
use lyceum::domain::question::QuestionBody;
use lyceum::web::form::Fields;
use serde_json::{Value, json};

use crate::bank::{course, member};
use crate::exam::{COURSE, Exam, id, says, truth, with};
use crate::html_form::Form;
use crate::job::ended;
use crate::pages::{Browser, check_page, has, lacks, text};
use crate::question_import::{demo_files, shared_files};
use crate::support::{Answer, Person, TestApp};

/// What a form sends when a button is pressed, without the file field.
fn pairs(form: &Form, button: (&str, &str)) -> Vec<(String, String)> {
    let fields = Fields::parse(form.body(button).as_bytes()).unwrap();
    let is_file = |name: &str| form.controls.iter().any(|it| it.kind == "file" && it.name == name);
    let all = fields.iter().filter(|(name, _)| !is_file(name));
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What the form with this action, whatever its query, sends.
fn pairs_of(forms: &[Form], action: &str) -> Vec<(String, String)> {
    let form = forms.iter().find(|form| form.action.split('?').next() == Some(action));
    pairs(form.unwrap(), ("", ""))
}

/// Presses a button of the editor.
fn press(browser: &mut Browser<'_>, form: &Form, button: &str) -> Answer {
    let pairs = pairs(form, ("do", button));
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.upload(&form.action, &pairs, None)
}

/// Fields with what is written into them.
type Typed<'t> = &'t [(&'t str, &'t str)];

/// The editor of a new question with what was typed.
fn begun(browser: &mut Browser<'_>, course: CourseId, kind: &str, typed: Typed<'_>) -> Form {
    let path = format!("/courses/{course}/questions/new");
    let page = browser.get(&format!("{path}?kind={kind}")).status(200);
    let wrong = check_page(&page);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut form = Form::find(&page.text(), &path);
    for (name, value) in typed {
        form.set(name, value);
    }
    form
}

/// Where an answer leads, as a question.
#[track_caller]
fn made(answer: &Answer) -> u64 {
    assert_eq!(answer.code, 303, "{}: {}", answer.what, text(answer));
    let to = answer.header("location").unwrap();
    to.strip_prefix("/questions/").unwrap_or_else(|| panic!("leads to {to}")).parse().unwrap()
}

fn body_of(app: &TestApp, question: u64) -> (u32, QuestionBody) {
    let version = app.state.store.read(|read| bank::latest(read, QuestionId(question))).unwrap();
    (version.version, version.body.clone())
}

const RIGHT: &str = "<span class=\"tag good\">Right</span>";

/// Marks answers to a question on its page; which of them are right.
fn tried(browser: &mut Browser<'_>, path: &str, form: &Form, answers: &[Typed<'_>]) -> Vec<bool> {
    let mark = |answer: &Typed<'_>| {
        let mut form = form.clone();
        for (name, value) in *answer {
            form.set(name, value);
        }
        let pairs = pairs(&form, ("do", "try"));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = browser.post(path, &pairs).status(200);
        has(&page, "id=\"told\"");
        let wrong = check_page(&page);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let text = text(&page);
        text.split("id=\"told-h\"").nth(1).unwrap().split("</header>").next().unwrap().contains(RIGHT)
    };
    answers.iter().map(mark).collect()
}

/// A kind, what is typed for it, answers to try, and how many of them are right.
struct Case<'c> {
    kind: &'c str,
    typed: Typed<'c>,
    answers: &'c [Typed<'c>],
    right: usize,
}

const CASES: &[Case<'static>] = &[
    Case {
        kind: "single_choice",
        typed: &[
            ("kind/options/0/text", "Oslo"),
            ("kind/options/0/feedback", "Yes, Oslo."),
            ("kind/options/2/text", "Bergen"),
            ("kind/options/2/fraction", "-33.33333"),
            ("kind/feedback/correct", "Well done."),
            ("kind/numbering", "upper_roman"),
        ],
        answers: &[&[("a0", "0")], &[("a0", "1")], &[("a0", "")]],
        right: 1,
    },
    Case {
        kind: "multiple_response",
        typed: &[
            ("kind/options/0/text", "2"),
            ("kind/options/0/fraction", "50"),
            ("kind/options/1/text", "3"),
            ("kind/options/1/fraction", "50 %"),
            ("kind/feedback/show_number_correct", "true"),
        ],
        answers: &[&[("a0", "0"), ("a0", "1")], &[("a0", "0")]],
        right: 1,
    },
    Case {
        kind: "true_false",
        typed: &[("kind/correct", "false"), ("kind/feedback_true", "It is not.")],
        answers: &[&[("a0", "true")], &[("a0", "false")]],
        right: 1,
    },
    Case {
        kind: "numerical",
        typed: &[
            ("kind/answers/0/value", "9,81"),
            ("kind/answers/0/tolerance", "0.02"),
            ("kind/answers/1/min", "9"),
            ("kind/answers/1/max", "10"),
            ("kind/answers/1/fraction", "50"),
        ],
        answers: &[&[("a0", "9.8")], &[("a0", "9.4")], &[("a0", "12")]],
        right: 1,
    },
    Case {
        kind: "short_answer",
        typed: &[("kind/answers/0/pattern", "*kelvin*"), ("kind/case_sensitive", "true")],
        answers: &[&[("a0", "Lord kelvin himself")], &[("a0", "Kelvin")]],
        right: 1,
    },
    Case {
        kind: "matching",
        typed: &[
            ("kind/pairs/0/stem", "H"),
            ("kind/pairs/0/answer", "hydrogen"),
            ("kind/pairs/1/stem", "O"),
            ("kind/pairs/1/answer", "oxygen"),
        ],
        answers: &[&[("a0-0", "0"), ("a0-1", "1")], &[("a0-0", "1"), ("a0-1", "0")]],
        right: 1,
    },
    Case {
        kind: "ordering",
        typed: &[
            ("kind/items/0/text", "one"),
            ("kind/items/3/text", "two"),
            ("kind/credit", "all_or_nothing"),
        ],
        answers: &[&[("a0-0", "1"), ("a0-1", "2")], &[("a0-0", "2"), ("a0-1", "1")]],
        right: 1,
    },
    Case {
        kind: "cloze",
        typed: &[
            ("text", "The capital of France is {#1}."),
            ("kind/parts/0/rows/0/text", "Paris"),
            ("kind/parts/0/rows/1/text", "*"),
            ("kind/parts/0/rows/1/feedback", "Look at a map."),
        ],
        answers: &[&[("a0-0", "paris")], &[("a0-0", "Lyon")]],
        right: 1,
    },
    Case {
        kind: "essay",
        typed: &[("kind/min_words", "3"), ("kind/grader_info", "Be kind.")],
        answers: &[&[("a0", "x")]],
        right: 0,
    },
];

#[test]
fn a_question_of_every_kind_is_written_tried_out_and_changed_through_forms() {
    let app = TestApp::start();
    let course = course(&app, "FORMS");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    assert_eq!(CASES.len(), QuestionType::ALL.len());
    for Case { kind, typed, answers, right } in CASES {
        let mut form = begun(&mut browser, course, kind, &[("name", kind), ("text", "What is it?")]);
        for (name, value) in *typed {
            form.set(name, value);
        }
        form.set("tags", "red\nblue");
        // Looked at before it is there, and tried.
        let preview = press(&mut browser, &form, "preview").status(200);
        let unsaved = Form::find(&preview.text(), &form.action);
        has(&preview, "id=\"preview\"");
        has(&press(&mut browser, &unsaved, "try").status(200), "id=\"told\"");
        let question = made(&press(&mut browser, &form, "save"));
        assert_eq!(made(&press(&mut browser, &form, "save")), question, "sent twice, made once");
        let (version, body) = body_of(&app, question);
        assert_eq!((version, body.kind.name(), body.tags.len()), (1, *kind, 2));

        let path = format!("/questions/{question}");
        let page = browser.get(&path).status(200);
        has(&page, "The question is made.");
        let shown = Form::find(&page.text(), &path);
        let marks = tried(&mut browser, &path, &shown, answers);
        assert_eq!(marks.iter().filter(|right| **right).count(), *right, "{kind}: {marks:?}");

        let edit = format!("{path}/edit");
        let page = browser.get(&edit).status(200);
        has(&page, "Saving makes version 2.");
        let form = Form::find(&page.text(), &edit);
        let same = press(&mut browser, &form, "save");
        has(&browser.follow(&same), "Nothing was different");
        assert_eq!(body_of(&app, question), (1, body.clone()), "{kind}");
        let mut changed = form.clone();
        changed.set("general_feedback", "Because < it is.\nReally.");
        let saved = press(&mut browser, &changed, "save");
        has(&browser.follow(&saved), "Saved as version 2.");
        let (version, after) = body_of(&app, question);
        assert_eq!((version, after.general_feedback.html()), (2, "Because &lt; it is.<br>Really."));
        assert_eq!(after.kind, body.kind);
        // The form from before knows another revision: it comes back with what was typed.
        let mut stale = form;
        stale.set("general_feedback", "Too late");
        let refused = press(&mut browser, &stale, "save");
        assert!([409, 412].contains(&refused.code), "{}", refused.code);
        has(&refused, "Too late");
        assert_eq!(body_of(&app, question).0, 2);
        // Back to what it was.
        let restore = format!("{path}/versions/1/restore");
        let back = browser.fill(&restore, &restore, &[]);
        has(&browser.follow(&back), "Saved as version 3.");
        assert_eq!(body_of(&app, question), (3, body));
    }
}

#[test]
fn a_refused_question_keeps_what_was_typed_and_says_what_is_wrong_beside_it() {
    let app = TestApp::start();
    let course = course(&app, "WRONG");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let cases: &[(&str, Typed<'_>, &str, &str)] = &[
        (
            "single_choice",
            &[("kind/options/1/text", "only \"one\"")],
            "f-kind-options-problem",
            "only &#34;one&#34;",
        ),
        (
            "single_choice",
            &[
                ("kind/options/0/text", "x"),
                ("kind/options/0/fraction", "much"),
                ("kind/options/3/text", "y"),
            ],
            "f-kind-options-0-fraction-problem",
            "Give a percentage",
        ),
        ("numerical", &[("kind/answers/0/value", "ten")], "f-kind-answers-0-value-problem", "value=\"ten\""),
        (
            "numerical",
            &[("kind/answers/0/feedback", "x")],
            "f-kind-answers-0-value-problem",
            "* for any other",
        ),
        ("matching", &[("kind/pairs/2/stem", "alone")], "f-kind-pairs-problem", "alone"),
        (
            "ordering",
            &[("kind/items/0/text", "same"), ("kind/items/1/text", "same")],
            "f-kind-items-1-text-problem",
            "same",
        ),
        ("cloze", &[("text", "{1:SHORTANSWER:"), ("general_feedback", "kept")], "f-text-problem", "kept"),
        (
            "essay",
            &[("kind/min_words", "5"), ("kind/max_words", "3")],
            "f-kind-max_words-problem",
            "value=\"5\"",
        ),
        ("true_false", &[("default_points", "-1")], "f-default_points-problem", "value=\"-1\""),
        ("true_false", &[("name", " ")], "f-name-problem", "This is needed."),
    ];
    for (kind, typed, beside, kept) in cases {
        let mut form = begun(&mut browser, course, kind, &[("name", "A name"), ("text", "A text")]);
        for (name, value) in *typed {
            form.set(name, value);
        }
        let page = press(&mut browser, &form, "save");
        assert_eq!(page.code, 422, "{kind}: {}", text(&page));
        has(&page, &format!("id=\"{beside}\""));
        has(&page, kept);
        has(&page, "role=\"alert\"");
        let wrong = check_page(&page);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    assert_eq!(
        app.get(&format!("/api/courses/{course}/questions")).by(&by).send().json()["items"],
        json!([])
    );
}

#[test]
fn every_fault_of_a_question_stands_beside_its_field_also_beside_what_cannot_be_read() {
    let app = TestApp::start();
    let course = course(&app, "FAULTS");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let cases: &[(&str, Typed<'_>, &[&str])] = &[
        (
            "single_choice",
            &[
                ("penalty", "much"),
                ("kind/options/0/text", "a"),
                ("kind/options/0/fraction", "150"),
                // A row that says something: one that says nothing is left out.
                ("kind/options/1/text", ""),
                ("kind/options/1/feedback", "Why not?"),
                ("kind/options/1/fraction", "100"),
            ],
            &["name", "penalty", "kind-options-0-fraction", "kind-options-1-text"],
        ),
        (
            "numerical",
            &[
                ("kind/answers/0/value", "ten"),
                ("kind/answers/1/value", "5"),
                ("kind/answers/1/tolerance", "-1"),
            ],
            &["name", "kind-answers-0-value", "kind-answers-1-tolerance"],
        ),
        (
            "short_answer",
            &[("kind/answers/0/pattern", "a"), ("kind/answers/0/fraction", "-500")],
            &["name", "kind-answers-0-fraction"],
        ),
        (
            "matching",
            &[("kind/pairs/0/stem", "a"), ("kind/pairs/1/answer", "b")],
            &["name", "kind-pairs-0-answer", "kind-pairs-1-stem"],
        ),
        (
            "essay",
            &[("default_points", "x"), ("kind/min_words", "5"), ("kind/max_words", "3")],
            &["name", "default_points", "kind-max_words"],
        ),
    ];
    for (kind, typed, beside) in cases {
        let mut form = begun(&mut browser, course, kind, &[("name", " "), ("text", "A text")]);
        for (name, value) in *typed {
            form.set(name, value);
        }
        let page = press(&mut browser, &form, "save").status(422);
        let html = text(&page);
        for field in *beside {
            assert!(html.contains(&format!("href=\"#f-{field}\"")), "{kind}: nothing of {field}: {html}");
        }
        assert_eq!(html.matches("<a href=\"#f-").count(), beside.len(), "{kind}: {html}");
        let wrong = check_page(&page);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn rows_come_move_and_go_without_anything_being_lost() {
    let app = TestApp::start();
    let course = course(&app, "ROWS");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let mut form = begun(&mut browser, course, "single_choice", &[("name", "n"), ("text", "t")]);
    for (row, letter) in ["a", "b", "c", "d"].iter().enumerate() {
        form.set(&format!("kind/options/{row}/text"), letter);
    }
    let mut after = |form: &Form, button: &str| {
        let page = press(&mut browser, form, button).status(200);
        let form = Form::find(&page.text(), &form.action);
        let texts: Vec<String> = (0..9)
            .flat_map(|row| form.values(&format!("kind/options/{row}/text")))
            .map(str::to_owned)
            .collect();
        (form, texts)
    };
    let (form, texts) = after(&form, "add:kind/options");
    assert_eq!(texts, ["a", "b", "c", "d", ""]);
    let (form, texts) = after(&form, "up:kind/options/2");
    assert_eq!(texts, ["a", "c", "b", "d", ""]);
    let (form, texts) = after(&form, "drop:kind/options/0");
    assert_eq!(texts, ["c", "b", "d", ""]);
    let mut form = form;
    form.set("kind/options/0/fraction", "100");
    let question = made(&press(&mut browser, &form, "save"));
    let page = browser.get(&format!("/questions/{question}/edit"));
    let form = Form::find(&page.text(), &format!("/questions/{question}/edit"));
    assert_eq!(form.values("kind/options/2/text"), ["d"]);
    assert!(form.values("kind/options/3/text").is_empty(), "an empty row is dropped");

    // A gap takes its place in the text with it.
    let gaps = begun(&mut browser, course, "cloze", &[("name", "n"), ("text", "A {#1} b")]);
    let more = Form::find(&press(&mut browser, &gaps, "add:kind/parts").text(), &gaps.action);
    assert_eq!(more.values("text"), ["A {#1} b {#2}"]);
    let mut more = Form::find(&press(&mut browser, &more, "add:kind/parts/1/rows").text(), &gaps.action);
    more.set("kind/parts/1/type", "numerical");
    more.set("kind/parts/1/rows/3/text", "3");
    more.set("kind/parts/1/rows/3/fraction", "100");
    let less = Form::find(&press(&mut browser, &more, "drop:kind/parts/0").text(), &gaps.action);
    assert_eq!(less.values("text"), ["A  b {#1}"]);
    assert_eq!(less.values("kind/parts/0/rows/3/text"), ["3"]);
    let question = made(&press(&mut browser, &less, "save"));
    assert!(format!("{:?}", body_of(&app, question).1.kind).contains("Numerical"));
}

#[test]
fn a_picture_is_taken_up_in_the_form_and_shown_to_learners() {
    let app = TestApp::start();
    let course = course(&app, "FILES");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let form = begun(&mut browser, course, "true_false", &[("name", "Picture"), ("text", "Is it blue?")]);
    let sent = pairs(&form, ("do", "file"));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let page = browser.upload(&form.action, &sent, Some(("sky.png", b"not really a picture"))).status(200);
    has(&page, "sky.png");
    has(&page, "Is it blue?");
    let mut form = Form::find(&page.text(), &form.action);
    let hash = form.values("files/0/sha256")[0].to_owned();
    form.set("format", "markdown");
    form.set("text", &format!("Is it **blue**? ![The sky](lyceum-file:{hash})"));
    let question = made(&press(&mut browser, &form, "save"));
    let page = browser.get(&format!("/questions/{question}"));
    has(&page, &format!("src=\"/api/files/{hash}\""));
    has(&page, "<strong>blue</strong>");
    assert_eq!(
        app.get(&format!("/api/files/{hash}")).by(&by).send().status(200).bytes,
        b"not really a picture"
    );
    let (_, body) = body_of(&app, question);
    assert_eq!((body.files.len(), body.files[0].media_type.as_str()), (1, "image/png"));
    // As HTML now, because no plain text says that; still the same when it is saved as it is.
    let edit = format!("/questions/{question}/edit");
    let form = Form::find(&browser.get(&edit).text(), &edit);
    assert_eq!(form.values("format"), ["html"]);
    press(&mut browser, &form, "save").status(303);
    assert_eq!(body_of(&app, question), (1, body));
    // Without its file, the text refers to nothing.
    let gone = Form::find(&press(&mut browser, &form, "drop:files/0").text(), &edit);
    let refused = press(&mut browser, &gone, "save").status(422);
    has(&refused, "id=\"f-files-problem\"");
}

/// All questions of a course.
fn questions(app: &TestApp, by: &Person, course: CourseId) -> Vec<u64> {
    let page =
        app.get(&format!("/api/courses/{course}/questions?limit=500")).by(by).send().status(200).json();
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

/// Uploads a file; the report of what it would come to.
fn upload(browser: &mut Browser<'_>, course: CourseId, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/courses/{course}/questions/import");
    let form = Form::find(&browser.get(&path).status(200).text(), &path);
    let csrf = form.values("csrf")[0].to_owned();
    browser.upload(&path, &[("csrf", &csrf), ("format", "auto")], Some((name, bytes)))
}

/// Presses the button of a report.
fn run(browser: &mut Browser<'_>, course: CourseId, report: &Answer) -> Answer {
    let path = format!("/courses/{course}/questions/import/run");
    let form = Form::find(&report.text(), &path);
    let pairs = pairs(&form, ("", ""));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post(&path, &pairs)
}

#[test]
fn files_are_tried_then_imported_and_every_question_is_the_same_after_the_editor() {
    let app = TestApp::start();
    let mut kinds = std::collections::BTreeSet::new();
    for (number, path) in shared_files().into_iter().chain(demo_files()).enumerate() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let course = course(&app, &format!("IMPORT{number}"));
        let by = member(&app, course, 1, "teacher");
        let mut browser = Browser::of(&app, &by);
        let report = upload(&mut browser, course, &name, &std::fs::read(&path).unwrap());
        if name == "broken_cloze_questions.xml" {
            let report = report.status(422);
            has(&report, "Line 8:");
            has(&report, "Nothing of this file can be imported");
            continue;
        }
        let report = report.status(200);
        let wrong = check_page(&report);
        assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
        has(&report, "Nothing is imported yet.");
        assert_eq!(questions(&app, &by, course), [0_u64; 0], "{name}: trying writes nothing");
        let done = run(&mut browser, course, &report).status(200);
        has(&done, "What happened");
        let all = questions(&app, &by, course);
        has(&done, &format!("<dt>Imported</dt><dd><b>{}</b></dd>", all.len()));
        for question in all {
            let before = body_of(&app, question);
            kinds.insert(before.1.kind.name());
            let edit = format!("/questions/{question}/edit");
            let form = Form::find(&browser.get(&edit).status(200).text(), &edit);
            let saved = press(&mut browser, &form, "save");
            assert_eq!(saved.code, 303, "{name}, {:?}: {}", before.1.name, text(&saved));
            assert_eq!(body_of(&app, question), before, "{name}");
            browser.get(&format!("/questions/{question}")).status(200);
        }
        // What is there already is said to be there.
        let again = upload(&mut browser, course, &name, &std::fs::read(&path).unwrap()).status(200);
        has(&again, "<dt>New</dt><dd><b>0</b></dd>");
    }
    assert_eq!(kinds.len(), QuestionType::ALL.len(), "{kinds:?}");
}

#[test]
fn imported_questions_go_on_into_a_new_quiz_or_one_that_nobody_has_begun() {
    let app = TestApp::start();
    let course = course(&app, "ONWARD");
    let by = member(&app, course, 1, "teacher");
    let quizzes = format!("/api/courses/{course}/quizzes");
    let waiting = app.post(&quizzes).by(&by).json(&json!({"name": "Waiting"})).send().status(201).json();
    let mut browser = Browser::of(&app, &by);
    let report = upload(&mut browser, course, "two.gift", b"::b::One {T}\n\n::a::Two {F}\n").status(200);
    lacks(&report, "Put the questions into a quiz");
    let done = run(&mut browser, course, &report).status(200);
    // As they are in the file, which is not the order of the bank's list.
    let mut all = questions(&app, &by, course);
    all.sort_unstable();
    let chosen = format!("{}-{}", all[0], all[1]);
    has(&done, &format!("/courses/{course}/quizzes/new?chosen={chosen}"));
    has(&done, "Add them to “Waiting”");
    has(&done, &format!("/quizzes/{}/slots/add?chosen={chosen}", waiting["id"]));

    let new = format!("/courses/{course}/quizzes/new");
    let mut form = Form::find(&browser.get(&format!("{new}?chosen={chosen}")).status(200).text(), &new);
    form.set("name", "Of the file");
    let pairs = pairs(&form, ("", ""));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let to = browser.post(&new, &pairs).status(303).header("location").unwrap().to_owned();
    let page = browser.get(&to).status(200);
    for id in &all {
        has(&page, &format!("value=\"{id}\" checked"));
    }
    let quiz = to.split('/').nth(2).unwrap();
    let add = format!("/quizzes/{quiz}/slots/add");
    let ticked = pairs_of(&Form::all(&page.text()), &add);
    let ticked: Vec<(&str, &str)> = ticked.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post(&add, &ticked).status(303);
    let slots = app.get(&format!("/api/quizzes/{quiz}")).by(&by).send().status(200).json()["slots"].clone();
    let asked = slots.as_array().unwrap().iter().map(|slot| slot["question"].as_u64().unwrap());
    assert_eq!(asked.collect::<Vec<_>>(), all);
}

#[test]
fn a_broken_file_and_none_at_all_are_refused_on_the_page() {
    let app = TestApp::start();
    let course = course(&app, "BROKEN");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let file = b"::a::Fine {T}\n\n::b::Bad {=%200%x}\n\n::c::Fine, too {F}\n\n::d::Never closed {T\n";
    let page = upload(&mut browser, course, "x.gift", file).status(422);
    has(&page, "Line 3:");
    has(&page, "Line 7:");
    assert!(questions(&app, &by, course).is_empty());
    let path = format!("/courses/{course}/questions/import");
    let form = Form::find(&browser.get(&path).text(), &path);
    let csrf = form.values("csrf")[0].to_owned();
    let none = browser.upload(&path, &[("csrf", &csrf)], None).status(422);
    has(&none, "id=\"f-file-problem\"");
    let gone = browser.post(&format!("{path}/run"), &[("csrf", &csrf), ("file", "ab"), ("format", "gift")]);
    has(&gone.status(422), "id=\"f-file-problem\"");
    // A learner's file is not even read.
    let learner = member(&app, course, 2, "learner");
    let kept_out = Browser::of(&app, &learner).upload(&path, &[("csrf", "x")], Some(("x", b"x")));
    assert_eq!(kept_out.code, 403);
}

#[test]
fn a_large_file_is_a_job_that_its_page_follows() {
    use std::fmt::Write as _;
    let app = TestApp::start();
    let course = course(&app, "LARGE");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let mut file = "$CATEGORY: $course$/Many\n\n".to_owned();
    for number in 0..230 {
        let right = if number % 2 == 0 { "T" } else { "F" };
        write!(file, "::Question {number}::Is {number} even? {{{right}}}\n\n").unwrap();
    }
    let job = |answer: &Answer| {
        assert_eq!(answer.code, 303, "{}", text(answer));
        let to = answer.header("location").unwrap().to_owned();
        let number = to.rsplit('/').next().unwrap().split('?').next().unwrap().parse::<u64>().unwrap();
        (to, number)
    };
    let (page, number) = job(&upload(&mut browser, course, "many.gift", file.as_bytes()));
    ended(&app, &by, number);
    let report = browser.get(&page).status(200);
    has(&report, "<dt>New</dt><dd><b>230</b></dd>");
    has(&report, "Import 230 questions");
    has(&report, "230 of 230 questions");
    let of_another = page.replace("?file=", "?file=0");
    assert_ne!(of_another, page);
    lacks(&browser.get(&of_another).status(200), "/questions/import/run");
    assert!(questions(&app, &by, course).is_empty());
    let (page, number) = job(&run(&mut browser, course, &report));
    ended(&app, &by, number);
    let done = browser.get(&page).status(200);
    has(&done, "<dt>Imported</dt><dd><b>230</b></dd>");
    lacks(&done, "/questions/import/run");
    assert_eq!(questions(&app, &by, course).len(), 230);
    // In pages, and found by category and by words.
    let list = browser.get(&format!("/courses/{course}/questions")).status(200);
    let next =
        text(&list).split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    lacks(&browser.get(&next.replace("&#38;", "&")).status(200), ">Question 0<");
    let found =
        browser.get(&format!("/courses/{course}/questions?q=22+QUESTION&type=true_false")).status(200);
    assert_eq!(text(&found).matches("name=\"questions[]\"").count(), 12);
    has(&browser.get(&format!("/courses/{course}/questions?type=essay")).status(200), "No question fits.");
}

#[test]
fn categories_are_made_named_moved_and_deleted_and_many_questions_are_changed_at_once() {
    let app = TestApp::start();
    let course = course(&app, "FOLDERS");
    let by = member(&app, course, 1, "teacher");
    let mut browser = Browser::of(&app, &by);
    let path = format!("/courses/{course}/questions/categories");
    let rows = |app: &TestApp| -> Vec<(u64, String)> {
        let all = app.get(&format!("/api/courses/{course}/question_categories")).by(&by).send().json();
        let row = |row: &Value| {
            let path: Vec<&str> =
                row["path"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            (row["id"].as_u64().unwrap(), path.join("/"))
        };
        all["items"].as_array().unwrap().iter().map(row).collect()
    };
    for (name, parent) in [("Cells", ""), ("Plants", "")] {
        browser.fill(&path, &path, &[("name", name), ("parent", parent)]).status(303);
    }
    let twice = browser.fill(&path, &path, &[("name", "Cells")]);
    assert_eq!(twice.code, 409);
    has(&twice, "value=\"Cells\"");
    let (cells, plants) = (rows(&app)[0].0, rows(&app)[1].0);
    let one = format!("{path}/{plants}");
    let fields =
        [("name", "Leaves"), ("parent", &cells.to_string()), ("description", "Green < blue\nor not")];
    browser.fill(&one, &one, &fields).status(303);
    assert_eq!(rows(&app)[1].1, "Cells/Leaves");
    has(&browser.get(&one), "Green &#60; blue\nor not</textarea>");
    let itself = format!("{path}/{cells}");
    lacks(&browser.get(&itself), "Cells / Leaves");
    let mut stale = Form::find(&browser.get(&one).text(), &one);
    browser.fill(&one, &one, &[("name", "Leaf"), ("parent", &cells.to_string())]).status(303);
    stale.set("name", "Late");
    let sent = pairs(&stale, ("", ""));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let refused = browser.post(&one, &sent);
    assert!([409, 412].contains(&refused.code));
    has(&refused, "value=\"Late\"");

    let make = |name: &str| {
        let body = json!({ "question": truth(name, true) });
        id(&app
            .post(&format!("/api/courses/{course}/questions"))
            .by(&by)
            .json(&body)
            .send()
            .status(201)
            .json())
    };
    let ids = [make("First"), make("Second")].map(|id| id.to_string());
    let list = format!("/courses/{course}/questions");
    let ticked = |more: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        let mut all: Vec<(&'static str, String)> = ids.iter().map(|id| ("questions[]", id.clone())).collect();
        all.extend_from_slice(more);
        all
    };
    let mut send = |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = browser.get(&format!("{list}?retired=all")).status(200);
        let csrf = text(&page)
            .split("name=\"csrf\" content=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let mut all = vec![("csrf", csrf.as_str()), ("filter/retired", "all")];
        all.extend(fields);
        browser.post(&list, &all)
    };
    let wrong = send(vec![("do", "retire".to_owned())]).status(422);
    has(&wrong, "tick some first");
    let wrong = send(ticked(&[("do", "tag".to_owned()), ("tag", "x".repeat(60))])).status(422);
    has(&wrong, "id=\"f-tag-problem\"");
    has(&wrong, "checked");
    send(ticked(&[("do", "move".to_owned()), ("category", cells.to_string())])).status(303);
    send(ticked(&[("do", "tag".to_owned()), ("tag", "Green".to_owned())])).status(303);
    has(&send(ticked(&[("do", "retire".to_owned())])).status(200), "Retire 2 questions?");
    send(ticked(&[("do", "retire".to_owned()), ("sure", "true".to_owned())])).status(303);
    let all = app.get(&format!("/api{list}?category={cells}&tag=green&retired=true")).by(&by).send().json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    lacks(&browser.get(&list), "First");
    has(&browser.get(&format!("{list}?retired=yes&category={cells}&tag=GREEN")), "First");

    let asked = browser.get(&format!("{path}/{cells}/delete")).status(200);
    has(&asked, "Categories in it: 1");
    let kept = browser.fill(&format!("{path}/{cells}/delete"), &format!("{path}/{cells}/delete"), &[]);
    has(&kept.status(409), "The category is not empty.");
    browser.fill(&format!("{path}/{plants}/delete"), &format!("{path}/{plants}/delete"), &[]).status(303);
    assert_eq!(rows(&app).len(), 1);
}

#[test]
fn a_question_in_use_is_retired_and_one_that_is_not_is_deleted() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let app = &exam.app;
    let mut browser = Browser::of(app, &exam.teacher);
    let list = browser.get(&format!("/courses/{COURSE}/questions")).status(200);
    has(&list, &format!("href=\"/quizzes/{quiz}\""));
    let rows = app.get(&format!("/api/courses/{COURSE}/questions")).by(&exam.teacher).send().json();
    let used = id(&rows["items"][0]);
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    let page = browser.get(&format!("/questions/{used}")).status(200);
    has(&page, "one of its questions");
    lacks(&page, &format!("/questions/{used}/delete"));
    // Who wants to delete it is led to what can be done.
    let led = browser.get(&format!("/questions/{used}/delete")).status(303);
    assert_eq!(led.header("location"), Some(format!("/questions/{used}/retire").as_str()));
    let ask = format!("/questions/{used}/retire");
    let retired = browser.fill(&ask, &ask, &[]);
    has(&browser.follow(&retired), "The question is retired.");
    let back = browser.fill(&format!("/questions/{used}"), &ask, &[]);
    has(&browser.follow(&back), "The question is in use again.");
    // Another key: the page says which quiz to mark again.
    let edit = format!("/questions/{used}/edit");
    let mut form = Form::find(&browser.get(&edit).text(), &edit);
    form.set("kind/correct", "false");
    let saved = press(&mut browser, &form, "save");
    has(&browser.follow(&saved), &format!("href=\"/quizzes/{quiz}/regrade\""));

    let unused = exam.question(&truth("Nobody asks this", true));
    let ask = format!("/questions/{unused}/delete");
    let gone = browser.fill(&ask, &ask, &[]);
    has(&browser.follow(&gone), "Nobody asks this is deleted.");
    browser.get(&format!("/questions/{unused}")).status(404);

    for path in [format!("/questions/{used}"), edit, format!("/courses/{COURSE}/questions")] {
        let kept_out = Browser::of(app, &learner).get(&path);
        assert!([403, 404].contains(&kept_out.code), "{path} to a learner: {}", kept_out.code);
    }
}

#[test]
fn a_quiz_that_would_find_too_few_questions_is_named_before_it_does() {
    let exam = Exam::new();
    let [first, second] =
        ["One", "Two"].map(|name| exam.question(&with(&truth(name, true), &json!({ "tags": ["pool"] }))));
    let draw = json!({ "points": 1, "draw": { "tag": "pool", "count": 2 } });
    exam.quiz(&json!({ "name": "All of them", "slots": [draw] }));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let ask = format!("/questions/{first}/retire");
    let told = browser.fill(&ask, &ask, &[]).status(200);
    has(&told, "All of them");
    let again = pairs(&Form::find(&told.text(), &ask), ("", ""));
    let again: Vec<_> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = browser.post(&ask, &again);
    has(&browser.follow(&done), "The question is retired.");
    let back = browser.fill(&format!("/questions/{first}"), &ask, &[]);
    has(&browser.follow(&back), "The question is in use again.");

    // In the editor there is a box to tick.
    let edit = format!("/questions/{second}/edit");
    let mut form = Form::find(&browser.get(&edit).text(), &edit);
    form.set("tags", "");
    let refused = press(&mut browser, &form, "save").status(409);
    has(&refused, "fewer questions than they draw");
    let mut form = Form::find(&refused.text(), &edit);
    form.set("leave_too_few", "true");
    let saved = press(&mut browser, &form, "save");
    browser.follow(&saved);
    assert!(body_of(&exam.app, second.0).1.tags.is_empty());
}
