//! A course for a run: question bank, quiz, pages, a file and people, made through the API as an administrator would,
//! named `load-..`, and put away afterwards as far as the API does that.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::LoadError;
use super::desk::{Body, Desk};
use super::dice::Dice;
use super::paper::Paper;
use super::run::Progress;
use super::settings::{Profile, Settings, SignIn};
use super::stage::{Stage, number};
use super::stop::Stop;
use super::target::Target;

/// People of one import: the server hashes a password for each, so that a progress line comes every few seconds.
const IMPORTED_AT_ONCE: usize = 100;
/// People suspended by one import: nothing is hashed.
const SUSPENDED_AT_ONCE: usize = 2000;
/// Pages of the course.
const PAGES: usize = 6;
/// Sections of the course.
const SECTIONS: usize = 2;
/// Attempts that are made for those who only teach: a class or two.
const ATTEMPTS_TO_TEACH: usize = 50;
/// The file of the course: a picture on a page has about so many bytes.
const FILE_BYTES: usize = 64 * 1024;

/// What was made, and who can put it away.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) run: String,
    desk: Desk,
}

/// A name for this run that nothing else has, and a password that nobody guesses.
pub(super) fn names() -> Result<(String, String), LoadError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| LoadError::Io {
        what: "making a password".to_owned(),
        source: std::io::Error::other(error),
    })?;
    let hex = crate::hex::of(&bytes);
    let (name, password) = hex.split_at(8);
    Ok((format!("load-{name}"), password.to_owned()))
}

/// Questions of all the types that GIFT has, in turn.
fn gift(questions: u16) -> String {
    let mut text = "$CATEGORY: Load\n\n".to_owned();
    for at in 0..questions {
        let question = match at % 7 {
            0 => "Which of these is the capital of Norway? {=Oslo ~Bergen ~Trondheim ~Stavanger}",
            1 => "Which of these are prime? {~%50%Two ~%50%Seven ~%-50%Nine ~%-50%Fifteen}",
            2 => "Water boils at 100 degrees Celsius at sea level. {T}",
            3 => "What is the square root of two, to two places? {#1.41:0.005}",
            4 => "Which is the largest ocean? {=Pacific =Pacific Ocean =%50%the pacific*}",
            5 => "Match each to its inventor. {=Telephone -> Bell =Dynamite -> Nobel =Radium -> Curie}",
            _ => "Explain why a sample must be drawn at random. {}",
        };
        let _ = write!(text, "::Question {:03}:: {}\n\n", at + 1, question);
    }
    text
}

/// Some screens of text.
fn page(number: usize) -> String {
    let mut text = format!("# Page {number}\n\n");
    for paragraph in 1..=12 {
        let _ = write!(
            text,
            "## Part {paragraph}\n\nA sample that is drawn by chance is **not** a miniature of the whole; it is a \
             promise about how wrong one can be. The next part says how that promise is kept, and what it costs.\n\n"
        );
    }
    text
}

/// Makes everything. What was made before something failed, or before `stop` was said, is put away again.
pub(super) async fn make(
    settings: &Settings,
    target: &Target,
    (admin, password): (&str, &str),
    stop: &Stop,
    tell: &mut dyn FnMut(Progress),
) -> Result<Stage, LoadError> {
    let (run, new_password) = names()?;
    let mut desk = Desk::new(target).heeding(stop);
    desk.sign_in(admin, password).await?;
    tell(Progress::Says(format!("making course {run} with {} questions", settings.questions)));
    let course = json!({ "short_name": run, "title": format!("Load run {run}") });
    let course = id_of(&desk.post("/api/courses", &course).await?, "the new course")?;
    let mut stage = Stage { course, questions: settings.questions, ..Stage::default() };
    let made = match fill(settings, &mut desk, &mut stage, &run, tell).await {
        Ok(()) => enrol(settings, &mut desk, &mut stage, (&run, &new_password), tell).await,
        Err(error) => Err(error),
    };
    let made = match made {
        Ok(()) if settings.profile == Profile::Teach => {
            attempts(settings, target, &mut stage, stop, tell).await
        }
        other => other,
    };
    match made {
        Ok(()) => {
            stage.made = Some(Made { run, desk });
            Ok(stage)
        }
        Err(error) => {
            // The first error is the run's; what became of what was made is told beside it.
            let name = run.clone();
            let outcome = put_away(Made { run, desk }, &stage.people, course, tell).await;
            for note in left(&name, outcome) {
                tell(Progress::Says(note));
            }
            Err(error)
        }
    }
}

