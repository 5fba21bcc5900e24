//! The promise of this noun, proven with random courses: whatever is edited in whatever order, what is stored with
//! each write is what the grades make when everything is computed anew, and a write costs a row per level.

mod edits;

use std::sync::Arc;

use super::calc::{EmptyGrades, Method, Points, Terms, Value, aggregate, full_max_of_all};
use super::category::{GradeCategory, Node, Visibility};
use super::edit::{self, GradeCategoryInput, GradeItemInput};
use super::hand::{self, ExclusionInput, HandGradeInput};
use super::total::{Ledger, Total};
use super::tree::{Branch, Tree, Twig};
use super::{
    OfQuiz, add_quiz_item, change_quiz_item, course_total, quiz_result, remove_quiz_item, report, settle,
    verify,
};
use crate::clock::Timestamp;
use crate::domain::access::{ADMINISTRATOR, Actor, Grants, LEARNER, RoleName};
use crate::domain::course::{Course, ShortName};
use crate::domain::decimal::Decimal;
use crate::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, QuizId, UserId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::Refusal;
use crate::domain::schema::SCHEMA;
use crate::store::{Class, Durability, Report, Store, StoreOptions, Txn, decode_value, encode_value};

const COURSE: CourseId = CourseId(1);
const TEACHER: UserId = UserId(2);
const LEARNERS: [UserId; 3] = [UserId(11), UserId(12), UserId(13)];
const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn teacher() -> Actor {
    Actor::person(TEACHER, NOW)
}

/// What a published quiz says of its item.
fn test(quiz: QuizId, max: &str) -> OfQuiz<'static> {
    OfQuiz { quiz, name: "Test", max: d(max), published: true }
}

fn draft(quiz: QuizId, max: &str) -> OfQuiz<'static> {
    OfQuiz { published: false, ..test(quiz, max) }
}

/// A course with three learners and a teacher, in memory.
struct School {
    store: Store,
    _home: tempfile::TempDir,
}

impl School {
    fn open() -> Self {
        let home = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            segment_bytes: 256 * 1024,
            low_water_bytes: 1024 * 1024,
            // These tests are about sums; that nothing is lost is proven elsewhere.
            durability: Durability::Relaxed,
            ..StoreOptions::default()
        };
        let store = Store::in_memory(SCHEMA, options).unwrap();
        settle::settle(&store).unwrap();
        let school = Self { store, _home: home };
        school.write(|txn| {
            let role = RoleName::parse(ADMINISTRATOR).unwrap();
            txn.put(Grants { user: TEACHER, site: vec![role], courses: Vec::new() })?;
            let name = ShortName::parse("ALG101").unwrap();
            let mut course = Course::draft(COURSE, name, "Algebra".to_owned(), NOW);
            course.status = crate::domain::course::CourseStatus::Published;
            txn.put(course)?;
            for user in LEARNERS {
                txn.put(Enrolment {
                    course: COURSE,
                    user,
                    role: RoleName::parse(LEARNER).unwrap(),
                    status: EnrolmentStatus::Active,
                    starts: None,
                    ends: None,
                    enrolled: NOW,
                    by: EnrolledBy::Teacher,
                    revision: 1,
                })?;
            }
            Ok(())
        });
        school
    }

    fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.store.write_blocking(Class::Interactive, work)
    }

    #[track_caller]
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> T {
        self.try_write(work).unwrap()
    }

    fn category(&self, input: GradeCategoryInput) -> GradeCategoryId {
        let facts = input.parse().unwrap();
        self.write(move |txn| edit::add_category(txn, &teacher(), COURSE, facts)).id
    }

    fn item(&self, name: &str, max: &str, category: Option<GradeCategoryId>) -> GradeItemId {
        let facts = GradeItemInput {
            name: Some(name.to_owned()),
            max: Some(d(max)),
            category,
            ..GradeItemInput::default()
        };
        let facts = facts.parse().unwrap();
        self.write(move |txn| edit::add_item(txn, &teacher(), COURSE, facts)).id
    }

    fn give(&self, user: UserId, item: GradeItemId, points: &str) {
        let input = HandGradeInput { user, item, points: Some(d(points)) };
        self.write(move |txn| hand::set(txn, &teacher(), COURSE, input, |_| Ok(())));
    }

    fn result(&self, quiz: QuizId, user: UserId, points: &str) {
        let points = Some(d(points));
        self.write(move |txn| quiz_result(txn, COURSE, quiz, user, points));
    }

    fn root(&self) -> GradeCategoryId {
        self.store.read(|read| super::gradebook::find(read, COURSE)).unwrap().unwrap().root
    }

    /// The course's total as (points, max), after proving that every way to it agrees.
    #[track_caller]
    fn total(&self, user: UserId) -> Option<(Decimal, Decimal)> {
        self.prove();
        let total = self.store.read(|read| course_total(read, COURSE, user)).unwrap();
        total.map(|total| (total.points, total.max))
    }

    /// Stored totals are what the grades make; whatever is not fresh is computed to the same.
    #[track_caller]
    fn prove(&self) {
        let mut found = Report::default();
        verify(&self.store, &mut found).unwrap();
        assert!(found.is_clean(), "{:#?}", found.differences);
        self.store.read(|read| {
            let Some(tree) = Tree::of(read, COURSE).unwrap() else { return };
            for user in LEARNERS {
                let ledger = Ledger::of(read, COURSE, user).unwrap();
                let anew = tree.root.outcome(&ledger).standing;
                assert_eq!(course_total(read, COURSE, user).unwrap(), anew);
                assert_eq!(simply(&tree.root, &ledger).standing, anew);
                // What learners see has the same percentage, though drafts are taken out of it.
                let mut seen = tree.clone();
                seen.without_drafts(&ledger);
                let percentage = |points: Option<Points>| points.and_then(Points::percentage);
                assert_eq!(percentage(seen.root.outcome(&ledger).standing), percentage(anew));
            }
        });
        assert!(self.store.verify().unwrap().is_clean());
    }
}

