//! Question files over HTTP: what comes in goes out and comes in again as the same, and what is broken leaves nothing.

use std::path::PathBuf;

use lyceum::domain::bank::category::Tree;
use lyceum::domain::bank::{self, QUESTIONS};
use lyceum::domain::ids::{CourseId, QuestionId};
use lyceum::domain::question::QuestionBody;
use lyceum::store::{Counter, Read as _};
use serde_json::{Value, json};

use crate::bank::{course, member};
use crate::job::{ended, result, started};
use crate::shared::shared;
use crate::support::{Answer, Person, TestApp};

/// Question files of another system that are read in place.
pub fn shared_files() -> Vec<PathBuf> {
    let folders = ["moodle/gift", "moodle/xml"].into_iter().filter_map(shared);
    let mut files: Vec<PathBuf> =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

pub fn demo_files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/questions");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

fn import(app: &TestApp, by: &Person, course: CourseId, query: &str, bytes: &[u8]) -> Answer {
    let path = format!("/api/courses/{course}/questions/import{query}");
    app.post(&path).by(by).body("application/octet-stream", bytes).send()
}

fn export(app: &TestApp, by: &Person, course: CourseId, query: &str) -> Answer {
    app.get(&format!("/api/courses/{course}/questions/export{query}")).by(by).send().status(200)
}

/// Everything that a bank says: the path and body of each question, and each category with its description.
type Bank = (Vec<(Vec<String>, QuestionBody)>, Vec<(Vec<String>, String, Option<String>)>);

fn contents(app: &TestApp, by: &Person, course: CourseId) -> Bank {
    let (mut questions, mut after) = (Vec::new(), String::new());
    let tree = app.state.store.read(|read| Tree::read(read, course)).unwrap();
    loop {
        let path = format!("/api/courses/{course}/questions?limit=100{after}");
        let page = app.get(&path).by(by).send().status(200).json();
        for row in page["items"].as_array().unwrap() {
            let id = QuestionId(row["id"].as_u64().unwrap());
            let version = app.state.store.read(|read| bank::latest(read, id)).unwrap();
            let category = app.state.store.read(|read| bank::question::get(read, id)).unwrap().category;
            questions.push((id, category.map(|id| tree.path(id)).unwrap_or_default(), version.body.clone()));
        }
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    // The order of a category is the order of its file.
    questions.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    let categories = tree
        .in_order()
        .into_iter()
        .map(|it| (tree.path(it.id), it.description.html().to_owned(), it.id_number.clone()))
        .collect();
    (questions.into_iter().map(|(_, path, body)| (path, body)).collect(), categories)
}

fn count(app: &TestApp, course: CourseId) -> i64 {
    app.state.store.read(|read| read.counter(&Counter::new(QUESTIONS, &course))).unwrap()
}

#[test]
fn every_file_comes_back_the_same_through_export_and_import() {
    let app = TestApp::start();
    for (number, path) in shared_files().into_iter().chain(demo_files()).enumerate() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_gift = name.contains("gift") || name == "examples.txt";
        let first = course(&app, &format!("FIRST{number}"));
        let by = member(&app, first, 1, "teacher");
        let bytes = std::fs::read(&path).unwrap();
        let answer = import(&app, &by, first, "", &bytes);
        if name == "broken_cloze_questions.xml" {
            let problem = answer.problem(422, "broken_file");
            assert_eq!(problem["errors"][0]["at"], "line 8", "{problem}");
            assert_eq!(contents(&app, &by, first), (Vec::new(), Vec::new()));
            continue;
        }
        let report = answer.status(200).json();
        assert_eq!(report["format"], if is_gift { "gift" } else { "moodle_xml" }, "{name}");
        let original = contents(&app, &by, first);
        let created = report["created"].as_u64().unwrap();
        assert!(created > 0 || name.contains("categor"), "{name}: {report}");
        assert_eq!(original.0.len(), usize::try_from(created).unwrap(), "{name}");
        assert_eq!(report["questions"].as_array().unwrap().len(), original.0.len(), "{name}");

        let again = import(&app, &by, first, "", &bytes).status(200).json();
        assert_eq!(
            (again["created"].clone(), again["unchanged"].clone()),
            (json!(0), json!(created)),
            "{name}"
        );
        assert_eq!(again["categories_created"], json!([]), "{name}");
        assert_eq!(contents(&app, &by, first), original, "{name}");

        let formats: &[&str] = if is_gift { &["moodle_xml", "gift"] } else { &["moodle_xml"] };
        for format in formats {
            let file = export(&app, &by, first, &format!("?format={format}"));
            let second = course(&app, &format!("SECOND{number}{format}"));
            let by = member(&app, second, 1, "teacher");
            let report =
                import(&app, &by, second, &format!("?format={format}"), &file.bytes).status(200).json();
            assert_eq!(report["created"], created, "{name} as {format}: {report}");
            assert_eq!(report["skipped"], json!([]), "{name} as {format}");
            let copied = contents(&app, &by, second);
            assert_eq!(copied.0, original.0, "{name} as {format}:\n{}", file.text());
            if *format == "moodle_xml" {
                assert_eq!(copied.1, original.1, "{name} as {format}");
            }
        }
    }
}

#[test]
fn a_rehearsal_reports_and_writes_nothing() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file =
        b"$CATEGORY: Europe/France\n\n::Capital::The capital?{=Paris ~Rome}\n\n::Sea::By the sea?{F}\n";
    let before = app.state.store.group_number();
    let rehearsed = import(&app, &teacher, course, "?dry_run=true", file).status(200).json();
    assert_eq!(app.state.store.group_number(), before);
    assert_eq!(count(&app, course), 0);
    assert_eq!(rehearsed["dry_run"], true);
    let done = import(&app, &teacher, course, "?dry_run=false&format=auto", file).status(200).json();
    assert_eq!(done["categories_created"], json!([["Europe"], ["Europe", "France"]]));
    for (was, is) in [&rehearsed, &done].iter().filter_map(|it| it["questions"].as_array()).flatten().zip([
        (3, "Capital", "single_choice"),
        (5, "Sea", "true_false"),
        (3, "Capital", "single_choice"),
        (5, "Sea", "true_false"),
    ]) {
        assert_eq!((&was["line"], &was["name"], &was["type"]), (&json!(is.0), &json!(is.1), &json!(is.2)));
        assert_eq!((&was["status"], &was["category"]), (&json!("created"), &json!(["Europe", "France"])));
    }
    assert_eq!(rehearsed["created"], done["created"]);
    assert_eq!(count(&app, course), 2);
}