pub(super) fn id_of(view: &Value, what: &str) -> Result<u64, LoadError> {
    number(view, "id").ok_or_else(|| LoadError::Refused {
        what: what.to_owned(),
        problem: "the answer names no id".to_owned(),
    })
}

async fn fill(
    settings: &Settings,
    desk: &mut Desk,
    stage: &mut Stage,
    run: &str,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), LoadError> {
    let course = stage.course;
    let gift = gift(settings.questions);
    let octets = "application/octet-stream";
    desk.call(
        "POST",
        &format!("/api/courses/{course}/questions/import?format=gift"),
        Body::Bytes(octets, gift.as_bytes()),
    )
    .await?;
    let questions = desk.list(&format!("/api/courses/{course}/questions")).await?;
    let slots: Vec<Value> = questions
        .iter()
        .filter_map(|question| number(question, "id"))
        .map(|question| json!({ "question": question, "points": 1 }))
        .collect();
    if slots.len() != usize::from(settings.questions) {
        return Err(LoadError::Refused {
            what: "making the question bank".to_owned(),
            problem: format!("{} of {} questions are there", slots.len(), settings.questions),
        });
    }
    let quiz = json!({
        "name": format!("Exam of {run}"), "published": true, "slots": slots,
        "shuffle_questions": true, "shuffle_options": true
    });
    stage.quiz = id_of(&desk.post(&format!("/api/courses/{course}/quizzes"), &quiz).await?, "the new quiz")?;
    tell(Progress::Says(format!(
        "made {} questions and the exam; pages and people come next",
        settings.questions
    )));
    let file: Vec<u8> = (0..FILE_BYTES).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect();
    let path = format!("/api/courses/{course}/question_files?name=load.bin");
    let kept = desk.call("POST", &path, Body::Bytes(octets, &file)).await?;
    stage.files.extend(kept.get("sha256").and_then(Value::as_str).map(str::to_owned));
    let mut pages = 0;
    for section in 1..=SECTIONS {
        let heading = json!({ "title": format!("Section {section}") });
        let section = desk.post(&format!("/api/courses/{course}/sections"), &heading).await?;
        let items = format!("/api/sections/{}/items", id_of(&section, "the new section")?);
        for _ in 0..PAGES / SECTIONS {
            pages += 1;
            let content = json!({ "kind": "page", "markdown": page(pages) });
            desk.post(&items, &json!({ "title": format!("Page {pages}"), "content": content })).await?;
        }
        if pages == PAGES {
            let content = json!({ "kind": "quiz", "quiz": stage.quiz });
            desk.post(&items, &json!({ "title": "Exam", "content": content })).await?;
        }
    }
    let published = json!({ "status": "published" });
    desk.call("PUT", &format!("/api/courses/{course}/status"), Body::Json(&published)).await?;
    stage.look_at_outline(desk).await
}

async fn enrol(
    settings: &Settings,
    desk: &mut Desk,
    stage: &mut Stage,
    (run, password): (&str, &str),
    tell: &mut dyn FnMut(Progress),
) -> Result<(), LoadError> {
    let [exam, browse, teach, _] = settings.parts();
    // Who only teaches needs somebody who was taught.
    let taught = if settings.profile == Profile::Teach { ATTEMPTS_TO_TEACH } else { exam + browse };
    let count = taught + teach;
    let begun = std::time::Instant::now();
    let mut made = 0;
    while made < count {
        let here = (count - made).min(IMPORTED_AT_ONCE);
        let mut file = "username,firstname,lastname,password,course1,role1\n".to_owned();
        let mut people = Vec::with_capacity(here);
        for number in made..made + here {
            let teaches = number >= taught;
            let role = if teaches { "editingteacher" } else { "student" };
            let username = format!("{run}-{number:05}");
            let _ = writeln!(file, "{username},Load,Person {number},{password},{run},{role}");
            people.push(SignIn { username, password: password.to_owned(), teaches });
        }
        // Named before they are made, so that a failure in the middle puts away those who were.
        stage.people.extend(people);
        let taken = desk.call("POST", "/api/import/roster", Body::Bytes("text/csv", file.as_bytes())).await;
        if matches!(taken, Err(LoadError::Stopped)) {
            // Nobody of these was made, and to suspend them would make them.
            stage.people.truncate(made);
        }
        let report = taken?;
        if number(&report, "created") != u64::try_from(here).ok() {
            let problems = report.pointer("/results/0/problems").cloned().unwrap_or_default();
            return Err(LoadError::Refused {
                what: "making people".to_owned(),
                problem: format!("not all of {here} rows were taken: {problems}"),
            });
        }
        made += here;
        let each =
            begun.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(made).unwrap_or(u32::MAX));
        tell(Progress::Says(format!(
            "made {made} of {count} people; the server hashes a password for each, {each:.0} ms a person"
        )));
    }
    Ok(())
}