/// What a learner has in a category, worked out the simple way: as if what is left out for them, and drafts without a grade,
/// were not in the course.
struct Simple {
    standing: Option<Points>,
    full: Decimal,
    excluded: bool,
}

fn simply(branch: &Branch, ledger: &Ledger) -> Simple {
    let mut children: Vec<(Terms, Value)> = Vec::new();
    let mut is_empty = true;
    for (twig, child) in branch.twigs.iter().zip(&branch.category.children) {
        let (max, value) = match twig {
            Twig::Item(item) => {
                let max = child.terms.max;
                let value = ledger.grades.get(&item.id).map_or(Value::Empty, |grade| grade.value(max));
                if child.terms.draft && value == Value::Empty {
                    continue;
                }
                (max, value)
            }
            Twig::Category(below) => {
                let below = simply(below, ledger);
                let value = below.standing.map_or(Value::Empty, Value::Of);
                (below.full, if below.excluded { Value::Excluded } else { value })
            }
        };
        is_empty = false;
        if value != Value::Excluded {
            children.push((Terms { max, draft: false, ..child.terms }, value));
        }
    }
    let category = &branch.category;
    let total = ledger.totals.get(&category.id);
    let computed = aggregate(category.rules, &children).total;
    let full = full_max_of_all(category.rules, children.iter().map(|(terms, _)| *terms));
    let standing = total.and_then(|total| total.overridden.as_ref()).map_or(computed, |overridden| {
        let maxima = [computed.map_or(Decimal::ZERO, |points| points.max), full, category.full_max];
        let max = match category.rules.method {
            Method::WeightedMean => Decimal::HUNDRED,
            Method::Sum => maxima.into_iter().find(|max| !max.is_zero()).unwrap_or_default(),
        };
        Some(Points { points: max.scaled(overridden.value, Decimal::HUNDRED), max })
    });
    let nothing_left = children.is_empty() && !is_empty;
    let excluded = total.is_some_and(|total| total.excluded) || (standing.is_none() && nothing_left);
    Simple { standing, full, excluded }
}