#[test]
fn a_broken_file_is_refused_with_its_line_and_leaves_nothing() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    import(&app, &teacher, course, "", b"::Known::Known?{T}").status(200);
    let before = (contents(&app, &teacher, course), app.state.store.group_number());
    let xml = |inner: &str| format!("<?xml version=\"1.0\"?>\n<quiz>\n{inner}\n</quiz>").into_bytes();
    let good = "<question type=\"truefalse\"><name><text>G</text></name><questiontext format=\"html\"><text>G?</text></questiontext><answer fraction=\"100\"><text>true</text></answer><answer fraction=\"0\"><text>false</text></answer></question>";
    let bomb = {
        let mut text = "<?xml version=\"1.0\"?><!DOCTYPE quiz [<!ENTITY a \"aaaaaaaaaa\">".to_owned();
        for (name, of) in ["b", "c", "d", "e", "f", "g", "h"].iter().zip(["a", "b", "c", "d", "e", "f", "g"])
        {
            let entity = ["<!ENTITY ", name, " \"", &format!("&{of};").repeat(10), "\">"].concat();
            text.push_str(&entity);
        }
        (text + "]><quiz><question type=\"essay\"><name><text>&h;</text></name></question></quiz>")
            .into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, u32)> = vec![
        ("gift", b"::Fine::Fine?{T}\n\n::Open::Never closed {=a".to_vec(), 3),
        ("gift", b"::Fine::Fine?{T}\n\n::Open::Many {=a ~%250%b}".to_vec(), 3),
        ("moodle_xml", xml(&format!("{good}\n<question type=\"truefalse\">")), 0),
        ("moodle_xml", xml(&format!("{good}\n{}", good.replace("100", "lots"))), 4),
        ("moodle_xml", xml(&format!("{good}\n&nothing;")), 4),
        ("moodle_xml", b"this is no XML at all".to_vec(), 1),
        ("moodle_xml", b"<?xml version=\"1.0\" encoding=\"klingon\"?><quiz/>".to_vec(), 1),
        ("moodle_xml", b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n\xff\xfe\n</quiz>".to_vec(), 3),
        ("moodle_xml", bomb, 1),
        ("moodle_xml", "<a>".repeat(100_000).into_bytes(), 0),
    ];
    for (format, bytes, line) in cases {
        let shown = String::from_utf8_lossy(bytes.get(..200).unwrap_or(&bytes)).into_owned();
        let answer = import(&app, &teacher, course, &format!("?format={format}"), &bytes);
        assert_eq!(answer.code, 422, "{shown}\n{}", answer.text());
        let problem = answer.problem(422, "broken_file");
        let at = problem["errors"][0]["at"].as_str().unwrap();
        assert!(at.starts_with("line "), "{shown}\n{problem}");
        assert!(line == 0 || at == format!("line {line}"), "{shown}\n{problem}");
        assert!(!problem["errors"][0]["problem"].as_str().unwrap().is_empty());
    }
    let two = [
        ("gift", b"::A::Open {=a\n\n::B::Fine?{T}\n\n::C::Many {=a ~%250%b}".to_vec(), ["line 1", "line 5"]),
        (
            "moodle_xml",
            xml(&[&good.replace("100", "lots"), good, &good.replace("100", "many")].join("\n")),
            ["line 3", "line 5"],
        ),
    ];
    for (format, bytes, lines) in two {
        let answer = import(&app, &teacher, course, &format!("?format={format}"), &bytes);
        let errors = answer.problem(422, "broken_file")["errors"].clone();
        let told: Vec<&str> =
            errors.as_array().unwrap().iter().map(|it| it["at"].as_str().unwrap()).collect();
        assert_eq!(told, lines, "all that is wrong is told at once: {errors}");
    }
    import(&app, &teacher, course, "?format=docx", b"x").problem(422, "invalid_field");
    assert_eq!((contents(&app, &teacher, course), app.state.store.group_number()), before);
}