/// Lets every learner take the quiz, not measured, so that there is something to teach with.
async fn attempts(
    settings: &Settings,
    target: &Target,
    stage: &mut Stage,
    stop: &Stop,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), LoadError> {
    let learners = stage.people.iter().filter(|who| !who.teaches);
    let mut taken = 0;
    for (number, who) in (0_u64..).zip(learners) {
        let mut dice = Dice::new(settings.seed, number);
        let mut desk = Desk::new(target).heeding(stop);
        desk.sign_in(&who.username, &who.password).await?;
        let view = desk.post(&format!("/api/quizzes/{}/attempts", stage.quiz), &json!({})).await?;
        let mut paper: Paper = serde_json::from_value(view).map_err(|error| LoadError::Refused {
            what: "starting an attempt".to_owned(),
            problem: format!("the paper is not understood: {error}"),
        })?;
        for slot in &mut paper.slots {
            let mut save = Vec::new();
            slot.write_save(&mut dice, &mut save);
            let path = format!("/api/attempts/{}/slots/{}", paper.id, slot.at);
            desk.call("PUT", &path, Body::Bytes("application/json", &save)).await?;
        }
        desk.post(&format!("/api/attempts/{}/submit", paper.id), &json!({})).await?;
        taken += 1;
        if taken % 10 == 0 {
            tell(Progress::Says(format!(
                "{taken} learners have taken the quiz, for the teachers to look at"
            )));
        }
    }
    Ok(())
}

/// What is to be known of putting `run` away, whether it worked or not.
pub(super) fn left(run: &str, outcome: Result<Vec<String>, LoadError>) -> Vec<String> {
    outcome.unwrap_or_else(|error| vec![format!("not everything of {run} was put away: {error}")])
}

/// Hands in what still runs in a course: it is not deleted under who works in it.
async fn close_attempts(desk: &mut Desk, course: u64) -> Result<(), LoadError> {
    for quiz in desk.list(&format!("/api/courses/{course}/quizzes")).await? {
        let quiz = number(&quiz, "id").unwrap_or_default();
        for attempt in desk.list(&format!("/api/quizzes/{quiz}/live")).await? {
            if attempt.get("finished").is_some_and(Value::is_null) {
                let attempt = number(&attempt, "attempt").unwrap_or_default();
                desk.call("POST", &format!("/api/attempts/{attempt}/close"), Body::None).await?;
            }
        }
    }
    Ok(())
}

/// Suspends the people, because the API does not delete who did something, and deletes the course. What is left is said.
pub(super) async fn put_away(
    made: Made,
    people: &[SignIn],
    course: u64,
    tell: &mut dyn FnMut(Progress),
) -> Result<Vec<String>, LoadError> {
    let Made { run, desk } = made;
    // Who stopped the run wants this done all the same.
    let mut desk = desk.heeding(&Stop::default());
    tell(Progress::Says(format!(
        "putting {run} away: {} people are suspended, the course is deleted",
        people.len()
    )));
    for some in people.chunks(SUSPENDED_AT_ONCE) {
        let mut file = "username,firstname,lastname,suspended\n".to_owned();
        for who in some {
            let number = who.username.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
            let number = if number.is_empty() { "0" } else { number };
            let _ = writeln!(file, "{},Load,Person {number},1", who.username);
        }
        desk.call("POST", "/api/import/roster", Body::Bytes("text/csv", file.as_bytes())).await?;
    }
    close_attempts(&mut desk, course).await?;
    // What was stopped half made is a draft, and only what was published is archived.
    for status in ["published", "archived"] {
        let status = json!({ "status": status });
        desk.call("PUT", &format!("/api/courses/{course}/status"), Body::Json(&status)).await?;
    }
    let named = json!({ "short_name": run });
    let job = desk.call("DELETE", &format!("/api/courses/{course}"), Body::Json(&named)).await?;
    desk.finished(number(&job, "id").unwrap_or_default()).await?;
    Ok(vec![format!(
        "the API does not delete people who did something: {} people {run}-* are suspended. Course {run} is deleted",
        people.len()
    )])
}