fn named(name: &str) -> GradeCategoryInput {
    GradeCategoryInput { name: Some(name.to_owned()), ..GradeCategoryInput::default() }
}

#[test]
fn a_course_of_weighted_categories_is_what_a_pocket_calculator_says() {
    let school = School::open();
    let coursework = school.category(GradeCategoryInput {
        weight: Some(d("40")),
        drop_lowest: Some(1),
        ..named("Coursework")
    });
    let exam = school.category(GradeCategoryInput { weight: Some(d("60")), ..named("Exam") });
    let root = school.root();
    let facts = GradeCategoryInput { method: Some(Method::WeightedMean), ..GradeCategoryInput::default() };
    let facts = facts.parse().unwrap();
    school.write(move |txn| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts));
    let plots = ["Plot 1", "Plot 2", "Plot 3"].map(|name| school.item(name, "20", Some(coursework)));
    let bonus = school.item("Bonus", "2.5", Some(coursework));
    let facts = GradeItemInput { extra_credit: Some(true), ..GradeItemInput::default() }.parse().unwrap();
    school.write(move |txn| edit::change_item(txn, &teacher(), COURSE, bonus, |_| Ok(()), facts));
    let paper = school.item("Paper", "50", Some(exam));
    let [ann, ..] = LEARNERS;
    assert_eq!(school.total(ann), None);
    school.give(ann, plots[0], "10");
    assert_eq!(school.total(ann), Some((d("50"), d("100"))));
    school.give(ann, plots[1], "18");
    school.give(ann, plots[2], "16");
    school.give(ann, bonus, "2");
    // Coursework: 10 of 20 is dropped, (18 + 16 + 2) of 40 = 90 %.
    assert_eq!(school.total(ann), Some((d("90"), d("100"))));
    school.give(ann, paper, "35");
    // 90 % × 40 + 70 % × 60 = 36 + 42.
    assert_eq!(school.total(ann), Some((d("78"), d("100"))));
    let shown = school.store.read(|read| report::of_learner(read, &teacher(), COURSE, ann)).unwrap();
    assert_eq!(shown.lines[0].letter.as_deref(), Some("C"));
    assert_eq!(shown.lines[0].shown.as_deref(), Some("78.00"));
}

#[test]
fn an_override_stays_when_a_later_submission_changes_what_is_below_it() {
    let school = School::open();
    let quiz = QuizId(500);
    let item = school.write(move |txn| add_quiz_item(txn, COURSE, test(quiz, "10"), NOW));
    let [ann, ..] = LEARNERS;
    school.result(quiz, ann, "4");
    let node = (COURSE, ann, Node::Item(item));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, Some(d("7")), "remark", |_| Ok(())));
    school.result(quiz, ann, "5");
    assert_eq!(school.total(ann), Some((d("7"), d("10"))));
    let (grade, max) = school.store.read(|read| hand::grade(read, &teacher(), COURSE, ann, item)).unwrap();
    assert_eq!((grade.computed(max), grade.points(max)), (Some(d("5")), Some(d("7"))));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, None, "", |_| Ok(())));
    assert_eq!(school.total(ann), Some((d("5"), d("10"))));
    let history = school.store.read(|read| super::history::list(read, &teacher(), node, None, 10)).unwrap();
    let steps: Vec<_> = history.iter().map(|step| (step.from, step.to, step.reason.as_str())).collect();
    assert_eq!(steps, [(Some(d("4")), Some(d("7")), "remark"), (Some(d("7")), None, "")]);
    assert!(history.iter().all(|step| step.by == TEACHER && step.at == NOW));
}