#[test]
fn a_file_over_a_limit_is_refused_whole() {
    let app = TestApp::start_with(|config| config.server.upload_limit_bytes = 5 * 1024 * 1024);
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let many = |count: usize, size: usize| {
        let one = |it| format!("::Q{it}::{}{it}?{{T}}\n\n", "x".repeat(size));
        (0..count).map(one).collect::<Vec<_>>().concat()
    };
    let too_many = import(&app, &teacher, course, "", many(2_001, 1).as_bytes()).problem(413, "too_large");
    assert!(too_many["detail"].as_str().unwrap().contains("2000"), "{too_many}");
    import(&app, &teacher, course, "", many(600, 6_000).as_bytes()).problem(413, "too_large");
    import(&app, &teacher, course, "", &vec![b' '; 5 * 1024 * 1024 + 1]).problem(413, "too_large");
    assert_eq!(count(&app, course), 0);
    // The most that is taken does fit, and so does the most that is taken in one transaction.
    let whole = |by: &Person, course: CourseId, file: &[u8]| {
        let job = started(import(&app, by, course, "", file));
        assert_eq!(ended(&app, by, job)["state"], "done");
        result(&app, by, job).status(200).json()
    };
    let first = import(&app, &teacher, course, "", many(200, 800).as_bytes()).status(200).json();
    assert_eq!(first["created"], 200);
    let report = whole(&teacher, course, many(2_000, 800).as_bytes());
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(1_800), &json!(200)));
    assert_eq!(count(&app, course), 2_000);
    let file = export(&app, &teacher, course, "?format=gift");
    let second = crate::bank::course(&app, "COPY");
    let by = member(&app, second, 1, "teacher");
    assert_eq!(whole(&by, second, &file.bytes)["created"], 2_000);
}

