//! How grades become a total: pure arithmetic on what a category's children brought, without any store.
//!
//! `docs/grades.md` tells the same with worked numbers. Everything is exact decimals; a weighted mean is rounded once,
//! to seven digits, after a sum that carries seven more.

use serde::{Deserialize, Serialize};

use crate::domain::decimal::Decimal;

/// How the children of a category make its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The mean of the children's percentages by their weights; the total is of 100.
    WeightedMean,
    /// The sum of the children's points; the total is of the sum of their maxima. Of weights only zero matters: it keeps out.
    Sum,
}

/// What a grade that is not there means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmptyGrades {
    /// Nothing: the total is of what has been graded.
    Ignored,
    /// Zero points of the maximum.
    CountAsZero,
}

/// How a category aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Mean or sum.
    pub method: Method,
    /// Ignored or zero.
    pub empty: EmptyGrades,
    /// So many of the lowest percentages are left out; one always stays.
    pub drop_lowest: u8,
}

/// What a child counts for in its category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Its weight in a weighted mean. Zero keeps it out of a sum, too.
    pub weight: Decimal,
    /// An item's maximum; a category's maximum when none of its grades is missing.
    pub max: Decimal,
    /// Adds to what was reached, never to what could be reached.
    pub extra_credit: bool,
    /// It belongs to a quiz that is not published: for who has no grade in it, it is not there.
    pub draft: bool,
}

impl Terms {
    /// Is it not there for a learner who brings this?
    pub fn is_absent(self, value: Value) -> bool {
        self.draft && value == Value::Empty
    }
}

/// Points of a maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// Reached.
    pub points: Decimal,
    /// To be reached.
    pub max: Decimal,
}

impl Points {
    /// As a percentage; `None` when there was nothing to reach.
    pub fn percentage(self) -> Option<Decimal> {
        (!self.max.is_zero()).then(|| Decimal::HUNDRED.scaled(self.points, self.max))
    }

    /// `self` has the lower percentage. Exact: no division. Both maxima are above zero.
    fn is_lower_than(self, other: Self) -> bool {
        let cross = |a: Decimal, b: Decimal| i128::from(a.units()) * i128::from(b.units());
        cross(self.points, other.max) < cross(other.points, self.max)
    }
}

/// What one learner has of one child of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// No grade.
    Empty,
    /// Left out for this learner.
    Excluded,
    /// A grade.
    Of(Points),
    /// What a category brings.
    Total {
        /// Its total; `None` while nothing counts.
        standing: Option<Points>,
        /// This learner's full maximum of it.
        full: Decimal,
    },
}

impl Value {
    /// The grade or total that is there.
    pub const fn points(self) -> Option<Points> {
        match self {
            Self::Empty | Self::Excluded => None,
            Self::Of(points) => Some(points),
            Self::Total { standing, .. } => standing,
        }
    }

    /// What this learner could reach there if nothing were missing.
    const fn full(self, terms: Terms) -> Decimal {
        match self {
            Self::Excluded => Decimal::ZERO,
            Self::Empty if terms.draft => Decimal::ZERO,
            Self::Empty | Self::Of(_) => terms.max,
            Self::Total { full, .. } => full,
        }
    }
}

/// What became of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It counts.
    Counted,
    /// It is among the lowest that are left out.
    Dropped,
    /// There is no grade and that means nothing.
    Empty,
    /// It is left out for this learner.
    Excluded,
    /// It does not count: its weight is zero or, in a mean, its maximum.
    Weightless,
}

/// What a category's children make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The total; `None` while nothing counts.
    pub total: Option<Points>,
    /// What became of each child, in their order.
    pub parts: Vec<Part>,
}

