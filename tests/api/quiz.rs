//! Making and changing quizzes, their check, overrides, and who sees them.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, essay, id, truth, with};

#[test]
fn a_quiz_is_made_read_and_replaced() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(2, &json!({ "description": { "text": "Read **well**", "format": "markdown" }, "networks": ["10.1.2.3", "::ffff:10.20.0.0/112"] }));
    let answer = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().status(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let shown = answer.json();
    assert_eq!(shown["max_points"], 2.0);
    assert_eq!(shown["networks"], json!(["10.1.2.3/32", "10.20.0.0/16"]));
    assert!(shown["description"].as_str().unwrap().contains("<strong>well</strong>"));
    let put = |if_match: &str| {
        exam.app
            .put(&format!("/api/quizzes/{quiz}"))
            .by(&exam.teacher)
            .header("If-Match", if_match)
            .json(&json!({ "name": "Renamed", "slots": shown["slots"] }))
    };
    put("\"7\"").send().problem(412, "changed");
    assert_eq!(put("\"1\"").send().status(200).json()["name"], "Renamed");
    exam.app
        .put(&format!("/api/quizzes/{quiz}"))
        .by(&exam.teacher)
        .json(&json!({ "name": "x" }))
        .send()
        .problem(428, "precondition_required");
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let exam = Exam::new();
    let refused = |facts: Value, at: &str| {
        let facts = with(&json!({ "name": "A quiz" }), &facts);
        let problem = exam.create_quiz(&facts).send().problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], at, "{problem}");
    };
    refused(json!({ "name": " " }), "/name");
    refused(json!({ "opens": "2026-09-08T08:00:00Z", "closes": "2026-09-08T08:00:00Z" }), "/closes");
    refused(json!({ "time_limit_ms": 5 }), "/time_limit_ms");
    refused(json!({ "attempts_allowed": 0 }), "/attempts_allowed");
    refused(json!({ "networks": ["10.0.0.0/33"] }), "/networks/0");
    refused(json!({ "access_code": "" }), "/access_code");
    refused(json!({ "access_code": "\u{200b}" }), "/access_code");
    refused(
        json!({ "slots": [{ "points": 1, "draw": { "count": 1, "tag": "\u{200b}" } }] }),
        "/slots/0/draw/tag",
    );
    refused(json!({ "slots": [{ "points": 1 }] }), "/slots/0");
    refused(json!({ "slots": [{ "points": -1, "question": 1 }] }), "/slots/0/points");
    refused(json!({ "slots": [{ "points": 1, "question": 424_242 }] }), "/slots/0/question");
    refused(json!({ "slots": [{ "points": 1, "draw": { "count": 0, "tag": "x" } }] }), "/slots/0/draw/count");
    refused(json!({ "slots": [{ "points": 1, "draw": { "count": 1 } }] }), "/slots/0/draw");
    let typo = json!({ "name": "A quiz", "time_limit": 5 });
    exam.create_quiz(&typo).send().problem(422, "wrong_shape");
}

#[test]
fn a_quiz_with_errors_cannot_be_published_and_the_check_says_why() {
    let exam = Exam::new();
    let question = exam.question(&truth("One", true));
    let slots = json!([
        { "points": 0, "question": question },
        { "points": 0, "draw": { "tag": "rare", "count": 3 } },
    ]);
    let problem = exam
        .create_quiz(&json!({ "name": "Q", "published": true, "slots": slots }))
        .send()
        .problem(409, "quiz_not_ready");
    let places: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["at"].as_str().unwrap()).collect();
    assert_eq!(places, ["/slots", "/slots/1/draw"]);
    let draft = id(&exam.create_quiz(&json!({ "name": "Q", "slots": slots })).send().status(201).json());
    let check =
        exam.app.get(&format!("/api/quizzes/{draft}/check")).by(&exam.teacher).send().status(200).json();
    assert_eq!(check["ready"], false);
    assert!(check["problems"].as_array().unwrap().iter().any(|problem| problem["severity"] == "warning"));
    exam.try_start(&exam.learner(), draft).send().problem(409, "quiz_not_open");
}