#[test]
fn an_overridden_category_stands_as_a_percentage_until_the_override_goes() {
    let school = School::open();
    let part = school.category(named("Part"));
    let item = school.item("Essay", "40", Some(part));
    let [ann, ..] = LEARNERS;
    school.give(ann, item, "10");
    let node = (COURSE, ann, Node::Category(part));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, Some(d("75")), "", |_| Ok(())));
    assert_eq!(school.total(ann), Some((d("30"), d("40"))));
    school.give(ann, item, "12");
    assert_eq!(school.total(ann), Some((d("30"), d("40"))));
    let [_, ben, ..] = LEARNERS;
    let node = (COURSE, ben, Node::Category(part));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, Some(d("50")), "", |_| Ok(())));
    assert_eq!(school.total(ben), Some((d("20"), d("40"))));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, None, "", |_| Ok(())));
    assert_eq!(school.total(ben), None);
    let history = |user: UserId| {
        let node = (COURSE, user, Node::Category(part));
        let steps = school.store.read(|read| super::history::list(read, &teacher(), node, None, 10)).unwrap();
        steps.iter().map(|step| (step.from, step.to)).collect::<Vec<_>>()
    };
    // It says from what: from the percentage that was computed, from nothing where nothing was.
    assert_eq!(history(ann), [(Some(d("25")), Some(d("75")))]);
    assert_eq!(history(ben), [(None, Some(d("50"))), (Some(d("50")), None)]);
}

#[test]
fn an_override_with_the_points_that_were_computed_is_one() {
    let school = School::open();
    let essay = school.item("Essay", "10", None);
    let [ann, ..] = LEARNERS;
    school.give(ann, essay, "7");
    let node = (COURSE, ann, Node::Item(essay));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, Some(d("7")), "stays", |_| Ok(())));
    school.give(ann, essay, "5");
    assert_eq!(school.total(ann), Some((d("7"), d("10"))));
}

#[test]
fn a_quiz_that_is_not_published_is_not_there_for_who_has_no_grade_in_it() {
    let school = School::open();
    let essay = school.item("Essay", "10", None);
    let root = school.root();
    let zero = GradeCategoryInput { empty: Some(EmptyGrades::CountAsZero), ..GradeCategoryInput::default() };
    let facts = zero.parse().unwrap();
    school.write(move |txn| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts));
    let [ann, ben, cem] = LEARNERS;
    for user in LEARNERS {
        school.give(user, essay, "10");
    }
    let quiz = QuizId(500);
    let item = school.write(move |txn| add_quiz_item(txn, COURSE, draft(quiz, "10"), NOW));
    let exclusion = ExclusionInput { excluded: true, reason: String::new() };
    let node = (COURSE, cem, Node::Item(item));
    school.write(move |txn| hand::exclude(txn, &teacher(), node, &exclusion, |_| Ok(())));
    let names = |user: UserId| {
        let own = school.store.read(|read| report::own(read, &Actor::person(user, NOW), COURSE)).unwrap();
        own.0.lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>()
    };
    for user in LEARNERS {
        assert_eq!(school.total(user), Some((d("10"), d("10"))));
        assert_eq!(names(user), ["Course total", "Essay"]);
    }
    let shown = school.store.read(|read| report::of_learner(read, &teacher(), COURSE, ann)).unwrap();
    assert_eq!(shown.lines.iter().map(|line| line.hidden).collect::<Vec<_>>(), [false, false, true]);
    // Published it counts for everybody at once, whether they took it or not.
    school.write(move |txn| change_quiz_item(txn, test(quiz, "10"), NOW));
    school.result(quiz, ann, "5");
    assert_eq!(school.total(ann), Some((d("15"), d("20"))));
    assert_eq!(school.total(ben), Some((d("10"), d("20"))));
    assert_eq!(school.total(cem), Some((d("10"), d("10"))));
    // Taken back it stays for who has a grade in it.
    school.write(move |txn| change_quiz_item(txn, draft(quiz, "10"), NOW));
    assert_eq!(school.total(ann), Some((d("15"), d("20"))));
    assert_eq!(school.total(ben), Some((d("10"), d("10"))));
    assert_eq!(names(ann), ["Course total", "Essay", "Test"]);
    assert_eq!(names(ben), ["Course total", "Essay"]);
}

