//! What counts after a regrade: the gradebook says what the attempts make of the quiz as it is.

use std::time::Duration;

use futures_util::FutureExt as _;
use lyceum::domain::access::Actor;
use lyceum::domain::decimal::Decimal;
use lyceum::domain::ids::QuizId;
use lyceum::domain::job::Regrade;
use lyceum::http::marking::regrade_now;
use lyceum::store::Class;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::job::{audit, graded_with, quiz_of};
use crate::regrade::{finished, mark, regrade, reported, wrote};

#[test]
fn a_question_that_gives_nothing_any_more_lifts_who_had_it_wrong_although_their_marks_stay_the_same() {
    for method in ["highest", "average", "first", "last"] {
        let exam = Exam::new();
        let learner = exam.learner();
        let questions = [exam.question(&truth("A", true)), exam.question(&truth("B, faulty", true))];
        let facts = |points: u8| {
            let slots = json!([{ "points": 3, "question": questions[0] }, { "points": points, "question": questions[1] }]);
            let review = json!({ "after_submit": { "marks": true } });
            json!({ "slots": slots, "grade_method": method, "review": review })
        };
        let quiz = exam.quiz(&facts(5));
        let attempt = finished(&exam, &learner, quiz, &[says(true), says(false)]);
        assert_eq!(reported(&exam, &learner), (json!(3.0), json!(8.0)), "{method}");
        exam.change_quiz(quiz, &facts(0)).send().status(200);
        assert_eq!(reported(&exam, &learner), (json!(1.125), json!(3.0)), "{method}");
        let preview = regrade(&exam, quiz, "dry_run=true");
        assert_eq!(preview["changed"], 1, "{method}");
        let change = &preview["changes"][0];
        assert_eq!((&change["from"], &change["max_from"]), (&json!(3.0), &json!(8.0)), "{method}");
        assert_eq!((&change["to"], &change["max_to"]), (&json!(3.0), &json!(3.0)), "{method}");
        assert_eq!(change["slots"], json!([]), "{method}");
        assert_eq!(regrade(&exam, quiz, "")["changes"], preview["changes"], "{method}");
        assert_eq!(reported(&exam, &learner), (json!(3.0), json!(3.0)), "{method}");
        let page = exam.overview(&learner, quiz);
        assert_eq!((&page["points"], &page["max_points"]), (&json!(3.0), &json!(3.0)), "{method}");
        let view = exam.review(&exam.teacher, attempt);
        assert_eq!((&view["points"], &view["max_points"]), (&json!(3.0), &json!(3.0)), "{method}");
        assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("3"), "{method}");
        assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0, "once is enough");
    }
}

#[test]
fn a_result_that_is_not_what_the_attempts_make_is_found_and_a_regrade_puts_it_right() {
    use lyceum::domain::grade::{entry::Grade, item};
    use lyceum::domain::standing::Standing;
    use lyceum::store::Read as _;
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(2, &json!({ "review": { "after_submit": { "marks": true } } }));
    finished(&exam, &learner, quiz, &[says(true), says(true)]);
    let store = &exam.app.state.store;
    let wrong = |report: &lyceum::store::Report| format!("{report:?}").contains("not what the attempts make");
    let verified = || {
        let mut report = lyceum::store::Report::default();
        lyceum::domain::attempt::verify(store, &mut report).unwrap();
        report
    };
    assert!(!wrong(&verified()));
    let user = learner.user;
    // As a regrade of an older program left it: here the standing, there the gradebook alone.
    let spoil = |standing: bool| {
        let spoil = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
            let one: Decimal = "1".parse().unwrap();
            if standing {
                let known = txn.get::<Standing>(&(crate::exam::COURSE, user, quiz.into()))?.unwrap();
                txn.put(Standing { points: Some(one), ..known.as_ref().clone() })?;
            } else {
                let item = item::of_quiz(txn, quiz.into())?.unwrap();
                let known = txn.get::<Grade>(&(crate::exam::COURSE, user, item.id))?.unwrap();
                let mut grade = known.as_ref().clone();
                grade.given.as_mut().unwrap().points = one;
                txn.put(grade)?;
            }
            Ok(())
        };
        store.write_blocking(Class::Bulk, spoil).unwrap();
    };
    for standing in [true, false] {
        spoil(standing);
        assert!(wrong(&verified()), "{standing}");
        let made = regrade(&exam, quiz, "");
        assert_eq!((&made["changed"], &made["changes"][0]["recounted"]), (&json!(1), &json!(true)));
        assert!(!wrong(&verified()), "{standing}");
        assert_eq!(reported(&exam, &learner), (json!(2.0), json!(2.0)), "{standing}");
    }
}