#[test]
fn a_question_that_is_there_gets_the_identifier_of_the_file_or_a_note_says_why_not() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let essay = |name: &str, number: &str| {
        let number = if number.is_empty() { String::new() } else { format!("<idnumber>{number}</idnumber>") };
        format!(
            "<question type=\"essay\"><name><text>{name}</text></name><questiontext format=\"html\"><text>{name}\
             </text></questiontext>{number}</question>\n"
        )
    };
    let file = |category: &str, questions: &[(&str, &str)]| {
        let questions: String = questions.iter().map(|(name, number)| essay(name, number)).collect();
        format!(
            "<?xml version=\"1.0\"?>\n<quiz>\n<question type=\"category\"><category><text>Rivers</text></category>\
             <idnumber>{category}</idnumber></question>\n{questions}</quiz>"
        )
    };
    let send =
        |query: &str, file: &str| import(&app, &teacher, course, query, file.as_bytes()).status(200).json();
    let first = send("", &file("rivers", &[("Free", ""), ("Other", "o1"), ("Taken", "")]));
    assert_eq!(first["created"], 3);
    assert_eq!(first["notes"], json!([]));
    let again = file("streams", &[("Free", "f1"), ("Other", "o2"), ("Taken", "o1")]);
    let takes = json!("\"Free\" takes the identifier \"f1\" from the file");
    for (query, takes) in [("?dry_run=true", &takes), ("", &takes), ("", &Value::Null)] {
        let report = send(query, &again);
        assert_eq!((&report["created"], &report["unchanged"]), (&json!(0), &json!(3)), "{report}");
        let notes: Vec<&Value> =
            report["questions"].as_array().unwrap().iter().map(|it| &it["note"]).collect();
        let other = &first["questions"][1]["question"];
        let without = format!(
            "\"Taken\" stays without its identifier \"o1\", which question {other} of the category has"
        );
        let keeps = "\"Other\" keeps the identifier that it has here";
        assert_eq!(notes, [takes, &json!(keeps), &json!(without)], "{query}");
        let text = "the category \"Rivers\" keeps the identifier that it has here";
        assert_eq!(report["notes"], json!([{ "line": 3, "text": text }]), "{query}");
    }
    let list =
        app.get(&format!("/api/courses/{course}/questions?limit=10")).by(&teacher).send().status(200).json();
    let numbers: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|it| &it["id_number"]).collect();
    assert_eq!(numbers, [&json!("f1"), &json!("o1"), &Value::Null]);
    let free = format!("/api/questions/{}", first["questions"][0]["question"]);
    let free = app.get(&free).by(&teacher).send().status(200).json();
    assert_eq!((&free["version"], &free["question"]["id_number"]), (&json!(2), &json!("f1")));
}

#[test]
fn what_is_retired_on_one_side_alone_is_told_as_it_comes_out() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let essay = |hidden: u8, number: &str| {
        format!(
            "<quiz><question type=\"essay\"><name><text>C</text></name><questiontext format=\"html\"><text>C\
             </text></questiontext><hidden>{hidden}</hidden>{number}</question></quiz>"
        )
    };
    let send = |query: &str, file: &str| {
        let report = import(&app, &teacher, course, query, file.as_bytes()).status(200).json();
        assert_eq!(report["notes"], json!([]), "{report}");
        let line = report["questions"][0].clone();
        (line["status"].clone(), line["note"].clone(), line["question"].clone())
    };
    let (created, unchanged) = (json!("created"), json!("unchanged"));
    let comes = json!("the question was hidden and comes as retired");
    let (status, note, _) = send("?dry_run=true", &essay(1, ""));
    assert_eq!((status, note), (created.clone(), comes.clone()));
    let (status, note, question) = send("", &essay(1, ""));
    assert_eq!((status, note), (created, comes));
    let is_retired = || {
        let path = format!("/api/questions/{question}");
        app.get(&path).by(&teacher).send().status(200).json()["retired"].clone()
    };
    let retire = |retired: bool| {
        let path = format!("/api/questions/{question}/retired");
        let request = app.put(&path).by(&teacher).header("If-Match", "*");
        request.json(&json!({ "retired": retired })).send().status(200);
    };
    assert_eq!(is_retired(), true);
    let (status, note, _) = send("", &essay(1, ""));
    assert_eq!((status, note), (unchanged.clone(), Value::Null));
    let stays = json!("the question is retired here and stays so");
    for query in ["?dry_run=true", ""] {
        let (status, note, _) = send(query, &essay(0, ""));
        assert_eq!((status, note, is_retired()), (unchanged.clone(), stays.clone(), json!(true)));
    }
    retire(false);
    // A second thing to say of it comes first.
    let takes = json!("\"C\" takes the identifier \"c1\" from the file");
    assert_eq!(send("", &essay(0, "<idnumber>c1</idnumber>")).1, takes);
    let (status, note, _) = send("", &essay(1, "<idnumber>c2</idnumber>"));
    let both = "\"C\" keeps the identifier that it has here; the question is in use here and stays so";
    assert_eq!((status, note, is_retired()), (unchanged, json!(both), json!(false)));
}