#[test]
fn a_draft_withholds_no_total_even_when_it_is_hidden() {
    let school = School::open();
    let essay = school.item("Essay", "10", None);
    let [ann, ..] = LEARNERS;
    school.give(ann, essay, "8");
    let item = school.write(move |txn| add_quiz_item(txn, COURSE, draft(QuizId(500), "10"), NOW));
    let hide = GradeItemInput { visibility: Some(Visibility::Hidden), ..GradeItemInput::default() };
    let facts = hide.parse().unwrap();
    school.write(move |txn| edit::change_item(txn, &teacher(), COURSE, item, |_| Ok(()), facts));
    let own = school.store.read(|read| report::own(read, &Actor::person(ann, NOW), COURSE)).unwrap().0;
    assert_eq!(own.lines.len(), 2);
    assert_eq!((own.lines[0].withheld, own.lines[0].percentage), (false, Some(d("80"))));
}

#[test]
fn a_mean_of_nothing_counts_for_nothing_and_can_be_overridden_all_the_same() {
    let school = School::open();
    let exam = school.item("Exam", "10", None);
    let root = school.root();
    let facts = GradeCategoryInput {
        method: Some(Method::WeightedMean),
        empty: Some(EmptyGrades::CountAsZero),
        ..GradeCategoryInput::default()
    };
    let facts = facts.parse().unwrap();
    school.write(move |txn| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts));
    let [ann, ..] = LEARNERS;
    school.give(ann, exam, "10");
    let method = Some(Method::WeightedMean);
    let bonus = school.category(GradeCategoryInput { method, ..named("Bonus") });
    assert_eq!(school.total(ann), Some((d("100"), d("100"))));
    let extra = school.item("Extra", "5", Some(bonus));
    let facts = GradeItemInput { extra_credit: Some(true), ..GradeItemInput::default() }.parse().unwrap();
    school.write(move |txn| edit::change_item(txn, &teacher(), COURSE, extra, |_| Ok(()), facts));
    school.give(ann, extra, "5");
    assert_eq!(school.total(ann), Some((d("100"), d("100"))));
    let node = (COURSE, ann, Node::Category(bonus));
    school.write(move |txn| hand::override_with(txn, &teacher(), node, Some(d("50")), "", |_| Ok(())));
    assert_eq!(school.total(ann), Some((d("75"), d("100"))));
}

#[test]
fn the_refusal_of_a_full_category_names_it_and_says_what_to_do() {
    let school = School::open();
    let part = school.category(named("Weekly"));
    for number in 0..super::category::MOST_CHILDREN {
        school.item(&format!("Item {number}"), "1", Some(part));
    }
    let facts = GradeItemInput {
        name: Some("One more".to_owned()),
        max: Some(d("1")),
        category: Some(part),
        ..GradeItemInput::default()
    };
    let facts = facts.parse().unwrap();
    let refused = school.try_write(move |txn| edit::add_item(txn, &teacher(), COURSE, facts)).unwrap_err();
    assert_eq!(refused.code.name, "gradebook_full");
    assert!(refused.detail.contains("\"Weekly\"") && refused.detail.contains("move some"), "{refused}");
}

