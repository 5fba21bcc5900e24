//! What grades cost: the write of one result with its totals, one learner's report, and the course's total, in courses
//! of 10 and 100 items with 100 and 10,000 learners. The cost must not grow with the learners.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use lyceum::clock::Timestamp;
use lyceum::domain::access::{ADMINISTRATOR, Actor, Grants, LEARNER, RoleName};
use lyceum::domain::course::{Course, CourseStatus, ShortName};
use lyceum::domain::decimal::Decimal;
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::grade::edit::{self, GradeCategoryInput, GradeItemInput};
use lyceum::domain::grade::{self, report};
use lyceum::domain::ids::{CourseId, GradeCategoryId, QuizId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::schema::SCHEMA;
use lyceum::store::{Class, Durability, Store, StoreOptions, Txn};

const COURSE: CourseId = CourseId(1);
const FIRST_LEARNER: u64 = 1_000_000;
const FIRST_QUIZ: u64 = 2_000_000;
/// Items per category; categories stand one below another up to the limit, so that a write climbs all the way.
const LEVELS: usize = 4;
/// Learners per transaction of the set-up, below what one transaction may change.
const PER_WRITE: u64 = 50;

struct School {
    store: Store,
    items: u64,
    learners: u64,
    _home: tempfile::TempDir,
}

fn teacher() -> Actor {
    Actor::person(UserId(2), Timestamp::EPOCH)
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
) -> T {
    match store.write_blocking(Class::Interactive, work) {
        Ok(value) => value,
        Err(refusal) => unreachable!("the set-up is refused: {refusal}"),
    }
}

fn parsed<T, E: std::fmt::Debug>(value: Result<T, E>) -> T {
    match value {
        Ok(value) => value,
        Err(error) => unreachable!("the set-up is wrong: {error:?}"),
    }
}

impl School {
    fn of(items: u64, learners: u64) -> Self {
        let home = parsed(tempfile::tempdir());
        let options = StoreOptions { durability: Durability::Relaxed, ..StoreOptions::default() };
        let store = parsed(Store::open(home.path(), SCHEMA, options));
        let school = Self { store, items, learners, _home: home };
        write(&school.store, |txn| {
            let site = vec![parsed(RoleName::parse(ADMINISTRATOR))];
            txn.put(Grants { user: UserId(2), site, courses: Vec::new() })?;
            let name = parsed(ShortName::parse("BENCH"));
            let mut course = Course::draft(COURSE, name, "Bench".to_owned(), Timestamp::EPOCH);
            course.status = CourseStatus::Published;
            txn.put(course)?;
            Ok(())
        });
        let mut deepest: Option<GradeCategoryId> = None;
        for level in 1..LEVELS {
            let input = GradeCategoryInput {
                name: Some(format!("Level {level}")),
                parent: deepest,
                drop_lowest: Some(2),
                ..GradeCategoryInput::default()
            };
            let facts = parsed(input.parse());
            deepest =
                Some(write(&school.store, move |txn| edit::add_category(txn, &teacher(), COURSE, facts)).id);
        }
        for quiz in 0..items {
            write(&school.store, move |txn| {
                let max = Decimal::from_int(10);
                let id = QuizId(FIRST_QUIZ + quiz);
                let says = grade::OfQuiz { quiz: id, name: "Quiz", max, published: true };
                let item = grade::add_quiz_item(txn, COURSE, says, Timestamp::EPOCH)?;
                let facts = GradeItemInput { category: deepest, ..GradeItemInput::default() }.parse()?;
                edit::change_item(txn, &teacher(), COURSE, item, |_| Ok(()), facts)
            });
        }
        for first in (0..learners).step_by(usize::try_from(PER_WRITE).unwrap_or(1)) {
            write(&school.store, move |txn| {
                for learner in first..(first + PER_WRITE).min(learners) {
                    let user = UserId(FIRST_LEARNER + learner);
                    let role = parsed(RoleName::parse(LEARNER));
                    txn.put(Enrolment {
                        course: COURSE,
                        user,
                        role,
                        status: EnrolmentStatus::Active,
                        starts: None,
                        ends: None,
                        enrolled: Timestamp::EPOCH,
                        by: EnrolledBy::Import,
                        revision: 1,
                    })?;
                    for quiz in [0, items / 2] {
                        result(txn, quiz, user, 5)?;
                    }
                }
                Ok(())
            });
        }
        school
    }

    fn learner(&self, number: u64) -> UserId {
        UserId(FIRST_LEARNER + number.wrapping_mul(7919) % self.learners)
    }
}

fn result(txn: &mut Txn<'_>, quiz: u64, user: UserId, points: i32) -> Result<(), Refusal> {
    let points = Some(Decimal::from_int(points));
    grade::quiz_result(txn, COURSE, QuizId(FIRST_QUIZ + quiz), user, points)
}

/// Results that one transaction writes, so that what is measured is the rule and not the hand-over to the writer.
const RESULTS: u64 = 100;

fn grades(criterion: &mut Criterion) {
    for (items, learners) in [(10, 100), (10, 10_000), (100, 100), (100, 10_000)] {
        let school = Arc::new(School::of(items, learners));
        let name = format!("{items} items, {learners} learners");
        let mut round = 0_u64;
        criterion.bench_function(&format!("write 100 results: {name}"), |bencher| {
            bencher.iter(|| {
                round += 1;
                let (now, of) = (round, school.clone());
                write(&school.store, move |txn| {
                    for number in 0..RESULTS {
                        let points = i32::try_from((now + number) % 11).unwrap_or_default();
                        result(txn, number % of.items, of.learner(now * RESULTS + number), points)?;
                    }
                    Ok(())
                });
            });
        });
        let mut number = 0_u64;
        criterion.bench_function(&format!("report of one learner: {name}"), |bencher| {
            bencher.iter(|| {
                number += 1;
                let user = school.learner(number);
                school.store.read(|read| {
                    black_box(parsed(report::of_learner(read, &teacher(), COURSE, user)).lines.len())
                })
            });
        });
        criterion.bench_function(&format!("total of one learner: {name}"), |bencher| {
            bencher.iter(|| {
                number += 1;
                let user = school.learner(number);
                school.store.read(|read| black_box(parsed(grade::course_total(read, COURSE, user))))
            });
        });
    }
}

criterion_group!(benches, grades);
criterion_main!(benches);