#[test]
fn unknown_kinds_are_named_and_left_out() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file = b"<?xml version=\"1.0\"?>\n<quiz>\n<question type=\"ddimageortext\"><name><text>Drag it</text></name>\
        <questiontext format=\"html\"><text>Drag</text></questiontext></question>\n\
        <question type=\"essay\"><name><text>Write</text></name><questiontext format=\"html\"><text>Write</text>\
        </questiontext></question></quiz>";
    let report = import(&app, &teacher, course, "", file).status(200).json();
    assert_eq!(report["created"], 1);
    let skipped = &report["skipped"][0];
    assert_eq!((&skipped["line"], &skipped["name"]), (&json!(3), &json!("Drag it")), "{report}");
    assert!(skipped["reason"].as_str().unwrap().contains("ddimageortext"), "{report}");
}

#[test]
fn a_question_that_a_file_has_twice_is_there_twice_and_stays_so() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file = b"::Same::Same?{T}\n\n::Same::Same?{T}\n\n::Other::Other?{T}\n";
    let first = import(&app, &teacher, course, "", file).status(200).json();
    assert_eq!((&first["created"], &first["unchanged"]), (&json!(3), &json!(0)));
    let second = import(&app, &teacher, course, "", file).status(200).json();
    assert_eq!((&second["created"], &second["unchanged"]), (&json!(0), &json!(3)));
    let questions = second["questions"].as_array().unwrap();
    assert_ne!(questions[0]["question"], questions[1]["question"], "each is met once");
    assert_eq!(count(&app, course), 3);
}

#[test]
fn an_edited_question_does_not_swallow_the_one_of_the_file() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file = "// [id:Q1]\n::Same::Same?{T}\n".as_bytes();
    let first = import(&app, &teacher, course, "", file).status(200).json();
    let path = format!("/api/questions/{}", first["questions"][0]["question"]);
    let mut question = app.get(&path).by(&teacher).send().json()["question"].clone();
    assert_eq!(question["id_number"], "Q1");
    question["text"]["text"] = json!("Changed?");
    app.put(&path).by(&teacher).header("If-Match", "*").json(&question).send().status(200);
    let second = import(&app, &teacher, course, "", file).status(200).json();
    assert_eq!(second["created"], 1);
    assert!(second["questions"][0]["note"].to_string().contains("without its identifier"), "{second}");
    let third = import(&app, &teacher, course, "", file).status(200).json();
    assert_eq!((&third["created"], &third["unchanged"]), (&json!(0), &json!(1)));
}

