//! Whatever is edited in whatever order, the totals that are kept are those that would be computed.

use proptest::prelude::*;

use super::super::{category, item};
use super::*;

/// One random change. Numbers choose among what there is.
#[derive(Debug, Clone, Copy)]
enum Edit {
    AddItem { under: u8, max: u16, weight: u8, extra: bool },
    AddCategory { under: u8, method: bool, zero: bool, drop: u8, weight: u8 },
    ChangeItem { item: u8, max: u16, weight: u8, extra: bool, to: Option<u8> },
    ChangeCategory { category: u8, method: bool, zero: bool, drop: u8, weight: u8, to: Option<u8> },
    Reverse { category: u8 },
    RemoveItem { item: u8 },
    RemoveCategory { category: u8 },
    Give { user: u8, item: u8, percent: Option<u8> },
    Result { user: u8, quiz: u8, points: Option<u16> },
    QuizSays { quiz: u8, max: u16, published: bool },
    Override { user: u8, item: u8, percent: Option<u8> },
    OverrideTotal { user: u8, category: u8, percent: Option<u8> },
    Exclude { user: u8, item: u8, excluded: bool },
    ExcludeTotal { user: u8, category: u8, excluded: bool },
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let maybe = |range: std::ops::RangeInclusive<u8>| proptest::option::of(range);
    let edit = prop_oneof![
        3 => (any::<u8>(), 1..300_u16, 0..5_u8, proptest::bool::weighted(0.2))
            .prop_map(|(under, max, weight, extra)| Edit::AddItem { under, max, weight, extra }),
        2 => (any::<u8>(), any::<bool>(), any::<bool>(), 0..3_u8, 0..5_u8).prop_map(
            |(under, method, zero, drop, weight)| Edit::AddCategory { under, method, zero, drop, weight }),
        1 => (any::<u8>(), 1..300_u16, 0..5_u8, any::<bool>(), proptest::option::of(any::<u8>())).prop_map(
            |(item, max, weight, extra, to)| Edit::ChangeItem { item, max, weight, extra, to }),
        1 => (any::<u8>(), any::<bool>(), any::<bool>(), 0..3_u8, 0..5_u8, proptest::option::of(any::<u8>()))
            .prop_map(|(category, method, zero, drop, weight, to)| Edit::ChangeCategory {
                category, method, zero, drop, weight, to }),
        1 => any::<u8>().prop_map(|category| Edit::Reverse { category }),
        1 => any::<u8>().prop_map(|item| Edit::RemoveItem { item }),
        1 => any::<u8>().prop_map(|category| Edit::RemoveCategory { category }),
        8 => (0..3_u8, any::<u8>(), maybe(0..=100))
            .prop_map(|(user, item, percent)| Edit::Give { user, item, percent }),
        6 => (0..3_u8, 0..3_u8, proptest::option::of(0..400_u16))
            .prop_map(|(user, quiz, points)| Edit::Result { user, quiz, points }),
        2 => (0..3_u8, 0..50_u16, any::<bool>())
            .prop_map(|(quiz, max, published)| Edit::QuizSays { quiz, max, published }),
        2 => (0..3_u8, any::<u8>(), maybe(0..=100))
            .prop_map(|(user, item, percent)| Edit::Override { user, item, percent }),
        2 => (0..3_u8, any::<u8>(), maybe(0..=120))
            .prop_map(|(user, category, percent)| Edit::OverrideTotal { user, category, percent }),
        1 => (0..3_u8, any::<u8>(), any::<bool>())
            .prop_map(|(user, item, excluded)| Edit::Exclude { user, item, excluded }),
        1 => (0..3_u8, any::<u8>(), any::<bool>())
            .prop_map(|(user, category, excluded)| Edit::ExcludeTotal { user, category, excluded }),
    ];
    proptest::collection::vec(edit, 1..60)
}

fn pick<T: Clone>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()].clone()
}

const fn method(sum: bool) -> Method {
    if sum { Method::Sum } else { Method::WeightedMean }
}

const fn empty(zero: bool) -> EmptyGrades {
    if zero { EmptyGrades::CountAsZero } else { EmptyGrades::Ignored }
}

fn whole(number: impl Into<i32>) -> Decimal {
    Decimal::from_int(number.into())
}