/// The total of `children` by `rules`.
pub fn aggregate(rules: Rules, children: &[(Terms, Value)]) -> Aggregate {
    let mut counted: Vec<Option<Points>> = Vec::with_capacity(children.len());
    let mut parts: Vec<Part> = Vec::with_capacity(children.len());
    for (terms, value) in children {
        let points = match (value.points(), rules.empty) {
            (Some(points), _) => Ok(points),
            (None, _) if *value == Value::Excluded => Err(Part::Excluded),
            // Extra credit that was not earned costs nothing, and so is never zero.
            (None, EmptyGrades::CountAsZero) if !terms.extra_credit && !terms.is_absent(*value) => {
                Ok(Points { points: Decimal::ZERO, max: value.full(*terms) })
            }
            (None, _) => Err(Part::Empty),
        };
        let mean = rules.method == Method::WeightedMean;
        let points = points.and_then(|points| {
            let weightless = terms.weight.is_zero() || (mean && points.max.is_zero());
            if weightless { Err(Part::Weightless) } else { Ok(points) }
        });
        parts.push(points.err().unwrap_or(Part::Counted));
        counted.push(points.ok());
    }
    for place in lowest(usize::from(rules.drop_lowest), children, &counted) {
        if let (Some(part), Some(points)) = (parts.get_mut(place), counted.get_mut(place)) {
            *part = Part::Dropped;
            *points = None;
        }
    }
    let rest = children.iter().zip(&counted).filter_map(|((terms, _), points)| Some((*terms, (*points)?)));
    let total = match rules.method {
        Method::Sum => sum(rest),
        Method::WeightedMean => weighted_mean(rest),
    };
    Aggregate { total, parts }
}

/// The places of up to `drop` lowest percentages. At least one that could be dropped stays. Of equal ones the later
/// goes first. Extra credit is never dropped, nor what has no maximum.
fn lowest(drop: usize, children: &[(Terms, Value)], counted: &[Option<Points>]) -> Vec<usize> {
    if drop == 0 {
        return Vec::new();
    }
    let mut candidates: Vec<(usize, Points)> = children
        .iter()
        .zip(counted)
        .enumerate()
        .filter_map(|(place, ((terms, _), points))| {
            points.filter(|points| !terms.extra_credit && !points.max.is_zero()).map(|points| (place, points))
        })
        .collect();
    candidates.sort_by(|(place, a), (other, b)| {
        if a.is_lower_than(*b) {
            std::cmp::Ordering::Less
        } else if b.is_lower_than(*a) {
            std::cmp::Ordering::Greater
        } else {
            other.cmp(place)
        }
    });
    let drop = drop.min(candidates.len().saturating_sub(1));
    candidates.into_iter().take(drop).map(|(place, _)| place).collect()
}

fn sum(children: impl Iterator<Item = (Terms, Points)>) -> Option<Points> {
    let mut total: Option<Points> = None;
    for (terms, child) in children {
        let so_far = total.get_or_insert(Points { points: Decimal::ZERO, max: Decimal::ZERO });
        so_far.points += child.points;
        if !terms.extra_credit {
            so_far.max += child.max;
        }
    }
    total
}

/// Seven digits more than a decimal has, so that thirds add up to a whole again.
const GUARD: i128 = 10_000_000;

fn weighted_mean(children: impl Iterator<Item = (Terms, Points)>) -> Option<Points> {
    let (mut reached, mut weights) = (0_i128, 0_i128);
    for (terms, child) in children {
        let weight = i128::from(terms.weight.units());
        let share = weight.saturating_mul(i128::from(child.points.units())).saturating_mul(GUARD);
        reached = reached.saturating_add(rounded(share, i128::from(child.max.units())));
        if !terms.extra_credit {
            weights += weight;
        }
    }
    if weights == 0 {
        return None;
    }
    let hundred = i128::from(Decimal::HUNDRED.units());
    let units = rounded(reached.saturating_mul(hundred), weights.saturating_mul(GUARD));
    let points = Decimal::from_units(i64::try_from(units).unwrap_or(i64::MAX));
    Some(Points { points, max: Decimal::HUNDRED })
}

/// `a / b`, half away from zero; `b` is above zero.
const fn rounded(a: i128, b: i128) -> i128 {
    if a < 0 { -((-a + b / 2) / b) } else { (a + b / 2) / b }
}