#[test]
fn a_category_is_exported_with_what_lies_below_it_and_without_retired_questions() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file = "::Top::Top?{T}\n\n$CATEGORY: A\n\n::InA::InA?{T}\n\n::Old::Old?{T}\n\n$CATEGORY: A/B\n\n::InB::InB?{T}\n\n$CATEGORY: C\n\n::InC::InC?{T}\n";
    let report = import(&app, &teacher, course, "", file.as_bytes()).status(200).json();
    let old = report["questions"].as_array().unwrap().iter().find(|it| it["name"] == "Old").unwrap();
    app.put(&format!("/api/questions/{}/retired", old["question"]))
        .by(&teacher)
        .header("If-Match", "*")
        .json(&json!({ "retired": true }))
        .send()
        .status(200);
    let tree = app.get(&format!("/api/courses/{course}/question_categories")).by(&teacher).send().json();
    let a =
        tree["items"].as_array().unwrap().iter().find(|it| it["path"] == json!(["A"])).unwrap()["id"].clone();
    let text = export(&app, &teacher, course, &format!("?format=gift&category={a}")).text();
    for (name, there) in [("InA", true), ("InB", true), ("Top", false), ("InC", false), ("Old", false)] {
        assert_eq!(text.contains(&format!("::{name}::")), there, "{name} in\n{text}");
    }
    let missing = format!("/api/courses/{course}/questions/export?category=99999999");
    app.get(&missing).by(&teacher).send().problem(404, "not_found");
    let wrong = format!("/api/courses/{course}/questions/export?format=word");
    app.get(&wrong).by(&teacher).send().problem(422, "invalid_field");
}

#[test]
fn what_gift_cannot_carry_is_named_in_the_file() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let ordering = json!({ "question": { "name": "In order -- now", "text": { "text": "Sort." }, "kind": {
        "type": "ordering", "items": [{ "text": "a" }, { "text": "b" }, { "text": "c" }] } } });
    app.post(&format!("/api/courses/{course}/questions")).by(&teacher).json(&ordering).send().status(201);
    let gift = export(&app, &teacher, course, "?format=gift");
    assert!(gift.text().contains("// left out: In order -- now: "), "{}", gift.text());
    let nothing = import(&app, &teacher, course, "?format=gift", &gift.bytes).problem(422, "broken_file");
    assert!(nothing["detail"].as_str().unwrap().contains("has no question"), "{nothing}");
    let xml = export(&app, &teacher, course, "");
    assert_eq!(xml.header("content-type"), Some("application/xml; charset=utf-8"));
    assert_eq!(import(&app, &teacher, course, "", &xml.bytes).status(200).json()["unchanged"], 1);
}