#[test]
fn a_mark_by_hand_leaves_the_other_marks_and_a_regrade_shows_them_first() {
    use lyceum::domain::attempt::marks::{Marks, SlotMark};
    use lyceum::store::Read as _;
    let exam = Exam::new();
    let learner = exam.learner();
    let gap = json!({ "name": "Gap", "text": { "text": "{1:MC:=a~%-50%b}" }, "kind": { "type": "cloze" } });
    let slots = json!([
        { "points": 4, "question": exam.question(&gap) },
        { "points": 4, "question": exam.question(&essay("Discuss")) },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let chosen = json!({ "type": "cloze", "answers": [{ "type": "choice", "option": 1 }] });
    let attempt = finished(&exam, &learner, quiz, &[chosen, wrote("It depends.")]);
    let first = |view: &Value| view["slots"][0]["mark"]["points"].clone();
    assert_eq!(first(&exam.review(&exam.teacher, attempt)), -2.0);
    // As an older program left it, for which a cloze gave nothing at least.
    let spoil = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
        let known = txn.get::<Marks>(&attempt.into())?.unwrap();
        let mut slots = known.slots.clone();
        slots[0] = SlotMark { points: Some(Decimal::ZERO), ..slots[0] };
        txn.put(Marks { slots, ..known.as_ref().clone() })?;
        Ok(())
    };
    exam.app.state.store.write_blocking(Class::Bulk, spoil).unwrap();
    let marked = mark(&exam, attempt, 1, &json!({ "points": 3 })).status(200).json();
    assert_eq!(marked["points"], 3.0);
    assert_eq!(first(&exam.review(&exam.teacher, attempt)), 0.0);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("3"));
    let preview = regrade(&exam, quiz, "dry_run=true");
    let change = &preview["changes"][0];
    assert_eq!((&change["from"], &change["to"]), (&json!(3.0), &json!(1.0)), "{preview}");
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("3"));
    regrade(&exam, quiz, "");
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
}

/// What may happen to a quiz of three questions with three learners.
#[derive(Debug, Clone)]
enum Move {
    Points(usize, u8),
    Key(usize, bool),
    Method(usize),
    Attempt(usize, [bool; 3], bool),
    Mark(usize, u16),
    Regrade(bool, Option<usize>),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => (0_usize..3, 0_u8..4).prop_map(|(slot, points)| Move::Points(slot, points)),
        2 => (0_usize..3, any::<bool>()).prop_map(|(question, key)| Move::Key(question, key)),
        1 => (0_usize..4).prop_map(Move::Method),
        4 => (0_usize..3, any::<[bool; 3]>(), prop::bool::weighted(0.8))
            .prop_map(|(learner, answers, ends)| Move::Attempt(learner, answers, ends)),
        1 => (0_usize..6, 0_u16..3).prop_map(|(attempt, slot)| Move::Mark(attempt, slot)),
        2 => (any::<bool>(), prop::option::weighted(0.3, 0_usize..3))
            .prop_map(|(latest, only)| Move::Regrade(latest, only)),
    ];
    prop::collection::vec(one, 4..24)
}

/// An attempt as the test has it: whose, what was answered, where nought was given by hand, and is it over.
struct Taken {
    id: u64,
    learner: usize,
    answers: [bool; 3],
    nought: [bool; 3],
    over: bool,
}