#[test]
fn draws_that_may_take_each_others_questions_are_found_by_the_check() {
    let exam = Exam::new();
    for at in 0..4 {
        exam.question(&with(&truth(&format!("Pool {at}"), true), &json!({ "tags": ["pool"] })));
    }
    let draw = |count: u16| json!({ "points": 1, "draw": { "tag": "pool", "count": count } });
    exam.quiz(&json!({ "slots": [draw(2), draw(2)] }));
    let problem = exam
        .create_quiz(&json!({ "name": "Q", "published": true, "slots": [draw(2), draw(3)] }))
        .send()
        .problem(409, "quiz_not_ready");
    assert_eq!(problem["errors"][0]["at"], "/slots/1/draw");
}

#[test]
fn slots_stay_once_somebody_began_and_points_may_change() {
    let exam = Exam::new();
    let questions = [exam.question(&truth("One", true)), exam.question(&truth("Two", true))];
    let slots = |points: [u8; 2]| json!([{ "points": points[0], "question": questions[0] }, { "points": points[1], "question": questions[1] }]);
    let quiz = exam.quiz(&json!({ "slots": slots([1, 1]) }));
    exam.start(&exam.learner(), quiz);
    let fewer = json!({ "slots": [{ "points": 1, "question": questions[0] }] });
    exam.change_quiz(quiz, &fewer).send().problem(409, "quiz_has_attempts");
    let changed = exam.change_quiz(quiz, &json!({ "slots": slots([1, 4]) })).send().status(200).json();
    assert_eq!(changed["max_points"], 5.0);
    exam.app
        .delete(&format!("/api/quizzes/{quiz}"))
        .by(&exam.teacher)
        .header("If-Match", "*")
        .send()
        .problem(409, "quiz_has_attempts");
}

#[test]
fn a_quiz_has_no_more_points_than_its_grade() {
    let exam = Exam::new();
    let questions: Vec<_> = (0..11).map(|at| exam.question(&truth(&format!("Q{at}"), true))).collect();
    let slots = |points: &[f64]| {
        let slot = |(points, question): (&f64, _)| json!({ "points": points, "question": question });
        json!({ "slots": points.iter().zip(&questions).map(slot).collect::<Vec<_>>() })
    };
    let most = slots(&[10_000.0; 10]);
    let quiz = exam.quiz(&most);
    let new = with(&json!({ "name": "Over" }), &slots(&[9_090.91; 11]));
    for request in [exam.create_quiz(&new), exam.change_quiz(quiz, &slots(&[10_000.0; 11]))] {
        let refused = request.send().problem(422, "invalid_field");
        assert_eq!(refused["errors"], json!([{ "at": "/slots", "problem": "make more than 100000 points" }]));
    }
}

#[test]
fn a_quiz_that_nobody_began_can_be_removed_with_its_overrides() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    exam.set_user_override(quiz, &learner, &json!({ "attempts_allowed": 2 })).send().status(200);
    let path = format!("/api/quizzes/{quiz}");
    exam.app.delete(&path).by(&exam.teacher).header("If-Match", "*").send().status(204);
    exam.app.get(&path).by(&exam.teacher).send().problem(404, "not_found");
}

#[test]
fn a_quiz_goes_with_grades_only_for_who_may_change_grades() {
    let exam = Exam::new();
    let may = json!(["view_course", "view_draft", "edit_course", "edit_quiz"]);
    let role = json!({ "name": "author", "description": "", "permissions": may });
    exam.app.post("/api/roles").by(&exam.admin).json(&role).send().status(201);
    let (learner, author) = (exam.learner(), exam.person("author"));
    let [plain, on_paper] = [(); 2].map(|()| exam.simple_quiz(1, &json!({ "name": "A quiz" })));
    let at = format!("/api/courses/{COURSE}/grades");
    let structure = exam.app.get(&format!("{at}/structure")).by(&exam.teacher).send().status(200).json();
    let items = structure["items"].as_array().unwrap();
    let item = id(items.iter().find(|item| item["quiz"] == on_paper).unwrap());
    let path = format!("{at}/learners/{}/items/{item}/override", learner.user);
    let put = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
    put.json(&json!({ "value": 1, "reason": "on paper" })).send().status(200);
    let remove = |quiz: u64, by| {
        exam.app.delete(&format!("/api/quizzes/{quiz}")).by(by).header("If-Match", "*").send()
    };
    remove(on_paper, &author).problem(403, "forbidden");
    crate::pages::Browser::of(&exam.app, &author).get(&format!("/quizzes/{on_paper}/delete")).status(403);
    remove(plain, &author).status(204);
    remove(on_paper, &exam.teacher).status(204);
}

