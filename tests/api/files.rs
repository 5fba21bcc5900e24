//! Files beside the rows: what no row names is swept away when it is old, what a row names and is not there is told.

use std::process::Command;
use std::time::{Duration, SystemTime};

use lyceum::app::StartError;
use lyceum::domain;
use lyceum::sweep::{YOUNG, unnamed_files};
use serde_json::json;

use crate::exam::{COURSE, Exam};
use crate::support::Person;

fn id_of(exam: &Exam, by: &Person, path: &str, body: &serde_json::Value) -> u64 {
    exam.app.post(path).by(by).json(body).send().status(201).json()["id"].as_u64().unwrap()
}

#[test]
fn files_that_no_row_names_are_removed_when_they_are_a_day_old_and_no_others() {
    let exam = Exam::new();
    let state = &exam.app.state;
    let section = id_of(
        &exam,
        &exam.admin,
        &format!("/api/courses/{}/sections", COURSE.0),
        &json!({ "title": "Week 1" }),
    );
    let page =
        json!({ "title": "Long", "content": { "kind": "page", "markdown": "Words.\n\n".repeat(4000) } });
    let page = id_of(&exam, &exam.admin, &format!("/api/sections/{section}/items"), &page);
    let picture = exam
        .app
        .post(&format!("/api/courses/{}/question_files?name=a.png", COURSE.0))
        .by(&exam.teacher)
        .body("application/octet-stream", b"a picture".to_vec())
        .send()
        .status(200)
        .json();
    let orphan = state.blobs.put(b"left by a refused import").unwrap();
    let now = SystemTime::now();
    assert_eq!(unnamed_files(state, now).unwrap(), 0, "what is young may be on its way into a row");
    let later = now + YOUNG + Duration::from_mins(1);
    assert_eq!(unnamed_files(state, later).unwrap(), 1);
    assert_eq!(state.blobs.get(&orphan).unwrap(), None);
    let picture = picture["sha256"].as_str().unwrap();
    assert_eq!(state.blobs.get(picture).unwrap().as_deref(), Some(b"a picture".as_slice()));
    exam.app.get(&format!("/api/items/{page}/source")).by(&exam.admin).send().status(200);
    assert_eq!(unnamed_files(state, later).unwrap(), 0);

    // Another text, and the old one is named by nobody.
    exam.app
        .put(&format!("/api/items/{page}/source"))
        .by(&exam.admin)
        .header("If-Match", "*")
        .body("text/markdown", "Other words.\n\n".repeat(4000))
        .send()
        .status(200);
    assert_eq!(unnamed_files(state, later).unwrap(), 1);
    exam.app.get(&format!("/api/items/{page}/source")).by(&exam.admin).send().status(200);

    // A file that is gone is named with its row, by the command, too.
    let lost = state.config.store.directory.join("files").join(&picture[..2]).join(picture);
    let aside = state.config.store.directory.join("aside");
    std::fs::rename(&lost, &aside).unwrap();
    let mut report = domain::verify(&state.store).unwrap();
    domain::files::verify(&state.store, &state.blobs, &mut report).unwrap();
    assert_eq!(report.differences.len(), 1, "{:?}", report.differences);
    assert_eq!(report.differences[0].table, "course file");
    state.store.close();
    let verify = || {
        let directory = state.config.store.directory.as_os_str();
        Command::new(env!("CARGO_BIN_EXE_lyceum")).args(["verify", "--data"]).arg(directory).output().unwrap()
    };
    let output = verify();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && said.contains(&format!("its file {picture} is missing")), "{said}");
    std::fs::rename(&aside, &lost).unwrap();
    assert!(verify().status.success());

    // One of the same length that is not as it was is named, too: its name is its hash.
    std::fs::write(&lost, b"a pictura").unwrap();
    let output = verify();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        !output.status.success() && said.contains(&format!("its file {picture} has other bytes")),
        "{said}"
    );
    std::fs::write(&lost, b"a picture").unwrap();
    assert!(verify().status.success());

    // A copy without the directory is not served as if there had been none, and none is made meanwhile.
    let files = state.config.store.directory.join("files");
    std::fs::rename(&files, &aside).unwrap();
    let output = verify();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("files is missing, and rows of the store name files"),
        "{said}"
    );
    let refused = lyceum::app::open(state.config.clone(), exam.app.clock.clone()).err().unwrap();
    assert!(matches!(refused, StartError::NoFiles(_)), "{refused}");
    assert!(!files.exists());
    std::fs::rename(&aside, &files).unwrap();
    assert!(verify().status.success());
}
