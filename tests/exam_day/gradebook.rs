//! The gradebook against a recomputation from the marks: the matrix, the CSV file, what learners see.

use std::collections::HashMap;

use lyceum::domain::decimal::Decimal;
use lyceum::domain::grade::calc::Points;
use serde_json::{Value, json};

use crate::expected::decimal;
use crate::school::School;

/// The maximum of what the teacher graded before the exam.
pub const COURSEWORK_MAX: i32 = 20;

/// Points of the coursework, some of them not whole.
pub fn coursework(user: u64) -> Decimal {
    Decimal::from_int(i32::try_from(user % 20).unwrap()) + "0.25".parse().unwrap()
}

/// Adds an item that is graded by hand, with a grade for every learner.
pub async fn grade_coursework(school: &mut School) -> u64 {
    let path = format!("/api/courses/{}/grades", school.course);
    let item = json!({ "name": "Coursework, \"first half\"", "max": COURSEWORK_MAX });
    let item = school.teacher.post(&format!("{path}/items"), &item).await.expect(201).json();
    let item = item["id"].as_u64().unwrap();
    let users = school.learners.iter().map(|(user, _)| *user);
    let grades: Vec<Value> =
        users.map(|user| json!({ "user": user, "item": item, "points": coursework(user) })).collect();
    let given = school.teacher.post(&format!("{path}/many"), &json!({ "grades": grades })).await.expect(200);
    assert_eq!(given.json()["changed"], json!(school.learners.len()));
    item
}

/// Checks every cell against the points of the attempts.
pub async fn check(school: &mut School, quiz: u64, quiz_max: Decimal, marks: &HashMap<u64, Decimal>) {
    let path = format!("/api/courses/{}/grades", school.course);
    let structure = school.teacher.get(&format!("{path}/structure")).await.expect(200).json();
    let items = structure["items"].as_array().unwrap();
    let of_quiz = items.iter().position(|item| item["quiz"] == json!(quiz)).unwrap();
    let by_hand = items.iter().position(|item| item["quiz"].is_null()).unwrap();
    assert_eq!((items.len(), decimal(&items[of_quiz]["max"])), (2, quiz_max));
    let whole_max = quiz_max + Decimal::from_int(COURSEWORK_MAX);

    let lines = school.teacher.list(&path).await;
    assert_eq!(lines.len(), school.learners.len(), "everybody has a line, and teachers have none");
    let names: HashMap<u64, &str> =
        school.learners.iter().map(|(user, name)| (*user, name.as_str())).collect();
    for line in &lines {
        let user = line["user"].as_u64().unwrap();
        assert_eq!(line["username"], json!(names[&user]));
        let (points, coursework) = (marks[&user], coursework(user));
        assert_eq!(decimal(&line["items"][of_quiz]["points"]), points, "{line}");
        assert_eq!(decimal(&line["items"][by_hand]["points"]), coursework, "{line}");
        let total = &line["categories"][0];
        assert_eq!(decimal(&total["points"]), points + coursework, "{line}");
        assert_eq!(decimal(&total["max"]), whole_max, "{line}");
    }

    let file = school.teacher.get(&format!("{path}/export")).await.expect(200);
    let mut reader = csv::Reader::from_reader(file.answer.body.as_slice());
    let header = reader.headers().unwrap().clone();
    let column = |of: &str| header.iter().position(|name| name.contains(of)).unwrap();
    let (user_at, name_at, total_at) = (column("user_id"), column("username"), column("Total: "));
    let item_at = |place: usize| column(&format!("[#{}]", items[place]["id"]));
    let (quiz_at, hand_at) = (item_at(of_quiz), item_at(by_hand));
    let mut seen = 0;
    for line in reader.records() {
        let line = line.unwrap();
        let user: u64 = line[user_at].parse().unwrap();
        assert_eq!(&line[name_at], names[&user]);
        let (points, coursework) = (marks[&user], coursework(user));
        assert_eq!(line[quiz_at].parse::<Decimal>().unwrap(), points, "{line:?}");
        assert_eq!(line[hand_at].parse::<Decimal>().unwrap(), coursework, "{line:?}");
        let whole = Points { points: points + coursework, max: whole_max };
        assert_eq!(Some(line[total_at].parse::<Decimal>().unwrap()), whole.percentage(), "{line:?}");
        seen += 1;
    }
    assert_eq!(seen, school.learners.len());
}