/// The maximum of a category when no grade is missing: what it counts for while a learner has none at all and that
/// means zero. What is left out for a learner is not in it. Of grades that are all the same the last ones are dropped.
pub fn full_max(rules: Rules, children: &[(Terms, Value)]) -> Decimal {
    let counting = children.iter().filter(|(terms, _)| !terms.extra_credit && !terms.weight.is_zero());
    let mut maxima = counting.map(|(terms, value)| value.full(*terms)).filter(|max| !max.is_zero());
    match rules.method {
        // A mean of nothing is nothing.
        Method::WeightedMean => maxima.next().map_or(Decimal::ZERO, |_| Decimal::HUNDRED),
        Method::Sum => {
            let maxima: Vec<Decimal> = maxima.collect();
            let dropped = usize::from(rules.drop_lowest).min(maxima.len().saturating_sub(1));
            maxima.iter().take(maxima.len() - dropped).copied().sum()
        }
    }
}

/// The maximum of a category when no grade is missing, for who has nothing left out.
pub fn full_max_of_all(rules: Rules, children: impl Iterator<Item = Terms>) -> Decimal {
    let children: Vec<(Terms, Value)> = children.map(|terms| (terms, Value::Empty)).collect();
    full_max(rules, &children)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    const MEAN: Rules = Rules { method: Method::WeightedMean, empty: EmptyGrades::Ignored, drop_lowest: 0 };
    const SUM: Rules = Rules { method: Method::Sum, empty: EmptyGrades::Ignored, drop_lowest: 0 };

    fn child(weight: &str, max: &str, value: Option<&str>) -> (Terms, Value) {
        let terms = Terms { weight: d(weight), max: d(max), extra_credit: false, draft: false };
        let of = |points: &str| Value::Of(Points { points: d(points), max: d(max) });
        (terms, value.map_or(Value::Empty, of))
    }

    fn extra((terms, value): (Terms, Value)) -> (Terms, Value) {
        (Terms { extra_credit: true, ..terms }, value)
    }

    fn draft((terms, value): (Terms, Value)) -> (Terms, Value) {
        (Terms { draft: true, ..terms }, value)
    }

    fn total(rules: Rules, children: &[(Terms, Value)]) -> (Decimal, Decimal) {
        let total = aggregate(rules, children).total.unwrap();
        (total.points, total.max)
    }

    #[test]
    fn a_weighted_mean_is_of_a_hundred() {
        // 60 % of 40 and 80 % of 60: 24 + 48.
        let children = [child("40", "50", Some("30")), child("60", "20", Some("16"))];
        assert_eq!(total(MEAN, &children), (d("72"), d("100")));
    }

    #[test]
    fn thirds_add_up_to_a_whole() {
        let children = [child("1", "3", Some("1")), child("1", "3", Some("2")), child("1", "7", Some("3.5"))];
        assert_eq!(total(MEAN, &children), (d("50"), d("100")));
    }

    #[test]
    fn a_sum_is_of_the_sum_of_maxima() {
        let children = [child("1", "50", Some("30")), child("9", "20", Some("16"))];
        assert_eq!(total(SUM, &children), (d("46"), d("70")));
    }

    #[test]
    fn an_empty_grade_is_ignored_or_zero_as_the_category_says() {
        let children = [child("1", "10", Some("8")), child("1", "30", None)];
        assert_eq!(total(SUM, &children), (d("8"), d("10")));
        assert_eq!(total(MEAN, &children), (d("80"), d("100")));
        let zero = EmptyGrades::CountAsZero;
        assert_eq!(total(Rules { empty: zero, ..SUM }, &children), (d("8"), d("40")));
        assert_eq!(total(Rules { empty: zero, ..MEAN }, &children), (d("40"), d("100")));
    }

    #[test]
    fn nothing_graded_makes_no_total() {
        assert_eq!(aggregate(SUM, &[child("1", "10", None)]).total, None);
        assert_eq!(aggregate(MEAN, &[]).total, None);
    }

    #[test]
    fn extra_credit_adds_without_enlarging_the_maximum() {
        let children = [child("1", "20", Some("15")), extra(child("1", "5", Some("2.5")))];
        assert_eq!(total(SUM, &children), (d("17.5"), d("20")));
        // 75 % + 50 % × 1/10.
        let children = [child("10", "20", Some("15")), extra(child("1", "5", Some("2.5")))];
        assert_eq!(total(MEAN, &children), (d("80"), d("100")));
    }

    #[test]
    fn extra_credit_may_pass_a_hundred_and_is_never_zero() {
        let children = [child("1", "20", Some("20")), extra(child("1", "5", Some("5")))];
        assert_eq!(total(SUM, &children), (d("25"), d("20")));
        let rules = Rules { empty: EmptyGrades::CountAsZero, ..SUM };
        let children = [child("1", "20", Some("20")), extra(child("1", "5", None))];
        assert_eq!(total(rules, &children), (d("20"), d("20")));
    }

    #[test]
    fn extra_credit_alone_makes_a_sum_of_nothing_and_no_mean() {
        let children = [extra(child("1", "5", Some("2")))];
        assert_eq!(total(SUM, &children), (d("2"), d("0")));
        assert_eq!(aggregate(MEAN, &children).total, None);
    }

    #[test]
    fn the_lowest_percentage_is_dropped_not_the_fewest_points() {
        let rules = Rules { drop_lowest: 1, ..SUM };
        // 5/5, 12/20, 9/10: the 60 % go, although 5 points are fewer.
        let children =
            [child("1", "5", Some("5")), child("1", "20", Some("12")), child("1", "10", Some("9"))];
        let made = aggregate(rules, &children);
        assert_eq!(made.total, Some(Points { points: d("14"), max: d("15") }));
        assert_eq!(made.parts, [Part::Counted, Part::Dropped, Part::Counted]);
    }

    #[test]
    fn of_equal_percentages_the_later_is_dropped() {
        let rules = Rules { drop_lowest: 1, ..SUM };
        let children =
            [child("1", "10", Some("8")), child("1", "20", Some("16")), child("1", "10", Some("9"))];
        let made = aggregate(rules, &children);
        assert_eq!(made.parts, [Part::Counted, Part::Dropped, Part::Counted]);
        assert_eq!(made.total, Some(Points { points: d("17"), max: d("20") }));
    }

    #[test]
    fn one_grade_always_stays_and_extra_credit_is_never_dropped() {
        let rules = Rules { drop_lowest: 3, ..SUM };
        let children =
            [child("1", "10", Some("2")), child("1", "10", Some("5")), extra(child("1", "5", Some("1")))];
        let made = aggregate(rules, &children);
        assert_eq!(made.parts, [Part::Dropped, Part::Counted, Part::Counted]);
        assert_eq!(made.total, Some(Points { points: d("6"), max: d("10") }));
    }

    #[test]
    fn a_missing_grade_that_counts_as_zero_can_be_the_one_dropped() {
        let rules = Rules { drop_lowest: 1, empty: EmptyGrades::CountAsZero, ..SUM };
        let children = [child("1", "20", Some("12")), child("1", "20", None), child("1", "20", Some("18"))];
        assert_eq!(total(rules, &children), (d("30"), d("40")));
        let rules = Rules { empty: EmptyGrades::Ignored, ..rules };
        assert_eq!(total(rules, &children), (d("18"), d("20")));
    }

    #[test]
    fn an_excluded_grade_neither_counts_nor_is_dropped() {
        let rules = Rules { drop_lowest: 1, empty: EmptyGrades::CountAsZero, ..SUM };
        let excluded = (child("1", "20", None).0, Value::Excluded);
        let children = [child("1", "20", Some("12")), excluded, child("1", "20", Some("18"))];
        let made = aggregate(rules, &children);
        assert_eq!(made.parts, [Part::Dropped, Part::Excluded, Part::Counted]);
        assert_eq!(made.total, Some(Points { points: d("18"), max: d("20") }));
    }

    #[test]
    fn what_weighs_nothing_is_not_wasted_on_a_drop() {
        let rules = Rules { drop_lowest: 1, ..MEAN };
        let children =
            [child("0", "20", Some("0")), child("1", "20", Some("10")), child("1", "20", Some("20"))];
        let made = aggregate(rules, &children);
        assert_eq!(made.parts, [Part::Weightless, Part::Dropped, Part::Counted]);
    }

    #[test]
    fn a_full_maximum_has_no_extra_credit_and_not_what_is_dropped() {
        let children = [child("1", "20", None), child("1", "20", Some("9")), extra(child("1", "5", None))];
        assert_eq!(full_max(SUM, &children), d("40"));
        assert_eq!(full_max(Rules { drop_lowest: 1, ..SUM }, &children), d("20"));
        assert_eq!(full_max(Rules { drop_lowest: 9, ..SUM }, &children), d("20"));
        assert_eq!(full_max(MEAN, &children), d("100"));
        assert_eq!(full_max(SUM, &[]), d("0"));
    }

    #[test]
    fn a_mean_in_which_nothing_can_be_reached_has_no_full_maximum() {
        assert_eq!(full_max(MEAN, &[]), d("0"));
        assert_eq!(full_max(MEAN, &[extra(child("1", "5", Some("5")))]), d("0"));
        assert_eq!(full_max(MEAN, &[child("0", "5", Some("5")), child("1", "0", None)]), d("0"));
        assert_eq!(full_max(MEAN, &[(child("1", "20", None).0, Value::Excluded)]), d("0"));
        // So it weighs nothing where a missing grade is zero.
        let rules = Rules { empty: EmptyGrades::CountAsZero, ..MEAN };
        let bonus = (child("1", "0", None).0, Value::Total { standing: None, full: d("0") });
        let children = [child("1", "10", Some("10")), bonus];
        assert_eq!(total(rules, &children), (d("100"), d("100")));
        assert_eq!(aggregate(rules, &children).parts, [Part::Counted, Part::Weightless]);
    }

    #[test]
    fn the_weight_zero_keeps_out_of_a_sum_too() {
        let rules = Rules { empty: EmptyGrades::CountAsZero, ..SUM };
        let children =
            [child("1", "10", Some("8")), child("0", "30", None), extra(child("0", "5", Some("5")))];
        let made = aggregate(rules, &children);
        assert_eq!(made.total, Some(Points { points: d("8"), max: d("10") }));
        assert_eq!(made.parts, [Part::Counted, Part::Weightless, Part::Weightless]);
        assert_eq!(full_max(rules, &children), d("10"));
    }

    #[test]
    fn a_draft_is_not_there_until_somebody_has_a_grade_in_it() {
        for rules in [SUM, MEAN] {
            let rules = Rules { empty: EmptyGrades::CountAsZero, ..rules };
            let without = [child("1", "10", Some("10"))];
            let unseen = [child("1", "10", Some("10")), draft(child("1", "30", None))];
            assert_eq!(total(rules, &unseen), total(rules, &without));
            assert_eq!(full_max(rules, &unseen), full_max(rules, &without));
            assert_eq!(full_max(rules, &[draft(child("1", "30", None))]), d("0"));
            let graded = [child("1", "10", Some("10")), draft(child("1", "30", Some("15")))];
            let published = graded.map(|(terms, value)| (Terms { draft: false, ..terms }, value));
            assert_eq!(total(rules, &graded), total(rules, &published));
            assert_eq!(full_max(rules, &graded), full_max(rules, &published));
        }
        let rules = Rules { empty: EmptyGrades::CountAsZero, ..SUM };
        assert_eq!(aggregate(rules, &[draft(child("1", "30", None))]).total, None);
    }

    #[test]
    fn a_full_maximum_and_a_missing_total_have_not_what_is_left_out() {
        let missing = Value::Total { standing: None, full: d("15") };
        let excluded = (child("1", "20", None).0, Value::Excluded);
        let children = [excluded, (child("1", "35", None).0, missing), child("1", "10", Some("10"))];
        assert_eq!(full_max(SUM, &children), d("25"));
        assert_eq!(full_max(Rules { drop_lowest: 1, ..SUM }, &children), d("15"));
        let rules = Rules { empty: EmptyGrades::CountAsZero, ..SUM };
        assert_eq!(total(rules, &children), (d("10"), d("25")));
        assert_eq!(aggregate(SUM, &children).parts, [Part::Excluded, Part::Empty, Part::Counted]);
    }
}