#[test]
fn gradebooks_of_an_older_program_are_settled_once_and_right_from_then_on() {
    let school = School::open();
    let part = school.category(GradeCategoryInput {
        method: Some(Method::WeightedMean),
        empty: Some(EmptyGrades::CountAsZero),
        ..named("Part")
    });
    school.category(GradeCategoryInput {
        method: Some(Method::WeightedMean),
        parent: Some(part),
        ..named("Nothing")
    });
    let essay = school.item("Essay", "10", Some(part));
    let [ann, ..] = LEARNERS;
    school.give(ann, essay, "10");
    let quiz = QuizId(500);
    school.write(move |txn| {
        txn.put(Quiz { max_points: d("10"), ..Quiz::without_questions(quiz, COURSE) })?;
        add_quiz_item(txn, COURSE, draft(quiz, "10"), NOW)
    });
    let right = school.total(ann);
    assert_eq!(right, Some((d("100"), d("100"))));
    // As an older program left it: no drafts, and a mean of nothing out of a hundred.
    school.write(move |txn| {
        for known in Tree::of(txn, COURSE)?.unwrap().categories() {
            let mut old = known.as_ref().clone();
            for child in &mut old.children {
                child.terms.draft = false;
                if let Node::Category(_) = child.node {
                    child.terms.max = Decimal::HUNDRED;
                }
            }
            if old.rules.method == Method::WeightedMean {
                old.full_max = Decimal::HUNDRED;
            }
            txn.put(old)?;
        }
        Ok(txn.delete::<settle::Settled>(&0)?)
    });
    let mut found = Report::default();
    verify(&school.store, &mut found).unwrap();
    assert!(found.is_clean(), "what waits for the next start is no defect: {:#?}", found.differences);
    settle::settle(&school.store).unwrap();
    assert_eq!(school.total(ann), right);
    let drafts = school.store.read(|read| {
        let items = Tree::of(read, COURSE).unwrap().unwrap().items();
        items.iter().map(|(item, terms)| (item.name.as_str().to_owned(), terms.draft)).collect::<Vec<_>>()
    });
    assert_eq!(drafts, [("Essay".to_owned(), false), ("Test".to_owned(), true)]);
    let stamps = || {
        let tree = school.store.read(|read| Tree::of(read, COURSE)).unwrap().unwrap();
        tree.categories().iter().map(|category| category.stamp).collect::<Vec<_>>()
    };
    let before = stamps();
    school.write(|txn| settle::settle_course(txn, COURSE));
    assert_eq!(stamps(), before, "what is right is not written again");
}

#[test]
fn an_excluded_grade_counts_for_nobody_but_the_others() {
    let school = School::open();
    let (a, b) = (school.item("A", "10", None), school.item("B", "30", None));
    let [ann, ben, ..] = LEARNERS;
    for user in [ann, ben] {
        school.give(user, a, "8");
        school.give(user, b, "15");
    }
    let exclusion = ExclusionInput { excluded: true, reason: "was ill".to_owned() };
    let node = (COURSE, ann, Node::Item(b));
    school.write(move |txn| hand::exclude(txn, &teacher(), node, &exclusion, |_| Ok(())));
    assert_eq!(school.total(ann), Some((d("8"), d("10"))));
    assert_eq!(school.total(ben), Some((d("23"), d("40"))));
}

#[test]
fn a_category_of_nothing_but_exclusions_is_never_zero() {
    let school = School::open();
    let part = school.category(named("Part"));
    let (a, b) = (school.item("A", "10", Some(part)), school.item("B", "10", None));
    let root = school.root();
    let zero = GradeCategoryInput { empty: Some(EmptyGrades::CountAsZero), ..GradeCategoryInput::default() };
    let facts = zero.parse().unwrap();
    school.write(move |txn| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts));
    let [ann, ..] = LEARNERS;
    school.give(ann, b, "8");
    assert_eq!(school.total(ann), Some((d("8"), d("20"))));
    let exclusion = ExclusionInput { excluded: true, reason: String::new() };
    let node = (COURSE, ann, Node::Item(a));
    school.write(move |txn| hand::exclude(txn, &teacher(), node, &exclusion, |_| Ok(())));
    assert_eq!(school.total(ann), Some((d("8"), d("10"))));
}