#[test]
fn embedded_pictures_come_along_and_are_read_by_members_only() {
    let Some(path) = shared_files().into_iter().find(|path| path.ends_with("multianswer.xml")) else {
        return;
    };
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let learner = member(&app, course, 2, "learner");
    let elsewhere = member(&app, crate::bank::course(&app, "OTHER"), 3, "teacher");
    let report = import(&app, &teacher, course, "", &std::fs::read(path).unwrap()).status(200).json();
    let details =
        app.get(&format!("/api/questions/{}", report["questions"][0]["question"])).by(&teacher).send().json();
    let files: &Vec<Value> = details["question"]["files"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    for file in files {
        let path = format!("/api/files/{}", file["sha256"].as_str().unwrap());
        let answer = app.get(&path).by(&learner).send().status(200);
        assert!(answer.bytes.starts_with(b"\x89PNG"));
        assert_eq!(answer.bytes.len(), usize::try_from(file["bytes"].as_u64().unwrap()).unwrap());
        app.get(&path).by(&elsewhere).send().problem(404, "not_found");
    }
}

#[test]
fn the_command_line_imports_once_and_rehearses_first() {
    let home = tempfile::tempdir().unwrap();
    let mut config = lyceum::config::Config::default();
    config.store.directory = home.path().join("store");
    config.store.low_water_mib = 1;
    let clock = lyceum::clock::Clock::System;
    let state = lyceum::app::open(config.clone(), clock.clone()).unwrap();
    let now = clock.now();
    let id = state
        .store
        .write_blocking(lyceum::store::Class::Interactive, move |txn| {
            let id: CourseId = txn.new_id()?;
            let name = lyceum::domain::course::ShortName::parse("GEO").unwrap();
            txn.put(lyceum::domain::course::Course::draft(id, name, "Geography".to_owned(), now))?;
            Ok::<_, lyceum::domain::refusal::Refusal>(id)
        })
        .unwrap();
    state.store.close();
    drop(state);
    let file = home.path().join("file.gift");
    let run = |course: &str, more: &[&str]| {
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_lyceum"))
            .args(["import", "questions", "--course", course, "--data"])
            .arg(&config.store.directory)
            .arg(&file)
            .args(more)
            .env("LYCEUM__STORE__LOW_WATER_MIB", "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        (out.status.success(), text)
    };
    std::fs::write(&file, "::A::A?{T}\n\n::B::B?{=b\n").unwrap();
    let (done, text) = run("GEO", &[]);
    assert!(!done && text.contains("line 3"), "{text}");
    for (broken, says) in
        [(100, "nothing was imported: 100 faults"), (101, "nothing was imported: more than 100 faults")]
    {
        std::fs::write(&file, "What?{=b\n\n".repeat(broken)).unwrap();
        let (done, text) = run("GEO", &[]);
        assert!(!done && text.contains(says), "{text}");
    }
    std::fs::write(&file, "$CATEGORY: X\n\n::A::A?{T}\n\n::B::B?{=b}\n").unwrap();
    let (done, text) = run("NONE", &[]);
    assert!(!done && text.contains("NONE"), "{text}");
    for (more, created, unchanged) in
        [(&["--dry-run"][..], 2, 0), (&["--format", "gift"][..], 2, 0), (&[][..], 0, 2)]
    {
        let (done, text) = run("geo", more);
        assert!(done && text.contains(&format!("{created} created, {unchanged} unchanged")), "{text}");
    }
    let state = lyceum::app::open(config.clone(), clock).unwrap();
    let total = state.store.read(|read| read.counter(&Counter::new(QUESTIONS, &id))).unwrap();
    assert_eq!(total, 2);
    assert!(state.store.verify().unwrap().is_clean());
    state.store.close();
}

#[test]
fn a_file_whose_letters_are_put_together_otherwise_changes_nothing() {
    let app = TestApp::start();
    let course = course(&app, "NFC");
    let teacher = member(&app, course, 1, "teacher");
    let file = |e: &str| {
        format!(
            "// [tag:{e}t{e}]\n::Caf{e}::What is a caf{e}?{{=a caf{e} ~a bar}}\n\n\
             ::Pairs {e}::Match them{{=one -> {e} =two -> b}}\n"
        )
    };
    let (whole, pieces) = (file("\u{e9}"), file("e\u{301}"));
    let first = import(&app, &teacher, course, "", pieces.as_bytes()).status(200).json();
    assert_eq!((&first["created"], &first["unchanged"]), (&json!(2), &json!(0)), "{first}");
    for again in [whole, pieces] {
        let report = import(&app, &teacher, course, "", again.as_bytes()).status(200).json();
        assert_eq!((&report["created"], &report["unchanged"]), (&json!(0), &json!(2)), "{report}");
    }
    assert_eq!(count(&app, course), 2);
}

#[test]
fn the_encoding_of_a_gift_file_can_be_named_and_a_job_reads_it_by_the_same() {
    let app = TestApp::start();
    let course = course(&app, "ARABIC");
    let by = member(&app, course, 1, "teacher");
    let gift = b"::x::\xe4\xda\xe3 {T}\n";
    let assumed = import(&app, &by, course, "?dry_run=true", gift).status(200).json();
    assert_eq!(assumed["encoding"], "windows-1252");
    assert!(assumed["notes"][0]["text"].as_str().unwrap().contains("name its encoding"), "{assumed}");
    let named = import(&app, &by, course, "?encoding=windows-1256", gift).status(200).json();
    assert_eq!((&named["encoding"], &named["notes"]), (&json!("windows-1256"), &json!([])));
    let bodies = || -> Vec<String> {
        contents(&app, &by, course).0.into_iter().map(|(_, body)| body.text.html().to_owned()).collect()
    };
    assert_eq!(bodies(), ["نعم"]);

    let path = format!("/api/courses/{course}/questions/import?encoding=windows-1256");
    let asked = app.post(&path).by(&by).header("Prefer", "respond-async");
    let job = started(asked.body("application/octet-stream", gift).send());
    ended(&app, &by, job);
    assert_eq!(result(&app, &by, job).status(200).json()["unchanged"], 1);
    assert_eq!(bodies(), ["نعم"]);

    let wrong = import(&app, &by, course, "?encoding=klingon", gift).status(422).json();
    assert_eq!(wrong["errors"][0]["at"], "?encoding", "{wrong}");
}
