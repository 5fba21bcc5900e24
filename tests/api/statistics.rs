//! Figures about a quiz: the same for programs as on the page, of attempts that are marked to the end.

use lyceum::domain::ids::QuestionId;
use serde_json::{Value, json};

use crate::exam::{Exam, id, says, truth};
use crate::pages::{Browser, has};

fn figures(exam: &Exam, quiz: u64) -> Value {
    exam.app.get(&format!("/api/quizzes/{quiz}/statistics")).by(&exam.teacher).send().status(200).json()
}

fn choice() -> Value {
    let option = |text: &str, fraction: u8| json!({ "text": { "text": text }, "fraction": fraction });
    json!({ "name": "Which?", "text": { "text": "Which?" }, "kind": { "type": "single_choice", "shuffle": true,
        "options": [option("right", 1), option("wrong", 0), option("odd", 0)] } })
}

#[test]
fn a_quiz_that_nobody_has_finished_has_no_figures() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    exam.start(&exam.learner(), quiz);
    let view = figures(&exam, quiz);
    assert_eq!(
        (&view["attempts"], &view["deviation"], &view["questions"]),
        (&json!(0), &json!(null), &json!([]))
    );
    let path = format!("/api/quizzes/{quiz}/statistics");
    exam.app.get(&path).by(&exam.learner()).send().problem(403, "forbidden");
}