#[test]
fn what_is_left_out_is_not_in_the_maximum_of_grades_that_are_missing() {
    let school = School::open();
    let part = school.category(named("Part"));
    let inner = school.category(GradeCategoryInput { parent: Some(part), ..named("Inner") });
    let (x, y) = (school.item("X", "10", Some(inner)), school.item("Y", "20", Some(inner)));
    let z = school.item("Z", "10", None);
    let root = school.root();
    let zero = GradeCategoryInput { empty: Some(EmptyGrades::CountAsZero), ..GradeCategoryInput::default() };
    let facts = zero.parse().unwrap();
    school.write(move |txn| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts));
    let [ann, ben, ..] = LEARNERS;
    for user in [ann, ben] {
        school.give(user, z, "10");
        assert_eq!(school.total(user), Some((d("10"), d("40"))));
    }
    let exclude = |node: Node, excluded: bool| {
        let exclusion = ExclusionInput { excluded, reason: String::new() };
        let node = (COURSE, ann, node);
        school.write(move |txn| hand::exclude(txn, &teacher(), node, &exclusion, |_| Ok(())));
    };
    let override_with = |value: Option<&str>| {
        let (node, value) = ((COURSE, ann, Node::Category(part)), value.map(d));
        school.write(move |txn| hand::override_with(txn, &teacher(), node, value, "", |_| Ok(())));
    };
    exclude(Node::Item(x), true);
    assert_eq!(school.total(ann), Some((d("10"), d("30"))));
    assert_eq!(school.total(ben), Some((d("10"), d("40"))));
    let shown = school.store.read(|read| report::of_learner(read, &teacher(), COURSE, ann)).unwrap();
    assert_eq!((shown.lines[1].name.as_str(), shown.lines[1].max), ("Part", Some(d("20"))));
    override_with(Some("50"));
    assert_eq!(school.total(ann), Some((d("20"), d("30"))));
    // An override over nothing but exclusions counts after all, of what everybody could reach.
    exclude(Node::Item(y), true);
    assert_eq!(school.total(ann), Some((d("25"), d("40"))));
    override_with(None);
    assert_eq!(school.total(ann), Some((d("10"), d("10"))));
    exclude(Node::Item(x), false);
    assert_eq!(school.total(ann), Some((d("10"), d("20"))));
    exclude(Node::Category(inner), true);
    assert_eq!(school.total(ann), Some((d("10"), d("10"))));
}

#[test]
fn a_total_of_an_older_program_is_computed_anew() {
    let values = vec![Value::Empty, Value::Excluded, Value::Of(Points { points: d("1"), max: d("2") })];
    let total = Total { stamp: 7, values, ..Total::none(COURSE, TEACHER, GradeCategoryId(3)) };
    let mut bytes = encode_value(&total).unwrap();
    assert_eq!(decode_value::<Total>(&bytes).unwrap(), total);
    assert_eq!(bytes[0], 3);
    for version in [1, 2] {
        bytes[0] = version;
        assert_eq!(decode_value::<Total>(&bytes).unwrap(), Total { stamp: 0, ..total.clone() });
    }
    bytes[0] = 0;
    assert!(decode_value::<Total>(&bytes).is_err());
}

#[test]
fn a_change_of_structure_is_right_at_once_for_everybody() {
    let school = School::open();
    let (a, b) = (school.item("A", "10", None), school.item("B", "30", None));
    for user in LEARNERS {
        school.give(user, a, "8");
        school.give(user, b, "15");
    }
    let facts = GradeItemInput { extra_credit: Some(true), ..GradeItemInput::default() }.parse().unwrap();
    school.write(move |txn| edit::change_item(txn, &teacher(), COURSE, b, |_| Ok(()), facts));
    for user in LEARNERS {
        assert_eq!(school.total(user), Some((d("23"), d("10"))));
    }
    school.write(move |txn| edit::remove_item(txn, &teacher(), COURSE, a, |_| Ok(())));
    for user in LEARNERS {
        assert_eq!(school.total(user), Some((d("15"), d("0"))));
    }
}

#[test]
fn a_quiz_with_another_maximum_keeps_everybodys_percentage() {
    let school = School::open();
    let quiz = QuizId(500);
    school.write(move |txn| add_quiz_item(txn, COURSE, test(quiz, "10"), NOW));
    let [ann, ..] = LEARNERS;
    school.result(quiz, ann, "4");
    school.write(move |txn| change_quiz_item(txn, test(quiz, "25"), NOW));
    assert_eq!(school.total(ann), Some((d("10"), d("25"))));
    school.result(quiz, ann, "12");
    assert_eq!(school.total(ann), Some((d("12"), d("25"))));
    school.write(move |txn| quiz_result(txn, COURSE, quiz, ann, None));
    assert_eq!(school.total(ann), None);
    school.write(move |txn| remove_quiz_item(txn, quiz, NOW));
    school.result(quiz, ann, "3");
    assert_eq!(school.total(ann), None);
}