/// Plays, regrades all of it at the end, and compares every grade with one that is worked out anew.
fn play(moves: &[Move]) {
    const METHODS: [&str; 4] = ["highest", "average", "first", "last"];
    let exam = Exam::new();
    let learners = [exam.learner(), exam.learner(), exam.learner()];
    let (mut points, mut keys, mut method) = ([3_u8, 5, 1], [true; 3], 0);
    let text = |at: usize| format!("Question {at}");
    let questions = [0, 1, 2].map(|at| exam.question(&truth(&text(at), true)));
    let facts = |points: [u8; 3], method: usize| {
        let slot = |at: usize| json!({ "points": points[at], "question": questions[at] });
        let review = json!({ "after_submit": { "marks": true } });
        json!({ "slots": [slot(0), slot(1), slot(2)], "grade_method": METHODS[method], "review": review })
    };
    let quiz = exam.quiz(&facts(points, method));
    let mut taken: Vec<Taken> = Vec::new();
    for step in moves {
        exam.pass(1);
        match *step {
            Move::Points(slot, now) => {
                let before = std::mem::replace(&mut points[slot], now);
                if points == [0; 3] {
                    // A quiz that gives nothing at all is not published.
                    points[slot] = before;
                    continue;
                }
                exam.change_quiz(quiz, &facts(points, method)).send().status(200);
            }
            Move::Method(now) => {
                method = now;
                exam.change_quiz(quiz, &facts(points, method)).send().status(200);
            }
            Move::Key(question, key) => {
                keys[question] = key;
                exam.edit_question(questions[question], &truth(&text(question), key));
            }
            Move::Attempt(learner, answers, over) => {
                let who = &learners[learner];
                let running = taken.iter().position(|it| it.learner == learner && !it.over);
                let at = running.unwrap_or_else(|| {
                    let id = id(&exam.start(who, quiz));
                    taken.push(Taken { id, learner, answers: [false; 3], nought: [false; 3], over: false });
                    taken.len() - 1
                });
                let sequence = if running.is_some() { 2 } else { 1 };
                for (slot, answer) in answers.iter().enumerate() {
                    exam.save(who, taken[at].id, slot, sequence, &says(*answer));
                }
                taken[at].answers = answers;
                // One that runs is handed in with its second answers, so that it never needs a third sequence.
                if over || running.is_some() {
                    exam.submit(who, taken[at].id);
                    taken[at].over = true;
                }
            }
            Move::Mark(attempt, slot) => {
                let known = taken.len().max(1);
                if let Some(it) = taken.get_mut(attempt % known).filter(|it| it.over) {
                    // Of a question that gives nothing a mark says nothing later.
                    let asked =
                        exam.review(&exam.teacher, it.id)["slots"][usize::from(slot)]["max_points"].clone();
                    if asked.as_f64().is_some_and(|asked| asked > 0.0) {
                        mark(&exam, it.id, slot, &json!({ "points": 0 })).status(200);
                        it.nought[usize::from(slot)] = true;
                    }
                }
            }
            Move::Regrade(latest, only) => {
                let only = only.map(|at| format!("&question={}", questions[at])).unwrap_or_default();
                regrade(&exam, quiz, &format!("latest_versions={latest}{only}"));
            }
        }
    }
    exam.pass(1);
    let preview = regrade(&exam, quiz, "latest_versions=true&dry_run=true");
    assert_eq!(regrade(&exam, quiz, "latest_versions=true")["changed"], preview["changed"], "{moves:?}");
    assert_eq!(regrade(&exam, quiz, "latest_versions=true")["changed"], 0, "{moves:?}");
    let view = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().status(200).json();
    assert_eq!(view["regrade_due"], Value::Null, "{moves:?}");
    let max: u32 = points.iter().copied().map(u32::from).sum();
    for (at, learner) in learners.iter().enumerate() {
        let earned = |it: &Taken| {
            let right = (0..3).filter(|slot| it.answers[*slot] == keys[*slot] && !it.nought[*slot]);
            f64::from(right.map(|slot| u32::from(points[slot])).sum::<u32>())
        };
        let results: Vec<f64> = taken.iter().filter(|it| it.learner == at && it.over).map(earned).collect();
        let expected = match METHODS[method] {
            "highest" => results.iter().copied().reduce(f64::max),
            "average" if results.is_empty() => None,
            "average" => {
                let sum: f64 = results.iter().sum();
                Some(sum / f64::from(u32::try_from(results.len()).unwrap()))
            }
            "first" => results.first().copied(),
            _ => results.last().copied(),
        };
        let (has, of) = reported(&exam, learner);
        assert_eq!(of, json!(f64::from(max)), "{moves:?}");
        let same = match (has.as_f64(), expected) {
            (Some(has), Some(expected)) => (has - expected).abs() < 1e-6,
            (has, expected) => has == expected,
        };
        assert!(same, "learner {at} has {has}, not {expected:?}: {moves:?}");
    }
    // That what counts is what the attempts make is verified when the test application goes.
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn after_a_regrade_the_gradebook_is_what_would_be_worked_out_anew(moves in moves()) {
        play(&moves);
    }
}

#[test]
fn a_regrade_that_has_begun_goes_on_when_nobody_waits_for_it_any_more() {
    let exam = graded_with(13, |_| {});
    let (state, teacher) = (&exam.app.state, Actor::person(exam.teacher.user, exam.app.clock.now()));
    let work = Regrade {
        quiz: QuizId(quiz_of(&exam)),
        course: COURSE,
        dry_run: false,
        latest_versions: true,
        question: None,
        after: None,
        changed: 0,
    };
    let noted = || -> Vec<String> {
        let notes = audit(&exam.app).into_iter().filter(|(action, ..)| action == "quiz.regrade");
        notes.map(|(.., detail)| detail).collect()
    };
    actix_web::rt::System::new().block_on(async {
        let mut waiting = Box::pin(regrade_now(state, &teacher, work, 500));
        while noted().is_empty() && waiting.as_mut().now_or_never().is_none() {
            tokio::task::yield_now().await;
        }
        drop(waiting);
        let over = async {
            while noted().len() < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), over).await.unwrap();
    });
    assert_eq!(noted(), ["begun; latest versions", "13 attempts changed; latest versions"]);
}