#[test]
fn the_figures_of_the_api_are_those_that_come_out_by_hand_and_those_of_the_page() {
    let exam = Exam::new();
    let (truths, which) = (exam.question(&truth("Is it?", true)), exam.question(&choice()));
    let slots = json!([{ "points": 1, "question": truths }, { "points": 3, "question": which }]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    // True and right, false and wrong, nothing and right, and one that is not handed in.
    let given = [(Some(true), "right"), (Some(false), "wrong"), (None, "right")];
    for (truth, wanted) in given {
        let learner = exam.learner();
        let attempt = exam.start(&learner, quiz);
        if let Some(truth) = truth {
            exam.save(&learner, id(&attempt), 0, 1, &says(truth));
        }
        let options = attempt["slots"][1]["question"]["answer"]["options"].as_array().unwrap();
        let shown = options.iter().position(|option| option.to_string().contains(wanted)).unwrap();
        exam.save(&learner, id(&attempt), 1, 1, &json!({ "type": "choice", "option": shown }));
        exam.submit(&learner, id(&attempt));
    }
    exam.start(&exam.learner(), quiz);
    let view = figures(&exam, quiz);
    // Marks are 4, 0, 3: mean 7/3, median 3, k2 = (25/9 + 49/9 + 4/9) / 2 = 13/3.
    assert_eq!((&view["attempts"], &view["median"]), (&json!(3), &json!(3.0)));
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 1e-9;
    assert!(near(&view["mean"], 7.0 / 3.0), "{view}");
    assert!(near(&view["deviation"], (13.0_f64 / 3.0).sqrt()), "{view}");
    let of = |question: QuestionId| {
        let all = view["questions"].as_array().unwrap();
        all.iter().find(|found| found["question"] == question.0).unwrap().clone()
    };
    let (truths, which) = (of(truths), of(which));
    assert!(near(&truths["facility"], 1.0 / 3.0) && near(&which["facility"], 2.0 / 3.0), "{view}");
    // Marks 1, 0, 0 and 3, 0, 3: covariance (2/3 * 1 + 1/3 * 2 - 1/3 * 1) / 2 = 1/2, variances 1/3 and 3.
    assert!(near(&truths["discrimination"], 50.0) && near(&which["discrimination"], 50.0), "{view}");
    assert_eq!(
        truths["distribution"],
        json!([
            { "answer": "true", "text": null, "right": true, "count": 1 },
            { "answer": "false", "text": null, "right": false, "count": 1 },
            { "answer": "nothing", "text": null, "right": false, "count": 1 },
        ])
    );
    // In the order of the question, however each attempt showed it.
    assert_eq!(
        which["distribution"],
        json!([
            { "answer": "text", "text": "right", "right": true, "count": 2 },
            { "answer": "text", "text": "wrong", "right": false, "count": 1 },
            { "answer": "text", "text": "odd", "right": false, "count": 0 },
            { "answer": "nothing", "text": null, "right": false, "count": 0 },
        ])
    );
    let page = Browser::of(&exam.app, &exam.teacher).get(&format!("/quizzes/{quiz}/statistics")).status(200);
    for figure in ["<b>2.33</b>", "<b>3.00</b>", "33.3 %", "66.7 %", "50.0 %"] {
        has(&page, figure);
    }
    // Who only looks on sees how it went, and not which answers are right.
    let observer = exam.person("observer");
    let seen =
        exam.app.get(&format!("/api/quizzes/{quiz}/statistics")).by(&observer).send().status(200).json();
    assert_eq!(seen["questions"].as_array().unwrap().len(), view["questions"].as_array().unwrap().len());
    assert!(
        seen["questions"].as_array().unwrap().iter().all(|one| one["distribution"] == json!([])),
        "{seen}"
    );
}

#[test]
fn who_was_given_other_points_is_compared_by_shares() {
    let exam = Exam::new();
    let (first, second) = (exam.question(&truth("One", true)), exam.question(&truth("Two", true)));
    let nothing = exam.question(&truth("For nothing", true));
    let slots = |points: u8| {
        let slot = |question: QuestionId, points: u8| json!({ "points": points, "question": question });
        json!({ "slots": [slot(first, points), slot(second, 1), slot(nothing, 0)] })
    };
    let quiz = exam.quiz(&slots(10));
    let take = || {
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        for slot in 0..3 {
            exam.save(&learner, attempt, slot, 1, &says(true));
        }
        exam.submit(&learner, attempt);
    };
    for _ in 0..3 {
        take();
    }
    // Nobody marks again what was begun.
    exam.change_quiz(quiz, &slots(1)).send().status(200);
    take();
    let view = figures(&exam, quiz);
    let of = |question: QuestionId| {
        let all = view["questions"].as_array().unwrap();
        all.iter().find(|found| found["question"] == question.0).unwrap().clone()
    };
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 1e-9;
    // Of 11 points 10 three times, and 1 of 2.
    let weight = 100.0 * (3.0 * 10.0 / 11.0 + 0.5) / 4.0;
    for (question, points, weight) in [(first, 7.75, weight), (second, 1.0, 100.0 - weight)] {
        let found = of(question);
        assert!(near(&found["facility"], 1.0) && near(&found["deviation"], 0.0), "{found}");
        assert!(near(&found["points"], points) && near(&found["intended_weight"], weight), "{found}");
        assert_eq!((&found["discrimination"], &found["efficiency"]), (&Value::Null, &Value::Null), "{found}");
    }
    let found = of(nothing);
    assert_eq!((&found["facility"], &found["points"]), (&Value::Null, &json!(0.0)), "{found}");
    assert!(near(&found["intended_weight"], 0.0), "{found}");
    let page = Browser::of(&exam.app, &exam.teacher).get(&format!("/quizzes/{quiz}/statistics")).status(200);
    has(&page, "100.0 %");
}

#[test]
fn what_was_chosen_in_older_versions_is_counted_by_what_it_was() {
    let exam = Exam::new();
    let choice = |options: &[(&str, u8)]| {
        let option =
            |(text, fraction): &(&str, u8)| json!({ "text": { "text": text }, "fraction": fraction });
        let options: Vec<Value> = options.iter().map(option).collect();
        json!({ "name": "Which?", "text": { "text": "Which?" },
            "kind": { "type": "single_choice", "shuffle": false, "options": options } })
    };
    let question = exam.question(&choice(&[("Oslo", 1), ("Bergen", 0), ("Narvik", 0)]));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": question }] }));
    let choose = |wanted: &str| {
        let learner = exam.learner();
        let attempt = exam.start(&learner, quiz);
        let options = attempt["slots"][0]["question"]["answer"]["options"].as_array().unwrap();
        let shown = options.iter().position(|option| option.to_string().contains(wanted)).unwrap();
        exam.save(&learner, id(&attempt), 0, 1, &json!({ "type": "choice", "option": shown }));
        exam.submit(&learner, id(&attempt));
    };
    for wanted in ["Oslo", "Bergen", "Narvik"] {
        choose(wanted);
    }
    // Another order, an option less and one more.
    exam.edit_question(question, &choice(&[("Bergen", 0), ("Tromsø", 0), ("Oslo", 1)]));
    for wanted in ["Oslo", "Bergen"] {
        choose(wanted);
    }
    let view = figures(&exam, quiz);
    let line = |text: &str, right: bool, count: usize| json!({ "answer": "text", "text": text, "right": right, "count": count });
    assert_eq!(
        view["questions"][0]["distribution"],
        json!([
            line("Bergen", false, 2),
            line("Tromsø", false, 0),
            line("Oslo", true, 2),
            line("Narvik", false, 1),
            { "answer": "nothing", "text": null, "right": false, "count": 0 },
        ])
    );
}