#[test]
fn the_same_result_again_writes_nothing() {
    let school = School::open();
    let quiz = QuizId(500);
    school.write(move |txn| add_quiz_item(txn, COURSE, test(quiz, "10"), NOW));
    let [ann, ..] = LEARNERS;
    let rows = move |txn: &mut Txn<'_>| {
        quiz_result(txn, COURSE, quiz, ann, Some(d("4")))?;
        Ok(txn.changes.len())
    };
    assert_eq!(school.write(rows), 2);
    assert_eq!(school.write(rows), 0);
}

#[test]
fn a_learner_sees_no_total_that_something_hidden_could_be_worked_out_from() {
    let school = School::open();
    let (part, open) = (school.category(named("Exam")), school.category(named("Practice")));
    let (paper, quick) = (school.item("Paper", "50", Some(part)), school.item("Quick", "10", Some(open)));
    let [ann, ..] = LEARNERS;
    school.give(ann, paper, "35");
    school.give(ann, quick, "9");
    let until = NOW.plus(std::time::Duration::from_mins(1));
    let hide =
        GradeItemInput { visibility: Some(Visibility::HiddenUntil(until)), ..GradeItemInput::default() };
    let facts = hide.parse().unwrap();
    school.write(move |txn| edit::change_item(txn, &teacher(), COURSE, paper, |_| Ok(()), facts));
    let own =
        |now| school.store.read(|read| report::own(read, &Actor::person(ann, now), COURSE)).unwrap().0.lines;
    let lines = own(NOW);
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["Course total", "Exam", "Practice", "Quick"]);
    let withheld: Vec<bool> = lines.iter().map(|line| line.withheld).collect();
    assert_eq!(withheld, [true, true, false, false]);
    assert!(
        lines[..2].iter().all(|line| line.points.is_none() && line.max.is_none() && line.letter.is_none())
    );
    assert_eq!(lines[2].percentage, Some(d("90")));
    // In time everything is there, without anybody doing anything.
    let lines = own(until);
    assert_eq!(lines.len(), 5);
    assert_eq!((lines[0].points, lines[0].max), (Some(d("44")), Some(d("60"))));
}

#[test]
fn categories_stand_four_deep_and_never_below_themselves() {
    let school = School::open();
    let one = school.category(named("1"));
    let two = school.category(GradeCategoryInput { parent: Some(one), ..named("2") });
    let three = school.category(GradeCategoryInput { parent: Some(two), ..named("3") });
    let refused = |input: GradeCategoryInput| {
        let facts = input.parse().unwrap();
        school.try_write(move |txn| edit::add_category(txn, &teacher(), COURSE, facts)).unwrap_err().code.name
    };
    assert_eq!(refused(GradeCategoryInput { parent: Some(three), ..named("4") }), "grade_tree_too_deep");
    let facts = GradeCategoryInput { parent: Some(two), ..GradeCategoryInput::default() }.parse().unwrap();
    let moved =
        school.try_write(move |txn| edit::change_category(txn, &teacher(), COURSE, one, |_| Ok(()), &facts));
    assert_eq!(moved.unwrap_err().code.name, "grade_category_cycle");
    school.prove();
}

#[test]
fn terms_of_the_courses_own_category_are_refused_at_the_one_that_was_sent() {
    let school = School::open();
    school.category(named("Coursework"));
    let root = school.root();
    let inputs = [
        (GradeCategoryInput { weight: Some(d("2")), ..GradeCategoryInput::default() }, "/weight"),
        (GradeCategoryInput { extra_credit: Some(true), ..GradeCategoryInput::default() }, "/extra_credit"),
    ];
    for (input, at) in inputs {
        let facts = input.parse().unwrap();
        let change =
            move |txn: &mut Txn<'_>| edit::change_category(txn, &teacher(), COURSE, root, |_| Ok(()), &facts);
        assert_eq!(school.try_write(change).unwrap_err().fields[0].at, at);
    }
}