/// Carries an edit out in a transaction. Refusals (too deep, not empty, of a quiz, ..) are part of the game.
fn carry_out(txn: &mut Txn<'_>, edit: Edit) -> Result<(), Refusal> {
    let tree = Tree::of(txn, COURSE)?.unwrap();
    let categories: Vec<Arc<GradeCategory>> = tree.categories();
    let items = tree.items();
    let user = |number: u8| pick(&LEARNERS, number);
    let points = |max: Decimal, percent: u8| max.scaled(whole(percent), Decimal::HUNDRED);
    match edit {
        Edit::AddItem { under, max, weight, extra } => {
            let facts = GradeItemInput {
                name: Some("Item".to_owned()),
                category: Some(pick(&categories, under).id),
                max: Some(whole(max)),
                weight: Some(whole(weight)),
                extra_credit: Some(extra),
                visibility: None,
            };
            edit::add_item(txn, &teacher(), COURSE, facts.parse()?).map(drop)
        }
        Edit::AddCategory { under, method: sum, zero, drop: least, weight } => {
            let facts = GradeCategoryInput {
                parent: Some(pick(&categories, under).id),
                method: Some(method(sum)),
                empty: Some(empty(zero)),
                drop_lowest: Some(least),
                weight: Some(whole(weight)),
                ..named("Category")
            };
            edit::add_category(txn, &teacher(), COURSE, facts.parse()?).map(drop)
        }
        Edit::ChangeItem { item, max, weight, extra, to } => {
            let (item, terms) = pick(&items, item);
            let of_quiz = item.source != item::Source::Hand;
            let facts = GradeItemInput {
                max: Some(if of_quiz { terms.max } else { whole(max) }).filter(|max| !max.is_zero()),
                weight: Some(whole(weight)),
                extra_credit: Some(extra),
                category: to.map(|to| pick(&categories, to).id),
                ..GradeItemInput::default()
            };
            edit::change_item(txn, &teacher(), COURSE, item.id, |_| Ok(()), facts.parse()?).map(drop)
        }
        Edit::ChangeCategory { category, method: sum, zero, drop: least, weight, to } => {
            let category = pick(&categories, category);
            let nested = category.parent.is_some();
            let facts = GradeCategoryInput {
                method: Some(method(sum)),
                empty: Some(empty(zero)),
                drop_lowest: Some(least),
                weight: nested.then(|| whole(weight)),
                parent: to.filter(|_| nested).map(|to| pick(&categories, to).id),
                ..GradeCategoryInput::default()
            };
            edit::change_category(txn, &teacher(), COURSE, category.id, |_| Ok(()), &facts.parse()?).map(drop)
        }
        Edit::Reverse { category } => {
            let category = pick(&categories, category);
            let order: Vec<u64> = category.children.iter().rev().map(|child| child.node.id()).collect();
            edit::order(txn, &teacher(), COURSE, category.id, |_| Ok(()), &order).map(drop)
        }
        Edit::RemoveItem { item } => {
            edit::remove_item(txn, &teacher(), COURSE, pick(&items, item).0.id, |_| Ok(()))
        }
        Edit::RemoveCategory { category } => {
            edit::remove_category(txn, &teacher(), COURSE, pick(&categories, category).id, |_| Ok(()))
        }
        Edit::Give { user: number, item, percent } => {
            let (item, terms) = pick(&items, item);
            let points = percent.map(|percent| points(terms.max, percent));
            let input = HandGradeInput { user: user(number), item: item.id, points };
            hand::set_many(txn, &teacher(), COURSE, &[input]).map(drop)
        }
        Edit::Result { user: number, quiz, points } => {
            let points = points.map(|tenths| Decimal::ratio(whole(tenths), whole(10_u8)));
            let id = QuizId(900 + u64::from(quiz));
            let before = txn.changes.len();
            quiz_result(txn, COURSE, id, user(number), points)?;
            // One grade and a total per category above it, at most four, and never more.
            let mut levels = 1;
            let mut above = Some(item::of_quiz(txn, id)?.unwrap().category);
            while let Some(id) = above {
                above = category::get(txn, COURSE, id)?.parent;
                levels += 1;
            }
            assert!(txn.changes.len() - before <= levels);
            Ok(())
        }
        Edit::QuizSays { quiz, max, published } => {
            let quiz = QuizId(900 + u64::from(quiz));
            change_quiz_item(txn, OfQuiz { quiz, name: "Quiz", max: whole(max), published }, NOW)
        }
        Edit::Override { user: number, item, percent } => {
            let (item, terms) = pick(&items, item);
            let node = (COURSE, user(number), Node::Item(item.id));
            let value = percent.map(|percent| points(terms.max, percent));
            hand::override_with(txn, &teacher(), node, value, "", |_| Ok(()))
        }
        Edit::OverrideTotal { user: number, category, percent } => {
            let node = (COURSE, user(number), Node::Category(pick(&categories, category).id));
            hand::override_with(txn, &teacher(), node, percent.map(whole), "", |_| Ok(()))
        }
        Edit::Exclude { user: number, item, excluded } => {
            let node = (COURSE, user(number), Node::Item(pick(&items, item).0.id));
            let input = ExclusionInput { excluded, reason: String::new() };
            hand::exclude(txn, &teacher(), node, &input, |_| Ok(()))
        }
        Edit::ExcludeTotal { user: number, category, excluded } => {
            let node = (COURSE, user(number), Node::Category(pick(&categories, category).id));
            let input = ExclusionInput { excluded, reason: String::new() };
            hand::exclude(txn, &teacher(), node, &input, |_| Ok(()))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn incremental_is_recomputed_over_random_edits_of_random_courses(edits in edits()) {
        let school = School::open();
        for quiz in 0..3_u64 {
            school.write(move |txn| add_quiz_item(txn, COURSE, test(QuizId(900 + quiz), "40"), NOW));
        }
        for edit in edits {
            if let Err(refusal) = school.try_write(move |txn| carry_out(txn, edit)) {
                prop_assert_ne!(refusal.code.name, "internal", "{}", refusal.detail);
            }
            school.prove();
        }
    }
}