#[test]
fn learners_see_published_quizzes_and_never_their_slots() {
    let exam = Exam::new();
    let learner = exam.learner();
    let open = exam.simple_quiz(1, &json!({ "name": "Open" }));
    let draft = id(&exam.create_quiz(&json!({ "name": "Draft" })).send().status(201).json());
    let list = |person| {
        let path = format!("/api/courses/{COURSE}/quizzes");
        let page = exam.app.get(&path).by(person).send().status(200).json();
        page["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(list(&learner), [open]);
    assert_eq!(list(&exam.teacher), [open, draft]);
    exam.app.get(&format!("/api/quizzes/{open}")).by(&learner).send().problem(403, "forbidden");
    exam.app.get(&format!("/api/quizzes/{draft}/overview")).by(&learner).send().problem(404, "not_found");
    assert_eq!(exam.overview(&learner, open)["questions"], 1);
    let body = json!({ "name": "Mine now" });
    let path = format!("/api/quizzes/{open}");
    exam.app.put(&path).by(&learner).header("If-Match", "*").json(&body).send().problem(403, "forbidden");
}

#[test]
fn learners_know_nothing_of_a_quiz_that_is_hidden_with_its_item_or_section_unless_they_have_begun_it() {
    let exam = Exam::new();
    let (learner, begun, observer) = (exam.learner(), exam.learner(), exam.person("observer"));
    let quiz = exam.simple_quiz(1, &json!({ "name": "Surprise", "attempts_allowed": 2 }));
    let elsewhere = exam.simple_quiz(1, &json!({ "name": "In no section" }));
    let made = |path: &str, body: &Value| {
        id(&exam.app.post(path).by(&exam.teacher).json(body).send().status(201).json())
    };
    let section = made(&format!("/api/courses/{COURSE}/sections"), &json!({ "title": "Week one" }));
    let item = json!({ "title": "The test", "content": { "kind": "quiz", "quiz": quiz } });
    let item = made(&format!("/api/sections/{section}/items"), &item);
    let attempt = id(&exam.start(&begun, quiz));
    let sees = |person| {
        let path = format!("/api/courses/{COURSE}/quizzes");
        let page = exam.app.get(&path).by(person).send().status(200).json();
        let listed: Vec<u64> = page["items"].as_array().unwrap().iter().map(id).collect();
        let overview = exam.app.get(&format!("/api/quizzes/{quiz}/overview")).by(person).send();
        let mut browser = crate::pages::Browser::of(&exam.app, person);
        let door = browser.get(&format!("/quizzes/{quiz}"));
        let code = if listed.contains(&quiz) { 200 } else { 404 };
        assert_eq!((overview.code, door.code), (code, code));
        assert!(listed.contains(&elsewhere));
        listed.contains(&quiz)
    };
    // Its grade has its own visibility; it leads nowhere meanwhile.
    let is_linked = |person| {
        let grades = crate::pages::Browser::of(&exam.app, person).get(&format!("/courses/{COURSE}/grades"));
        crate::pages::has(&grades, "Surprise");
        grades.status(200).text().contains(&format!("href=\"/quizzes/{quiz}\""))
    };
    let set = |path: &str, availability: &Value| {
        let body = json!({ "title": "Title", "availability": availability });
        exam.app.put(path).by(&exam.teacher).header("If-Match", "*").json(&body).send().status(200);
    };
    assert!(sees(&learner));
    for path in [format!("/api/items/{item}"), format!("/api/sections/{section}")] {
        for hidden in [json!({ "visible": false }), json!({ "from": exam.now_plus(1_000) })] {
            set(&path, &hidden);
            let who = [&learner, &begun, &observer, &exam.teacher];
            assert_eq!(who.map(sees), [false, true, true, true], "{path} {hidden}");
            assert_eq!([&learner, &begun].map(is_linked), [false, true]);
        }
        set(&path, &json!({ "visible": true }));
        assert!(sees(&learner) && is_linked(&learner));
    }
    // Who has begun it hands in, sees the attempt, and begins no other one.
    set(&format!("/api/items/{item}"), &json!({ "visible": false }));
    exam.submit(&begun, attempt);
    assert!(sees(&begun));
    let page = crate::pages::Browser::of(&exam.app, &begun).get(&format!("/quizzes/{quiz}"));
    crate::pages::has(&page, "This is closed.");
    exam.try_start(&begun, quiz).send().problem(404, "not_found");
}

#[test]
fn an_override_names_somebody_of_the_course_and_changes_something() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    exam.set_user_override(quiz, &learner, &json!({})).send().problem(422, "invalid_field");
    let both = json!({ "time_limit_ms": 60_000, "extra_time_ms": 60_000 });
    exam.set_user_override(quiz, &learner, &both).send().problem(422, "invalid_field");
    exam.set_user_override(quiz, &exam.admin, &json!({ "attempts_allowed": 2 }))
        .send()
        .problem(404, "not_found");
    let group = exam.group("Evening", &[&learner]);
    exam.app
        .put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}"))
        .by(&exam.teacher)
        .json(&json!({ "extra_time_ms": 60_000 }))
        .send()
        .status(200);
    exam.set_user_override(quiz, &learner, &json!({ "unlimited_attempts": true })).send().status(200);
    let path = format!("/api/quizzes/{quiz}/overrides");
    let page = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    assert_eq!(page["items"][0]["user"], learner.user.0);
    assert_eq!(page["items"][0]["change"]["unlimited_attempts"], true);
    assert_eq!(page["items"][1]["group"], group.0);
    let own = format!("{path}/users/{}", learner.user);
    exam.app.delete(&own).by(&exam.teacher).send().status(204);
    exam.app.delete(&own).by(&exam.teacher).send().problem(404, "not_found");
}

#[test]
fn dates_of_an_exception_are_held_against_what_the_groups_of_the_learner_have() {
    let exam = Exam::new();
    let (member, other) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(600_000) }));
    let group = exam.group("Evening", &[&member]);
    let later = exam.now_plus(7_200_000);
    exam.app
        .put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}"))
        .by(&exam.teacher)
        .json(&json!({ "closes": later }))
        .send()
        .status(200);
    let opens = json!({ "opens": exam.now_plus(3_600_000) });
    exam.set_user_override(quiz, &member, &opens).send().status(200);
    assert_eq!(exam.overview(&member, quiz)["closes"], later);
    // What is wrong is what was sent, and the sentence says what it is held against.
    let refused = |learner, change: Value| {
        exam.set_user_override(quiz, learner, &change).send().problem(422, "invalid_field")["errors"].clone()
    };
    let closes = exam.now_plus(600_000);
    let problem = format!("is not before the closing at {closes}");
    assert_eq!(refused(&other, opens.clone()), json!([{ "at": "/opens", "problem": problem }]));
    let problem = format!("is not before the closing at {later}");
    let behind = json!({ "opens": exam.now_plus(7_200_000) });
    assert_eq!(refused(&member, behind), json!([{ "at": "/opens", "problem": problem }]));
    let open = exam.simple_quiz(1, &json!({ "opens": exam.now_plus(600_000) }));
    let early = json!({ "closes": exam.now_plus(60_000) });
    let problem = exam.set_user_override(open, &member, &early).send().problem(422, "invalid_field");
    let wanted = format!("is not after the opening at {}", exam.now_plus(600_000));
    assert_eq!(problem["errors"], json!([{ "at": "/closes", "problem": wanted }]));
    // Where no date was sent none is wrong, whatever was changed around it since.
    exam.app
        .delete(&format!("/api/quizzes/{quiz}/overrides/groups/{group}"))
        .by(&exam.teacher)
        .send()
        .status(204);
    let more = json!({ "attempts_allowed": 3 });
    exam.set_user_override(quiz, &member, &more).send().status(200);
}

#[test]
fn time_that_an_exception_gives_in_vain_is_found_by_the_check() {
    let exam = Exam::new();
    let learner = exam.learner();
    let faults = |quiz: u64| -> Vec<String> {
        let path = format!("/api/quizzes/{quiz}/check");
        let check = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        let problems = check["problems"].as_array().unwrap();
        let about = problems.iter().filter(|problem| problem["at"] == "/overrides");
        about.map(|problem| problem["fault"].as_str().unwrap().to_owned()).collect()
    };
    let dates = |more: Value| {
        with(&json!({ "opens": "2026-09-14T08:00:00Z", "closes": "2026-09-14T09:00:00Z" }), &more)
    };
    let extra = json!({ "extra_time_ms": 600_000 });
    let unlimited = exam.simple_quiz(1, &dates(json!({})));
    exam.set_user_override(unlimited, &learner, &extra).send().status(200);
    assert_eq!(faults(unlimited), ["extra_time_idle"]);
    let full = exam.simple_quiz(1, &dates(json!({ "time_limit_ms": 3_600_000 })));
    exam.set_user_override(full, &learner, &extra).send().status(200);
    assert_eq!(faults(full), ["extra_time_cut"]);
    exam.set_user_override(full, &learner, &with(&extra, &json!({ "closes": "2026-09-14T09:10:00Z" })))
        .send()
        .status(200);
    assert!(faults(full).is_empty());
    let roomy = exam.simple_quiz(1, &dates(json!({ "time_limit_ms": 1_800_000 })));
    exam.set_user_override(roomy, &learner, &extra).send().status(200);
    assert!(faults(roomy).is_empty());
}

#[test]
fn a_question_that_a_quiz_uses_is_known_to_be_in_use() {
    use lyceum::domain::bank::is_used;
    let exam = Exam::new();
    let question = exam.question(&essay("Used"));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": question }] }));
    assert!(exam.app.state.store.read(|read| is_used(read, question)).unwrap());
    exam.app
        .delete(&format!("/api/quizzes/{quiz}"))
        .by(&exam.teacher)
        .header("If-Match", "*")
        .send()
        .status(204);
    assert!(!exam.app.state.store.read(|read| is_used(read, question)).unwrap());
}

#[test]
fn a_removed_group_takes_its_overrides_along_and_leaves_those_of_others() {
    let exam = Exam::new();
    let learner = exam.learner();
    let (red, blue) = (exam.group("Red", &[&learner]), exam.group("Blue", &[&exam.learner()]));
    let quizzes: Vec<u64> =
        (0..3).map(|_| exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }))).collect();
    let give = |quiz: u64, group| {
        exam.app
            .put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}"))
            .by(&exam.teacher)
            .json(&json!({ "time_limit_ms": 1_200_000 }))
            .send()
            .status(200);
    };
    for quiz in &quizzes {
        give(*quiz, red);
    }
    give(quizzes[0], blue);
    exam.set_user_override(quizzes[1], &learner, &json!({ "attempts_allowed": 3 })).send().status(200);
    let limit = |quiz: u64| exam.overview(&learner, quiz)["time_limit_ms"].clone();
    assert_eq!(limit(quizzes[0]), 1_200_000);
    exam.app
        .delete(&format!("/api/courses/{COURSE}/groups/{red}"))
        .by(&exam.teacher)
        .header("If-Match", "*")
        .send()
        .status(204);
    assert_eq!(limit(quizzes[0]), 600_000);
    let left = |quiz: u64| {
        let path = format!("/api/quizzes/{quiz}/overrides");
        let list = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["user"].clone(), row["group"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(left(quizzes[0]), [(Value::Null, json!(blue))]);
    assert_eq!(left(quizzes[1]), [(json!(learner.user), Value::Null)]);
    assert_eq!(left(quizzes[2]), []);
}
